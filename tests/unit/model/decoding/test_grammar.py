from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.errors import ModelError
from lamplighter.model.decoding import grammar as g


def parses(part: g.Part, text: str) -> bool:
    return g.compile_grammar(part).parses(text)


@given(low=st.integers(-2000, 2000), high=st.integers(-2000, 2000), value=st.integers(-3000, 3000))
def test_an_integer_parses_exactly_when_it_is_in_the_range(low: int, high: int, value: int) -> None:
    low, high = sorted((low, high))
    assert parses(g.integer(low, high), str(value)) == (low <= value <= high)


@given(
    low=st.decimals(-50, 50, places=2),
    high=st.decimals(-50, 50, places=2),
    value=st.decimals(-60, 60, places=2),
)
def test_a_number_parses_exactly_when_it_is_in_the_range(
    low: Decimal, high: Decimal, value: Decimal
) -> None:
    low, high = sorted((low, high))
    part = g.number(float(low), float(high), decimals=2)
    if value or not str(value).startswith("-"):  # "-0.00" is no way to write a number
        assert parses(part, f"{value:.2f}") == (low <= value <= high)


@given(
    low=st.decimals(-50, 50, places=1),
    steps=st.integers(0, 200),
    step=st.sampled_from(["0.1", "0.25", "0.5", "3"]),
    value=st.decimals(-60, 60, places=2),
)
def test_a_number_in_steps_is_one_that_the_steps_meet(
    low: Decimal, steps: int, step: str, value: Decimal
) -> None:
    high = low + steps * Decimal(step)
    part = g.number(float(low), float(high), step=float(step))
    met = low <= value <= high and (value - low) % Decimal(step) == 0
    shortest = f"{value.normalize():f}" if value else "0"
    assert parses(part, shortest) == met
    assert not parses(part, f"{value:.3f}")


@given(st.text("aBéß\u0131 \u00b5", min_size=1, max_size=6))
def test_any_case_means_each_letter(text: str) -> None:
    for part in (g.literal(text, any_case=True), g.names([text, "other"], any_case=True)):
        assert parses(part, text)
        assert parses(part, "".join(one if len(one := c.upper()) == 1 else c for c in text))
        assert not parses(part, f"{text}x")
    assert not parses(g.literal(text, any_case=True), "x" * len(text))


@pytest.mark.parametrize("text", ["007", "-0", "+5", "5.", "1.55", ""])
def test_a_number_has_one_plain_form(text: str) -> None:
    assert not parses(g.number(-10, 10, decimals=1), text)


def test_a_span_is_whole_words_of_the_text() -> None:
    part = g.span(["turn on the kitchen light, it's 21.5 there"], min_words=1, max_words=3)
    for text in ("kitchen", "the kitchen light", "light, it's 21.5", "there"):
        assert parses(part, text), text
    for text in ("kitch", "kitchen ", "light,", "on kitchen", "turn on the kitchen", "it"):
        assert not parses(part, text), text


@given(
    words=st.lists(st.from_regex(r"[a-zé]{1,5}", fullmatch=True), min_size=1, max_size=8),
    bounds=st.tuples(st.integers(0, 7), st.integers(1, 4)),
)
def test_every_run_of_words_is_a_span(words: list[str], bounds: tuple[int, int]) -> None:
    start, length = bounds
    run = words[start : start + length]
    part = g.span([" ".join(words)], max_words=4)
    assert not run or parses(part, " ".join(run))


@given(st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=20), st.text(max_size=8))
def test_names_are_exactly_those_given(texts: list[str], other: str) -> None:
    compiled = g.compile_grammar(g.names(texts))
    assert all(compiled.parses(text) for text in texts)
    assert compiled.parses(other) == (other in texts)


@given(st.integers(0, 3), st.integers(0, 3), st.integers(0, 6))
def test_a_repeat_counts(minimum: int, more: int, count: int) -> None:
    part = g.repeat(g.literal("ab"), minimum=minimum, maximum=minimum + more, separator=", ")
    fits = minimum <= count <= minimum + more
    assert parses(part, ", ".join(["ab"] * count)) == fits


def test_parts_inside_a_sequence_do_not_leak_into_each_other() -> None:
    part = g.sequence(
        g.optional(g.literal("a")), g.repeat(g.literal("b"), maximum=2), g.literal("c")
    )
    texts = ("c", "ac", "bbc", "abc", "bac", "aac", "bbbc")
    assert [text for text in texts if parses(part, text)] == ["c", "ac", "bbc", "abc"]


@pytest.mark.parametrize(
    "make",
    [
        g.choice,
        lambda: g.names([]),
        lambda: g.span(["...", ""]),
        lambda: g.span(["a b"], min_words=3),
        lambda: g.span(["a b"], min_words=2, max_words=1),
        lambda: g.number(3, 2),
        lambda: g.number(float("-inf"), 0),
        lambda: g.number(0, float("nan")),
        lambda: g.number(0, 10**400),
        lambda: g.number(0, 1, decimals=-1),
        lambda: g.number(0, 1, decimals=10),
        lambda: g.number(0, 1, step=0),
        lambda: g.number(0, 1, step=float("inf")),
        lambda: g.number(0, 1000, step=0.01),
        lambda: g.number(0.5, 1, step=10**400),
        lambda: g.compile_grammar(g.literal("\ud800")),
        lambda: g.repeat(g.literal("a"), minimum=3, maximum=2),
        lambda: g.compile_grammar(g.number(0.2, 0.4, decimals=0)),
    ],
)
def test_a_grammar_without_any_text_is_refused(make: object) -> None:
    assert callable(make)
    with pytest.raises(ModelError, match=r"^grammar: "):
        make()


def test_half_a_surrogate_pair_is_no_text() -> None:
    broken = "b\ud800"
    for part in (
        g.choice(g.literal("a"), g.literal(broken)),
        g.names(["a", broken]),
        g.names(["a", broken], any_case=True),
        g.choice(g.literal(broken, any_case=True), g.literal("a")),
        g.sequence(g.literal("a"), g.repeat(g.literal("c"), maximum=2, separator=broken)),
        g.span(["a\ud800c"]),
    ):
        grammar = g.compile_grammar(part)
        assert grammar.parses("a")
        assert not grammar.parses(broken)
        assert not grammar.parses("a\ud800c")


def test_a_grammar_that_grows_too_large_is_refused() -> None:
    part = g.repeat(g.repeat(g.literal("abcdefgh"), maximum=500), maximum=500)
    with pytest.raises(ModelError, match="more than 200000 states"):
        g.compile_grammar(part)
