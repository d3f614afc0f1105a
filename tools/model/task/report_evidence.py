"""Evidence drawn at random for samples of reports: every kind of condition, line and episode.

Names stand for themselves only in what the checker reads: the model sees marks in their place. So
it is the shape of an episode that has to vary here: how many signals, in what states, with what
else known. Episodes that unfold value by value come from the simulated machines (``tools/plant``).
"""

from __future__ import annotations

import random

from lamplighter.faults.alarms.episodes import Due
from lamplighter.faults.condition import (
    DOWNWARD,
    LIMIT_KINDS,
    RATE_KINDS,
    SIGNAL_KINDS,
    Kind,
    Severity,
)
from lamplighter.faults.evidence.log_templates import LogCount
from lamplighter.faults.evidence.record import (
    ActionTaken,
    Contribution,
    Evidence,
    Note,
    OtherSignal,
    RuledOut,
    SignalEvidence,
    SimilarEpisode,
    Trend,
)
from lamplighter.faults.wording import shown

# Name, unit, usual value, width of what is usual.
SIGNALS = (
    ("supply temperature", "°C", 7.0, 2.0),
    ("oil temperature", "°C", 46.0, 6.0),
    ("gearbox temperature", "°C", 52.0, 8.0),
    ("exhaust temperature", "°C", 410.0, 30.0),
    ("hydraulic pressure", "bar", 160.0, 12.0),
    ("condenser pressure", "bar", 9.1, 0.8),
    ("line pressure", "kPa", 720.0, 40.0),
    ("shaft vibration", "µm", 31.0, 7.0),
    ("housing vibration", "mm/s", 2.4, 0.6),
    ("drive current", "A", 12.5, 1.6),
    ("rotor speed", "rpm", 240.0, 15.0),
    ("water flow", "m³/h", 18.0, 2.0),
    ("fill level", "%", 55.0, 6.0),
    ("cycle time", "s", 4.2, 0.4),
    ("torque", "Nm", 88.0, 9.0),
    ("power", "kW", 15.5, 1.5),
)
MACHINES = ("Chiller", "Press", "Silo", "Mixer", "Turbine", "Crusher", "Dryer", "Lathe", "Grinder")
AREAS = (None, "Hall 4", "Yard", "Line 2", "North wing")
FAULTS = (
    ("worn guide", "Check the guide for play."),
    ("fouled exchanger", "Check the exchanger for deposits and the water flow through it."),
    ("loose coupling", "Check the coupling bolts for the right torque."),
    ("low oil", "Check the oil level and look for leaks."),
    ("stuck valve", "Check that the valve moves over its whole way."),
    ("rotor imbalance", "Check the rotor for deposits and missing weights."),
    ("blocked screen", "Check the screen and free it; compare the flow before and after."),
    ("nozzle wear", "Check the nozzle."),
)
LINES = ("valve 3 slow, cycle 17", "separator 2 hot", "torque limit 4 reached", "sensor 1 noisy")
NOTES = ("oil was topped up this morning", "runs louder than usual", "cleaned the screen by hand")
DONE = ("screen cleaned", "valve opened by hand", "oil topped up", "unit restarted")
WINDOWS = ("changeover", "cleaning", "maintenance")
PEOPLE = ("kim", "shift B", "r.osei", "maintenance")
REASONS = ("its unit changed", "its values jump between two scales", "values came out of order")
_LEARNED = (
    Kind.SHIFTED_UP, Kind.SHIFTED_DOWN, Kind.DRIFTING_UP, Kind.DRIFTING_DOWN, Kind.UNSTEADY,
    Kind.SPIKING, Kind.UNUSUAL, Kind.PATTERN,
)  # fmt: skip
_FIRST = 1_772_000_000
_SPAN = 30_000_000


