from __future__ import annotations

import select
import threading
from collections.abc import Iterator

import pytest

from lamplighter.link.wake import Waker


@pytest.fixture
def waker() -> Iterator[Waker]:
    made = Waker()
    yield made
    made.close()


def is_set(waker: Waker) -> bool:
    return bool(select.select([waker], [], [], 0)[0])


def test_a_wake_up_from_another_thread_ends_the_wait(waker: Waker) -> None:
    thread = threading.Thread(target=waker.wake)
    thread.start()
    waker.wait(60)
    thread.join()
    assert not is_set(waker)


def test_many_wake_ups_are_one_and_clear_forgets_them(waker: Waker) -> None:
    for _ in range(10_000):
        waker.wake()
    assert is_set(waker)
    waker.clear()
    assert not is_set(waker)
    waker.wake()
    assert is_set(waker)


def test_clearing_what_is_not_set_does_nothing(waker: Waker) -> None:
    waker.clear()
    waker.wait(0)
    assert not is_set(waker)
