"""Readings of sentences in two homes, as the steps that they come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import (
    Choice,
    Colour,
    Entity,
    Flag,
    Number,
    Parameter,
    Reading,
    Service,
)
from lamplighter.config import Area, Floor, Home
from lamplighter.understanding.clauses import ClauseReader
from lamplighter.understanding.context import Context
from lamplighter.understanding.grounding import Grounder
from lamplighter.understanding.intents import Intent, Parse
from lamplighter.understanding.interpretation import Act, Ask, Clarify
from lamplighter.understanding.names import collect
from lamplighter.understanding.questions import Questions
from lamplighter.understanding.resolver import Resolver
from lamplighter.understanding.rule_parser import Situation

PERCENT = Number(0, 100, 1, "%")
BRIGHT: dict[str, Parameter] = {"brightness_pct": PERCENT}
COLOURFUL: dict[str, Parameter] = {
    **BRIGHT,
    "rgb_color": Colour(),
    "color_temp_kelvin": Number(2000, 6500, 0, "K"),
}


def _entity(
    entity_id: str, name: str, area: str | None, **services: Mapping[str, Parameter]
) -> Entity:
    domain = entity_id.split(".", maxsplit=1)[0]
    offered = {key: Service(key, params) for key, params in services.items()}
    classes = {"cover.gate": "gate", "cover.shutters": "shutter", "cover.slats": "blind"}
    return Entity(
        entity_id,
        entity_id,
        "test",
        domain,
        name,
        offered,
        area=area,
        device_class=classes.get(entity_id),
        unit="min" if entity_id == "number.boost" else "",
    )


def cottage() -> Catalogue:
    """A small home with degrees Fahrenheit, and devices that the other home lacks."""
    home = Catalogue(
        Home(
            areas=(
                Area("Snug", "Downstairs"),
                Area("Scullery", "Downstairs", ("utility",)),
                Area("Loft", "Top floor"),
                Area("Anna's Room", "Top floor"),
                Area("Yard"),
            ),
            floors=(Floor("Downstairs"), Floor("Top floor")),
        )
    )
    on_off: dict[str, dict[str, Parameter]] = {"turn_on": {}, "turn_off": {}}
    moving: dict[str, dict[str, Parameter]] = {
        "open": {},
        "close": {},
        "stop": {},
        "set_position": {"position": PERCENT},
    }
    speeds: dict[str, Parameter] = {
        "percentage": Number(0, 100, 25, "%"),
        "preset_mode": Choice(("breeze", "sleep")),
    }
    for entity in (
        _entity("light.snug", "Snug lights", "Snug", turn_on=COLOURFUL, turn_off={}),
        _entity("light.desk", "Desk lamp", "Loft", turn_on=BRIGHT, turn_off={}),
        _entity("light.anna", "Night light", "Anna's Room", turn_on=BRIGHT, turn_off={}),
        _entity("light.scullery", "Scullery strip", "Scullery", **on_off),
        _entity("switch.kettle", "Kettle", "Scullery", **on_off),
        _entity("switch.tv", "Telly plug", "Snug", **on_off),
        _entity(
            "fan.loft",
            "Loft fan",
            "Loft",
            **on_off,
            set_percentage={"percentage": speeds["percentage"]},
            set_preset_mode={"preset_mode": speeds["preset_mode"]},
            oscillate={"oscillating": Flag()},
        ),
        _entity("cover.gate", "Yard gate", "Yard", open={}, close={}, stop={}),
        _entity("cover.shutters", "Loft shutters", "Loft", **moving),
        _entity(
            "cover.slats",
            "Snug blind",
            "Snug",
            **moving,
            set_tilt_position={"tilt_position": PERCENT},
        ),
        _entity(
            "climate.snug",
            "Snug stove",
            "Snug",
            set_temperature={"temperature": Number(45, 90, 1, "°F")},
            set_hvac_mode={"hvac_mode": Choice(("off", "heat"))},
            set_preset_mode={"preset_mode": Choice(("home", "away", "comfort_plus"))},
        ),
        _entity("number.boost", "Boost time", "Scullery", set_value={"value": Number(0, 120)}),
        _entity("number.radio", "Radio volume", "Snug", set_value={"value": Number(0, 50, 1)}),
        _entity(
            "select.washer",
            "Washing machine",
            "Scullery",
            select_option={"option": Choice(("eco_40", "wool", "spin_only"))},
        ),
        _entity("lock.cellar", "Cellar door", "Yard", lock={}, unlock={}),
        _entity("vacuum.dusty", "Dusty", "Snug", start={}, pause={}, return_to_base={}),
        _entity("scene.cosy", "Cosy evening", None, turn_on={}),
    ):
        home.announce(entity)
    for entity_id, reading in {
        "light.snug": Reading("on", {"brightness_pct": 40}),
        "light.desk": Reading("off"),
        "fan.loft": Reading("on", {"percentage": 33, "oscillating": False}),
        "climate.snug": Reading("heat", {"temperature": 66}),
        "number.radio": Reading("20"),
        "cover.slats": Reading("open", {"position": 60}),
        "cover.shutters": Reading("closed", {"position": 0}),
    }.items():
        home.read(entity_id, reading, 1000.0)
    return home


class Reader:
    """Reads sentences of one home."""

    def __init__(self, home: Catalogue) -> None:
        self.home = home
        self.names = collect(1, home.entities(), home.areas, home.floors)
        self.grounder = Grounder(
            Resolver(self.names),
            Questions(home.state, "°C"),
            state_of=home.state,
            clock=lambda: 1000.0,
        )
        self.reader = ClauseReader()

    def parse(
        self, text: str, area: str | None = None, entities: tuple[str, ...] = ()
    ) -> Parse | None:
        """The reading; ``entities`` are those that the sentence before was about."""

        def grounds(intent: Intent) -> bool:
            return self.grounder.grounds(intent, area)

        context = Context(entities=entities, acted=True) if entities else None
        situation = Situation(self.names, area, "en", grounds, context, self.home.state)
        return self.reader.read(text, situation)

    def steps(
        self, text: str, area: str | None = None, entities: tuple[str, ...] = ()
    ) -> list[str]:
        """The steps, like "light.desk turn_on brightness_pct=40"; what is asked begins with "?".

        Nothing for a sentence that comes to no action.
        """
        parse = self.parse(text, area, entities)
        if parse is None:
            return []
        result = self.grounder.ground(parse, Ask(text, area=area)).result
        sign = ""
        if isinstance(result, Clarify) and result.pending is not None:
            sign, result = "? ", result.pending.candidates[0].result
        if not isinstance(result, Act):
            return []
        return [
            sign
            + " ".join(
                [step.entity_id, step.service, *(f"{k}={v}" for k, v in step.params.items())]
            )
            for step in result.steps
        ]


@pytest.fixture
def demo(catalogue: Catalogue) -> Reader:
    """Reads sentences of the home of two floors."""
    return Reader(catalogue)


@pytest.fixture
def steps(demo: Reader) -> Callable[..., list[str]]:
    """The steps that a sentence comes to in the home of two floors."""
    return demo.steps


@pytest.fixture(scope="session")
def country() -> Reader:
    """Reads sentences of the cottage."""
    return Reader(cottage())


@pytest.fixture
def country_steps(country: Reader) -> Callable[..., list[str]]:
    """The steps that a sentence comes to in the cottage."""
    return country.steps
