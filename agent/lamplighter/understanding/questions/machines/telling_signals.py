"""A machine's signals: their values, and their own health by NAMUR NE 107."""

from __future__ import annotations

from collections.abc import Iterator

from lamplighter.faults.condition import SIGNAL_KINDS, tag_name
from lamplighter.faults.settings import Machine, Tag
from lamplighter.faults.signals.status import Health, SignalStatus
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.normalise import words_of
from lamplighter.understanding.questions.history import numbers
from lamplighter.understanding.questions.machines.kept import last_of
from lamplighter.understanding.questions.machines.scene import MAX_TOLD, Scene, count, shortened
from lamplighter.understanding.questions.machines.telling_alarms import holds, known, listing
from lamplighter.understanding.questions.measures import with_unit
from lamplighter.understanding.speech import listed

_FRESH_S = 900.0


def signal_of(machine: Machine, said: str) -> tuple[str, Tag] | None:
    """The only signal that the words fit best; None where they fit none, or several."""
    words = set(_plain(said))
    if words & {"hot", "hottest", "warm", "cold", "coldest"}:
        words.add("temperature")
    scores = {
        key: len(words & set(_plain(f"{tag_name(key, tag)} {key.replace('_', ' ')}")))
        for key, tag in machine.tags.items()
    }
    best = max(scores.values(), default=0)
    chosen = [key for key, score in scores.items() if score == best]
    if best and len(chosen) > 1:
        # The one all of whose words were said: "temperature" is not the "bearing temperature".
        whole = [key for key in chosen if set(_plain(tag_name(key, machine.tags[key]))) <= words]
        chosen = whole if len(whole) == 1 else chosen
    if not best or len(chosen) != 1:
        return None
    return chosen[0], machine.tags[chosen[0]]


def value(scene: Scene, machine: Machine, intent: Intent) -> str:
    """What a signal is now, or was in a stretch of time."""
    name = scene.name(machine.asset)
    found = signal_of(machine, str(intent.slots.get("said", ""))) or _leading(
        scene, machine, intent
    )
    if found is None:
        signals = [tag_name(key, tag) for key, tag in machine.tags.items()]
        return f"I can't tell which signal of {name} is meant: {listed(shortened(signals), 'or')}?"
    if scene.past is None:
        return f"I don't know: nothing of that is kept of {name}"
    key, tag = found
    series, called = f"{machine.asset}/{key}", f"the {tag_name(key, tag)} of {name}"
    in_episode = intent.slots.get("way") and not intent.slots.get("period")
    if in_episode and (said := _furthest(scene, machine, key, intent)):
        return said
    if intent.slots.get("way") or intent.slots.get("period"):
        return _was(scene, called, series, tag.value_unit, intent)
    point = scene.past.recollection.before(series, scene.now)
    if point is None:
        return f"I don't know: {called} has not been heard yet"
    old = scene.now - point.time > _FRESH_S
    when = f" (heard {scene.when(point.time)})" if old else ""
    now = f"{called} is {with_unit(point.value, tag.value_unit)}{when}"
    return f"{now}{_alarm(scene, machine, key)}{_doubt(scene, machine, key)}"


def health(scene: Scene, machine: Machine, intent: Intent) -> str:
    """Whether a signal, or each of the machine's, can be trusted, and why not."""
    found = signal_of(machine, str(intent.slots.get("said", "")))
    if found is None:
        return _all_healths(scene, machine)
    key, tag = found
    called = f"the {tag_name(key, tag)} signal of {scene.name(machine.asset)}"
    known_health = _health(scene, machine, key)
    if known_health is None:
        return f"I don't know how {called} is"
    if known_health.status is SignalStatus.GOOD:
        return f"yes, {called} is good (NE 107){_heard(scene, machine, key, tag)}"
    why = f": {known_health.why}" if known_health.why else ""
    return f"no, {called} has the status “{known_health.status}” (NE 107){why}"


def healths(scene: Scene, machines: tuple[Machine, ...], _intent: Intent) -> str:
    """Which signals of machines are not sound."""
    rows = [
        f"{tag_name(key, each.tags[key])} of {scene.name(each.asset)} ({_said(state)})"
        for each in machines or scene.plant.machines
        for key, state in _unsound(scene, each)
    ]
    if not rows:
        return "every signal that I know of is good (NE 107)"
    return f"not good: {listed(shortened(rows))}"


def _leading(scene: Scene, machine: Machine, intent: Intent) -> tuple[str, Tag] | None:
    """The signal that led in the last episode, where none was named: "how high did it get"."""
    if not intent.slots.get("way") or not (rows := last_of(scene, machine.asset)):
        return None
    key = str(rows[0].signals[0]["tag"])
    return (key, machine.tags[key]) if key in machine.tags else None


