from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.model.runtime.aside import set_aside
from lamplighter.model.runtime.decoder import Decoder, Snapshot
from lamplighter.model.runtime.session import Session

REPORT = list(range(20, 60))


@settings(deadline=None, max_examples=30)
@given(length=st.integers(1, 40), other=st.integers(0, 60), prefix=st.integers(0, 40))
def test_what_was_set_aside_goes_on_as_if_nothing_had_been(
    session: Session, length: int, other: int, prefix: int
) -> None:
    session.truncate(0)
    session.forward(REPORT[:length])
    before = session.snapshot()
    known = None
    if 0 < prefix <= length:
        known = Snapshot(before.tokens[:prefix], before.cache[:, :, :prefix].copy())
    take_up = set_aside(session, other, known)
    session.truncate(0)
    if other:
        session.forward([7] * other)
    take_up()
    after = session.snapshot()
    assert after.tokens == before.tokens
    np.testing.assert_array_equal(after.cache, before.cache)


@pytest.mark.parametrize(
    ("room", "prefix", "copied"), [(5, 0, 5), (40, 0, 10), (8, 6, 2), (6, 8, 0)]
)
def test_only_what_is_overwritten_and_not_kept_is_copied(
    session: Session, monkeypatch: pytest.MonkeyPatch, room: int, prefix: int, copied: int
) -> None:
    session.truncate(0)
    session.forward(REPORT[:10])
    whole = session.snapshot()
    known = Snapshot(whole.tokens[:prefix], whole.cache[:, :, :prefix]) if prefix else None
    sizes: list[int] = []
    copy_of = Session.copy_of

    def noted(self: Session, start: int, end: int) -> object:
        sizes.append(end - start)
        return copy_of(self, start, end)

    monkeypatch.setattr(Session, "copy_of", noted)
    set_aside(session, room, known)
    assert sizes == [copied]


class Growing:
    """A decoder whose cache is not written in place."""

    def __init__(self) -> None:
        self.tokens = [1, 2, 3]

    def snapshot(self) -> Snapshot:
        return Snapshot(tuple(self.tokens), np.zeros((1, 1, 3, 1), np.float32))

    def restore(self, snapshot: Snapshot) -> None:
        self.tokens = list(snapshot.tokens)

    def forward(self, tokens: Sequence[int]) -> None:
        self.tokens += tokens


def test_a_decoder_of_another_make_is_copied_whole() -> None:
    decoder = Growing()
    take_up = set_aside(cast("Decoder", decoder), 1, None)
    decoder.tokens = [9]
    take_up()
    assert decoder.tokens == [1, 2, 3]
