"""A night, a day or a shift in short."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lamplighter.faults.summaries.shifts import last_end
from lamplighter.faults.summaries.summary import summarised
from lamplighter.faults.summaries.telling import told
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions import periods
from lamplighter.understanding.questions.machines.kept import MOST_REPORTS, in_stretch
from lamplighter.understanding.questions.machines.scene import Scene
from lamplighter.understanding.questions.periods import Period

_SHIFTS_BACK = 8
_NIGHT_AT = 2


def summary(scene: Scene, assets: tuple[str, ...], intent: Intent) -> str:
    """The stretch that is asked about, summed up by its kept reports."""
    period = _stretch(scene, intent)
    found, more = in_stretch(scene, period, assets)
    zone = scene.zone or datetime.now(UTC).astimezone().tzinfo or UTC
    summed = summarised((each.happened for each in found), period.start, period.end)
    text = told(summed, zone)
    if more:
        text += (
            f" There are more than {MOST_REPORTS} reports of this time: this is of the last ones."
        )
    return text


def _stretch(scene: Scene, intent: Intent) -> Period:
    said = f"{intent.slots.get('said', '')} {intent.slots.get('period', '')}"
    if "shift" in said and (found := _shift(scene, said)):
        return found
    if intent.slots.get("period"):
        return scene.period(intent)
    for word in ("night", "morning", "afternoon", "evening", "week", "weekend"):
        if word in said.split():
            words = {"night": "last night", "week": "this week", "weekend": "last weekend"}
            resolved = periods.resolved(words.get(word, f"this {word}"), scene.now, scene.zone)
            if resolved is not None:
                return resolved
    if "day" in said.split() and (today := periods.resolved("today", scene.now, scene.zone)):
        return today
    return scene.period(intent)


def _shift(scene: Scene, said: str) -> Period | None:
    """The shift that is meant: the last one, the one that runs, or the last one at night."""
    zone = scene.zone or datetime.now(UTC).astimezone().tzinfo or UTC
    ends, at = [scene.now], scene.now
    while len(ends) < _SHIFTS_BACK:
        end = last_end(at, scene.plant.shifts, zone)
        if end is None:
            return None
        ends.append(end)
        at = end - 1
    shifts = [Period(start, end, "") for end, start in zip(ends, ends[1:], strict=False)]
    current = any(word in said for word in ("this shift", "current shift", "our shift", "my shift"))
    for number, shift in enumerate(shifts):
        if "night" in said:
            if _has_the_night(shift, scene) and (number or current):
                return shift
        elif bool(number) != current:
            return shift
    return None


def _has_the_night(shift: Period, scene: Scene) -> bool:
    """Whether two in the morning is within the shift."""
    end = datetime.fromtimestamp(shift.end, scene.zone)
    night = end.replace(hour=_NIGHT_AT, minute=0, second=0, microsecond=0)
    if night > end:
        night -= timedelta(days=1)
    return shift.start <= night.timestamp() < shift.end
