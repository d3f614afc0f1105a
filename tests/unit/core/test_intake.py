"""The intake: rows leave the inbox when they were handled, or buried with the reason."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from tests.unit.core.test_plugin_host import Echo

from lamplighter.errors import PayloadError, StoreFullError
from lamplighter.intake import Intake
from lamplighter.link.received import Received
from lamplighter.plugin import Event, Message
from lamplighter.plugin_host import PluginHost
from lamplighter.store.inbound.inbox import InboxRow


class Desk:
    """What stands around an intake, and what it was told."""

    def __init__(self) -> None:
        self.done: list[int] = []
        self.buried: list[tuple[int, str]] = []
        self.events: list[Event] = []
        self.handled: list[tuple[bytes, bool]] = []
        host = PluginHost([Echo("one", "a")])
        host.filters()
        self.intake = Intake(
            host,
            {"ask": self.handle},
            take_event=self.take_event,
            done=self.take_done,
            bury=lambda row, reason: self.buried.append((row.id, reason)),
            pauses=(0.0, 0.0),
        )
        self.disk_fails = 0

    def take_event(self, _name: str, event: Event, message: Message) -> None:
        if message.payload == b"unkeepable":
            raise ValueError("no room for this")
        self.events.append(event)

    def take_done(self, ids: Sequence[int]) -> None:
        self.done += ids

    async def handle(self, message: Message, replayed: bool) -> None:  # noqa: FBT001 - the signature
        if message.payload == b"bad":
            raise PayloadError(message.topic, "is bad")
        if message.payload == b"write" and self.disk_fails:
            self.disk_fails -= 1
            raise StoreFullError(Path("store"), "no room")
        if message.payload == b"bug":
            raise ZeroDivisionError
        if message.payload == b"slow":
            await asyncio.sleep(60)
        self.handled.append((message.payload, replayed))


def row(number: int, topic: str, payload: bytes = b"") -> InboxRow:
    return InboxRow(number, Received(Message(topic, payload), 1, number))


async def test_plugins_events_are_taken_and_the_rows_are_done() -> None:
    desk = Desk()
    desk.intake.take([row(1, "a"), row(2, "nobody's"), row(3, "a")])
    assert desk.done == [1, 2, 3]
    assert len(desk.events) == 2


async def test_what_a_plugin_fails_on_is_buried() -> None:
    desk = Desk()
    desk.intake.take([row(1, "a", b"boom"), row(2, "a")])
    assert desk.buried == [(1, "a plugin failed on it")]
    assert desk.done == [2]


async def test_what_an_event_fails_on_is_buried_and_the_next_is_taken() -> None:
    desk = Desk()
    desk.intake.take([row(1, "a", b"unkeepable"), row(2, "a")])
    assert desk.buried == [(1, "ValueError: no room for this")]
    assert desk.done == [2]


async def test_a_handled_row_is_done_when_its_task_ends() -> None:
    desk = Desk()
    desk.intake.take([row(1, "ask", b"x")], replayed=True)
    assert desk.done == []
    await desk.intake.finish(1.0)
    assert desk.done == [1]
    assert desk.handled == [(b"x", True)]


async def test_bad_and_buggy_rows_are_buried_with_the_reason() -> None:
    desk = Desk()
    desk.intake.take([row(1, "ask", b"bad"), row(2, "ask", b"bug"), row(3, "ask", b"x")])
    await desk.intake.finish(1.0)
    assert desk.buried == [(1, "ask: is bad"), (2, "ZeroDivisionError: ")]
    assert desk.done == [3]
    assert desk.intake.buried == 2


async def test_what_the_disk_hinders_waits_for_it() -> None:
    desk = Desk()
    desk.disk_fails = 2
    desk.intake.take([row(1, "ask", b"write")])
    await desk.intake.finish(1.0)
    assert (desk.done, desk.buried) == ([1], [])
    assert desk.handled == [(b"write", False)]


async def test_what_the_disk_hinders_for_too_long_is_buried() -> None:
    desk = Desk()
    desk.disk_fails = 3
    desk.intake.take([row(1, "ask", b"write")])
    await desk.intake.finish(1.0)
    assert desk.done == []
    [(number, reason)] = desk.buried
    assert number == 1
    assert "no room" in reason


async def test_a_task_cut_short_leaves_its_row_in_the_inbox() -> None:
    desk = Desk()
    desk.intake.take([row(1, "ask", b"slow")])
    await desk.intake.finish(0.05)
    assert desk.done == []
    assert desk.buried == []


class Crossing:
    """An intake between two brokers, and in which order it did what."""

    def __init__(self) -> None:
        self.did: list[str] = []
        host = PluginHost([Echo("one", "a")])
        host.filters()
        self.intake = Intake(
            host,
            {"ask": self._ask},
            take_event=lambda *_: self.did.append("event"),
            done=lambda ids: self.did.append(f"done {list(ids)}"),
            bury=lambda row, reason: self.did.append(f"bury {row.id}: {reason}"),
            forward=self._forward,
            remote={"ask": self._ask_from_afar},
        )

    def take(self, link: str, topic: str, payload: bytes = b"") -> None:
        message = Message(topic, payload, link=link)
        self.intake.take([InboxRow(1, Received(message, 1, 1))])

    def _forward(self, row: InboxRow) -> None:
        if row.received.message.payload == b"bug":
            raise ZeroDivisionError
        self.did.append("forward")

    async def _ask(self, _message: Message, _replayed: bool) -> None:  # noqa: FBT001 - the signature
        self.did.append("ask")

    async def _ask_from_afar(self, _message: Message, _replayed: bool) -> None:  # noqa: FBT001 - as above
        self.did.append("ask from afar")


async def test_what_is_forwarded_is_kept_before_it_is_done_and_goes_nowhere_else() -> None:
    crossing = Crossing()
    crossing.take("forward", "a")
    crossing.take("forward", "ask")
    assert crossing.did == ["forward", "done [1]", "forward", "done [1]"]


async def test_what_can_not_be_forwarded_is_buried() -> None:
    crossing = Crossing()
    crossing.take("forward", "a", b"bug")
    assert crossing.did == ["bury 1: ZeroDivisionError: "]


async def test_an_ask_goes_to_the_handler_of_its_link() -> None:
    crossing = Crossing()
    crossing.take("upstream", "ask")
    crossing.take("broker", "ask")
    await crossing.intake.finish(5.0)
    assert [each for each in crossing.did if each.startswith("ask")] == ["ask from afar", "ask"]


async def test_nothing_else_of_upstream_reaches_the_plugins() -> None:
    crossing = Crossing()
    crossing.take("upstream", "a")
    assert crossing.did == ["bury 1: nothing that upstream may ask for"]
