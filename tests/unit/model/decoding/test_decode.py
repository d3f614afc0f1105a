from __future__ import annotations

from typing import cast

from tests.unit.model.decoding.stand_ins import RandomDecoder, even_pace

from lamplighter.model.decoding.decode import prefill
from lamplighter.model.runtime.decoder import Decoder


def test_prefill_goes_in_chunks_and_pauses_between_them() -> None:
    decoder = RandomDecoder(10, 1)
    steps = prefill(
        cast("Decoder", decoder), list(range(300)), expired=lambda: False, pace=even_pace()
    )
    assert len(list(steps)) == 2
    assert [len(call) for call in decoder.calls] == [128, 128, 44]
    # What follows a chunk is known: only the last one's prediction is wanted.
    assert decoder.kept == [0, 0, 1]


def test_prefill_ends_at_the_deadline() -> None:
    decoder = RandomDecoder(10, 1)
    late = iter([False, True])
    steps = prefill(
        cast("Decoder", decoder), list(range(300)), expired=lambda: next(late), pace=even_pace()
    )
    assert len(list(steps)) == 1
    assert len(decoder.tokens) == 128