class EvidenceMaker:
    """Makes evidence.

    Args:
        draw: what it is drawn with.
    """

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw

    def evidence(self) -> Evidence:
        """One evidence; the next one is of another machine and time."""
        draw = self._draw
        kind: Due = draw.choices(("opened", "changed", "closed"), (0.5, 0.22, 0.28))[0]
        started = float(_FIRST + draw.randrange(_SPAN))
        drawn = started + draw.choice((25, 90, 300, 1500, 4000, 12000)) + draw.randrange(60)
        count = draw.choices((1, 2, 3, 4, 5), (0.4, 0.32, 0.16, 0.08, 0.04))[0]
        if kind == "changed":
            count = max(2, count)
        names = draw.sample(SIGNALS, min(len(SIGNALS), count + draw.choice((0, 1, 1, 2, 3))))
        only = draw.random() < 0.12
        signals = self._signals(names[:count], kind, started, drawn, only=only)
        if kind == "closed":
            drawn = max(drawn, max(s.returned or 0.0 for s in signals) + 60.0)
        others = tuple(self._other(*row) for row in names[count:])
        fault, check = draw.choice(FAULTS)
        known = not only and draw.random() < 0.7
        tags = [signal.tag for signal in signals[1:]]
        fresh = tuple(tags[-draw.randint(1, len(tags)) :]) if kind == "changed" else ()
        severity = draw.choice(list(Severity))
        worse = draw.random() < 0.12 and severity is not Severity.ADVISORY
        ended_by = self._ended_by(drawn) if kind == "closed" else None
        return Evidence(
            id="x-1",
            episode="x",
            kind=kind,
            asset="x1",
            name=f"{draw.choice(MACHINES)} {draw.randint(1, 9)}",
            machine_class="generic",
            area=draw.choice(AREAS),
            severity=severity,
            started=started,
            ended=max(s.returned or started for s in signals) if kind == "closed" else None,
            drawn=drawn,
            signals=signals,
            others=others,
            logs=self._logs(),
            fault=fault if known else None,
            confidence=0.8 if known else 0.0,
            checks=(check,) if known or draw.random() < 0.8 else (),
            joined=tuple(tag for tag in fresh if self._active(signals, tag)),
            left=tuple(tag for tag in fresh if not self._active(signals, tag)),
            worsened=started + 12.0 if worse else None,
            notes=self._notes(started),
            ruled_out=self._ruled_out(others, fault),
            similar=self._similar(started),
            contributions=self._leading(signals),
            actions=(ended_by,) if ended_by else (),
            ended_by=ended_by,
            window=draw.choice(WINDOWS) if draw.random() < 0.06 else None,
        )

    @staticmethod
    def _active(signals: tuple[SignalEvidence, ...], tag: str) -> bool:
        return any(signal.tag == tag and signal.active for signal in signals)

    def _signals(
        self,
        names: list[tuple[str, str, float, float]],
        kind: str,
        started: float,
        drawn: float,
        *,
        only: bool,
    ) -> tuple[SignalEvidence, ...]:
        draw, found, onset = self._draw, [], started
        first = self._kind(only=only)
        for number, row in enumerate(names):
            alike = number and not only and draw.random() < 0.7
            condition = draw.choice((Kind.HIGH, Kind.LOW)) if alike else self._kind(only=only)
            condition = first if number == 0 else condition
            active = kind != "closed" and (draw.random() < 0.88 or number == 0)
            found.append(self._signal(row, condition, onset, drawn, active=active))
            onset += draw.randint(2, 8)
        return tuple(found)

    def _kind(self, *, only: bool) -> Kind:
        draw = self._draw
        if only:
            return draw.choice((Kind.STALE, Kind.STALE, Kind.STUCK, Kind.LOOP, Kind.DISTURBED))
        groups = (
            (Kind.HIGH, Kind.HIGH_HIGH),
            (Kind.LOW, Kind.LOW_LOW),
            (Kind.RISING_FAST, Kind.FALLING_FAST),
            (Kind.ABOVE_USUAL, Kind.BELOW_USUAL),
            _LEARNED,
            (Kind.STALE, Kind.STUCK, Kind.LOOP, Kind.DISTURBED),
        )
        return draw.choice(draw.choices(groups, (0.4, 0.17, 0.09, 0.09, 0.18, 0.07))[0])

    def _signal(
        self,
        row: tuple[str, str, float, float],
        kind: Kind,
        onset: float,
        drawn: float,
        *,
        active: bool,
    ) -> SignalEvidence:
        draw = self._draw
        name, unit, mean, width = row
        usual = mean + draw.uniform(-0.3, 0.3) * width
        side = -1.0 if kind in DOWNWARD else 1.0
        limit = round(usual + side * width * draw.uniform(1.5, 3.0), 1)
        beyond = limit + side * width * draw.uniform(0.1, 1.6)
        within = limit - side * width * draw.uniform(0.05, 0.2)
        value = beyond if active else usual + draw.uniform(-0.2, 0.2) * width
        if active and kind in LIMIT_KINDS and draw.random() < 0.08:
            value = within
        peak = max(value, beyond) if side > 0 else min(value, beyond)
        slope = draw.uniform(0.02, 0.4) * width * draw.choice((side, side, side, -side))
        trend: Trend | None = draw.choice(("steady", "rising", "rising")) if active else None
        if trend == "rising" and slope < 0:
            trend = "falling"
        bound, unit_of = limit, unit
        if kind in SIGNAL_KINDS:
            bound, unit_of = draw.choice((5.0, 30.0, 60.0, 300.0)), "s"
        elif kind in RATE_KINDS:
            bound, unit_of = round(width * 0.8, 1), f"{unit}/60 s"
        told = kind not in SIGNAL_KINDS
        return SignalEvidence(
            tag=name.replace(" ", "_"),
            name=name,
            unit=unit,
            kind=kind,
            conditions=(f"{name.replace(' ', '_')}_{kind}",),
            active=active,
            onset=onset,
            returned=None if active else drawn - draw.randint(1, 15),
            value=value,
            limit=bound,
            limit_unit=unit_of,
            baseline=usual if draw.random() < 0.9 else None,
            slope=slope if active and told and draw.random() < 0.75 else None,
            trend=trend if told else None,
            least=min(peak, value, usual),
            greatest=max(peak, value, usual),
            why=draw.choice(REASONS) if kind in {Kind.LOOP, Kind.DISTURBED} else "",
            zone=draw.choice("BCD") if "vibration" in name and draw.random() < 0.5 else None,
        )

    def _other(self, name: str, unit: str, mean: float, width: float) -> OtherSignal:
        move = self._draw.choices(("steady", "up", "down"), (0.75, 0.15, 0.1))[0]
        shift = {"steady": 0.0, "up": 1.4, "down": -1.4}[move] * width
        return OtherSignal(name.replace(" ", "_"), name, unit, mean + shift, mean, move)

    def _logs(self) -> tuple[LogCount, ...]:
        count = self._draw.choices((0, 1, 2), (0.4, 0.45, 0.15))[0]
        return tuple(
            LogCount(line, self._draw.choice((1, 2, 5, 12, 31)), "warning", line)
            for line in self._draw.sample(LINES, count)
        )

    def _notes(self, started: float) -> tuple[Note, ...]:
        if self._draw.random() > 0.15:
            return ()
        return (Note(self._draw.choice(NOTES), self._draw.choice(PEOPLE), started - 100.0),)

    def _ruled_out(self, others: tuple[OtherSignal, ...], fault: str) -> tuple[RuledOut, ...]:
        if not others or self._draw.random() > 0.4:
            return ()
        other = self._draw.choice(others)
        names = [name for name, _ in FAULTS if name != fault]
        return (RuledOut(self._draw.choice(names), other.tag, other.name, other.move),)

    def _similar(self, started: float) -> tuple[SimilarEpisode, ...]:
        if self._draw.random() > 0.15:
            return ()
        name = f"{self._draw.choice(MACHINES)} {self._draw.randint(11, 19)}"
        done = self._draw.choice(DONE)
        return (SimilarEpisode("y", "y1", name, started - 9e5, 900.0, None, done, 0.9),)

    def _leading(self, signals: tuple[SignalEvidence, ...]) -> tuple[Contribution, ...]:
        if not any(signal.kind is Kind.PATTERN for signal in signals):
            return ()
        return tuple(Contribution(s.tag, s.name, 0.6 / (1 + n)) for n, s in enumerate(signals[:2]))

    def _ended_by(self, drawn: float) -> ActionTaken | None:
        if self._draw.random() < 0.6:
            return None
        return ActionTaken(
            self._draw.choice(DONE), self._draw.choice(PEOPLE), drawn - self._draw.randint(20, 59)
        )


def distinct(evidence: Evidence) -> bool:
    """Whether no two figures of the leading signal look alike, so that none is told twice."""
    lead = evidence.lead
    given = (lead.value, lead.baseline, lead.limit)
    figures = [shown(value) for value in given if value is not None]
    return len(set(figures)) == len(figures)
