"""Templates that would take all memory or all time, as one device could announce them."""

from __future__ import annotations

import pytest

from lamplighter.errors import TemplateError
from lamplighter_homeassistant.template_bounds import (
    MAX_LENGTH,
    MAX_VALUE,
    check_form,
    measured,
    result_size,
    size_of,
)
from lamplighter_homeassistant.templates import Templates

LONG = "'x' * 60000"


@pytest.mark.parametrize(
    "template",
    [
        "{% set a = [0] * 60000 %}{% set b = [a] * 60000 %}{{ b }}",
        "{% set a = [0] * 600 %}" + "{% set a = [a, a, a, a, a, a, a, a] %}" * 9 + "{{ a }}",
        "{% set a = [0] * 600 %}" + "{% set a = {1: a, 2: a, 3: a, 4: a} %}" * 9 + "{{ a }}",
        "{% set a = (0, 1) * 600 %}" + "{% set a = (a, a, a, a, a, a, a) %}" * 9 + "{{ a == 1 }}",
        "{% set a = [0] * 60000 %}{% set a = a + [a] + [a] %}{% set a = a + [a] + [a] %}",
        "{% set a = [0] * 60000 %}{{ zip(a, a, a, a) | list }}",
        "{% set a = [0] * 60000 %}{% for x in a %}{% for y in a %}{% endfor %}{% endfor %}",
        "{% for x in range(40000) %}{{ value | lower }}{% endfor %}",
        "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(60) }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% for x in [[1]] recursive %}{{ loop(x) }}{% endfor %}",
        "{% set q %}{% for i in range(9) %}{{ " + LONG + " }}{% endfor %}{% endset %}{{ q }}",
        "{{ range(10 ** 9) | list }}",
        "{{ 'x' * 10 ** 9 }}",
        "{{ [1] * 10 ** 9 }}",
        "{{ 9 ** (9 ** 9) }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '%*d' % (999999999, 1) }}",
        "{{ '{:999999999}'.format(1) }}",
        "{{ '{:{}}'.format(1, 999999999) }}",
        "{{ ('%s' * 9000) % ((" + LONG + ",) * 9000) }}",
        "{{ ('{0}' * 9000).format(" + LONG + ") }}",
        "{{ ('{a}' * 9000).format(a=" + LONG + ") }}",
        "{{ ('%s' * 9) | format(*([" + LONG + "] * 3)) }}",
        "{{ '\\t'.expandtabs(tabsize=999999999) }}",
        "{{ 'x'.ljust(999999999) }}",
        "{{ 'x'.zfill(999999999) }}",
        "{{ (" + LONG + ").replace('x', 'xx') }}",
        "{{ (" + LONG + ") | replace('x', 'xx') }}",
        "{{ (" + LONG + ").join(['a', 'b', 'c']) }}",
        "{{ ['a', 'b', 'c'] | join(" + LONG + ") }}",
        "{{ (" + LONG + ") ~ (" + LONG + ") }}",
        "{{ (" + LONG + ").translate({120: " + LONG + "}) }}",
        "{{ (1).to_bytes(999999999, 'big') }}",
        "{{ ['a'] | batch(999999999, 'x') | list }}",
        "{{ (" + LONG + ") | wordwrap(1, true, " + LONG + ") }}",
        "{{ 'a b' | slugify(" + LONG + ") }}",
        "{{ ('x' * 8000) | regex_replace('x', 'y' * 1000) }}",
        "{{ pack(value, '999999999s') }}",
        "{{ value | center(999999999) }}",
    ],
)
def test_refused_before_it_costs_anything(template: str) -> None:
    with pytest.raises(TemplateError):
        Templates().value(template, "x")


def test_an_indent_is_held_to_what_people_read() -> None:
    assert len(Templates().value("{{ [1] | tojson(indent=999999999) }}", "")) < 20


def test_a_namespace_does_not_write_out_what_it_holds() -> None:
    template = "{% set ns = namespace(a=value) %}{{ ns }} {{ ns.a }}"
    assert Templates().value(template, "x") == "<Namespace> x"


def test_sizes_count_what_is_inside() -> None:
    assert size_of("abc") == 3
    assert size_of(5) == 0
    assert size_of(["ab", ["c"], {"d": ("e",)}]) == 3 + 2 + 1 + 1 + 1 + 1 + 1 + 1
    shared = ["x"] * 1000
    assert size_of([shared] * 1000) > MAX_VALUE


def test_measured_gives_back_what_is_small() -> None:
    value = [1, "a"]
    assert measured(value) is value
    assert measured("x" * (MAX_VALUE + 1))


@pytest.mark.parametrize(
    ("operator", "left", "right", "huge"),
    [
        ("+", "a" * MAX_LENGTH, "b", True),
        ("+", "a", "b", False),
        ("*", [0], MAX_LENGTH + 1, True),
        ("*", MAX_LENGTH + 1, "a", True),
        ("**", 2, 5_000, True),
        ("**", 2, 64, False),
        ("*", 1 << 5_000, 2, True),
        ("*", 1.5, 2, False),
    ],
)
def test_results_are_foreseen(operator: str, left: object, right: object, huge: bool) -> None:  # noqa: FBT001 - a case of the table
    assert (result_size(operator, left, right) > MAX_LENGTH) is huge


def test_usual_formats_are_allowed() -> None:
    check_form("%.1f %s%%", 5.0, "text")
    check_form(b"%d", 1)
    check_form("{:>8} {name}", "x", "y")