def _was(scene: Scene, name: str, series: str, unit: str, intent: Intent) -> str:
    """What a signal was in the period."""
    assert scene.past is not None
    period, way = scene.period(intent), str(intent.slots.get("way") or "")
    kept = numbers(scene.past.recollection, series, period.start, period.end)
    if kept is None:
        return f"I don't know: nothing is kept of {name} {period.said}".rstrip()
    if way == "mean":
        return f"the mean of {name} {period.said} is {with_unit(kept.mean(), unit)}"
    if way:
        time, extreme = kept.highest() if way == "highest" else kept.lowest()
        shown = f"{with_unit(extreme, unit)}, {scene.when(time)}"
        return f"the {way} value of {name} {period.said} was {shown}"
    if period.moment:
        return f"{name} was {with_unit(kept.points[-1][1], unit)} {period.said}"
    low, high = (with_unit(each[1], unit) for each in (kept.lowest(), kept.highest()))
    return f"{name} was between {low} and {high} {period.said}"


def _furthest(scene: Scene, machine: Machine, key: str, intent: Intent) -> str:
    """How far a signal went in the machine's last episode; "" where it had no part in it."""
    extreme = {"highest": "greatest", "lowest": "least"}.get(str(intent.slots["way"]), "")
    for told in last_of(scene, machine.asset)[:1]:
        for signal in told.signals:
            if signal["tag"] == key and isinstance(far := signal.get(extreme), int | float):
                when = scene.stretch_of(told.happened.started, told.happened.ended)
                name = f"the {signal['name']} of {scene.name(machine.asset)}"
                return (
                    f"{name} went as {'high' if extreme == 'greatest' else 'low'} as"
                    f" {with_unit(float(far), str(signal['unit']))} in the last episode, {when}"
                )
    return ""


def _all_healths(scene: Scene, machine: Machine) -> str:
    name, bad = scene.name(machine.asset), list(_unsound(scene, machine))
    if not bad:
        return f"yes, every signal of {name} is good (NE 107)"
    rows = [f"{tag_name(key, machine.tags[key])} ({_said(state)})" for key, state in bad[:MAX_TOLD]]
    more = [f"{len(bad) - MAX_TOLD} more"] if len(bad) > MAX_TOLD else []
    return f"no: of {name}, {listed([*rows, *more])}"


def _said(state: Health) -> str:
    return f"{state.status}: {state.why}" if state.why else str(state.status)


def _unsound(scene: Scene, machine: Machine) -> Iterator[tuple[str, Health]]:
    for key in machine.tags:
        state = _health(scene, machine, key)
        if state is not None and state.status is not SignalStatus.GOOD:
            yield key, state


def _health(scene: Scene, machine: Machine, key: str) -> Health | None:
    """The signal's health now; where that is not known here, as its alarms' records tell it."""
    if scene.plant.health is not None:
        return scene.plant.health(machine.asset, key)
    found: Health | None = None
    for record in known(scene, machine):
        status = record.data.get("signal_status")
        if record.data.get("tag") != key or status not in set(map(str, SignalStatus)):
            continue
        found = Health(SignalStatus(status), str(record.data.get("signal_why") or ""))
        if holds(record) and any(record.condition.endswith(f"_{kind}") for kind in SIGNAL_KINDS):
            return found
    return found


def _heard(scene: Scene, machine: Machine, key: str, tag: Tag) -> str:
    if scene.past is None:
        return ""
    point = scene.past.recollection.before(f"{machine.asset}/{key}", scene.now)
    if point is None:
        return ""
    kept = with_unit(point.value, tag.value_unit)
    return f"; its last kept value is {kept}, {scene.when(point.time)}"


def _doubt(scene: Scene, machine: Machine, key: str) -> str:
    state = _health(scene, machine, key) if scene.plant.health is not None else None
    if state is None or state.status is SignalStatus.GOOD:
        return ""
    return f"; don't rely on it: {_said(state)}"


def _alarm(scene: Scene, machine: Machine, key: str) -> str:
    """Whether a signal has an alarm now."""
    own = [each for each in known(scene, machine) if each.data.get("tag") == key]
    active = [each for each in own if holds(each)]
    if active:
        return f"; {count(len(active), 'active alarm')}: {listing(scene, active)}"
    return "; it has no active alarm" if own else ""


def _plain(text: str) -> list[str]:
    return [word.removesuffix("s") for word in words_of(text) if word]
