"""A broker that takes connections and ends them at once, again and again."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.faults.fake_broker import FakeBroker, Visit, accept, hang_up, peaceful

from lamplighter.link.backoff import Backoff
from lamplighter.link.events import Connected, ConnectFailed, Disconnected, LinkEvent
from lamplighter.link.link import Link
from lamplighter.link.settings import Broker

STORM = 100
HURRY = 100


def greet_and_close(visit: Visit) -> None:
    accept(visit)


@pytest.fixture
def storm() -> Iterator[Callable[..., tuple[FakeBroker, Link, list[LinkEvent]]]]:
    """Starts a broker that ends so many connections so, and a link that is in a hurry."""
    made: list[tuple[FakeBroker, Link]] = []

    def start(scene: Callable[[Visit], None]) -> tuple[FakeBroker, Link, list[LinkEvent]]:
        fake = FakeBroker(*[scene] * STORM, peaceful)
        events: list[LinkEvent] = []
        link = Link(
            Broker(port=fake.port),
            name="broker",
            client_id="agent",
            clock=time.time,
            monotonic=time.monotonic,
            random=lambda: 0.5,
            on_message=lambda _received: None,
            on_event=events.append,
            backoff=Backoff(lambda: 0.5, first=0.5 / HURRY, most=5 / HURRY),
        )
        made.append((fake, link))
        link.start()
        return fake, link, events

    yield start
    for fake, link in made:
        link.stop()
        fake.close()


@pytest.mark.parametrize(
    ("scene", "told"), [(greet_and_close, Disconnected), (hang_up, ConnectFailed)]
)
def test_each_attempt_waits_longer_up_to_a_bound_and_nothing_is_left_behind(
    storm: Callable[..., tuple[FakeBroker, Link, list[LinkEvent]]],
    scene: Callable[[Visit], None],
    told: type[Disconnected | ConnectFailed],
) -> None:
    fake, link, events = storm(scene)
    threads, files = threading.active_count(), open_files()
    deadline = time.monotonic() + 40
    while not (link.state().connected and fake.visits > STORM):
        assert time.monotonic() < deadline, link.state()
        time.sleep(0.01)
    ends = [event for event in events if isinstance(event, told)]
    assert len(ends) == STORM
    waits = [(event.retry_in or 0) * HURRY for event in ends]
    # Whoever is closed out at once does not come back at once, however often that happens.
    assert waits[:4] == pytest.approx([0.375, 0.75, 1.5, 3])
    assert waits[4:] == pytest.approx([3.75] * (STORM - 4))
    connected = sum(isinstance(event, Connected) for event in events)
    assert connected == (STORM + 1 if told is Disconnected else 1)
    assert threading.active_count() <= threads
    assert open_files() <= files + 2


def open_files() -> int:
    return len(list(Path(f"/proc/{os.getpid()}/fd").iterdir()))
