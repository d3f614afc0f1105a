"""What is asked about standing orders; everything else is none of their business."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.orders.requests import request
from lamplighter.understanding.interpretation import Orders
from lamplighter.understanding.names import collect
from lamplighter.understanding.rule_parser import Situation


@pytest.fixture
def situation(catalogue: Catalogue) -> Situation:
    names = collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)
    return Situation(names, None, "en", lambda _intent: True, state_of=catalogue.state)


@pytest.mark.parametrize(
    "text",
    [
        "what standing orders are there",
        "What rules do you have?",
        "what do you do by yourself",
        "list my automations please",
        "are there any standing orders?",
        "show me the rules",
    ],
)
def test_a_list(text: str, situation: Situation) -> None:
    assert request(text, situation) == Orders("list")


@pytest.mark.parametrize(
    ("text", "operation", "said"),
    [
        ("stop doing the porch thing", "switch_off", "porch"),
        ("switch off the rule about the hall motion", "switch_off", "hall motion"),
        ("turn the back door rule off", "switch_off", "back door"),
        ("turn the back door rule on again", "switch_on", "back door"),
        ("enable the freezer order", "switch_on", "freezer"),
        ("forget the freezer order", "forget", "freezer"),
        ("delete the standing order for the porch", "forget", "porch"),
        ("forget that order", "forget", ""),
        ("delete all standing orders", "forget_all", ""),
    ],
)
def test_an_operation(text: str, operation: str, said: str, situation: Situation) -> None:
    assert request(text, situation) == Orders(operation, said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "why did the hall light go on?",
        "why is the hall light on",
        "who turned on the hall light",
        "who turned the hall light off?",
        "what switched on the hall light",
        "how come the hall light went on",
    ],
)
def test_an_explanation(text: str, situation: Situation) -> None:
    found = request(text, situation)
    assert found is not None
    assert (found.operation, found.entities) == ("explain", ("light.hall",))


def test_an_explanation_of_what_was_just_done(situation: Situation) -> None:
    assert request("why did you do that?", situation) == Orders("explain", "you do that")


def test_an_explanation_of_a_kind(situation: Situation) -> None:
    found = request("why did the light come on?", situation)
    assert found is not None
    assert set(found.entities) == {"light.hall", "light.porch"}


@pytest.mark.parametrize(
    "text",
    [
        "turn off the hall light",
        "stop the vacuum",
        "why is the sky blue",
        "why did you decline my card",
        "who made you",
        "forget it",
        "cancel the bedroom thing",
        "who is there",
        "what is on",
        "is the hall light on",
        "switch on the porch light",
        "list the lights that are on",
        "",
    ],
)
def test_all_else_is_left_alone(text: str, situation: Situation) -> None:
    assert request(text, situation) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=60))
def test_no_text_breaks_it(text: str, situation: Situation) -> None:
    request(text, situation)
    request(f"why did {text} go on", situation)
