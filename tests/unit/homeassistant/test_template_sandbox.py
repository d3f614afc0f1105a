from __future__ import annotations

import jinja2
import pytest
from jinja2.exceptions import SecurityError

from lamplighter_homeassistant.template_bounds import MAX_STEPS
from lamplighter_homeassistant.template_sandbox import Sandbox


def sandbox() -> Sandbox:
    made = Sandbox()
    made.seal()
    return made


def test_filters_that_need_the_context_still_work_when_counted() -> None:
    engine = sandbox()
    template = engine.from_string(
        "{{ ['b', 'a'] | sort | join(',') }} {{ [1, 2, 3] | select('odd') | list }}"
        " {{ [{'a': 1}] | map(attribute='a') | sum }} {{ '<' | escape }} {{ 5 is divisibleby 5 }}"
    )
    assert template.render() == "a,b [1, 3] 1 &lt; True"


def test_steps_end_until_counted_anew() -> None:
    engine = sandbox()
    template = engine.from_string("{% for i in items %}{% endfor %}")
    with pytest.raises(SecurityError):
        template.render(items=range(MAX_STEPS + 1))
    with pytest.raises(SecurityError):
        template.render(items=[1])
    engine.begin()
    assert template.render(items=[1]) == ""


def test_assignment_to_several_names_is_no_tuple_to_measure() -> None:
    template = sandbox().from_string(
        "{% set a, b = 1, x %}{% for c, d in [(1, x)] %}{{ a }}{{ b }}{{ c }}{{ d }}{% endfor %}"
    )
    assert template.render(x=2) == "1212"


def test_loops_know_their_length_and_end_early() -> None:
    template = sandbox().from_string(
        "{% for i in items %}{{ loop.length if loop.last }}{% else %}none{% endfor %}"
        "{% for i in items %}{{ i }}{% break %}{% endfor %}"
    )
    assert template.render(items=[7, 8]) == "27"
    assert template.render(items=[]) == "none"


def test_lists_from_outside_can_not_be_changed() -> None:
    with pytest.raises(SecurityError):
        sandbox().from_string("{{ items.append(1) }}").render(items=[])


def test_no_other_template_can_be_loaded() -> None:
    with pytest.raises((jinja2.TemplateError, TypeError)):
        sandbox().from_string("{% extends 'x' %}").render()
