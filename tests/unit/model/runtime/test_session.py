from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lamplighter.errors import ModelError
from lamplighter.model.runtime.session import Session

TOKENS = [20, 30, 40, 50, 60, 70]


def test_token_by_token_gives_the_logits_of_one_step(session: Session) -> None:
    session.truncate(0)
    together = session.forward(TOKENS, kept=len(TOKENS))
    session.truncate(0)
    one_by_one = np.concatenate([session.forward([token]) for token in TOKENS])
    np.testing.assert_allclose(one_by_one, together, rtol=0, atol=1e-4)


def test_a_step_without_logits_extends_the_cache_all_the_same(session: Session) -> None:
    session.truncate(0)
    assert session.forward(TOKENS[:4], kept=0).shape == (0, session.forward([1]).shape[1])
    session.truncate(4)
    continued = session.forward(TOKENS[4:])
    session.truncate(0)
    session.forward(TOKENS[:4])
    np.testing.assert_array_equal(session.forward(TOKENS[4:]), continued)


def test_a_cut_and_continued_row_gives_the_logits_of_a_fresh_one(session: Session) -> None:
    session.truncate(0)
    session.forward(TOKENS)
    session.truncate(3)
    assert session.tokens == TOKENS[:3]
    again = session.forward([99])
    session.truncate(0)
    session.forward(TOKENS[:3])
    np.testing.assert_array_equal(session.forward([99]), again)


def test_a_restored_snapshot_gives_the_same_logits(session: Session) -> None:
    session.truncate(0)
    session.forward(TOKENS)
    snapshot = session.snapshot()
    expected = session.forward([5])
    session.truncate(0)
    session.forward([100] * 20)
    session.restore(snapshot)
    assert session.tokens == TOKENS
    np.testing.assert_array_equal(session.forward([5]), expected)


def test_more_than_the_context_is_refused_and_changes_nothing(session: Session) -> None:
    session.truncate(0)
    session.forward(TOKENS)
    with pytest.raises(ModelError, match="do not fit into 256"):
        session.forward([1] * 256)
    assert session.tokens == TOKENS


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "model.onnx"
    broken.write_bytes(b"not a graph")
    with pytest.raises(ModelError, match=r"model\.onnx: can't be loaded"):
        Session(broken, threads=1, context=64).start()


def test_the_runtime_gathers_no_telemetry(tmp_path: Path) -> None:
    code = "from lamplighter.model.runtime.session import load_runtime; load_runtime()"
    environment = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    environment.pop("ORT_DISABLE_TELEMETRY", None)
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    assert list(tmp_path.rglob("*")) == []
