"""The strict YAML loader: every mistake at once, each with line and key."""

import gc
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter import config as configuration
from lamplighter import strict_yaml
from lamplighter.config import Config
from lamplighter.errors import ConfigError


@dataclass(frozen=True)
class Inner:
    size: int = field(default=1, metadata={"min": 1, "max": 9})
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outer:
    must: str
    inner: Inner = field(default_factory=Inner)
    by_name: dict[str, Inner] = field(default_factory=dict)
    maybe: Inner | None = None
    ratio: float = 0.5
    path: Path = Path("here")
    on: bool = False


def problems(text: str) -> list[tuple[int, str]]:
    with pytest.raises(ConfigError) as caught:
        strict_yaml.load(text, Outer, file="f.yaml")
    return [(problem.line, problem.key) for problem in caught.value.problems]


def test_every_kind_of_value_is_read() -> None:
    text = """
must: 12
inner: {size: 3, names: [a, 5]}
by_name: {x: {size: 2}, y: }
maybe: null
ratio: 1
path: /a/b
on: true
"""
    read = strict_yaml.load(text, Outer, file="f.yaml")
    assert read.must == "12"
    assert read.inner == Inner(3, ("a", "5"))
    assert read.by_name == {"x": Inner(2), "y": Inner()}
    assert read.maybe is None
    assert read.ratio == 1.0
    assert read.path == Path("/a/b")
    assert read.on is True


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines() -> None:
    text = """must: [1]
inner:
  size: 10
  nams: [a]
ratio: many
on: 1
by_name: {x: {size: no}}
"""
    assert problems(text) == [
        (1, "must"),
        (3, "inner.size"),
        (4, "inner.nams"),
        (5, "ratio"),
        (6, "on"),
        (7, "by_name.x.size"),
    ]


def test_a_missing_required_key_is_named() -> None:
    assert problems("ratio: 1") == [(1, "must")]


def test_nothing_but_comments_lacks_what_is_required() -> None:
    assert problems("# nothing\n") == [(1, "must")]


def test_a_key_that_stands_twice_names_both_lines() -> None:
    with pytest.raises(ConfigError, match=r"f.yaml:3: must: stands twice, first in line 1"):
        strict_yaml.load("must: a\non: true\nmust: b\n", Outer, file="f.yaml")


def test_garbage_is_collected_afterwards_as_before() -> None:
    assert gc.isenabled()
    strict_yaml.load("must: a", Outer, file="f.yaml")
    assert gc.isenabled()
    with pytest.raises(ConfigError):
        strict_yaml.load("must: [", Outer, file="f.yaml")
    assert gc.isenabled()
    gc.disable()
    try:
        strict_yaml.load("must: a", Outer, file="f.yaml")
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_an_unknown_key_suggests_a_near_one() -> None:
    with pytest.raises(ConfigError, match="did you mean 'ratio'"):
        strict_yaml.load("must: a\nratoi: 1", Outer, file="f.yaml")


def test_what_is_not_yaml_names_its_line() -> None:
    assert problems("must: a\ninner: {size: 1\n")[0][0] >= 2


def test_contradictions_are_told_beside_other_mistakes() -> None:
    text = "broker: {port: 0, password_file: x}\nupstream: {host: localhost}\n"
    with pytest.raises(ConfigError) as caught:
        configuration.parse(text)
    keys = {problem.key for problem in caught.value.problems}
    assert keys == {"broker.port", "broker.password_file", "upstream.host"}


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        read = configuration.parse(text)
    except ConfigError as error:
        assert all(problem.line >= 1 and problem.reason for problem in error.problems)
    else:
        assert isinstance(read, Config)
