"""Fields that are left out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.upstream.redaction import Redaction, UnredactableError, path_problem

KEYS = st.sampled_from(["a", "b", "secret", "0"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=10,
)
PATHS = st.lists(KEYS | st.just("*"), min_size=1, max_size=3).map(".".join)


def redacted(payload: Any, *paths: str) -> Any:
    return json.loads(Redaction(paths).apply(json.dumps(payload).encode()))


def test_fields_are_left_out() -> None:
    clients = [{"mac": 1, "rssi": 2}, {"mac": 3}]
    before = {"ip": "10.0.0.1", "net": {"ip": 1, "ok": True}, "clients": clients}
    after = redacted(before, "ip", "net.ip", "clients.*.mac")
    assert after == {"net": {"ok": True}, "clients": [{"rssi": 2}, {}]}


def test_a_star_stands_for_any_key_and_a_number_for_a_place() -> None:
    assert redacted({"a": {"x": 1}, "b": {"x": 2, "y": 3}}, "*.x") == {"a": {}, "b": {"y": 3}}
    assert redacted([1, 2, 3], "1") == [1, 3]
    assert redacted([1, 2, 3], "*") == []


def test_what_has_none_of_them_stays_as_it_is_byte_by_byte() -> None:
    payload = b'{ "a" : 1.50, "b": [1,  2] }'
    assert Redaction(("c", "b.5", "a.x")).apply(payload) == payload


@pytest.mark.parametrize(
    "text",
    [
        "online",
        "",
        "ON",
        "not_home",
        "21.5",
        "-3,5",
        "1e400",
        "true",
        "null",
        "21.5 °C",
        "关",
        " 7\n",
    ],
)
def test_plain_words_and_numbers_have_no_fields(text: str) -> None:
    assert Redaction(("a",)).apply(text.encode()) == text.encode()


@pytest.mark.parametrize(
    "text",
    [
        'got {"a": 1}',
        '"{\\"a\\": 1}"',
        '"online"',
        "a: 1",
        "a=1",
        "(a 1)",
        "'a'",
        "two\nlines",
        "x" * 65,
        '{"a": 1} {"a": 2}',
        '{"b": {"a": 1}, "b": 2}',
    ],
)
def test_texts_that_may_hold_fields_are_not_let_through(text: str) -> None:
    with pytest.raises(UnredactableError):
        Redaction(("a", "b.a")).apply(text.encode())


def test_the_elements_of_a_list_are_searched_as_the_whole_is() -> None:
    secret = {"network": {"ip": 1, "ok": True}}
    clean = {"network": {"ok": True}}
    assert redacted([secret, 7, [secret]], "network.ip") == [clean, 7, [clean]]
    assert redacted([json.dumps(secret)], "network.ip") == ['{"network":{"ok":true}}']


@pytest.mark.parametrize("path", ["network.ip", "raw.network.ip", "*.network.ip", "raw.*.ip"])
def test_json_in_a_text_is_searched(path: str) -> None:
    inner = json.dumps({"network": {"ip": "10.0.0.1", "ok": 1.50}, "b": "[1,  2]"})
    for text in (inner, "\ufeff " + inner, json.dumps(inner)):
        after = redacted({"raw": text, "b": "[1,  2]", "c": ["{x}", "{{ value }}"]}, path)
        assert "10.0.0.1" not in after["raw"]
        assert "[1,  2]" in after["raw"]
        assert (after["b"], after["c"]) == ("[1,  2]", ["{x}", "{{ value }}"])


def test_json_in_a_text_that_is_ambiguous_is_not_let_through() -> None:
    with pytest.raises(UnredactableError):
        redacted({"raw": '{"a": 1, "a": 2}'}, "a")


def test_numbers_stay_as_they_were_written() -> None:
    huge = b"9" * 5000
    payload = b'{"a":1,"b":[1e400,1.50,-0,' + huge + b",NaN]}"
    assert Redaction(("a",)).apply(payload) == b'{"b":[1e400,1.50,-0,' + huge + b",NaN]}"


@pytest.mark.parametrize(
    "payload",
    [b'{"secret": 1', b"\xff\x00secret", b"[" * 5000, b"{'a': 1}"],
)
def test_what_can_not_be_read_is_not_let_through(payload: bytes) -> None:
    with pytest.raises(UnredactableError):
        Redaction(("secret",)).apply(payload)


def test_a_byte_order_mark_hides_nothing() -> None:
    assert Redaction(("a",)).apply(b'\xef\xbb\xbf {"a":1,"b":2}') == b'{"b":2}'


def test_half_a_surrogate_pair_is_kept() -> None:
    after = Redaction(("a",)).apply(b'{"a":1,"b":"\\ud800"}')
    assert json.loads(after) == {"b": "\ud800"}


def removed(value: Any, path: list[str]) -> Any:
    """The same by definition: what a path leads to is not there."""
    head, *rest = path
    if isinstance(value, dict):
        pairs = value.items()
        hit = {key for key in value if head in ("*", key)}
        if not rest:
            return {key: each for key, each in pairs if key not in hit}
        return {key: removed(each, rest) if key in hit else each for key, each in pairs}
    if isinstance(value, list):
        places = {place for place in range(len(value)) if head in ("*", str(place))}
        if not rest:
            return [each for place, each in enumerate(value) if place not in places]
        return [
            removed(each, rest) if place in places else each for place, each in enumerate(value)
        ]
    return value


@given(st.dictionaries(KEYS, VALUES, max_size=4), PATHS)
def test_nothing_but_what_a_path_leads_to_is_left_out(payload: dict[str, Any], path: str) -> None:
    assert redacted(payload, path) == removed(payload, path.split("."))


def test_paths_are_checked() -> None:
    assert path_problem("a.*.b") is None
    for path in ("", "a..b", ".a", "a."):
        assert path_problem(path)
