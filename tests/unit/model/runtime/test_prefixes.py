from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from lamplighter.model.runtime.prefixes import Prefixes
from lamplighter.model.runtime.session import Session

PREFIX = [30, 40, 50, 60]


def restored(prefixes: Prefixes, session: Session, tokens: list[int]) -> bool:
    steps = prefixes.restore(session, tokens)
    while True:
        try:
            assert next(steps) == ""
        except StopIteration as done:
            return bool(done.value)


def evaluate(session: Session, prefixes: Prefixes, tokens: list[int]) -> None:
    session.truncate(0)
    session.forward(tokens)
    for text in prefixes.save(session):
        assert text == ""


def test_a_restored_prefix_gives_the_logits_of_a_fresh_one(session: Session) -> None:
    prefixes = Prefixes("tiny", None)
    evaluate(session, prefixes, PREFIX)
    fresh = session.forward([7, 8])
    session.truncate(0)
    session.forward([99] * 9)
    assert restored(prefixes, session, PREFIX)
    assert session.tokens == PREFIX
    np.testing.assert_array_equal(session.forward([7, 8]), fresh)


def test_a_prefix_that_is_still_there_is_only_cut_back(session: Session) -> None:
    prefixes = Prefixes("tiny", None)
    session.truncate(0)
    session.forward([*PREFIX, 1, 2])
    assert restored(prefixes, session, PREFIX)
    assert session.tokens == PREFIX


def test_a_restart_finds_the_prefix_on_disk_for_the_same_model_only(
    session: Session, tmp_path: Path
) -> None:
    evaluate(session, Prefixes("tiny 1", tmp_path), PREFIX)
    fresh = session.forward([7])
    session.truncate(0)

    assert not restored(Prefixes("tiny 2", tmp_path), session, PREFIX)
    assert restored(Prefixes("tiny 1", tmp_path), session, PREFIX)
    np.testing.assert_array_equal(session.forward([7]), fresh)


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "unreadable"])
def test_a_broken_file_is_ignored_and_written_anew(
    session: Session, tmp_path: Path, damage: str
) -> None:
    evaluate(session, Prefixes("tiny", tmp_path), PREFIX)
    (path,) = tmp_path.glob("*.kv")
    data = bytearray(path.read_bytes())
    sound = bytes(data)
    if damage == "unreadable":
        path.unlink()
        path.mkdir()
    else:
        data[100] ^= 1
        damaged = {"cut": data[:-5], "flipped": data, "empty": bytearray()}[damage]
        path.write_bytes(damaged)
    session.truncate(0)
    prefixes = Prefixes("tiny", tmp_path)
    assert not restored(prefixes, session, PREFIX)
    assert session.tokens == []
    evaluate(session, prefixes, PREFIX)
    assert path.is_dir() or path.read_bytes() == sound
    assert list(tmp_path.glob("*.part")) == []


def test_a_folder_that_can_not_be_written_costs_nothing_else(
    session: Session, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    prefixes = Prefixes("tiny", blocked)
    evaluate(session, prefixes, PREFIX)
    session.truncate(0)
    assert restored(prefixes, session, PREFIX)


def test_a_disk_that_is_nearly_full_is_left_to_messages(session: Session, tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    prefixes = Prefixes("tiny", tmp_path, reserve=2 * free)
    evaluate(session, prefixes, PREFIX)
    assert list(tmp_path.iterdir()) == []
    session.truncate(0)
    assert restored(prefixes, session, PREFIX)


def test_the_longest_unused_is_dropped(session: Session, tmp_path: Path) -> None:
    one = 4 * int(np.prod(session.snapshot_shape(4)))
    prefixes = Prefixes("tiny", None, max_bytes=2 * one)
    rows = [[10, 11, 12, number] for number in range(3)]
    evaluate(session, prefixes, rows[0])
    evaluate(session, prefixes, rows[1])
    session.truncate(0)
    assert restored(prefixes, session, rows[0])
    evaluate(session, prefixes, rows[2])
    session.truncate(0)
    assert restored(prefixes, session, rows[0])
    session.truncate(0)
    assert not restored(prefixes, session, rows[1])
    on_disk = Prefixes("tiny", tmp_path, max_files=2)
    for row in rows:
        evaluate(session, on_disk, row)
    assert len(list(tmp_path.glob("*.kv"))) == 2


def test_what_a_killed_run_left_half_written_is_removed(session: Session, tmp_path: Path) -> None:
    (tmp_path / "left.part").write_bytes(b"half")
    evaluate(session, Prefixes("tiny", tmp_path), PREFIX)
    assert [path.suffix for path in tmp_path.iterdir()] == [".kv"]


def test_a_save_that_is_given_up_leaves_nothing(session: Session, tmp_path: Path) -> None:
    prefixes = Prefixes("tiny", tmp_path)
    session.truncate(0)
    session.forward(PREFIX)
    steps = prefixes.save(session)
    next(steps)
    assert list(tmp_path.iterdir())
    steps.close()
    assert not list(tmp_path.iterdir())


def test_the_longest_kept_prefix_of_tokens_is_found(session: Session) -> None:
    prefixes = Prefixes("tiny", None)
    for row in ([1, 2], [1, 2, 3], [1, 9, 3, 4, 5]):
        evaluate(session, prefixes, row)
    found = prefixes.beginning([1, 2, 3, 4, 5])
    assert found is not None
    assert found.tokens == (1, 2, 3)
    assert prefixes.beginning([1]) is None
