"""A night, a day or a shift in short."""

from __future__ import annotations

from datetime import UTC, datetime

from lamplighter.faults.summaries.summary import summarised
from lamplighter.faults.summaries.telling import told
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions.machines.kept import MOST_REPORTS, in_stretch
from lamplighter.understanding.questions.machines.scene import Scene


def summary(scene: Scene, assets: tuple[str, ...], intent: Intent) -> str:
    """The stretch that is asked about, summed up by its kept reports."""
    period = scene.period(intent)
    found, more = in_stretch(scene, period, assets)
    zone = scene.zone or datetime.now(UTC).astimezone().tzinfo or UTC
    text = told(summarised((each.happened for each in found), period.start, period.end), zone)
    if more:
        text += f" This is of the last {MOST_REPORTS} reports of that time: there are more."
    return text
