"""Can the disk hold what is promised, and does it hold it when it says so?"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lamplighter.doctor.file_system import FileSystem, file_system_of, nearest, on_sd_card
from lamplighter.doctor.finding import Finding, Remedy, failed, ok, unknown, warning
from lamplighter.store.files.place import Place
from lamplighter.store.settings import Store

_MIB = 1024 * 1024
_SPARE_BYTES = 64 * _MIB
_SLOW_MS = 50.0
_FAST_MS = 0.05
_SYNCS = 20
_PAGE = os.urandom(4096)
_YAML = "lamplighter.yaml"
_MOVE = Remedy("store: {path: a folder on a disk of this machine}", _YAML)


def look_at_disk(
    settings: Store, user: str, monotonic: Callable[[], float] = time.monotonic
) -> Iterator[Finding]:
    """Room, file system, and how long an fsync takes, where the store is or will be.

    Args:
        settings: the store's.
        user: who runs this.
        monotonic: seconds that never step.
    """
    place = nearest(settings.path)
    if not os.access(place, os.W_OK):
        yield failed(
            "disk",
            f"{settings.path} can't be written by {user}",
            "nothing can be kept: messages are not acknowledged",
            Remedy(f"chown -R lamplighter: {settings.path}", "shell, as root"),
        )
        return
    yield _room(settings, place)
    found = file_system_of(place)
    if found is None:
        yield unknown("file system", "can't be told")
    else:
        yield _kind(found, settings)
    yield _speed(place, monotonic)


def _room(settings: Store, place: Path) -> Finding:
    free = shutil.disk_usage(place).free
    used = Place(settings.path).bytes_used() if settings.path.exists() else 0
    wanted = max(0, settings.max_bytes - used)
    detail = (
        f"{free // _MIB:,} MiB free at {place}; the store takes {used // _MIB:,}"
        f" of at most {settings.max_bytes // _MIB:,} MiB"
    )
    if free >= wanted + _SPARE_BYTES:
        return ok("disk", detail)
    return warning(
        "disk",
        detail,
        "the disk is full before the store's own bound is met: it then gives up readings and"
        " history, and stops taking messages from the broker when that does not help",
        Remedy(f"store: {{max_bytes: {max(8 * _MIB, (free + used) // 2)}}}", _YAML),
    )


def _kind(found: FileSystem, settings: Store) -> Finding:
    where = f"{found.kind}, mounted at {found.mounted_at}"
    if found.volatile:
        return failed("file system", where, "it is in memory: all is gone with the power", _MOVE)
    doubts = (
        (
            found.overlay,
            "it is a container's own layer: all is gone when the container is replaced",
            Remedy(f"a volume for {settings.path}", "the container"),
        ),
        (
            found.remote,
            "the network between may be what is down, and its locks and fsync may not hold",
            _MOVE,
        ),
        (
            found.fat,
            "it has no journal: a power cut may damage any file, and anybody may read them",
            _MOVE,
        ),
        (
            found.careless,
            "it is mounted so that it does not wait for the disk: a power cut loses commits",
            Remedy("mount it without nobarrier, barrier=0, data=writeback", "/etc/fstab"),
        ),
        (
            on_sd_card(found) and settings.flash.profile == "disk",
            "an SD card or eMMC wears out by small writes; commits that wait for company spare it",
            Remedy("store: {flash: {profile: flash}}", _YAML),
        ),
    )
    for applies, why, remedy in doubts:
        if applies:
            return warning("file system", where, why, remedy)
    return ok("file system", where)


def _speed(place: Path, monotonic: Callable[[], float]) -> Finding:
    try:
        took = _syncs(place, monotonic)
    except OSError as error:
        return failed("fsync", f"a file in {place} can't be written: {error}")
    median, worst = statistics.median(took), max(took)
    detail = f"{median:.1f} ms, at worst {worst:.1f} ms of {len(took)}"
    if median > _SLOW_MS:
        return warning(
            "fsync",
            detail,
            "each commit takes that long: so long a command or an acknowledgement waits",
            Remedy("a faster card or disk", "the machine"),
        )
    if median < _FAST_MS:
        return unknown(
            "fsync",
            f"{median:.3f} ms: no disk is that fast",
            "something between acknowledges writes that are not on a disk yet: memory, or a"
            " virtual machine's cache; a power cut of it may lose commits",
        )
    return ok("fsync", detail)


def _syncs(place: Path, monotonic: Callable[[], float]) -> list[float]:
    """Milliseconds of some writes of a page, each with its fsync."""
    took = []
    with tempfile.TemporaryFile(dir=place) as file:
        for _ in range(_SYNCS):
            started = monotonic()
            file.write(_PAGE)
            file.flush()
            os.fsync(file.fileno())
            took.append((monotonic() - started) * 1000)
    return took
