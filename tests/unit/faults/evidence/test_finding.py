"""Finding a fault: ties name none, contradictions rule out, and a likelihood is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.faults.evidence.finding import find_fault
from lamplighter.faults.evidence.moves import Move
from lamplighter.faults.evidence.record import RuledOut
from lamplighter.faults.evidence.table_rows import MOVES, FaultPattern

WEAR = FaultPattern("wear", (("vibration", ("up",)), ("heat", ("up",))), ("bearing",), "Look.")
TWIN = FaultPattern("twin", (("vibration", ("up",)), ("heat", ("up",))), (), "Look twice.")
LEAK = FaultPattern(
    "leak",
    (("flow", ("down",)), ("level", ("down",))),
    ("drip",),
    "Mop.",
    (("level", ("steady",)),),
)


def named(word: str, row: Move) -> bool:
    return word in row.name


def move(name: str, how: str, *, alarmed: bool = True, known: bool = True) -> Move:
    return Move(name, name, how, alarmed=alarmed, known=known)


HOT = (move("vibration", "up"), move("heat", "up"))


def test_two_faults_that_fit_alike_are_none() -> None:
    found = find_fault([WEAR, TWIN], HOT, [], named)
    assert (found.fault, found.confidence, found.touched) == (None, 0.0, True)


def test_a_word_of_the_log_decides() -> None:
    found = find_fault([WEAR, TWIN], HOT, ["Bearing <n> loud"], named)
    assert found.fault is WEAR


@pytest.mark.parametrize(
    ("rows", "ruled_out"),
    [
        ([move("vibration", "steady", alarmed=False), move("heat", "up")], ("vibration", "steady")),
        ([move("vibration", "down"), move("heat", "up")], ("vibration", "down")),
    ],
)
def test_a_fault_whose_lead_does_not_move_is_ruled_out(
    rows: list[Move], ruled_out: tuple[str, str]
) -> None:
    found = find_fault([WEAR], rows, [], named)
    assert found.fault is None
    assert found.ruled_out == (RuledOut("wear", ruled_out[0], *ruled_out),)


def test_what_the_table_says_speaks_against_rules_out() -> None:
    rows = [move("flow", "down"), move("level", "steady", alarmed=False)]
    found = find_fault([LEAK], rows, [], named)
    assert found.ruled_out == (RuledOut("leak", "level", "level", "steady"),)


@pytest.mark.parametrize(
    "rows",
    [
        [move("vibration", "stale", known=False), move("heat", "up")],
        [move("heat", "up")],
        [move("vibration", "steady", alarmed=False)],
    ],
)
def test_nothing_is_ruled_out_by_what_is_not_known_or_without_a_reason_to_think_of_it(
    rows: list[Move],
) -> None:
    assert find_fault([WEAR], rows, [], named).ruled_out == ()


def test_more_that_fits_makes_it_likelier() -> None:
    shares = [
        find_fault([WEAR, LEAK], rows, logs, named).confidence
        for rows, logs in (
            (HOT[:1], []),
            (HOT, []),
            (HOT, ["bearing hot"]),
        )
    ]
    assert shares == sorted(shares)
    assert shares[0] < shares[1] < shares[2] < 1.0


@pytest.mark.parametrize(
    ("word", "line", "said"),
    [
        ("ice", "evaporator ice <n> mm", True),
        ("ice", "service of device", False),
        ("oil", "boiler coil", False),
        ("lubric", "Lubrication low", True),
        ("bearing", "Bearing2: hot", True),
        ("dry run", "DRY-RUN protection", True),
        ("trip", "strip fed", False),
    ],
)
def test_a_word_of_the_log_begins_a_word_of_the_line(word: str, line: str, *, said: bool) -> None:
    pattern = FaultPattern("odd", (("vibration", ("up",)),), (word,), "Look.")
    twin = FaultPattern("twin", (("vibration", ("up",)),), (), "Look twice.")
    found = find_fault([twin, pattern], [move("vibration", "up")], [line], named)
    assert (found.fault is pattern) is said


ROWS = st.lists(
    st.builds(
        move,
        st.sampled_from(["vibration", "heat", "flow", "level", "other"]),
        st.sampled_from([each for each in MOVES if " " not in each]),
        alarmed=st.booleans(),
        known=st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@given(ROWS, st.lists(st.sampled_from(["bearing hot", "drip", "hello"]), max_size=3))
def test_whatever_is_seen_the_finding_makes_sense(rows: list[Move], logs: list[str]) -> None:
    found = find_fault([WEAR, TWIN, LEAK], rows, logs, named)
    assert (found.confidence >= 0.5) == (found.fault is not None)
    assert found.confidence < 1.0
    assert all(each.fault != getattr(found.fault, "fault", None) for each in found.ruled_out)
    known = {(row.name, row.move) for row in rows if row.known}
    assert all((each.signal, each.move) in known for each in found.ruled_out)
