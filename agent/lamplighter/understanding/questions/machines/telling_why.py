"""Why something befell a machine, what was ruled out, and which signal leads: from the evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lamplighter.faults.condition import kind_words
from lamplighter.faults.settings import Machine
from lamplighter.faults.wording import quantity, shown
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions.machines import topics
from lamplighter.understanding.questions.machines.kept import (
    Told,
    is_of_signal,
    last_of,
    seconds,
)
from lamplighter.understanding.questions.machines.scene import Scene, quoted, span
from lamplighter.understanding.questions.machines.telling_alarms import active_now
from lamplighter.understanding.speech import listed

_FURTHEST = {"up": "greatest", "down": "least"}
_LIMITS = frozenset({"high", "high_high", "low", "low_low"})
_DOWN = ("low", "low_low", "falling_fast", "below_usual", "shifted_down", "drifting_down")
_MOVES = {"up": "went up", "down": "went down", "steady": "stayed steady"}
_STOPPED = re.compile(r"\b(?:stop\w*|trip\w*|shut\w*|halt\w*)\b", re.IGNORECASE)
_MOST_FOLLOWING = 2
_LONGEST_TEXT = 400


def why(scene: Scene, machine: Machine, intent: Intent) -> str:
    """Why it stopped, failed or alarmed, as far as that is known."""
    period = scene.named(intent)
    found = last_of(scene, machine.asset, period)
    name = scene.name(machine.asset)
    if not found:
        active = active_now(scene, machine)
        now = f"; active now: {active}" if active else ""
        when = f" {period.said}" if period else ""
        if period is None and (rows := scene.incidents.reports(1, machine.asset)):
            text = f"{rows[0].title}. {quoted(rows[0].text, _LONGEST_TEXT)}"
            written = scene.when(rows[0].created)
            return f"I can't say; the last report on {name}, {written}: {text}{now}"
        return f"I don't know why: there is no report on {name}{when}{now}"
    told = found[0]
    parts = [_cause(scene, told), _ruled(told), _log(told), _end(scene, told)]
    if topics.stops(str(intent.slots.get("said", ""))) and not parts[2]:
        parts.append(f"No record says whether {name} stopped")
    return ". ".join(part for part in parts if part)


def ruled_out(scene: Scene, machine: Machine, intent: Intent) -> str:
    """What the evidence of the last episode speaks against; of one fault, whether it does."""
    name, found = scene.name(machine.asset), last_of(scene, machine.asset)
    if not found:
        return f"I don't know: there is no report on {name}"
    evidence = found[0].evidence
    said, fault = str(intent.slots.get("said", "")), evidence.get("fault")
    out = [each for each in evidence.get("ruled_out") or () if isinstance(each, Mapping)]
    for each in out:
        if str(each["fault"]) in said:
            return f"no, {each['fault']} is ruled out for {name}: {_against(each)}"
    if fault and str(fault) in said:
        return f"yes, it is the likely fault of {name}: {fault}{_sure(evidence)}"
    if guess := re.search(
        r"\b(?:could|can|might|may) it (?:also |still )?be (?:an? |the )?(.+)", said
    ):
        likely = f"; the likely fault of {name} is {fault}{_sure(evidence)}" if fault else ""
        return f"I don't know: nothing speaks against {guess[1]} or for it{likely}"
    if not out:
        return f"nothing is ruled out for {name} by the last report, {scene.when(found[0].written)}"
    return f"ruled out for {name}: {_reasons(out)}"


def lead(scene: Scene, machine: Machine, _intent: Intent) -> str:
    """Which signal was first out, and which contribute most where they are out of step."""
    name, found = scene.name(machine.asset), last_of(scene, machine.asset)
    if not found:
        return f"I don't know: there is no report on {name}"
    told = found[0]
    first = told.signals[0]
    shares = told.evidence.get("contributions") or ()
    more = ""
    if shares:
        rows = [f"{each['name']} ({round(100 * each['share'])} %)" for each in shares[:3]]
        more = f"; of what is out of step, it is {listed(rows)}"
    when = seconds(first["onset"])
    at = f", {scene.when(when)}" if when is not None else ""
    following = _following(told)
    then = f"; then {following}" if following else ""
    return f"the {first['name']} of {name} was first: {_was(first)}{at}{then}{more}"


def _cause(scene: Scene, told: Told) -> str:
    happened, evidence = told.happened, told.evidence
    first, name = told.signals[0], happened.name
    if happened.signal_only:
        reason = f" ({first['why']})" if first.get("why") else ""
        return (
            f"No fault of {name} is known: only its {first['name']} signal was"
            f" {kind_words(str(first['kind']))}{reason}, {scene.when(happened.started)}"
        )
    fault = evidence.get("fault")
    likely = f"Most likely {fault}{_sure(evidence)}" if fault else "The cause is not known"
    following = _following(told)
    then = f", then {following}" if following else ""
    return (
        f"{likely}: the {first['name']} of {name} was {_was(first)},"
        f" beginning {scene.when(happened.started)}{then}"
    )


def _sure(evidence: Mapping[str, Any]) -> str:
    share = evidence.get("confidence")
    return (
        f" (confidence {round(100 * share)} %)" if isinstance(share, int | float) and share else ""
    )


def _was(signal: Mapping[str, Any]) -> str:
    """What was wrong with a signal: "very high, as far as 8.5 mm/s (limit 7.1 mm/s)"."""
    kind = str(signal["kind"])
    if is_of_signal(kind):
        return kind_words(kind)
    down = kind in _DOWN
    far = signal.get(_FURTHEST["down" if down else "up"])
    unit = str(signal.get("unit") or "")
    reached = ""
    if isinstance(far, int | float) and kind not in {"unsteady", "spiking", "pattern", "unusual"}:
        reached = f", as far as {quantity(shown(far), unit)}"
    if kind in _LIMITS:
        limit = quantity(shown(signal["limit"]), str(signal.get("limit_unit") or ""))
        reached += f" (limit {limit})"
    return f"{kind_words(kind)}{reached}"


def _following(told: Told) -> str:
    """What came after the first signal, with how much later."""
    start = told.happened.started
    rows = []
    for each in told.signals[1 : 1 + _MOST_FOLLOWING]:
        onset = seconds(each["onset"])
        later = f" {span(onset - start)} later" if onset is not None and onset > start else ""
        rows.append(f"the {each['name']}{later} ({kind_words(str(each['kind']))})")
    more = len(told.signals) - 1 - len(rows)
    return listed([*rows, *([f"{more} more"] if more > 0 else [])]) if rows else ""


def _ruled(told: Told) -> str:
    out = [each for each in told.evidence.get("ruled_out") or () if isinstance(each, Mapping)]
    return f"Ruled out: {_reasons(out[:2])}" if out else ""


def _reasons(out: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(f"{each['fault']}, as {_against(each)}" for each in out)


def _against(each: Mapping[str, Any]) -> str:
    move = str(each["move"])
    return f"the {each['signal']} {_MOVES.get(move, f'was {kind_words(move)}')}"


def _log(told: Told) -> str:
    """The log line that says that it stopped or tripped."""
    lines = told.evidence.get("logs") or ()
    for each in lines:
        example = str(each.get("example") or "")
        if _STOPPED.search(example):
            times = f", {each['count']} times" if each.get("count", 1) > 1 else ""
            return f"Its log says {quoted(example)}{times}"
    return ""


def _end(scene: Scene, told: Told) -> str:
    happened = told.happened
    if happened.ended is None:
        return f"It is still open, for {span(scene.now - happened.started)} now"
    done = told.evidence.get("ended_by")
    after = ""
    if isinstance(done, Mapping) and done.get("text"):
        after = f", after {done.get('by') or 'somebody'}: {quoted(str(done['text']))}"
    return f"It was over {scene.when(happened.ended)}{after}"
