"""Which layers are dropped."""

from __future__ import annotations

import pytest
from tools.model.depth import by_loss, evenly, least_influential

from lamplighter.errors import ModelError

INFLUENCE = (0.9, 0.1, 0.05, 0.3, 0.02, 0.2, 0.01)


def test_the_least_influential_go_and_the_ends_stay() -> None:
    assert least_influential(INFLUENCE, 2) == (2, 4)
    assert least_influential(INFLUENCE, 3, first=2, last=0) == (2, 4, 6)
    assert least_influential(INFLUENCE, 0) == ()


def test_layers_that_must_stay_can_not_be_dropped() -> None:
    with pytest.raises(ModelError, match="6 of 7 layers"):
        least_influential(INFLUENCE, 6)


@pytest.mark.parametrize(("layers", "count"), [(30, 16), (30, 1), (7, 5), (12, 0)])
def test_an_even_choice_drops_as_many_as_asked_and_keeps_the_ends(layers: int, count: int) -> None:
    dropped = evenly(layers, count)
    assert len(dropped) == len(set(dropped)) == count
    assert not {0, layers - 1} & set(dropped)


def test_an_even_choice_leaves_two_at_least() -> None:
    with pytest.raises(ModelError, match="6 of 7"):
        evenly(7, 6)


def test_the_greedy_choice_sees_that_two_layers_stand_in_for_each_other() -> None:
    asked: list[tuple[int, ...]] = []

    def loss(dropped: tuple[int, ...]) -> float:
        asked.append(dropped)
        cost = {0: 9.0, 1: 1.0, 2: 1.5, 3: 2.0}
        return sum(cost[number] for number in dropped) + 10 * ({1, 2} <= set(dropped))

    assert by_loss(4, 2, loss) == ((1, 3), [1.0, 3.0])
    assert all(row == tuple(sorted(row)) for row in asked)
    assert len(asked) == 4 + 3
