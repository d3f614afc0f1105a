from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.catalogue.entity import Choice, Colour, Entity, Flag, Number, Service, Text
from lamplighter.errors import ServiceError
from lamplighter_homeassistant.parameters import checked

SERVICE = Service(
    "set",
    {
        "number": Number(0, 10, 1, "%"),
        "choice": Choice(("Eco", "boost")),
        "text": Text(1, 5, "[a-z]+$"),
        "colour": Colour(),
        "flag": Flag(),
    },
)
ENTITY = Entity(
    "light.a",
    "a",
    "homeassistant",
    "light",
    "A",
    services={"set": SERVICE, "need": Service("need", {"x": Flag()}, frozenset({"x"}))},
)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("number", "7.5", 7.5),
        ("number", 0, 0.0),
        ("choice", "ECO", "Eco"),
        ("choice", "boost", "boost"),
        ("text", "abc", "abc"),
        ("colour", (1, 2, 255), [1, 2, 255]),
        ("flag", "On", True),
        ("flag", False, False),
    ],
)
def test_values_become_what_their_kind_wants(name: str, value: Any, expected: Any) -> None:
    assert checked(ENTITY, "set", {name: value}) == {name: expected}


def test_none_counts_as_not_given() -> None:
    assert checked(ENTITY, "set", {"number": None}) == {}


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("number", 11, "not within 0 to 10 %"),
        ("number", "many", "not a number"),
        ("number", True, "not a number"),
        ("number", "nan", "not a number"),
        ("number", 10**400, "not a number"),
        ("number", [1], "not a number"),
        ("choice", "fast", "none of Eco, boost"),
        ("text", "", "0 characters, not 1 to 5"),
        ("text", "ABC", "does not match"),
        ("colour", [1, 2], "not .red"),
        ("colour", [1, 2, 256], "not .red"),
        ("colour", "red", "not .red"),
        ("flag", "maybe", "neither true nor false"),
    ],
)
def test_values_that_do_not_fit_are_named(name: str, value: Any, reason: str) -> None:
    with pytest.raises(ServiceError, match=rf"light\.a: set: {name}: .*{reason}"):
        checked(ENTITY, "set", {name: value})


@pytest.mark.parametrize(
    ("service", "params", "reason"),
    [
        ("fly", {}, "is no service of it; it has: set, need"),
        ("set", {"speed": 1}, "takes no speed; it takes: number"),
        ("need", {}, "needs x"),
        ("need", {"x": None}, "needs x"),
    ],
)
def test_services_and_names_are_checked(service: str, params: dict[str, Any], reason: str) -> None:
    with pytest.raises(ServiceError, match=reason):
        checked(ENTITY, service, params)


@given(
    st.sampled_from(sorted(SERVICE.params)),
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()),
)
def test_any_value_is_checked_or_refused(name: str, value: Any) -> None:
    try:
        result = checked(ENTITY, "set", {name: value})
    except ServiceError as error:
        assert error.entity_id == "light.a"
    else:
        assert set(result) <= {name}
