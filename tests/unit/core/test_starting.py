"""What systemd hears while the daemon starts."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from lamplighter.service_notify import ServiceNotifier
from lamplighter.starting import StartNotice
from lamplighter.store.files.place import Place
from lamplighter.store.recovery.phase import phase_of

MIB = 1 << 20


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.settimeout(10.0)
        yield listener


def notifier(listener: socket.socket) -> ServiceNotifier:
    return ServiceNotifier({"NOTIFY_SOCKET": listener.getsockname()})


def drain(listener: socket.socket) -> None:
    listener.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            listener.recv(4000)


def test_time_is_asked_for_at_once_and_again_until_it_stops(listener: socket.socket) -> None:
    phases = iter(("opening", "salvaging", *["long" * 100] * 1000))
    notice = StartNotice(notifier(listener), lambda: next(phases), every=0.01)
    notice.start()
    assert listener.recv(400) == b"EXTEND_TIMEOUT_USEC=60000000\nSTATUS=opening"
    assert listener.recv(400) == b"EXTEND_TIMEOUT_USEC=60000000\nSTATUS=salvaging"
    assert len(listener.recv(4000)) < 400
    notice.stop()
    notice.stop()
    drain(listener)
    listener.settimeout(0.05)
    with pytest.raises(TimeoutError):
        listener.recv(400)


def test_without_systemd_there_is_no_thread() -> None:
    notice = StartNotice(ServiceNotifier({}), lambda: "opening", every=0.01)
    notice.start()
    assert notice._thread is None
    notice.stop()


def test_the_files_tell_what_is_going_on(tmp_path: Path) -> None:
    place = Place(tmp_path)
    assert phase_of(place) == "opening the store"
    place.building.write_bytes(bytes(10))
    assert phase_of(place) == "making a new database"
    place.database.write_bytes(bytes(3 * MIB))
    place.building.write_bytes(bytes(MIB))
    assert phase_of(place) == "reading what is left of a damaged database: 1 of 3 MiB so far"
    place.building.unlink()
    assert phase_of(place) == "opening the store of 3 MiB"
