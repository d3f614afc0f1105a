"""What people say of a flat, a villa and a plant, and which devices they mean."""

from __future__ import annotations

import pytest
from tests.unit.understanding.choosing.homes import flat, plant, villa

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.understanding.context import Context
from lamplighter.understanding.grounding import Grounder
from lamplighter.understanding.intents import Intent, Parse
from lamplighter.understanding.interpretation import Act, Ask, Clarify, NotUnderstood, Result
from lamplighter.understanding.names import collect
from lamplighter.understanding.questions import Questions
from lamplighter.understanding.resolver import Resolver
from lamplighter.understanding.rule_parser import RuleParser, Situation
from lamplighter.understanding.rules import Rules

NOTHING: list[str] = []


class Inhabited:
    """A home in which sentences are understood by rules alone."""

    def __init__(self, catalogue: Catalogue, parser: RuleParser) -> None:
        self.parser = parser
        names = collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)
        self.grounder = Grounder(
            Resolver(names),
            Questions(catalogue.state),
            state_of=catalogue.state,
            clock=lambda: 1_700_000_000.0,
        )

    def hears(self, text: str, area: str | None = None, context: Context | None = None) -> Result:
        """What a sentence comes to."""
        ask = Ask(text, area=area, context=context)
        situation = Situation(
            names=self.grounder.resolver.names,
            area=area,
            language="en",
            grounds=lambda intent: self.grounder.grounds(intent, area, context),
            context=context,
        )
        parse = self.parser.parse(text, situation)
        return self.grounder.ground(parse, ask).result if parse else NotUnderstood("", "")

    def acts_on(self, text: str, area: str | None = None) -> list[str]:
        """The ids of the entities that a sentence acts on, sorted."""
        result = self.hears(text, area)
        return sorted({step.entity_id for step in result.steps}) if isinstance(result, Act) else []


@pytest.fixture(scope="module")
def parser() -> RuleParser:
    from lamplighter.understanding.templates import load

    return RuleParser(Rules(load("en")))


@pytest.fixture(scope="module")
def in_flat(parser: RuleParser) -> Inhabited:
    return Inhabited(flat(), parser)


@pytest.fixture(scope="module")
def in_villa(parser: RuleParser) -> Inhabited:
    return Inhabited(villa(), parser)


@pytest.fixture(scope="module")
def in_plant(parser: RuleParser) -> Inhabited:
    return Inhabited(plant(), parser)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("turn on the tv", ["switch.tv"]),
        ("turn off the television", ["switch.tv"]),
        ("turn on the sofa lamp", ["light.sofa"]),
        ("turn on the settee light", ["light.sofa"]),
        ("turn on the night stand", ["light.bed"]),
        ("turn on the bedside light", ["light.bed"]),
        ("turn on the string lights", ["light.balcony"]),
        ("turn on the lights outside", ["light.balcony"]),
        ("turn on the lights in the wohnkuche", ["light.kitchen", "light.sofa"]),
        ("turn on the lights in the wohnkueche", ["light.kitchen", "light.sofa"]),
        ("turn on the heater", ["switch.heater"]),
        ("turn off the fan", ["fan.box"]),
        ("close the blinds", ["cover.window"]),
        ("start susi", ["vacuum.susi"]),
        ("start the hoover", ["vacuum.susi"]),
        ("turn off the lights in the sauna", NOTHING),
        ("turn on the chandelier", NOTHING),
        ("turn on the lights in my neighbour's kitchen", NOTHING),
    ],
)
def test_in_the_flat(in_flat: Inhabited, text: str, meant: list[str]) -> None:
    assert in_flat.acts_on(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("turn on the lounge reading lamp", ["light.reading"]),
        ("turn on the reading light", ["light.reading"]),
        ("turn on the left bedside lamp", ["light.left"]),
        ("turn off both bedside lamps", ["light.left", "light.right"]),
        ("turn on mias night light", ["light.mia"]),
        ("turn on hue two", ["light.hue2"]),
        ("turn on hue 2", ["light.hue2"]),
        ("turn on the washer", ["switch.washer"]),
        ("turn on the xmas tree", ["switch.tree"]),
        ("turn off the fridge", ["switch.fridge"]),
        ("open the faucet", ["valve.tap"]),
        ("turn on the sprinkler", ["valve.lawn"]),
        ("turn on the pump", ["switch.pump"]),
        ("turn on the spotlights", ["light.spots"]),
        ("turn off the fan", ["fan.desk"]),
        ("turn on the heater in the attic", ["switch.frost"]),
        ("turn on the study ceiling light", ["light.study_0"]),
        ("turn on the ceiling light in the office", ["light.study_0"]),
        ("turn on the ceiling light in mia's bedroom", ["light.mias_room_0"]),
        ("turn on the lights in the loo", ["light.guest_wc_0", "light.guest_wc_1"]),
        ("turn on the lights in the basement", ["light.cellar_0", "light.cellar_1"]),
        ("turn on the lights on the top floor", ["light.attic_0", "light.attic_1"]),
        (
            "turn off all the lights outside",
            ["light.shed", "light.spots", "light.terrace_0", "light.terrace_1"],
        ),
        ("turn off the lihgts in the attick", ["light.attic_0", "light.attic_1"]),
        ("turn on the livingroom socket one", ["switch.living_room_a"]),
        ("lock all the doors", ["lock.back", "lock.front"]),
        ("turn off everything in the hilton", NOTHING),
        ("turn on hue 3", NOTHING),
        ("turn the desk fan and the reading lamp off", ["fan.desk", "light.reading"]),
        ("I want the reading lamp and the xmas tree", NOTHING),
    ],
)
def test_in_the_villa(in_villa: Inhabited, text: str, meant: list[str]) -> None:
    assert in_villa.acts_on(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("turn on pump 203", ["switch.pump_23"]),
        ("turn off pump 107", ["switch.pump_17"]),
        ("open valve v-7", ["valve.v7"]),
        ("open valve v-12", ["valve.v12"]),
        ("turn on the compressor", ["switch.compressor"]),
        ("turn off all the pumps in hall 1", [f"switch.pump_1{n}" for n in range(1, 8)]),
        ("turn on the exhaust fan", ["fan.roof"]),
        ("turn on pump 408", NOTHING),
        ("turn on the pump", NOTHING),
        ("open the valve", NOTHING),
        ("turn off all the pumps in hall 4", NOTHING),
    ],
)
def test_in_the_plant(in_plant: Inhabited, text: str, meant: list[str]) -> None:
    assert in_plant.acts_on(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "turn on the bedside lamp",
        "turn on the ceiling light",
        "turn on the light",
        "close the blind",
        "turn on the lamp in the master bedroom",
        "turn on the study socket",
        "turn off both lights in the living room",
        "turn on the fan",
    ],
)
def test_what_can_not_be_told_apart_is_asked(in_villa: Inhabited, text: str) -> None:
    assert isinstance(in_villa.hears(text), Clarify)


