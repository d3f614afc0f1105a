from __future__ import annotations

import json
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.errors import TemplateError
from lamplighter_homeassistant import templates as module
from lamplighter_homeassistant.templates import MAX_OUTPUT, MAX_TEMPLATE, Templates

NOW = 1_700_000_000.0  # 2023-11-14 22:13:20 UTC


def render(template: str, payload: Any = "") -> str:
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return Templates(lambda: NOW, timezone(timedelta(hours=1))).value(template, text)


@pytest.mark.parametrize(
    ("template", "payload", "expected"),
    [
        ("plain", "x", "plain"),
        ("{{ value }}", "x", "x"),
        ("  {{ value }} \n", "x", "x"),
        ("{{ value_json.a.b[0] }}", {"a": {"b": [5]}}, "5"),
        ("{{ value_json['a'] }}", {"a": None}, "None"),
        ("{{ value_json.a }}", {}, ""),
        ("{{ value_json.a | is_defined }}", {}, ""),
        ("{{ value_json.a | is_defined }}", {"a": 1}, "1"),
        ("{{ value_json.a | default('none') }}", {}, "none"),
        ("{{ value_json is defined }}", "no json", "False"),
        ("{% if value == 'a' %}1{% else %}2{% endif %}", "a", "1"),
        ("{{ {0:'off', 1:'low'}[value | int] }}", "1", "low"),
        (
            "{% for k, v in value_json.items() %}{{ loop.index }}{{ k }}{{ v }}{% endfor %}",
            {"a": 1},
            "1a1",
        ),
        (
            "{% set a=namespace(n=0) %}{% for i in [1,2] %}{% set a.n=a.n+i %}{% endfor %}{{a.n}}",
            "",
            "3",
        ),
        (
            "{{ (value_json['update'].state == 'updating') | lower }}",
            {"update": {"state": "idle"}},
            "false",
        ),
        ("{{ '%.1f' | format(value | float) }}", "2.25", "2.2"),
        ("{{ '{:.2f}'.format(value | float) }}", "1", "1.00"),
        ("{{ states('sensor.other') }} {{ state_attr('a.b', 'c') }}", "", "unknown None"),
        ("{{ is_state('a.b', 'on') }}", "", "False"),
        ("{{ value ~ '/' ~ 5 }}", "a", "a/5"),
        ("{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(value) }}", "a", "[a]"),
    ],
)
def test_templates_read_payloads(template: str, payload: Any, expected: str) -> None:
    assert render(template, payload) == expected


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ value.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ (value | attr('__class__')).__name__ }}",
        "{{ timedelta.__subclasses__() }}",
        "{{ '{0.__class__.__mro__}'.format(value).mro }}{{ [].append(1) }}",
        "{{ value_json.update({'a': 1}) }}",
        "{% include 'x' %}",
        "{% import 'os' as os %}",
        "{{ open('/etc/passwd') }}",
        "{{ self.__init__.__globals__ }}",
        "{{ lipsum() }}",
    ],
)
def test_nothing_outside_the_template_can_be_reached(template: str) -> None:
    with pytest.raises(TemplateError):
        render(template, {"b": 1})


def test_underscored_attributes_are_empty() -> None:
    assert render("{{ value | attr('__class__') }}{{ '{0.__class__}'.format(value) }}", "x") == ""


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ value | int }}", "invalid input 'x'"),
        ("{{ value_json.a.b }}", "undefined"),
        ("{{ value", "unexpected end|expected token"),
        ("{{ value | nonsense }}", "unknown filter 'nonsense'"),
        ("{{ value is nonsense }}", "unknown test 'nonsense'"),
        ("{{ '\\ud800' }}", "surrogate"),
        ("{{ 5 }}" + "x" * MAX_TEMPLATE, "more than"),
    ],
)
def test_what_fails_says_why(template: str, reason: str) -> None:
    with pytest.raises(TemplateError, match=reason):
        render(template, "x")


def test_the_output_is_bounded() -> None:
    template = "{% for i in range(2000) %}{{ value }}{% endfor %}"
    assert len(render(template, "x" * 30)) == 60_000
    with pytest.raises(TemplateError, match=f"more than {MAX_OUTPUT}"):
        render(template, "x" * 40)


def test_steps_are_counted_anew_for_each_rendering() -> None:
    engine = Templates()
    template = "{% for i in range(20000) %}{% endfor %}done"
    assert [engine.value(template, "") for _ in range(4)] == ["done"] * 4


def test_check_finds_mistakes_without_rendering() -> None:
    engine = Templates()
    engine.check("{{ 1 / 0 }}")
    for _ in range(2):
        with pytest.raises(TemplateError, match="unknown filter"):
            engine.check("{{ value | nothing }}")


def test_the_error_names_a_short_piece_of_the_template() -> None:
    with pytest.raises(TemplateError) as caught:
        render("{{ nothing.at.all }}" + " " * 1000)
    assert len(caught.value.template) == 120


def test_more_variables_and_command_values() -> None:
    engine = Templates()
    assert engine.value("{{ hue }} {{ value }}", "v", {"hue": 5}) == "5 v"
    assert engine.command("{{ value + 1 }} {{ mode }}", 1, {"mode": "eco"}) == "2 eco"
    with pytest.raises(TemplateError, match="nothing defined"):
        engine.command("{{ none_such | is_defined }}", 1, {})


def test_caches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CACHE_SIZE", 3)
    engine = Templates()
    for number in range(9):
        assert engine.value(f"{number}{{{{ value }}}}", "x") == f"{number}x"
    assert len(engine._compiled) == 3
    assert len(engine._checked) == 3


PIECES = st.sampled_from(
    [
        *("{{", "}}", "{%", "%}", " value ", " value_json ", "|", "int", "float", "round", ".a"),
        *(" if ", " else ", " for x in ", " endfor ", " endif ", "(", ")", "[", "]", "'x'", "5"),
        *("~", "*", "**", "%", " set x = ", "join", "format", "regex_replace", "is ", "defined"),
        *("99999999", "range", "x", ",", ":", "{", "}", "to_json", "timestamp_custom", "flatten"),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join), st.text(max_size=10))
def test_any_template_renders_or_is_refused(template: str, payload: str) -> None:
    try:
        text = render(template, payload)
    except TemplateError as error:
        assert error.reason
    else:
        assert len(text) <= MAX_OUTPUT


@given(st.text(max_size=30))
def test_any_text_payload_is_given_as_it_is(payload: str) -> None:
    try:
        payload.encode()
    except UnicodeEncodeError:
        return
    assert render("[{{ value }}]", payload) == f"[{payload}]"
