"""The benchmark of the store: what it counts, and what it lets pass."""

from __future__ import annotations

from typing import Any

import pytest
from tools.store_figures.conditions import number_of, payload
from tools.store_figures.sustained import GROWTH_MIB, Tally, judge
from tools.store_figures.targets import targets

from lamplighter.link.received import Received
from lamplighter.plugin import Message
from lamplighter.store.inbound.inbox import InboxRow


def rows(*numbers: int) -> list[InboxRow]:
    return [InboxRow(1, Received(Message("t", payload(number)), 1, 1)) for number in numbers]


def samples(memory: list[float], rates: list[float]) -> list[dict[str, float]]:
    return [
        {"at_s": 5.0 * at, "resident_mib": mib, "per_s": rate}
        for at, (mib, rate) in enumerate(zip(memory, rates, strict=True))
    ]


def test_a_message_is_known_by_its_number() -> None:
    assert len(payload(12)) == 200
    assert [number_of(payload(number)) for number in (0, 9, 123_456_789)] == [0, 9, 123_456_789]


def test_what_is_missing_and_what_came_twice_is_counted_without_keeping_any() -> None:
    tally = Tally()
    tally.add(rows(0, 0))
    tally.begin()
    tally.add(rows(0, 1, 2))
    tally.add(rows(5, 6, 1, 7))
    assert (tally.done, tally.lost, tally.duplicates) == (6, 2, 1)


@pytest.mark.parametrize(
    ("memory", "rates", "lost", "problem"),
    [
        ([50.0] * 30, [1000.0] * 30, 0, ""),
        # What a start takes is no growth.
        ([30.0] * 4 + [50.0] * 26, [1000.0] * 30, 0, ""),
        ([50 + at * GROWTH_MIB / 20 for at in range(30)], [1000.0] * 30, 0, "memory grew"),
        ([50.0] * 30, [1000.0] * 15 + [600.0] * 15, 0, "the rate sank"),
        ([50.0] * 30, [1000.0] * 30, 3, "3 messages were lost"),
    ],
)
def test_growth_a_sinking_rate_and_a_loss_are_found(
    memory: list[float], rates: list[float], lost: int, problem: str
) -> None:
    problems = judge(samples(memory, rates), lost)["problems"]
    assert len(problems) == (1 if problem else 0)
    assert problem in "".join(problems)


def test_a_target_is_reached_by_the_worst_round() -> None:
    latency: dict[str, Any] = {"pace": "even", "inbound_per_s": 0, "p99_ms_worst": 20.1}
    found = {
        "inbound": {"share_of_bare": {"5": [2.0, 0.84]}},
        "latency": {"rows": [latency]},
        "backlog": {"rows": 10, "above_idle_mib": 60.0},
    }
    assert [target["reached"] for target in targets(found)] == [False, False, True]
    # What was left out has no target, and what was skipped neither.
    assert targets({"backlog": {"skipped": "no disk"}}) == []