@pytest.mark.parametrize(
    ("text", "area", "meant"),
    [
        ("turn on the ceiling light", "Study", ["light.study_0"]),
        ("turn on the desk lamp", "Leo's Room", ["light.leo_desk"]),
        ("turn on the desk lamp", "Study", ["light.desk"]),
        ("close the blind", "Kitchen", ["cover.kitchen"]),
        ("turn on the light", "Attic", ["light.attic_0", "light.attic_1"]),
    ],
)
def test_what_is_beside_the_asker_is_meant(
    in_villa: Inhabited, text: str, area: str, meant: list[str]
) -> None:
    assert in_villa.acts_on(text, area) == meant


def test_exceptions_are_places_kinds_and_names(in_villa: Inhabited) -> None:
    lights = set(in_villa.acts_on("turn off all the lights"))
    downstairs = set(in_villa.acts_on("turn off all the lights downstairs"))
    for text, spared in (
        ("turn off all the lights except the ones downstairs", downstairs),
        (
            "turn off all lights but not the hue 1 and the reading lamp",
            {"light.hue1", "light.reading"},
        ),
        (
            "turn off all the lights apart from the study",
            set(in_villa.acts_on("turn off the study lights")),
        ),
    ):
        assert spared
        assert set(in_villa.acts_on(text)) == lights - spared
    assert in_villa.acts_on("turn off all the lights except the sauna") == NOTHING


def test_what_was_mentioned_last_is_meant(in_villa: Inhabited) -> None:
    before = Context("dim the left bedside lamp", entities=("light.left",))
    result = in_villa.hears("turn off the bedside lamp", context=before)
    assert isinstance(result, Act)
    assert [step.entity_id for step in result.steps] == ["light.left"]


@pytest.mark.parametrize(
    ("text", "mentioned", "meant"),
    [
        ("turn on the other bedside lamp", "light.left", "light.right"),
        ("turn on the other lamp in the living room", "light.floor", "light.reading"),
        ("turn on the other hue", "light.hue1", "light.hue2"),
    ],
)
def test_the_other_one_is_not_the_one_before(
    in_villa: Inhabited, text: str, mentioned: str, meant: str
) -> None:
    result = in_villa.hears(text, context=Context("before", entities=(mentioned,)))
    assert isinstance(result, Act)
    assert [step.entity_id for step in result.steps] == [meant]


def test_another_one_of_the_domain_and_place_is_meant_where_only_one_is(in_flat: Inhabited) -> None:
    other = Intent("HassTurnOn", {"other": True})
    context = Context("before", entities=("light.sofa",))
    grounded = in_flat.grounder.ground(Parse((other,)), Ask("the other one", context=context))
    assert grounded.mentioned == ("light.kitchen",)
    alone = in_flat.grounder.ground(Parse((other,)), Ask("the other one"))
    assert isinstance(alone.result, NotUnderstood)


def test_ids_settle_which_are_meant(in_villa: Inhabited) -> None:
    intent = Intent("HassTurnOff", {"ids": ("light.hue1", "light.gone", "lock.front")})
    grounded = in_villa.grounder.ground(Parse((intent,)), Ask("turn them off", area="Kitchen"))
    assert grounded.mentioned == ("light.hue1", "lock.front")


def test_a_name_without_a_verb_takes_that_of_the_other_part(in_villa: Inhabited) -> None:
    result = in_villa.hears("I want the washer and the xmas tree off")
    assert isinstance(result, Act)
    assert [(step.entity_id, step.service) for step in result.steps] == [
        ("switch.washer", "turn_off"),
        ("switch.tree", "turn_off"),
    ]


def test_like_names_are_offered_with_their_areas(in_villa: Inhabited) -> None:
    result = in_villa.hears("turn on the bedside lamp")
    assert isinstance(result, Clarify)
    assert result.options == ("Bedside lamp left", "Bedside lamp right")
    assert result.pending is not None
    assert "Master Bedroom" in result.pending.candidates[0].names


def test_the_second_open_part_is_asked_after_the_first(in_villa: Inhabited) -> None:
    result = in_villa.hears("turn on the bedside lamp and the study socket and lock the front door")
    assert isinstance(result, Clarify)
    assert result.pending is not None
    first = result.pending.candidates[0].result
    assert isinstance(first, Clarify)
    assert first.pending is not None
    last = first.pending.candidates[1].result
    assert isinstance(last, Act)
    assert [step.entity_id for step in last.steps] == ["light.left", "switch.study_b", "lock.front"]
