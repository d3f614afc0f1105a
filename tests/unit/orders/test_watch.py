"""Orders act when what they wait for becomes true, once, and over restarts."""

from __future__ import annotations

import asyncio
from datetime import UTC

from tests.unit.orders.conftest import Watcher

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.orders.daylight import Daylight
from lamplighter.orders.kept import Kept
from lamplighter.orders.order import Fact, Hours, Order
from lamplighter.orders.watch import MOST_A_MINUTE

DOOR = Fact(("binary_sensor.back",), "is", "open")
DOORS = Fact(("binary_sensor.back", "binary_sensor.front"), "is", "open")
WARM = Fact(("sensor.freezer",), "above", -12.0, held_s=600.0)
DARK = Hours("sunset", "sunrise")


def kept(order: Order, number: int = 1) -> Kept:
    return Kept(number, f"order {number}", order)


def test_it_acts_each_time_that_the_trigger_becomes_true(watcher: Watcher) -> None:
    async def scenario() -> None:
        watcher.watch.begin([kept(Order((DOOR,), deed="x"))], None)
        await watcher.say("binary_sensor.back", "on")
        await watcher.say("binary_sensor.back", "on")
        assert watcher.acted == [1]
        await watcher.say("binary_sensor.back", "off")
        await watcher.say("binary_sensor.back", "on")
        assert watcher.acted == [1, 1]

    asyncio.run(scenario())


def test_what_was_so_when_the_order_was_given_did_not_just_happen(watcher: Watcher) -> None:
    async def scenario() -> None:
        await watcher.say("binary_sensor.back", "on")
        watcher.watch.begin([kept(Order((DOOR,), deed="x"))], None)
        await watcher.say("binary_sensor.back", "on")
        assert watcher.acted == []
        await watcher.say("binary_sensor.back", "off")
        await watcher.say("binary_sensor.back", "on")
        assert watcher.acted == [1]

    asyncio.run(scenario())


def test_one_of_several_doors_is_enough_and_each_counts(watcher: Watcher) -> None:
    async def scenario() -> None:
        watcher.watch.begin([kept(Order((DOORS,), deed="x"))], None)
        await watcher.say("binary_sensor.back", "on")
        await watcher.say("binary_sensor.front", "on")
        assert watcher.acted == [1, 1]

    asyncio.run(scenario())


def test_all_of_several_doors_have_to_be(watcher: Watcher) -> None:
    both = Fact(DOORS.entities, "is", "open", every=True)

    async def scenario() -> None:
        watcher.watch.begin([kept(Order((both,), deed="x"))], None)
        await watcher.say("binary_sensor.back", "on")
        assert watcher.acted == []
        await watcher.say("binary_sensor.front", "on")
        assert watcher.acted == [1]

    asyncio.run(scenario())


def test_it_has_to_be_so_for_long_enough_without_a_break(watcher: Watcher) -> None:
    async def scenario() -> None:
        watcher.watch.begin([kept(Order((WARM,), tell="It is warm."))], None)
        await watcher.say("sensor.freezer", "-10")
        await watcher.later(590)
        await watcher.say("sensor.freezer", "-13")
        await watcher.say("sensor.freezer", "-9.5")
        await watcher.later(590)
        assert watcher.acted == []
        await watcher.later(10)
        assert watcher.news == ["It is warm. Freezer is -9.5 °C."]
        await watcher.later(5000)
        assert watcher.acted == [1]

    asyncio.run(scenario())


def test_how_long_it_has_been_so_outlasts_a_restart(watcher: Watcher) -> None:
    orders = [kept(Order((WARM,), tell="warm"))]

    async def scenario() -> None:
        watcher.watch.begin(orders, None)
        await watcher.say("sensor.freezer", "-10")
        await watcher.later(400)
        again = watcher.again(orders)
        await again.later(100)
        assert again.acted == []
        await again.later(100)
        assert again.acted == [1]
        third = again.again(orders)
        await third.later(9999)
        assert third.acted == []

    asyncio.run(scenario())


def test_what_was_so_before_a_restart_does_not_happen_again(watcher: Watcher) -> None:
    orders = [kept(Order((DOOR,), deed="x"))]

    async def scenario() -> None:
        watcher.watch.begin(orders, None)
        await watcher.say("binary_sensor.back", "on")
        again = watcher.again(orders)
        await again.say("binary_sensor.back", "on")
        assert again.acted == []
        await again.say("binary_sensor.back", "off")
        await again.say("binary_sensor.back", "on")
        assert again.acted == [1]

    asyncio.run(scenario())


def test_conditions_are_looked_at_when_it_happens(watcher: Watcher) -> None:
    order = Order((DOOR,), conditions=(Fact(("light.hall",), "is", "off"),), deed="x")

    async def scenario() -> None:
        watcher.watch.begin([kept(order)], None)
        await watcher.say("light.hall", "on")
        await watcher.say("binary_sensor.back", "on")
        # The light that goes off afterwards is no opening of the door.
        await watcher.say("light.hall", "off")
        assert watcher.acted == []
        await watcher.say("binary_sensor.back", "off")
        await watcher.say("binary_sensor.back", "on")
        assert watcher.acted == [1]

    asyncio.run(scenario())


