from __future__ import annotations

from pathlib import Path

import pytest

from lamplighter.model.build.unfinished import kept_until_done


class CutOffError(Exception):
    """Stands for whatever ends a build early."""


def begin(cache: Path, key: str) -> None:
    with kept_until_done(cache, key) as folder:
        (folder / "layer").write_text("done")
        raise CutOffError


def cut_off(cache: Path, key: str) -> Path:
    with pytest.raises(CutOffError):
        begin(cache, key)
    (folder,) = cache.glob(f"*-{key}")
    return folder


def test_what_a_build_had_is_there_for_the_next(tmp_path: Path) -> None:
    left = cut_off(tmp_path / "cache", "one")
    with kept_until_done(tmp_path / "cache", "one") as folder:
        assert folder == left
        assert (folder / "layer").read_text() == "done"
    assert list((tmp_path / "cache").iterdir()) == []


def test_one_unfinished_build_is_kept_and_no_more(tmp_path: Path) -> None:
    cut_off(tmp_path, "one")
    left = cut_off(tmp_path, "two")
    assert list(tmp_path.iterdir()) == [left]


def test_what_a_running_build_has_is_left_alone(tmp_path: Path) -> None:
    with kept_until_done(tmp_path, "one") as running:
        with kept_until_done(tmp_path, "two"):
            assert running.exists()
        assert running.exists()
