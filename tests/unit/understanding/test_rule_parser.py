from __future__ import annotations

from collections.abc import Callable

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.understanding.intents import Intent, Parse
from lamplighter.understanding.names import collect
from lamplighter.understanding.rule_parser import MAX_WORDS, RuleParser, Situation
from lamplighter.understanding.rules import Rules
from lamplighter.understanding.templates import Templates

Parsing = Callable[..., Parse | None]


@pytest.fixture
def parsing(catalogue: Catalogue, templates: Callable[[str], Templates]) -> Parsing:
    parser = RuleParser(Rules(templates("en")))
    names = collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)

    def parse(text: str, grounds: Callable[[Intent], bool] = lambda _: True) -> Parse | None:
        return parser.parse(text, Situation(names, None, "en", grounds))

    return parse


def told(parse: Parse | None) -> list[str]:
    return [] if parse is None else [intent.name for intent in parse.intents]


def test_fillers_go_and_the_sentence_stays(parsing: Parsing) -> None:
    parse = parsing("Hey there, would you be so kind as to turn on the hall light, please")
    assert told(parse) == ["HassTurnOn"]


def test_every_part_of_a_sentence_has_to_be_known(parsing: Parsing) -> None:
    assert told(parsing("turn on the hall light and lock the front door")) == ["HassTurnOn"] * 2
    assert parsing("turn on the hall light and frobnicate the lamp") is None


def test_a_slip_of_the_finger_is_put_right(parsing: Parsing) -> None:
    parse = parsing("turn on the hall lihgt")
    assert told(parse) == ["HassTurnOn"]
    assert parse is not None
    assert parse.confidence < 1


def test_what_a_misspelt_sentence_would_open_is_not_sure(parsing: Parsing) -> None:
    parse = parsing("unlock the frpnt door")
    assert parse is not None
    assert not parse.sure


def test_a_bare_name_is_not_sure(parsing: Parsing) -> None:
    parse = parsing("hall light")
    assert parse is not None
    assert not parse.sure


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("kill the hall light", "HassTurnOff"),
        ("could I have the hall light on?", "HassTurnOn"),
        ("is the front door locked properly?", "HassGetState"),
    ],
)
def test_everyday_words_are_read_as_the_templates(parsing: Parsing, text: str, name: str) -> None:
    assert told(parsing(text)) == [name]


@pytest.mark.parametrize(
    "text", ["who put the fan on max", "did you get the hall light off", "the hall light at 30%?"]
)
def test_a_question_is_never_rephrased_into_a_command(parsing: Parsing, text: str) -> None:
    assert set(told(parsing(text))) <= {"HassGetState"}


def test_exceptions_name_what_is_left_out(parsing: Parsing) -> None:
    parse = parsing("turn off all lights except the kitchen", lambda intent: bool(intent.without))
    assert parse is not None
    assert parse.intents[0].without >= {"light.ceiling", "light.counter"}
    assert parsing("turn off all lights except the attic", lambda _: False) is None


def test_a_reading_that_makes_sense_is_preferred(parsing: Parsing) -> None:
    parse = parsing("turn on the kitchen", lambda intent: intent.slots.get("area") == "Kitchen")
    assert parse is not None
    assert parse.intents[0].slots == {"kind": "light", "area": "Kitchen"}


def test_long_texts_are_no_commands(parsing: Parsing) -> None:
    assert parsing("turn on the hall light " + "now " * MAX_WORDS) is None
