"""Home Assistant's filters, functions and tests, as templates of devices use them."""

from __future__ import annotations

import json
from datetime import timedelta, timezone
from typing import Any

import pytest

from lamplighter.errors import TemplateError
from lamplighter_homeassistant.templates import Templates

NOW = 1_700_000_000.0  # 2023-11-14 22:13:20 UTC, 23:13:20 where the tests are


def render(template: str, payload: Any = "") -> str:
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return Templates(lambda: NOW, timezone(timedelta(hours=1))).value(template, text)


@pytest.mark.parametrize(
    ("template", "payload", "expected"),
    [
        ("{{ value | int }}", "5.9", "5"),
        ("{{ value | int(7) }}", "x", "7"),
        ("{{ value | int(base=16) }}", "ff", "255"),
        ("{{ value | int(0, 16) }}", "x", "0"),
        ("{{ int(value) + 1 }}", "5", "6"),
        ("{{ value | float }}", "5", "5.0"),
        ("{{ value | float(0) }}", "", "0"),
        ("{{ value | float(none) }}", "x", "None"),
        (
            "{{ value | is_number }} {{ 'nan' | is_number }} {{ value is is_number }}",
            "5",
            "True False True",
        ),
        ("{{ 2.5 | round }} {{ 2.449 | round(1) }} {{ 7 | round(1) }}", "", "2 2.4 7.0"),
        (
            "{{ 2.1|round(0, 'ceil') }} {{ 2.19|round(1, 'floor') }} {{ 2.3|round(1, 'half') }}",
            "",
            "3 2.1 2.5",
        ),
        ("{{ 'x' | round(1, default='?') }}", "", "?"),
        ("{{ 3 | multiply(2) }} {{ 3 | add(0.5) }}", "", "6.0 3.5"),
        ("{{ 100 | log(10) | round(2) }} {{ 9 | sqrt }} {{ sqrt(16) }}", "", "2.0 3.0 4.0"),
        (
            "{{ max(3, 5) }} {{ min([3, 5]) }} {{ [1, 2, 6] | average }} {{ median(1, 2, 9) }}",
            "",
            "5 3 3.0 2",
        ),
        ("{{ 6 | bitwise_and(3) }} {{ 6 | bitwise_or(3) }} {{ 6 | bitwise_xor(3) }}", "", "2 7 5"),
        ("{{ clamp(12, 0, 10) }} {{ remap(5, 0, 10, 0, 100) }}", "", "10.0 50.0"),
        ("{{ (pi | round(2)) }} {{ sin(0) }}", "", "3.14 0.0"),
    ],
)
def test_numbers(template: str, payload: Any, expected: str) -> None:
    assert render(template, payload) == expected


@pytest.mark.parametrize(
    ("template", "payload", "expected"),
    [
        (
            "{{ value | bool }} {{ 'off' | bool }} {{ 'x' | bool(false) }}",
            "yes",
            "True False False",
        ),
        ("{{ iif(value == 'a', 'yes', 'no') }} {{ (none | iif('a', 'b', 'c')) }}", "a", "yes c"),
        ("{{ (value | from_json).a }} {{ 'x' | from_json('d') }}", {"a": 1}, "1 d"),
        ("{{ {'a': 'ü', 'b': [1]} | to_json }}", "", '{"a":"ü","b":[1]}'),
        (
            "{{ {'b': 1, 'a': 2} | to_json(sort_keys=true, ensure_ascii=true) }}",
            "",
            '{"a":2,"b":1}',
        ),
        (
            "{{ value | regex_match('a.c') }} {{ value | regex_search('C', true) }}",
            "abc",
            "True True",
        ),
        ("{{ value | regex_replace('(b)', '<\\\\1>') }}", "abc", "a<b>c"),
        (
            "{{ value | regex_findall('[0-9]+') }} {{ value | regex_findall_index('[0-9]+', 1) }}",
            "1-22",
            "['1', '22'] 22",
        ),
        (
            "{{ value is match('a') }} {{ value is search('c') }} {{ 'b' is contains('b') }}",
            "abc",
            "True True True",
        ),
        ("{{ value | base64_encode }} {{ 'aGk=' | base64_decode }}", "hi", "aGk= hi"),
        ("{{ value | md5 }}", "hi", "49f68a5c8493ec2c0bf489821c21fc3b"),
        ("{{ value | slugify }} {{ slugify('A b', '-') }}", "Küche 1", "kuche_1 a-b"),
        ("{{ 1 | ordinal }} {{ 12 | ordinal }} {{ 23 | ordinal }}", "", "1st 12th 23rd"),
        ("{{ [[1, [2]], 3] | flatten }} {{ [[1, [2]]] | flatten(1) }}", "", "[1, 2, 3] [1, [2]]"),
        (
            "{{ 66 | pack('>B') | unpack('>B') }} {{ '42' | from_hex | base64_encode }}",
            "",
            "66 Qg==",
        ),
        ("{{ version('2.10') > version('2.9') }}", "", "True"),
        ("{{ combine({'a': 1}, {'a': 2, 'b': 3}) }} {{ typeof(5) }}", "", "{'a': 2, 'b': 3} int"),
        (
            "{{ [1]|union([2])|sort }} {{ [1, 2]|intersect([2]) }} {{ [1, 2]|difference([2]) }}",
            "",
            "[1, 2] [2] [1]",
        ),
        (
            "{{ zip([1], ['a']) | list }} {{ set([1]) is set }} {{ 'a' is string_like }}",
            "",
            "[(1, 'a')] True True",
        ),
        ("{{ urlencode({'a': 'b c'}) }} {{ 'a' | ord }}", "", "a=b+c 97"),
    ],
)
def test_values(template: str, payload: Any, expected: str) -> None:
    assert render(template, payload) == expected


