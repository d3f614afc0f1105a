"""Hand-made stand-ins for what surrounds the core: a store's folder, a link, models."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lamplighter.link.outgoing import Outcome
from lamplighter.link.state import LinkState
from lamplighter.model.settings import Model
from lamplighter.model_service import ModelService
from lamplighter.plugin import Publication
from lamplighter.store.settings import Lanes
from lamplighter.store.store import Store


def store_in(folder: Path, clock: Callable[[], float], lanes: Lanes | None = None) -> Store:
    """A store, not yet started, that tells nobody of anything."""
    return Store(
        folder,
        max_bytes=64 << 20,
        on_committed=lambda _: None,
        on_outbox=lambda: None,
        on_replaced=lambda _: None,
        clock=clock,
        lanes=lanes,
    )


def settled(store: Store) -> None:
    """Waits until everything that was put into the store is on disk."""
    # Twice: rows that ride are written before works are taken, so the first may miss them.
    for _ in range(2):
        store.submit(lambda _connection: None).result(5.0)


def link_state(*, connected: bool = True, paused: bool = False) -> LinkState:
    """A link's state with nothing counted."""
    return LinkState(
        name="broker",
        connected=connected,
        since=None,
        epoch=1,
        last_packet_age_s=None,
        in_flight=0,
        paused=paused,
        reconnects=0,
        gaps=0,
        session_present=False,
        last_error="",
        received=0,
        received_bytes=0,
        acked=0,
        stale_acks=0,
        sent=0,
        refused=0,
        handover_failures=0,
    )


class FakeLink:
    """Notes what is published, and whether it is to read."""

    def __init__(self) -> None:
        self.published: list[Publication] = []
        self.paused = False
        self.alive = True
        self.connected = True

    def publish(self, publication: Publication, done: Callable[[Outcome], None]) -> bool:
        del done
        self.published.append(publication)
        return True

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    def is_alive(self) -> bool:
        return self.alive

    def state(self) -> LinkState:
        return link_state(connected=self.connected, paused=self.paused)


class NoModel(ModelService):
    """A model service without a model."""

    def __init__(self) -> None:
        super().__init__(Model(enabled=False), Path())
