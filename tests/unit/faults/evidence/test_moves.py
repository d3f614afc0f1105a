from __future__ import annotations

import pytest

from lamplighter.faults.condition import Kind
from lamplighter.faults.evidence.moves import Move, grade, is_contrary, moves_of


def row(move: str, *also: str, known: bool = True) -> Move:
    return Move("t", "t", move, also=also, known=known)


@pytest.mark.parametrize(
    ("kinds", "moves"),
    [
        ([Kind.HIGH], ("up", ())),
        ([Kind.DRIFTING_DOWN], ("down", ("drifting down",))),
        ([Kind.HIGH, Kind.RISING_FAST], ("up", ("jumping up",))),
        ([Kind.SHIFTED_UP, Kind.UNSTEADY], ("up", ("jumping up", "unsteady"))),
        ([Kind.SPIKING], ("spiking", ())),
    ],
)
def test_conditions_are_moves(kinds: list[Kind], moves: tuple[str, tuple[str, ...]]) -> None:
    assert moves_of(kinds) == moves


@pytest.mark.parametrize(
    ("wanted", "done", "least", "most"),
    [
        (("up",), row("up"), 1.0, 1.0),
        (("up",), row("up", "drifting up"), 1.0, 1.0),
        (("drifting up",), row("up", "drifting up"), 1.0, 1.0),
        (("drifting up",), row("up"), 0.5, 0.9),
        (("drifting up",), row("up", "jumping up"), 0.1, 0.4),
        (("unsteady",), row("spiking"), 0.3, 0.7),
        (("up",), row("unsteady"), 0.1, 0.5),
        (("up", "unsteady"), row("unsteady"), 1.0, 1.0),
        (("up",), row("down"), 0.0, 0.0),
        (("up",), row("up", known=False), 0.0, 0.0),
    ],
)
def test_how_far_a_move_is_the_expected_one(
    wanted: tuple[str, ...], done: Move, least: float, most: float
) -> None:
    assert least <= grade(wanted, done) <= most


@pytest.mark.parametrize(
    ("wanted", "done", "contrary"),
    [
        (("up",), row("down"), True),
        (("up",), row("steady"), True),
        (("jumping up",), row("down"), True),
        (("up",), row("unsteady"), False),
        (("up", "down"), row("down"), False),
        (("unsteady",), row("up"), False),
        (("unsteady",), row("steady"), True),
        (("steady",), row("steady"), False),
        (("up",), row("down", known=False), False),
    ],
)
def test_what_contradicts_is_known_to(
    wanted: tuple[str, ...], done: Move, *, contrary: bool
) -> None:
    assert is_contrary(wanted, done) is contrary