@pytest.mark.parametrize(
    ("template", "payload", "expected"),
    [
        ("{{ now().isoformat() }}", "", "2023-11-14T23:13:20+01:00"),
        ("{{ utcnow().hour }} {{ today_at('06:30').minute }} {{ today_at().hour }}", "", "22 30 0"),
        ("{{ 0 | timestamp_local }}", "", "1970-01-01T01:00:00+01:00"),
        ("{{ 0 | timestamp_utc }}", "", "1970-01-01T00:00:00+00:00"),
        (
            "{{ 0 | timestamp_custom('%H:%M') }} {{ 0 | timestamp_custom('%H:%M', false) }}",
            "",
            "01:00 00:00",
        ),
        ("{{ 'x' | timestamp_custom('%H', true, 'bad') }}", "", "bad"),
        (
            "{{ as_timestamp('1970-01-01T00:01:00+00:00') }} {{ as_timestamp('x', 0) }}",
            "",
            "60.0 0",
        ),
        (
            "{{ as_datetime('2020-01-02').day }} {{ as_datetime('x') }} {{ as_datetime(0).year }}",
            "",
            "2 None 1970",
        ),
        ("{{ (now() - timedelta(hours=2)) | relative_time }}", "", "2 hours"),
        ("{{ time_since(now() - timedelta(minutes=65), 2) }}", "", "1 hour 5 minutes"),
        ("{{ time_until(now() + timedelta(days=1)) }}", "", "1 day"),
        ("{{ 'soon' | relative_time }}", "", "soon"),
        ("{{ as_timedelta('PT10M').total_seconds() }} {{ as_timedelta('ten') }}", "", "600.0 None"),
        (
            "{{ strptime('2020-02-03', '%Y-%m-%d').month }} {{ strptime('x', '%Y', 'd') }}",
            "",
            "2 d",
        ),
        ("{{ now() is datetime }} {{ (now() | as_local).hour }}", "", "True 23"),
    ],
)
def test_times(template: str, payload: Any, expected: str) -> None:
    assert render(template, payload) == expected


@pytest.mark.parametrize(
    "template",
    [
        *("{{ 'x' | int }}", "{{ 'x' | float }}", "{{ 'x' | round }}", "{{ 'x' | bool }}"),
        *("{{ 'x' | from_json }}", "{{ 'x' | timestamp_local }}", "{{ as_timestamp('x') }}"),
        *("{{ 'x' | multiply(2) }}", "{{ 0 | log }}", "{{ -1 | sqrt }}", "{{ max() }}"),
        *(
            "{{ strptime('x', '%Y') }}",
            "{{ 5 | timestamp_custom(5) }}",
            "{{ 1e99 | timestamp_utc }}",
        ),
        *("{{ 'a' | regex_match('(') }}", "{{ 'zz' | from_hex }}", "{{ remap(1, 2, 2, 3, 4) }}"),
        *(
            "{{ 1 | round(999) }}",
            "{{ 'a' | regex_findall_index('b') }}",
            "{{ '🙂' | base64_decode }}",
        ),
    ],
)
def test_what_can_not_be_converted_and_has_no_default_fails(template: str) -> None:
    with pytest.raises(TemplateError):
        render(template)
