"""Giving memory back to the system after a model has been loaded.

Loading reads the whole weight file and packs most of it anew for the processor. What was only
read stays resident until the kernel needs it elsewhere: on a small machine it is better gone.
"""

from __future__ import annotations

import ctypes
import math
import mmap
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SMAPS = Path("/proc/self/smaps")
_STATUS = Path("/proc/self/status")
_MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ \S+\s*(.*)")
# A changed page of a private mapping is no page of its file any more. One that only waits to be
# written to the disk still is.
_CHANGED = re.compile(r"Anonymous:\s*(\d+) kB")
# Compiled parts of the packages that read a model.
_LIBRARIES = re.compile(r".*/(onnxruntime|tokenizers)[^/]*\.so")
_MADV_DONTNEED = 4  # madvise(2)


def release_loaded(file: Path) -> None:
    """Drop a file's mapped pages, the libraries' that loaded it, and the heap's free ones.

    All come back when touched. Of the libraries' code most runs while a model is loaded and never
    again. Only mappings without a changed page are dropped, so that nothing can be lost. Where
    the system does not offer this (no glibc, no /proc), nothing happens.
    """
    path = str(file.resolve())

    def loading(mapped: str) -> bool:
        return mapped == path or _LIBRARIES.fullmatch(mapped) is not None

    try:
        libc = ctypes.CDLL(None)
        advise, trim = libc.madvise, libc.malloc_trim
        mappings = _clean_mappings(_SMAPS.read_text(encoding="utf-8"), loading)
    except (OSError, AttributeError, UnicodeDecodeError):
        return
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    for start, end in mappings:
        advise(start, end - start, _MADV_DONTNEED)
    trim(0)


def release_heap() -> None:
    """Give the heap's free pages back to the system, where it offers that (glibc)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def zeros_when_touched(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return zeros that take memory page by page, where they are written to.

    numpy's own large arrays are of huge pages where the system has them, and a cache in which
    each head has a part of its own would be resident as a whole from the first tokens on.
    """
    # Imported here: whoever gives memory back shall not take 10 MiB for it first.
    import numpy as np

    size = math.prod(shape)
    pages = mmap.mmap(-1, max(1, size * np.dtype(np.float32).itemsize))
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        with suppress(OSError):  # a kernel without huge pages
            pages.madvise(mmap.MADV_NOHUGEPAGE)
    return np.frombuffer(pages, np.float32, size).reshape(shape)


def resident_mib() -> float:
    """Return this process's resident memory in MiB (VmRSS of proc(5)); 0 where unknown."""
    try:
        lines = _STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in lines if line.startswith("VmRSS:")]
    return int(found[0]) / 1024 if found else 0.0


def _clean_mappings(smaps: str, wanted: Callable[[str], bool]) -> list[tuple[int, int]]:
    """Return the address ranges of wanted files that hold the files' own pages only."""
    clean: dict[tuple[int, int], bool] = {}
    current: tuple[int, int] | None = None
    for line in smaps.splitlines():
        mapping = _MAPPING.fullmatch(line)
        if mapping:
            current = int(mapping[1], 16), int(mapping[2], 16)
            if wanted(mapping[3]):
                clean[current] = True
            else:
                current = None
        elif current:
            changed = _CHANGED.match(line)
            if changed and int(changed[1]):
                clean[current] = False
    return [addresses for addresses, untouched in clean.items() if untouched]
