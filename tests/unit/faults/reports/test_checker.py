"""The checker against faithful texts, texts with one planted error, and the template's own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.faults.alarms.episodes import Due
from lamplighter.faults.condition import Kind, Severity
from lamplighter.faults.evidence.log_templates import LogCount
from lamplighter.faults.evidence.record import ActionTaken, Evidence, OtherSignal, SignalEvidence
from lamplighter.faults.reports.checker import check, length_problems
from lamplighter.faults.reports.template_text import template_text

START = 1_772_373_909.0  # 2026-03-01T14:05:09Z
FAITHFUL = (
    "Feed pump 3 in the Boiler house has been in critical alarm since 14:05:09 UTC on 2026-03-01. "
    "Its vibration is high at 7.94 mm/s, above the limit of 7.1 mm/s, and rising by 1.57 mm/s per "
    "minute; usually it is 2.1 mm/s. Bearing temperature followed 40 s later at 78.5 °C, above "
    "its limit of 75 °C, while discharge pressure stayed steady at 4.2 bar. The log says 12 "
    'times: "bearing <n> above <n> C". The pattern points to bearing wear. Check the bearing first.'
)


def test_a_faithful_text_passes(evidence: Evidence) -> None:
    assert check(FAITHFUL, evidence) == []
    assert length_problems(FAITHFUL) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("7.94 mm/s", "7.9 mm/s"),
        ("78.5 °C", "79 °C"),
        ("78.5 °C", "78.5 degrees Celsius"),
        ("14:05:09 UTC on 2026-03-01", "14:05"),
        ("14:05:09 UTC on 2026-03-01", "2026-03-01T14:05:09Z"),
        ("14:05:09 UTC on 2026-03-01", "2:05 pm"),
        ("rising by 1.57 mm/s per minute", "rising at 1.6 mm/s/min"),
        ("above the limit of 7.1 mm/s", "0.84 mm/s above its limit"),
        ("above the limit of 7.1 mm/s", "12 % above its 7.1 mm/s limit"),
        ("usually it is 2.1 mm/s", "that is 3.8 times the baseline"),
        ("40 s later", "40 seconds later"),
        ("The pattern points to", "Two signals are in alarm, which points to"),
        ("in critical alarm since", "in alarm for 3 minutes, since"),
        ("stayed steady", "did not fall but stayed"),
        ("The pattern points to bearing wear.", "This may be due to bearing wear."),
        ("Check the bearing first.", "Inspect the bearing for noise and heat."),
        ("Its vibration is high at", "Its vibration rose from 2.1 to"),
        ("Its vibration is high at", "Its vibration crept up past its limit and sits at"),
        ("7.94 mm/s, above", "7.94 millimetres per second, above"),
        ("14:05:09 UTC on 2026-03-01", "2:05 pm UTC on 1 March 2026"),
        ("above the limit of 7.1 mm/s", "about 0.8 mm/s over the limit of 7.1"),
        ("usually it is 2.1 mm/s", "that is nearly four times the usual 2.1 mm/s"),
        ("78.5 °C, above its limit of 75 °C", "78.5 °C, 3.5 degrees above its limit of 75 °C"),
        ("40 s later", "forty seconds later"),
        ("The pattern points to bearing wear.", "Bearing wear is the most likely cause."),
        ("The pattern points to bearing wear.", "Suspected: bearing wear (83 % confidence)."),
        ("Check the bearing first.", "Please listen to the bearing and look at its lubrication."),
        ("Check the bearing first.", "No other signal is affected, so inspect the bearing."),
        ("discharge pressure stayed steady at 4.2 bar", "discharge pressure holds at 4.2 bar"),
    ],
)
def test_a_faithful_rewording_passes(evidence: Evidence, old: str, new: str) -> None:
    assert old in FAITHFUL
    assert check(FAITHFUL.replace(old, new), evidence) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # numbers
        ("7.94 mm/s", "7.49 mm/s"),
        ("7.94 mm/s", "8 mm/s and 9 mm/s"),
        ("7.1 mm/s", "7.2 mm/s"),
        ("7.1 mm/s", "7 mm/s"),
        ("2.1 mm/s", "1.2 mm/s"),
        ("1.57", "15.7"),
        ("40 s later", "50 s later"),
        ("40 s later", "4 minutes later"),
        ("12 times", "21 times"),
        ("The pattern", "Three signals are in alarm. The pattern"),
        ("78.5 °C", "-78.5 °C"),
        # swapped roles
        ("at 7.94 mm/s, above the limit of 7.1", "at 7.1 mm/s, above the limit of 7.94"),
        ("usually it is 2.1 mm/s", "usually it is 7.94 mm/s"),
        ("steady at 4.2 bar", "steady at 78.5 °C"),
        # units
        ("7.94 mm/s", "7.94 m/s"),
        ("7.94 mm/s", "7.94 in/s"),
        ("7.94 mm/s", "7.94"),
        ("78.5 °C", "78.5 °F"),
        ("4.2 bar", "4.2 psi"),
        ("per minute", "per hour"),
        # names
        ("Feed pump 3", "Feed pump 4"),
        ("discharge pressure", "suction pressure"),
        ("Boiler house", "Turbine hall"),
        ("Bearing temperature", "Oil temperature"),
        ("Its vibration", "Its motor current"),
        # times
        ("14:05:09", "14:05:19"),
        ("14:05:09", "15:05:09"),
        ("2026-03-01", "2026-03-02"),
        # directions
        ("is high at", "is low at"),
        ("above the limit", "below the limit"),
        ("and rising", "and falling"),
        ("stayed steady", "was falling"),
        ("78.5 °C, above", "78.5 °C, below"),
        ("vibration is high", "vibration is not high"),
        # causes and claims
        ("bearing wear", "misalignment"),
        ("bearing wear", "a lack of lubrication"),
        ("bearing wear", "cavitation"),
        ("The pattern points to bearing wear.", "The bearing shows wear."),
        ("Check the bearing first.", "The grease is cold."),
        ("Check the bearing first.", "The noise and heat are in the bearing."),
        ("Check the bearing first.", "The load is heavy."),
        ("Check the bearing first.", "The pressure is raised."),
        ("Check the bearing first.", "The bearing pressure is steady."),
        ("points to bearing wear", "points to vibration"),
        ("above the limit of 7.1 mm/s", "above 2.1 mm/s"),
        ("above the limit of 7.1 mm/s", "exceeding the maximum allowable vibration of 2.1 mm/s"),
        ("The pattern points to bearing wear.", "This was caused by the night shift."),
        ("Check the bearing first.", "Check the coupling first."),
        ("Check the bearing first.", "Siemens was informed."),
        ("Check the bearing first.", "The alarm has been resolved."),
        ("bearing <n> above <n> C", "bearing <n> seized"),
        ("critical", "minor"),
        ("The pattern points", "This happened because the valve was closed. The pattern points"),
        ("The pattern points", "It is due to a power cut. The pattern points"),
        ("The pattern points", "Somebody changed the setpoint. The pattern points"),
        ("The pattern points", "The machine was shut down. The pattern points"),
        ("The pattern points", "The bearing temperature was first out. The pattern points"),
        ("usually it is 2.1 mm/s", "that is twice its usual value"),
        ("stayed steady at 4.2 bar", "is stuck at 4.2 bar"),
        # what is said twice, in two ways, or not to its end
        ("usually it is 2.1 mm/s", "usually 2.1 mm/s; usually 2.1 mm/s, 2.1 mm/s"),
        ("usually it is 2.1 mm/s", "usually 2.1 mm/s, 2.1 mm/s"),
        ("usually it is 2.1 mm/s", "usually it is 2.1 mm/s. Usually it is 2.1 mm/s"),
        ("usually it is 2.1 mm/s", "usually it is 2.1 mm/s, normally 2.10 mm/s"),
        ("Check the bearing first.", "The pattern points to bearing wear."),
        ("Check the bearing first.", "Check the bearing first"),
        ("Check the bearing first.", "The vibration is usually 2."),
        ("Its vibration is high at", "Its vibration has returned to"),
        ("Its vibration is high at", "Its vibration is back to normal at"),
        # what must be said
        ("since 14:05:09 UTC on 2026-03-01", "for a while"),
        ("at 7.94 mm/s, ", ""),
    ],
)
def test_one_planted_error_is_caught(evidence: Evidence, old: str, new: str) -> None:
    assert old in FAITHFUL
    assert check(FAITHFUL.replace(old, new), evidence) != []


def test_several_signals_may_follow_at_one_time(evidence: Evidence) -> None:
    others = [
        replace(evidence.signals[1], tag=name, name=name, baseline=None) for name in ("oil", "seal")
    ]
    changed = replace(
        evidence,
        kind="changed",
        signals=(evidence.lead, *others),
        joined=("oil",),
        fault=None,
        checks=(),
    )
    text = template_text(changed)
    assert text.count("At 14:05:49 UTC followed: ") == 2
    assert check(text, changed) == []


def test_a_silence_is_no_limit_of_a_value(evidence: Evidence) -> None:
    silent = replace(evidence.signals[1], kind=Kind.STALE, limit=20.0, limit_unit="s", active=False)
    both = replace(evidence, signals=(evidence.lead, silent))
    assert (
        "followed: bearing temperature gave no value for 20 s or more and is back at 78.5 °C"
        in (template_text(both))
    )
    told = "Bearing temperature followed 40 s later at 78.5 °C, above its limit of 75 °C"
    assert told in FAITHFUL
    new = "Bearing temperature gave no value for 20 s and is back at 78.5 °C"
    assert check(FAITHFUL.replace(told, new), both) == []
    for wrong in (
        "Bearing temperature is back to normal, 78.5 °C, and limit 20 s",
        "Bearing temperature is back at 78.5 °C with a limit of 20 s",
        "Bearing temperature is back at 78.5 °C with a limit of 7.1 mm/s",
    ):
        assert check(FAITHFUL.replace(told, wrong), both) != []


def test_a_change_within_a_time_is_no_limit_of_a_value(evidence: Evidence) -> None:
    fast = replace(evidence.signals[1], kind=Kind.RISING_FAST, limit=5.0, limit_unit="°C/60 s")
    both = replace(evidence, signals=(evidence.lead, fast))
    text = FAITHFUL.replace("above its limit of 75 °C", "its limit of 5 °C")
    assert "5 °C is not the limit" in check(text, both)


def test_two_signals_may_be_beyond_the_same_limit(evidence: Evidence) -> None:
    other = replace(evidence.signals[1], tag="axial", name="axial shift", unit="mm/s", value=7.9)
    other = replace(other, limit=7.1, limit_unit="mm/s", baseline=2.0)
    both = replace(evidence, signals=(evidence.lead, other))
    text = template_text(both)
    assert text.count("above its limit of 7.1 mm/s") == 2
    assert check(text, both) == []


def test_what_is_over_and_what_is_not(evidence: Evidence) -> None:
    back = replace(evidence.lead, active=False, value=2.2, returned=evidence.started + 150)
    closed = replace(
        evidence, kind="closed", ended=evidence.started + 150, signals=(back,), logs=(), fault=None
    )
    text = (
        "Feed pump 3 is back within its limits since 14:07:39 UTC. The episode began at 14:05:09 "
        "and lasted 150 s: vibration was above its limit of 7.1 mm/s and has returned to 2.2 mm/s."
    )
    assert check(text, closed) == []
    assert check(text.replace("150 s", "15 min"), closed) != []
    assert check(text + " It was low.", closed) != []
    assert check(text + " The alarm persists.", closed) != []
    assert check(text.replace("14:07:39", "14:09:39"), closed) != []


def test_a_severity_is_not_told_from_before_it_was_reached(evidence: Evidence) -> None:
    later = replace(evidence, worsened=START + 65)
    assert "it is critical since 14:06:14, not 14:05:09" in check(FAITHFUL, later)
    old = "in critical alarm since 14:05:09 UTC on 2026-03-01"
    for new in (
        "in alarm since 14:05:09 UTC, critical since 14:06:14 UTC",
        "in critical alarm since 14:06 and in alarm since 14:05:09",
    ):
        assert check(FAITHFUL.replace(old, new), later) == []
    assert template_text(later).startswith(
        "Feed pump 3 (Boiler house): alarm since 14:05:09 UTC on 2026-03-01, which became "
        "critical at 14:06:14 UTC. First out: "
    )


NAMES = ["Feed pump 3", "Exhaust fan", "Line 2 conveyor", "P-101", "Kühlschrank"]
TAGS = [
    ("vibration", "vibration", "mm/s"),
    ("temp_de", "drive end temperature", "°C"),
    ("pressure", "discharge pressure", "bar"),
    ("amps", "motor current", "A"),
    ("level", "tank level", "%"),
    ("rpm", "speed", "rpm"),
]
NUMBERS = st.floats(-2000, 2000).map(lambda number: round(number, 3))
SPANS = st.integers(0, 20_000)


@st.composite
def signals(draw: st.DrawFn, row: tuple[str, str, str], start: float, end: float) -> SignalEvidence:
    tag, name, unit = row
    kind = draw(st.sampled_from(list(Kind)))
    limit, value = draw(NUMBERS), draw(NUMBERS)
    limit_unit = unit
    if kind in {Kind.STALE, Kind.STUCK}:
        limit, limit_unit = float(draw(st.integers(5, 900))), "s"
    elif kind in {Kind.RISING_FAST, Kind.FALLING_FAST}:
        limit, limit_unit = abs(limit), f"{unit}/60 s"
    active = draw(st.booleans())
    onset = start + draw(st.integers(0, 60)) if end - start > 60 else start
    slope = draw(st.none() | NUMBERS)
    trend = None if slope is None else ("rising" if slope > 0 else "falling")
    return SignalEvidence(
        tag=tag,
        name=name,
        unit=unit,
        kind=kind,
        conditions=(f"{tag}_{kind}",),
        active=active,
        onset=onset,
        returned=None if active else end,
        value=value,
        limit=limit,
        limit_unit=limit_unit,
        baseline=draw(st.none() | NUMBERS),
        slope=slope,
        trend=trend,  # type: ignore[arg-type]
        least=draw(NUMBERS),
        greatest=draw(NUMBERS),
    )


@st.composite
def episodes(draw: st.DrawFn) -> Evidence:
    start = float(draw(st.integers(1_700_000_000, 1_900_000_000)))
    end = start + draw(SPANS)
    rows = draw(st.permutations(TAGS))
    count = draw(st.integers(1, 4))
    found = [draw(signals(row, start, end)) for row in rows[:count]]
    found.sort(key=lambda signal: signal.onset)
    kind: Due = draw(st.sampled_from(["opened", "changed", "closed"]))
    if kind == "closed":
        found = [replace(signal, active=False, returned=end) for signal in found]
    found[0] = replace(found[0], onset=start)
    name = draw(st.sampled_from(NAMES))
    fault = draw(st.sampled_from([None, "bearing wear", "cavitation"]))
    steady = [OtherSignal(*row, draw(NUMBERS), draw(NUMBERS), "steady") for row in rows[count:]]
    return Evidence(
        id="e-1",
        episode="e",
        kind=kind,
        asset=name.replace(" ", "_").lower(),
        name=name,
        machine_class="pump",
        area=draw(st.sampled_from([None, "Boiler house", "Hall 7"])),
        severity=draw(st.sampled_from(list(Severity))),
        started=start,
        ended=end if kind == "closed" else None,
        drawn=end + draw(SPANS),
        signals=tuple(found),
        others=tuple(steady),
        logs=draw(
            st.sampled_from([(), (LogCount("bearing <n> hot", 3, "warning", "bearing 2 hot"),)])
        ),
        actions=draw(
            st.sampled_from([(), (ActionTaken("vibration high: acknowledged", "Anna", start),)])
        ),
        fault=fault,
        confidence=0.7 if fault else 0.0,
        checks=draw(st.sampled_from([(), ("Check the bearing for noise, heat and grease.",)])),
        joined=tuple(signal.tag for signal in found[1:2]),
        worsened=draw(st.sampled_from([None, start + 7.0])),
    )


@given(episodes(), st.booleans())
def test_the_templates_text_is_always_faithful_and_of_the_right_length(
    evidence: Evidence,
    late: bool,  # noqa: FBT001 - hypothesis gives it by name
) -> None:
    text = template_text(evidence, as_of=late)
    assert check(text, evidence) == [], text
    assert length_problems(text) == [], text


@given(episodes(), st.text(max_size=200))
def test_any_text_can_be_checked_and_noise_never_passes(evidence: Evidence, text: str) -> None:
    assert check(text, evidence) != []


@given(episodes(), st.floats(1.1, 9.0), st.booleans())
def test_a_leading_value_that_is_off_is_caught(
    evidence: Evidence,
    factor: float,
    up: bool,  # noqa: FBT001 - hypothesis gives it by name
) -> None:
    wrong = round(3000.0 * factor, 1) if up else round(-3000.0 * factor, 1)
    text = f"{template_text(evidence)} The {evidence.lead.name} is at {wrong} {evidence.lead.unit}."
    assert any("evidence" in problem for problem in check(text, evidence))


@pytest.mark.parametrize(
    "said", ["The switch is now off.", "The other one is off now.", "Everything is back to normal."]
)
def test_a_sentence_of_plain_words_alone_is_refused(evidence: Evidence, said: str) -> None:
    assert any("says nothing" in problem for problem in check(f"{FAITHFUL} {said}", evidence))