def test_a_condition_can_have_to_last(watcher: Watcher) -> None:
    quiet = Fact(("binary_sensor.hall",), "is", "off", held_s=60.0)

    async def scenario() -> None:
        watcher.watch.begin([kept(Order((DOOR,), conditions=(quiet,), deed="x"))], None)
        await watcher.say("binary_sensor.hall", "on")
        await watcher.say("binary_sensor.hall", "off")
        await watcher.later(30)
        await watcher.say("binary_sensor.back", "on")
        assert watcher.acted == []
        await watcher.say("binary_sensor.back", "off")
        await watcher.later(31)
        await watcher.say("binary_sensor.back", "on")
        assert watcher.acted == [1]

    asyncio.run(scenario())


def test_hours_are_those_of_the_sun(catalogue: Catalogue) -> None:
    watcher = Watcher(catalogue, Daylight(UTC))

    async def scenario() -> None:
        watcher.watch.begin([kept(Order((DOOR,), hours=(DARK,), deed="x"))], None)
        await watcher.say("binary_sensor.back", "on")
        assert watcher.acted == [1]
        await watcher.say("binary_sensor.back", "off")
        await watcher.later(12 * 3600)
        await watcher.say("binary_sensor.back", "on")
        assert watcher.acted == [1]

    asyncio.run(scenario())


def test_an_order_of_hours_alone_acts_when_they_begin(catalogue: Catalogue) -> None:
    watcher = Watcher(catalogue, Daylight(UTC))

    async def scenario() -> None:
        watcher.watch.begin([kept(Order((), hours=(DARK,), deed="x"))], None)
        await watcher.later(12 * 3600)
        assert watcher.acted == []
        for _ in range(24):
            await watcher.later(1800)
        assert watcher.acted == [1]

    asyncio.run(scenario())


def test_conditions_without_a_trigger_act_when_the_last_of_them_comes_true(
    watcher: Watcher,
) -> None:
    order = Order((), conditions=(DOOR, Fact(("light.hall",), "is", "on")), deed="x")

    async def scenario() -> None:
        watcher.watch.begin([kept(order)], None)
        await watcher.say("binary_sensor.back", "on")
        assert watcher.acted == []
        await watcher.say("light.hall", "on")
        assert watcher.acted == [1]
        await watcher.say("light.hall", "on")
        assert watcher.acted == [1]

    asyncio.run(scenario())


def test_an_order_that_goes_round_in_circles_is_suspended_and_told(watcher: Watcher) -> None:
    async def scenario() -> None:
        watcher.watch.begin([kept(Order((DOOR,), deed="x"))], None)
        for _ in range(MOST_A_MINUTE + 3):
            await watcher.say("binary_sensor.back", "on")
            await watcher.say("binary_sensor.back", "off")
        assert watcher.acted == [1] * MOST_A_MINUTE
        assert watcher.states == {1: "suspended"}
        assert len(watcher.announced) == 1
        assert "order 1" in watcher.announced[0]
        assert [each.state for each in watcher.watch.all()] == ["suspended"]

    asyncio.run(scenario())


def test_an_order_that_acts_now_and_then_goes_on(watcher: Watcher) -> None:
    async def scenario() -> None:
        watcher.watch.begin([kept(Order((DOOR,), deed="x"))], None)
        for _ in range(3 * MOST_A_MINUTE):
            await watcher.say("binary_sensor.back", "on")
            await watcher.say("binary_sensor.back", "off")
            await watcher.later(12)
        assert watcher.acted == [1] * (3 * MOST_A_MINUTE)

    asyncio.run(scenario())


def test_an_order_waits_for_an_entity_that_is_gone(watcher: Watcher) -> None:
    (one,) = orders = [kept(Order((DOOR,), deed="x"))]

    async def scenario() -> None:
        watcher.watch.begin(orders, None)
        watcher.catalogue.withdraw("binary_sensor.back")
        watcher.watch.tick()
        assert watcher.watch.gone(one) == ("binary_sensor.back",)
        assert watcher.acted == []

    asyncio.run(scenario())


def test_an_unknown_state_is_no_change(watcher: Watcher) -> None:
    async def scenario() -> None:
        await watcher.say("binary_sensor.back", "on")
        watcher.watch.begin([kept(Order((DOOR,), deed="x"))], None)
        await watcher.say("binary_sensor.back", "unknown")
        await watcher.say("binary_sensor.back", "on")
        assert watcher.acted == []

    asyncio.run(scenario())


def test_one_that_fails_stops_no_other(watcher: Watcher) -> None:
    orders = [kept(Order((DOOR,), deed="x"), number) for number in (1, 2)]

    async def scenario() -> None:
        watcher.watch.begin(orders, None)
        watcher.broken = True
        await watcher.say("binary_sensor.back", "on")
        assert watcher.watch.failed == 2
        watcher.broken = False
        await watcher.say("binary_sensor.back", "off")
        await watcher.say("binary_sensor.back", "on")
        assert sorted(watcher.acted) == [1, 2]

    asyncio.run(scenario())


def test_orders_come_go_and_are_switched(watcher: Watcher) -> None:
    one, two = (kept(Order((DOOR,), deed="x"), number) for number in (1, 2))

    async def scenario() -> None:
        watcher.watch.begin([one], None)
        watcher.watch.update([one, two])
        await watcher.say("binary_sensor.back", "on")
        assert sorted(watcher.acted) == [1, 2]
        await watcher.say("binary_sensor.back", "off")
        off = Kept(two.id, two.name, two.order, "off")
        watcher.watch.update([off])
        await watcher.say("binary_sensor.back", "on")
        assert sorted(watcher.acted) == [1, 2]
        assert watcher.watch.all() == [off]

    asyncio.run(scenario())
