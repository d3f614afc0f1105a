"""Cases in tokens, packed into rows that share a prefix."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tools.model.batches import make_batch, order
from tools.model.samples import NO_TARGET, Row, Sample, pack, prose, read_cases

from lamplighter.errors import ModelError

N = NO_TARGET


def test_a_row_holds_the_prefix_once_and_predicts_answers_only() -> None:
    samples = [Sample((1, 2), (3, 4, 5, 6), 2), Sample((1, 2), (7, 8, 9), 2)]
    [row] = pack(samples, 16)
    assert row.tokens == (1, 2, 3, 4, 5, 6, 7, 8, 9)
    assert row.positions == (0, 1, 2, 3, 4, 5, 2, 3, 4)
    assert row.segments == (0, 0, 1, 1, 1, 1, 2, 2, 2)
    assert row.targets == (N, N, N, 5, 6, N, N, 9, N)


def test_rows_are_no_longer_than_asked_and_prefixes_do_not_mix() -> None:
    samples = [Sample((1,), (3, 4, 5), 2)] * 3 + [Sample((2,), (3,) * 9, 2)]
    rows = pack(samples, 7)
    assert [len(row.tokens) for row in rows] == [7, 4, 10]
    assert [row.tokens[0] for row in rows] == [1, 1, 2]


def test_prose_is_cut_into_rows_and_a_short_rest_is_dropped() -> None:
    rows = prose(list(range(11)), 4)
    assert [row.tokens for row in rows] == [(0, 1, 2, 3), (4, 5, 6, 7), (8, 9, 10)]
    assert rows[0].targets == (1, 2, 3, N)
    assert len(prose(list(range(9)), 4)) == 2


def test_a_case_sees_the_prefix_and_itself() -> None:
    rows = pack([Sample((1,), (3, 4), 1), Sample((1,), (5, 6), 1)], 16)
    batch = make_batch([*rows, Row((1,), (0,), (0,), (N,))])
    seen = batch.seen[0, 0].astype(int).tolist()
    assert seen == [
        [1, 0, 0, 0, 0],
        [1, 1, 0, 0, 0],
        [1, 1, 1, 0, 0],
        [1, 0, 0, 1, 0],
        [1, 0, 0, 1, 1],
    ]
    assert batch.seen[1, 0].any(axis=-1).all()  # padding sees something: no empty softmax
    assert batch.targets[1].tolist() == [N] * 5


def test_every_row_comes_once_before_any_comes_again_and_the_seed_decides_the_order() -> None:
    rows = [Row((0,) * n, (0,) * n, (0,) * n, (N,) * n) for n in (5, 1, 3, 8, 2, 30, 4)]

    def places(seed: int, count: int) -> list[int]:
        found: list[int] = []
        for batch in order(rows, 10, seed):
            assert len(batch) == 1 or len(batch) * max(len(rows[n].tokens) for n in batch) <= 10
            found += batch
            if len(found) >= count:
                return found
        raise AssertionError("batches come for ever")

    first = places(3, 14)
    assert sorted(first[:7]) == sorted(first[7:14]) == list(range(7))
    assert first == places(3, 14)
    assert np.any(np.array(places(4, 14)) != np.array(first))


def test_a_line_that_is_no_case_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"turns": [], "answer": "x"}\n{"turns": []}\n', encoding="utf-8")
    with pytest.raises(ModelError, match="line 2"):
        list(read_cases(path))
    with pytest.raises(ModelError, match="can't be read"):
        list(read_cases(tmp_path / "none.jsonl"))
