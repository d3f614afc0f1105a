from __future__ import annotations

import mmap
from pathlib import Path

import numpy as np
import pytest

from lamplighter.model.runtime.memory import (
    _clean_mappings,
    release_loaded,
    resident_mib,
    zeros_when_touched,
)
from lamplighter.model.runtime.session import load_runtime, runtime_errors

SIZE = 8 * 1024 * 1024


def test_pages_that_were_only_read_are_given_back_and_still_hold_the_file(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.write_bytes(bytes(range(256)) * (SIZE // 256))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert sum(mapped[::4096]) == 0  # touches every page
        before = resident_mib()
        release_loaded(path)
        assert before - resident_mib() > SIZE / 1024 / 1024 * 0.8
        assert mapped[4096 + 7] == 7


def test_a_changed_private_page_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "weights"
    path.write_bytes(bytes(SIZE))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY) as mapped:
        mapped[10] = 42
        release_loaded(path)
        assert mapped[10] == 42


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="needs Linux's proc(5)")
def test_what_only_loading_runs_of_the_runtime_is_given_back(tmp_path: Path) -> None:
    with pytest.raises(runtime_errors()):
        load_runtime().InferenceSession(b"no graph")
    (tmp_path / "weights").write_bytes(b"")
    before = _code_kib()
    release_loaded(tmp_path / "weights")
    assert _code_kib() < before / 2


def _code_kib() -> int:
    """Resident KiB of onnxruntime's code."""
    found, inside = 0, False
    for line in Path("/proc/self/smaps").read_text(encoding="utf-8").splitlines():
        if " r-xp " in line:
            inside = "onnxruntime_pybind11_state" in line
        elif inside and line.startswith("Rss:"):
            found, inside = found + int(line.split()[1]), False
    return found


def test_only_clean_mappings_of_the_file_are_found() -> None:
    smaps = (
        "1000-2000 r--p 00000000 08:01 7 /models/a b\nPrivate_Dirty: 4 kB\nAnonymous: 0 kB\n"
        "2000-3000 rw-p 00000000 08:01 7 /models/a b\nAnonymous: 4 kB\n"
        "3000-4000 r--p 00000000 08:01 8 /models/other\nPrivate_Dirty: 0 kB\n"
        "4000-5000 rw-p 00000000 00:00 0\nAnonymous: 4 kB\n"
    )
    assert _clean_mappings(smaps, "/models/a b".__eq__) == [(0x1000, 0x2000)]


def test_zeros_take_memory_where_they_are_written() -> None:
    before = resident_mib()
    cache = zeros_when_touched((4, SIZE // 4 // 4))
    assert cache.shape == (4, SIZE // 4 // 4)
    assert resident_mib() - before < 1
    cache[2, :] = 1
    grown = resident_mib() - before
    assert SIZE / 1024 / 1024 / 4 * 0.8 < grown < SIZE / 1024 / 1024 / 2
    assert cache.sum(dtype=np.float64) == SIZE // 4 // 4
