"""What is put back, what is said of it, and what is so already."""

from __future__ import annotations

import pytest

from lamplighter.actions.memory import Deed
from lamplighter.actions.telling import spoken
from lamplighter.actions.undoing import undone
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Colour, Entity, Number, Parameter, Reading, Service, State
from lamplighter.config import Home
from lamplighter.understanding.interpretation import Act, Answer, Interpretation, Step

SERVICES: dict[str, dict[str, dict[str, Parameter]]] = {
    "light": {"turn_on": {"brightness_pct": Number(0, 100), "rgb_color": Colour()}, "turn_off": {}},
    "lock": {"lock": {}, "unlock": {}},
    "button": {"press": {}},
}
OFF = State("off", {"brightness_pct": 30})
ON = Step("light.a", "turn_on")
PRESS = Step("button.b", "press")


@pytest.fixture
def catalogue() -> Catalogue:
    found = Catalogue(Home())
    for entity_id, name in (
        ("light.a", "Hall lamp"),
        ("light.c", "Porch lamp"),
        ("lock.d", "Front door"),
        ("button.b", "Router restart"),
    ):
        domain = entity_id.split(".", maxsplit=1)[0]
        offered = {each: Service(each, params) for each, params in SERVICES[domain].items()}
        found.announce(
            Entity(entity_id, entity_id, "x", domain, name, offered, confirmable=domain != "button")
        )
    return found


def deed(*steps: Step, **before: State) -> Deed:
    states = {each.replace("_", "."): state for each, state in before.items()}
    return Deed(steps, states, 0.0, "said", Interpretation(Act(steps, ""), "rules"))


def test_it_is_put_back_as_it_was(catalogue: Catalogue) -> None:
    found = undone(deed(ON, light_a=OFF), "", catalogue)
    assert found == Act((Step("light.a", "turn_off"),), "Put back: turned off the Hall lamp.")


def test_what_has_no_way_back_is_named_beside_what_has(catalogue: Catalogue) -> None:
    found = undone(deed(ON, PRESS, light_a=OFF), "", catalogue)
    assert isinstance(found, Act)
    assert found.steps == (Step("light.a", "turn_off"),)
    assert found.speech.endswith("I can't undo “press” of the Router restart.")
    alone = undone(deed(PRESS), "", catalogue)
    assert alone == Answer("I can't undo “press” of the Router restart.")


def test_what_changed_nothing_is_not_put_back(catalogue: Catalogue) -> None:
    found = undone(deed(ON, light_a=State("on", {"brightness_pct": 30})), "", catalogue)
    assert found == Answer("There is nothing to put back: it was like that before.")


def test_one_of_several_is_put_back_by_its_name(catalogue: Catalogue) -> None:
    both = deed(ON, Step("light.c", "turn_on"), light_a=OFF, light_c=OFF)
    found = undone(both, "the porch lamp", catalogue)
    assert isinstance(found, Act)
    assert [step.entity_id for step in found.steps] == ["light.c"]
    assert undone(both, "the fan", catalogue) == Answer("I did nothing to the fan just now.")


def test_what_is_so_already_is_said(catalogue: Catalogue) -> None:
    catalogue.read("light.a", Reading("on", {"brightness_pct": 40}), 1.0)
    catalogue.read("lock.d", Reading("locked"), 1.0)
    on = Act((ON,), "Turned on the Hall lamp.")
    assert spoken(on, catalogue) == "The Hall lamp is already on."
    locked = Act((Step("lock.d", "lock"),), "Locked the Front door.")
    assert spoken(locked, catalogue) == "The Front door is already locked."
    dimmed = Act(
        (Step("light.a", "turn_on", {"brightness_pct": 40}),), "Set the Hall lamp to 40 %."
    )
    assert spoken(dimmed, catalogue) == "The Hall lamp is already set like that."


def test_what_is_not_known_to_be_so_is_said_as_done(catalogue: Catalogue) -> None:
    catalogue.read("light.a", Reading("off"), 1.0)
    on = Act((ON,), "Turned on the Hall lamp.")
    assert spoken(on, catalogue) == on.speech
    unheard = Act((Step("light.c", "turn_on"),), "Turned on the Porch lamp.")
    assert spoken(unheard, catalogue) == unheard.speech
    blue = Act(
        (Step("light.a", "turn_on", {"rgb_color": [0, 0, 255]}),), "Set the Hall lamp to blue."
    )
    catalogue.read("light.a", Reading("on"), 2.0)
    assert spoken(blue, catalogue) == blue.speech


def test_words_of_its_own_are_kept(catalogue: Catalogue) -> None:
    catalogue.read("light.a", Reading("on"), 1.0)
    act = Act((ON,), "Turned on the Hall lamp. It is 20 °C.")
    assert spoken(act, catalogue) == act.speech
