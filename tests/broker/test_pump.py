"""The pump from the real store through the link, with the broker going away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from tests.broker.brokers import Mosquitto
from tests.broker.links import Plain, Watched

from lamplighter.link.events import Connected, Disconnected
from lamplighter.link.pump import Pump
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.store import Store

pytestmark = pytest.mark.broker


async def test_rows_survive_a_killed_broker_and_arrive_in_order(
    start_mosquitto: Callable[..., Mosquitto],
    watch: Callable[..., Watched],
    plain: Callable[..., Plain],
    tmp_path: Path,
) -> None:
    broker = start_mosquitto()
    watched = watch(broker.port).start()
    pumps: list[Pump] = []

    def wake() -> None:
        for pump in pumps:
            pump.wake()

    store = Store(
        tmp_path / "store",
        max_bytes=64 * 1024 * 1024,
        on_committed=lambda _rows: None,
        on_outbox=wake,
        on_replaced=lambda _report: None,
    )
    store.start()
    pumps.append(
        Pump(
            outbox=store.outbox,
            link=watched.link,
            name="broker",
            clock=time.time,
            monotonic=time.monotonic,
        )
    )

    def put(numbers: range, expires_at: float | None = None) -> None:
        for number in numbers:
            publication = Publication(
                f"out/{number % 3}", str(number).encode(), expires_at=expires_at
            )
            store.submit(
                partial(store.outbox.insert, publication=publication, lane=Lane.STATES)
            ).result(10)

    task = asyncio.create_task(pumps[0].run())
    try:
        listener = plain(broker.port)
        listener.subscribe("out/#")
        await asyncio.to_thread(put, range(30))
        await asyncio.to_thread(listener.await_heard, 30)
        broker.kill()
        await asyncio.to_thread(watched.await_event, Disconnected)
        await asyncio.to_thread(put, range(30, 60))
        await asyncio.to_thread(put, range(90, 93), time.time() + 0.2)
        await asyncio.sleep(0.3)
        broker.start()
        # A new broker knows no subscription: the listener has to be there before the rows.
        late = plain(broker.port)
        late.subscribe("out/#")
        await asyncio.to_thread(watched.await_event, Connected, 2)
        pumps[0].wake()
        heard = await asyncio.to_thread(late.await_heard, 30)
        await asyncio.sleep(0.2)
        payloads = [int(one.payload) for one in heard]
        # What was on its way when the broker was killed may come again.
        assert set(payloads) - set(range(30)) == set(range(30, 60))
        for rest in range(3):
            own = [number for number in payloads if number % 3 == rest]
            assert own == sorted(own)
        assert [row.publication.payload for row in store.outbox.rows()] == [b"90", b"91", b"92"]
    finally:
        task.cancel()
        store.stop()
