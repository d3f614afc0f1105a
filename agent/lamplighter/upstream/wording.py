"""What the upstream section means, in words: for ``lamplighter check``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lamplighter.upstream.settings import Forward, Pace, Remote, Upstream, commands


def in_words(upstream: Upstream, root: str) -> Iterator[str]:
    """The section, a sentence a line.

    Args:
        upstream: the section.
        root: ``lamplighter/<node>``.
    """
    tls = ", by TLS" if upstream.tls else ""
    yield f"Upstream is {upstream.host}:{upstream.port}, MQTT {upstream.protocol}{tls}."
    if not upstream.forward:
        yield "No message is forwarded."
    for rule in upstream.forward:
        yield _rule(rule, root.partition("/")[2])
    yield _pace(upstream.pace)
    if upstream.ledger:
        yield f"What was lost is told on {root}/ledger there."
    yield from _remote(upstream.remote, root)


def _rule(rule: Forward, node: str) -> str:
    skipped = f", but not {_listed(rule.skip)}," if rule.skip else ""
    parts = [f"{rule.title}: what comes on {_listed(rule.topics)}{skipped} goes to {_to(rule)}"]
    parts += _choice(rule)
    parts += _form(rule, node)
    parts.append(f"in lane {rule.lane}, QoS {rule.qos}{_retained(rule)}")
    if rule.expire_after is not None:
        parts.append(f"given up after {_seconds(rule.expire_after)}")
    if rule.overtake:
        parts.append("live ones before the backlog of their own topic")
    return f"{'; '.join(parts)}."


def _to(rule: Forward) -> str:
    return "the same topic" if rule.to == "{topic}" else rule.to


def _choice(rule: Forward) -> list[str]:
    parts = []
    if rule.sample_every is not None:
        parts.append(f"one of each topic within {_seconds(rule.sample_every)}")
    if rule.on_change:
        parts.append("only what changed")
    if rule.redact:
        parts.append(f"without {_listed(rule.redact)}")
    return parts


def _form(rule: Forward, node: str) -> list[str]:
    parts = []
    if rule.batch is not None:
        batch = rule.batch
        topic = batch.to.replace("{node}", node)
        parts.append(
            f"in {batch.format} envelopes on {topic} of up to {batch.count} messages or"
            f" {batch.bytes} bytes, after {_seconds(batch.seconds)} at the latest"
        )
    if rule.compress_above is not None:
        parts.append(f"compressed with zstd from {rule.compress_above} bytes on")
    return parts


def _retained(rule: Forward) -> str:
    if rule.retain is None:
        return ""
    return ", retained" if rule.retain else ", never retained"


def _pace(pace: Pace) -> str:
    rate = pace.messages_per_second
    speed = "as fast as the broker takes it" if rate is None else f"{rate:g} messages a second"
    return (
        f"After an outage what is younger than {_seconds(pace.live_within)} goes first; the backlog"
        f" follows, {speed}, after up to {_seconds(pace.jitter)}."
    )


def _remote(remote: Remote, root: str) -> Iterator[str]:
    if not remote.enabled:
        yield "Nothing may be asked from upstream."
        return
    ask, control = commands(root)
    allowed = f"may have done {_listed(remote.allow)}" if remote.allow else "may have nothing done"
    expiry = ", each with an expiry" if remote.allow and remote.require_expiry else ""
    questions = "is answered questions" if remote.questions else "is answered no questions"
    yield f"On {ask} upstream {allowed}{expiry}, and {questions}."
    if remote.control:
        yield f"On {control} upstream may use {_listed(remote.control)}."


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _seconds(seconds: float) -> str:
    return f"{seconds:g} s"
