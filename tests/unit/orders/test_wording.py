"""Orders in words, from what they were compiled to."""

from __future__ import annotations

from datetime import date, time

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.orders import wording
from lamplighter.orders.order import Fact, Hours, Order
from lamplighter.understanding.timing.when import Delay, Moment, SunMoment

DOOR = Fact(("binary_sensor.back",), "is", "open")
DARK = Hours("sunset", "sunrise")


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (
            Order((DOOR,), hours=(DARK,), deed="turn on the Porch light", until=Delay(300)),
            "When the Back Door opens after dark, I turn on the Porch light for 5 minutes.",
        ),
        (
            Order((Fact(("binary_sensor.back",), "is", "off"),), deed="turn on the fan"),
            "When the Back Door closes, I turn on the fan.",
        ),
        (
            Order(
                (Fact(("binary_sensor.hall",), "is", "off", held_s=600),),
                deed="turn off the Hall light",
            ),
            "When the Hall motion detects no motion for 10 minutes, I turn off the Hall light.",
        ),
        (
            Order(
                (Fact(("binary_sensor.back", "binary_sensor.front"), "is", "open"),),
                conditions=(Fact(("light.hall",), "is", "off"),),
                hours=(Hours(time(22), time(6), frozenset(range(5))),),
                deed="turn on the Hall light",
                until=Moment(date(2026, 1, 1), time(7, 5)),
            ),
            (
                "When the Back Door or the Front Door opens and the Hall light is off between "
                "22:00 and 6:00 on weekdays, I turn on the Hall light until 7:05."
            ),
        ),
        (
            Order(
                (Fact(("binary_sensor.back", "binary_sensor.front"), "is", "closed", every=True),),
                deed="turn off the Hall light",
                until=SunMoment(date(2026, 1, 1), "sunset"),
            ),
            "When the Back Door and the Front Door close, I turn off the Hall light until sunset.",
        ),
        (
            Order((), (DOOR,), hours=(Hours(days=frozenset((5, 6))),), tell="Shut the door."),
            "Whenever the Back Door is open at weekends, I say “Shut the door”.",
        ),
        (
            Order((), hours=(DARK,), deed="turn on the Porch light"),
            "When it gets dark, I turn on the Porch light.",
        ),
        (
            Order((Fact(("sensor.freezer",), "above", -12.0),), tell="Freezer is above -12 °C."),
            "When Freezer goes above -12 °C, I tell you.",
        ),
        (
            Order((Fact(("sensor.freezer",), "at_least", 5.0),), deed="a", tell="b"),
            "When Freezer reaches 5 °C, I a and say “b”.",
        ),
        (
            Order((Fact(("light.hall",), "is", "off", attribute="available"),), deed="a"),
            "When the Hall light can't be reached any more, I a.",
        ),
        (
            Order((Fact(("light.gone",), "is", "on"),), deed="a"),
            "When something that is gone turns on, I a.",
        ),
        (
            Order((Fact(("binary_sensor.back",), "is_not", "open"),), deed="a"),
            "When the Back Door is no longer open, I a.",
        ),
    ],
)
def test_an_order_in_words(order: Order, said: str, catalogue: Catalogue) -> None:
    assert wording.told(order, catalogue.get) == said


def test_the_question(catalogue: Catalogue) -> None:
    order = Order((DOOR,), deed="turn on the Porch light")
    assert wording.question(order, catalogue.get) == (
        "When the Back Door opens, I turn on the Porch light. Shall I keep that?"
    )
