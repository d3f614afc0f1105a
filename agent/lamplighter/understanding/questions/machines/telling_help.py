"""What to check, what helped, and whether it happened before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lamplighter.faults.settings import Machine
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions.machines.kept import Told, last_of, seconds
from lamplighter.understanding.questions.machines.scene import Scene, quoted, span, times
from lamplighter.understanding.speech import listed

_CHECKS = 3
_TOLD = 2
_EVER_S = 3 * 366 * 86400.0


def check(scene: Scene, machine: Machine, _intent: Intent) -> str:
    """What the last report recommends to check, and what for."""
    name, found = scene.name(machine.asset), last_of(scene, machine.asset)
    if not found:
        return f"I don't know: there is no report on {name}"
    told = found[0]
    checks = [str(each).rstrip(".") for each in told.evidence.get("checks") or ()][:_CHECKS]
    if not checks:
        return f"I don't know: the last report on {name} recommends no check"
    first, *rest = checks
    fault = told.evidence.get("fault")
    why = f" (likely {fault})" if fault else ""
    said = f"on {name}{why}: {first}"
    if rest:
        said += f"; then: {'; '.join(rest)}"
    if told.happened.ended is not None:
        said += f". It is no longer in alarm, since {scene.since(told.happened.ended)}"
    if helped := _helped_before(told):
        said += f". {helped}"
    return said


def helped(scene: Scene, machine: Machine, _intent: Intent) -> str:
    """What was done before the end of the last episode, or of earlier ones like it."""
    name, found = scene.name(machine.asset), last_of(scene, machine.asset)
    if not found:
        return f"I don't know: there is no report on {name}"
    for told in found:
        done = told.evidence.get("ended_by")
        if isinstance(done, Mapping) and done.get("text") and told.happened.ended is not None:
            at = seconds(done.get("at"))
            when = f", {scene.when(at)}" if at is not None else ""
            before = _helped_before(told)
            more = f". {before}" if before else ""
            by = str(done.get("by") or "somebody")
            text = quoted(str(done["text"]))
            return f"the last that was done on {name} before the end{when}, by {by}: {text}{more}"
    before = next((said for told in found if (said := _helped_before(told))), "")
    if before:
        return before
    return f"I don't know: nothing is recorded that was done before an episode of {name} ended"


def before(scene: Scene, machine: Machine, _intent: Intent) -> str:
    """Whether it was so before: earlier episodes of the machine, and those like its last one."""
    name, found = scene.name(machine.asset), last_of(scene, machine.asset)
    if not found:
        return f"no: there is no report on {name}"
    told = found[0]
    since = scene.now - _EVER_S
    rows = scene.incidents.over(since, told.happened.started, machine.asset)
    earlier = [each for each in rows if each.episode != told.happened.episode]
    similar = _similar(told)
    if not earlier and not similar:
        return f"not that I know of: this is the first kept episode of {name}"
    own = f"{name} was in alarm {times(len(earlier))} before" if earlier else ""
    like = [_like(scene, each) for each in similar[:_TOLD]]
    if not like:
        last = scene.when(earlier[-1].started)
        return f"yes: {own}, last {last}, but no episode is known to be like this one"
    most = f"the most similar: {listed(like)}"
    return f"yes: {own}; {most}" if own else f"not on {name} itself, but {most}"


def _similar(told: Told) -> list[Mapping[str, Any]]:
    return [each for each in told.evidence.get("similar") or () if isinstance(each, Mapping)]


def _like(scene: Scene, each: Mapping[str, Any]) -> str:
    at, lasted = seconds(each.get("started")), each.get("duration")
    parts = [str(each.get("name") or each.get("asset"))]
    if at is not None:
        parts.append(scene.when(at))
    if isinstance(lasted, int | float):
        parts.append(span(lasted))
    if each.get("fault"):
        parts.append(f"likely {each['fault']}")
    if each.get("helped"):
        parts.append(f"what helped: {quoted(str(each['helped']))}")
    return ", ".join(parts)


def _helped_before(told: Told) -> str:
    """What helped in the most similar earlier episode of which that is known."""
    for each in _similar(told):
        if each.get("helped"):
            name = str(each.get("name") or each.get("asset"))
            return f"What helped in a similar episode ({name}): {quoted(str(each['helped']))}"
    return ""
