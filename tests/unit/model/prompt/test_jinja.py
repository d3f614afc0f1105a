from __future__ import annotations

from datetime import UTC, datetime

import pytest
from jinja2 import TemplateError
from jinja2.exceptions import SecurityError

from lamplighter.model.prompt.jinja import compile_template


def render(source: str, **values: object) -> str:
    now = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    return compile_template(source, lambda: now).render(**values)


def test_loops_may_be_left_and_names_kept_over_them() -> None:
    source = (
        "{% set ns = namespace(last=0) %}{% for n in range(9) %}{% if n == 3 %}{% break %}"
        "{% endif %}{% set ns.last = n %}{% endfor %}{{ ns.last }}"
    )
    assert render(source) == "2"


def test_blocks_leave_no_white_space_behind() -> None:
    assert render("  {% if true %}\n  x\n  {% endif %}\ny") == "  x\ny"


def test_json_is_not_escaped_for_html() -> None:
    assert render("{{ value | tojson }}", value={"a": "<é>"}) == '{"a": "<é>"}'
    assert render("{{ value | tojson(indent=1) }}", value=[1]) == "[\n 1\n]"


def test_the_time_is_the_one_that_is_given() -> None:
    assert render("{{ strftime_now('%d %b %Y') }}") == "22 Nov 2026"


def test_what_is_marked_for_training_is_kept() -> None:
    assert render("a{% generation %}b{{ c }}{% endgeneration %}d", c="c") == "abcd"


def test_a_template_can_refuse() -> None:
    with pytest.raises(TemplateError, match="no tools here"):
        render("{{ raise_exception('no tools here') }}")


@pytest.mark.parametrize("source", ["{{ x.__class__.__mro__ }}", "{{ x.append(1) }}"])
def test_a_template_can_neither_look_inside_nor_change_what_it_is_given(source: str) -> None:
    with pytest.raises(SecurityError):
        render(source, x=[])
