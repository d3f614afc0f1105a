from __future__ import annotations

from collections.abc import Callable

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Reading
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Answer, NotUnderstood
from lamplighter.understanding.names import collect
from lamplighter.understanding.questions import Questions, Reply, ask_which
from lamplighter.understanding.resolver import Resolver

Asking = Callable[..., Reply]


@pytest.fixture
def asking(catalogue: Catalogue) -> Asking:
    resolver = Resolver(collect(1, catalogue.entities(), catalogue.areas, catalogue.floors))
    questions = Questions(catalogue.state)

    def ask(name: str = "HassGetState", question: str = "", **slots: object) -> Reply:
        return questions.answer(Intent(name, slots, question=question), resolver, None)[0]

    return ask


def test_temperatures_are_said_of_the_place(asking: Asking) -> None:
    measure = {"name": "HomeGetMeasurement", "measure": "temperature"}
    assert asking(area="Bedroom", **measure) == Answer("It's 19.5 °C in the Bedroom.")
    assert asking("HassClimateGetTemperature", area="Patio") == Answer("It's 4.5 °C in the Patio.")


def test_other_measures_name_themselves(asking: Asking) -> None:
    reply = asking("HomeGetMeasurement", measure="humidity", area="Bathroom")
    assert reply == Answer("The humidity in the Bathroom is 61 %.")


def test_what_nothing_measures_is_not_known(asking: Asking) -> None:
    reply = asking("HomeGetMeasurement", measure="humidity", area="Garage")
    assert reply == Answer("I don't know: nothing measures the humidity in the Garage.")


def test_a_measure_of_few_places_is_told_of_each(asking: Asking) -> None:
    reply = asking("HomeGetMeasurement", measure="temperature")
    assert reply == Answer("It's 19.5 °C in the Bedroom and 4.5 °C in the Patio.")


@pytest.mark.parametrize(
    ("question", "state", "said"),
    [
        ("any", "open", "Yes, the Bedroom window is open."),
        ("all", "open", "No, the Kitchen window is not open."),
        ("which", "open", "The Bedroom window is open."),
        ("how_many", "open", "1 of 2 windows is open: the Bedroom window."),
    ],
)
def test_counts_and_lists(asking: Asking, question: str, state: str, said: str) -> None:
    assert asking(question=question, kind="window", state=state) == Answer(said)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("any", "No, neither of the 2 windows is open."),
        ("which", "Neither of the 2 windows is open."),
        ("how_many", "Neither of the 2 windows is open."),
    ],
)
def test_none_of_them(asking: Asking, catalogue: Catalogue, question: str, said: str) -> None:
    catalogue.read("binary_sensor.window", Reading("off"), 2.0)
    assert asking(question=question, kind="window", state="open") == Answer(said)


def test_all_of_them(asking: Asking, catalogue: Catalogue) -> None:
    catalogue.read("binary_sensor.kitchen", Reading("on"), 2.0)
    reply = asking(question="how_many", kind="window", state="open")
    assert reply == Answer("All 2 windows are open.")


def test_what_is_on_means_what_was_switched_on(asking: Asking) -> None:
    said = "The Kitchen ceiling light, the Hall light, the Bedroom thermostat and the Ceiling fan"
    reply = asking(question="which", state="on")
    assert isinstance(reply, Answer)
    assert set(reply.speech.split(" are on")[0].replace(" and ", ", ").casefold().split(", ")) == (
        set(said.replace(" and ", ", ").casefold().split(", "))
    )


def test_of_many_only_those_that_are_otherwise_are_named(
    asking: Asking, catalogue: Catalogue
) -> None:
    for light in ("light.counter", "light.reading", "light.bedside"):
        catalogue.read(light, Reading("on"), 2.0)
    lights = {"kind": "light", "state": "on", "question": "one_yesno"}
    assert asking(**lights) == Answer("Yes, all 5 of them.")
    catalogue.read("light.hall", Reading("off"), 3.0)
    assert asking(**lights) == Answer("No, the Hall light is off.")


def test_one_alone_is_told_as_it_is(asking: Asking) -> None:
    reply = asking(question="any", kind="fan", state="off")
    assert reply == Answer("No, the Ceiling fan is on at 30 %.")


def test_what_does_not_exist_is_not_understood(asking: Asking) -> None:
    assert isinstance(asking(kind="awning", state="open", question="any"), NotUnderstood)


def test_many_candidates_are_counted() -> None:
    reply = ask_which("which", [])
    assert reply.options == ()
