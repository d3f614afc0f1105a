"""Random grammars for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from lamplighter.model.decoding import grammar as g
from lamplighter.model.decoding.parts import Part

WORDS = "turn on the kitchen lamp, the late lights and the café kettle"


def leaves(letters: str = "abkiteé \u2603") -> st.SearchStrategy[Part]:
    texts = st.lists(st.text(letters, min_size=1, max_size=6), min_size=1, max_size=5)
    return st.one_of(
        st.builds(
            lambda text, any_case: g.literal(text, any_case=any_case),
            st.text(letters, min_size=1, max_size=6),
            st.booleans(),
        ),
        st.builds(
            lambda low, size, decimals: g.number(low, low + size, decimals=decimals),
            st.integers(-30, 30),
            st.integers(0, 40),
            st.integers(0, 2),
        ),
        st.builds(
            lambda low, size, step: g.number(low / 4, low / 4 + size, step=step),
            st.integers(-30, 30),
            st.integers(0, 40),
            st.sampled_from([0.1, 0.25, 0.5, 3]),
        ),
        st.integers(1, 3).map(lambda count: g.span([WORDS], max_words=count)),
        st.builds(lambda row, any_case: g.names(row, any_case=any_case), texts, st.booleans()),
    )


def random_parts(letters: str = "abkiteé \u2603") -> st.SearchStrategy[Part]:
    """Return parts that are combined of a few others."""
    return st.recursive(
        leaves(letters),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda row: g.sequence(*row)),
            st.lists(inner, min_size=1, max_size=3).map(lambda row: g.choice(*row)),
            inner.map(g.optional),
            st.builds(
                lambda part, minimum, more, separator: g.repeat(
                    part, minimum=minimum, maximum=minimum + more, separator=separator
                ),
                inner,
                st.integers(0, 2),
                st.integers(0, 2),
                st.sampled_from(["", ", "]),
            ),
        ),
        max_leaves=5,
    )
