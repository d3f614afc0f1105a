"""Is a session really resumed, and how many messages wait in it? Tried out, not asked."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lamplighter.doctor.finding import Finding, Remedy, drop_in, failed, ok, unknown, warning
from lamplighter.errors import LinkError
from lamplighter.link.probing import REFUSED, Heard, Probe
from lamplighter.link.settings import Broker

DEFAULT_MESSAGES = 1200
"""More than the 1,000 that mosquitto, HiveMQ and EMQX queue for a client by default."""

# Should the doctor itself be ended in between, the broker forgets the session by itself.
_EXPIRY_S = 300
_PUBLISH_S = 15.0
_TAKE_S = 15.0
_FIRST_S = 3.0
_IDLE_S = 1.0
_NOT_AUTHORISED = 0x87
_QUOTA_EXCEEDED = 0x97


@dataclass(slots=True)
class Trial:
    """What a session did.

    Attributes:
        subscribed: the broker's code for the subscription.
        asked: messages that were to be published.
        codes: the broker's answer to each that it answered.
        present: it says that it has kept the session.
        expiry: seconds it keeps it, where it said so.
        heard: numbers of the messages that came back, as they came.
        left: why the session could not be cleaned up, or "".
    """

    asked: int
    subscribed: int = 0
    codes: list[int] = field(default_factory=list)
    present: bool = False
    expiry: int | None = None
    heard: list[int] = field(default_factory=list)
    left: str = ""

    @property
    def taken(self) -> int:
        """Messages that the broker took."""
        return sum(code < REFUSED for code in self.codes)


def look_at_session(
    broker: Broker,
    *,
    client_id: str,
    topic: str,
    about: str,
    messages: int = DEFAULT_MESSAGES,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[Finding]:
    """Leaves a session, has messages sent to it, and comes back for them.

    Args:
        broker: which.
        client_id: of the doctor's own; its session is begun and ended here.
        topic: that nobody else uses.
        about: ``broker`` or ``upstream``.
        messages: how many are sent.
        monotonic: seconds that never step.

    Raises:
        LinkError: the broker went away meanwhile.
    """
    trial = try_out(broker, client_id, topic, messages, monotonic)
    if trial.left:
        yield warning(
            f"{about} clean-up",
            f"the session {client_id!r} stayed on the broker: {trial.left}",
            "it collects nothing that is published otherwise; the next run of doctor removes it",
        )
    if trial.subscribed >= REFUSED or not trial.taken:
        yield _not_tried(trial, topic, about)
        return
    resumed = _resumed(trial, about)
    yield resumed
    if resumed.verdict == "ok":
        yield _queue(trial, about)


def try_out(
    broker: Broker, client_id: str, topic: str, messages: int, monotonic: Callable[[], float]
) -> Trial:
    """The trial itself; see :func:`look_at_session`."""
    trial = Trial(messages)
    _forget(broker, client_id)
    try:
        with Probe(broker, client_id=client_id, clean=False, session_expiry=_EXPIRY_S) as leaving:
            [trial.subscribed] = leaving.subscribe([topic])
        if trial.subscribed < REFUSED:
            _send(broker, client_id, topic, trial, monotonic)
            _come_back(broker, client_id, topic, trial, monotonic)
    except LinkError as error:
        left = _clean_up(broker, client_id)
        kept = f"; the session {client_id!r} may have stayed there ({left})" if left else ""
        raise LinkError(error.broker, f"{error.reason}{kept}") from error
    trial.left = _clean_up(broker, client_id)
    return trial


def _clean_up(broker: Broker, client_id: str) -> str:
    """Ends the session; returns why that was not possible, or ""."""
    try:
        _forget(broker, client_id)
    except LinkError as error:
        return str(error)
    return ""


def _forget(broker: Broker, client_id: str) -> None:
    """Ends whatever session there is: a clean one takes its place, and ends with it."""
    with Probe(broker, client_id=client_id):
        pass


def _send(
    broker: Broker, client_id: str, topic: str, trial: Trial, monotonic: Callable[[], float]
) -> None:
    payloads = [b"%d" % number for number in range(trial.asked)]
    with Probe(broker, client_id=f"{client_id}-sender") as sender:
        trial.codes = sender.publish(topic, payloads, until=monotonic() + _PUBLISH_S)


def _come_back(
    broker: Broker, client_id: str, topic: str, trial: Trial, monotonic: Callable[[], float]
) -> None:
    with Probe(broker, client_id=client_id, clean=False, session_expiry=_EXPIRY_S) as back:
        trial.present = back.granted.session_present
        until = monotonic() + _TAKE_S
        heard = back.take(1, idle=_FIRST_S, until=until)
        while heard:
            trial.heard += _numbers(heard, topic)
            if len(trial.heard) >= trial.taken:
                break
            heard = back.take(trial.taken - len(trial.heard), idle=_IDLE_S, until=until)


def _numbers(heard: list[Heard], topic: str) -> list[int]:
    return [int(each.payload) for each in heard if each.topic == topic and each.payload.isdigit()]


def _not_tried(trial: Trial, topic: str, about: str) -> Finding:
    refusals = Counter(code for code in (trial.subscribed, *trial.codes) if code >= REFUSED)
    if not refusals:
        return failed(
            f"{about} session",
            f"none of {trial.asked} messages to {topic} was acknowledged within {_PUBLISH_S:g} s",
            "a broker that does not answer takes nothing over",
        )
    code, _ = refusals.most_common(1)[0]
    reason = "not authorised" if code == _NOT_AUTHORISED else f"reason {code:#04x}"
    root = topic.rpartition("/doctor/")[0]
    return unknown(
        f"{about} session",
        f"not tried: the broker refuses {topic} ({reason})",
        "without a topic of its own the doctor can't tell whether sessions are kept",
        Remedy(f"topic readwrite {root}/#", "the broker's ACL file, below our user"),
    )


def _resumed(trial: Trial, about: str) -> Finding:
    if not trial.present:
        return failed(
            f"{about} session",
            "a client that left and came back found its session forgotten",
            "whatever is sent while Lamplighter is away, if only for a restart, is lost",
            Remedy(
                "allow persistent sessions (session expiry above 0)", "your broker's configuration"
            ),
        )
    if not trial.heard:
        return failed(
            f"{about} session",
            f"was resumed, but none of {trial.taken} messages sent meanwhile had waited in it",
            "whatever is sent while Lamplighter is away is lost",
            drop_in("max_queued_messages 100000"),
        )
    return ok(
        f"{about} session",
        "resumed: a client that left and came back got what was sent to it meanwhile",
    )


def _queue(trial: Trial, about: str) -> Finding:
    name = f"{about} queue"
    first_seen = list(dict.fromkeys(trial.heard))
    if first_seen != sorted(first_seen):
        return failed(
            name,
            f"{len(first_seen)} of {trial.taken} messages came back, but not in order",
            "an older state may overwrite a newer one",
        )
    again = len(trial.heard) - len(first_seen)
    twice = f"; {again} came twice" if again else ""
    late = trial.asked - len(trial.codes)
    slow = f"; {late} more were not acknowledged within {_PUBLISH_S:g} s" if late else ""
    refused = len(trial.codes) - trial.taken
    if len(first_seen) < trial.taken:
        missing = trial.taken - len(first_seen)
        return warning(
            name,
            f"{len(first_seen):,} of {trial.taken:,} messages waited, in order;"
            f" {_which(first_seen, trial.taken)} {missing:,} were dropped{twice}{slow}",
            "the broker acknowledged them all the same: nobody is told what an absence costs",
            drop_in("max_queued_messages 100000"),
        )
    if refused:
        return warning(
            name,
            f"{trial.taken:,} messages waited, in order; {refused:,} more were refused"
            f" ({_reason(trial)}){twice}{slow}",
            "senders that do not keep what is refused lose it during an absence of ours",
            drop_in("max_queued_messages 100000"),
        )
    return ok(name, f"all {trial.taken:,} messages waited, in order{twice}{slow}")


def _which(seen: list[int], taken: int) -> str:
    if seen[0] == 0 and seen[-1] == len(seen) - 1:
        return "the newest"
    if seen[-1] == taken - 1 and seen[0] == taken - len(seen):
        return "the oldest"
    return "other"


def _reason(trial: Trial) -> str:
    refused = Counter(code for code in trial.codes if code >= REFUSED)
    code, _ = refused.most_common(1)[0]
    return "quota exceeded" if code == _QUOTA_EXCEEDED else f"reason {code:#04x}"
