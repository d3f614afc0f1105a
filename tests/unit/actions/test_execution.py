"""Carrying out: the messages that are prepared, and when an action counts as confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from tests.flow.parts import Clock, Switches

from lamplighter.actions.execution import Executor
from lamplighter.actions.record import ActionRecord
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity, Reading
from lamplighter.config import Home
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter.understanding.interpretation import Step

ON = Step("switch.a", "turn_on")


class Careful(Switches):
    """Sends two messages with QoS 2, not retained, with an expiry of its own."""

    def command(
        self, entity: Entity, service: str, params: Mapping[str, Any]
    ) -> Sequence[Publication]:
        one = Publication(f"{entity.id}/{service}", b"1", qos=2, expires_at=1.0)
        return [one, Publication("also", str(params).encode(), qos=0, retain=True)]


class Bench:
    """An executor with three switches: ``a`` tells its state, ``b`` does not, ``c`` is broken."""

    def __init__(self, plugin: Switches | None = None, confirm_within: float = 0.05) -> None:
        self.clock = Clock()
        self.catalogue = Catalogue(Home())
        self.executor = Executor(
            self.catalogue,
            lambda _entity: plugin or Switches(),
            clock=self.clock,
            confirm_within=confirm_within,
            expire_after=60.0,
        )
        for name, device_class, tells in (
            ("a", None, True),
            ("b", None, False),
            ("c", "broken", True),
        ):
            self.catalogue.announce(
                Entity(
                    f"switch.{name}",
                    name,
                    "switches",
                    "switch",
                    name.upper(),
                    device_class=device_class,
                    confirmable=tells,
                )
            )

    def prepared(self, step: Step = ON, expires_at: float | None = None) -> ActionRecord:
        [record] = self.executor.prepare([step], expires_at=expires_at)
        return record

    def say(self, entity_id: str, value: str) -> None:
        self.catalogue.read(entity_id, Reading(value), self.clock())
        self.executor.state_changed(entity_id)


def test_commands_are_never_retained_at_least_once_and_expire() -> None:
    bench = Bench(Careful())
    record = bench.prepared()
    assert [(p.qos, p.retain) for p in record.publications] == [(2, False), (1, False)]
    assert {(p.expires_at, p.lasts) for p in record.publications} == {(None, 60.0)}


def test_what_the_asker_said_is_kept_beside_our_own_limit() -> None:
    bench = Bench()
    record = bench.prepared(expires_at=bench.clock.now + 10.0)
    [publication] = record.publications
    assert (publication.expires_at, publication.lasts) == (bench.clock.now + 10.0, 60.0)


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        (Step("switch.ghost", "turn_on"), "is no longer there"),
        (Step("switch.c", "turn_on"), "is not offered"),
        (Step("switch.b", "turn_on"), "is offline"),
    ],
)
def test_what_can_not_be_sent_has_a_problem_and_no_message(step: Step, problem: str) -> None:
    bench = Bench()
    bench.catalogue.read("switch.b", Reading(available=False), bench.clock.now)
    record = bench.prepared(step)
    assert (record.problem, list(record.publications)) == (problem, [])
    assert record.domain == "switch"


async def test_a_state_that_was_right_already_confirms_once_it_is_sent() -> None:
    bench = Bench()
    bench.say("switch.a", "on")
    record = bench.prepared()
    record.rows = [1]
    bench.executor.expect_sent([1])
    task = asyncio.create_task(bench.executor.confirm([record]))
    await asyncio.sleep(0)
    assert not task.done()
    bench.executor.row_sent(1)
    await task
    assert (record.confirmed, record.problem) == (True, "")


async def test_the_devices_word_confirms_and_another_state_does_not() -> None:
    bench = Bench(confirm_within=5.0)
    record = bench.prepared()
    task = asyncio.create_task(bench.executor.confirm([record]))
    await asyncio.sleep(0)
    bench.say("switch.a", "off")
    bench.say("switch.b", "on")
    await asyncio.sleep(0.01)
    assert not task.done()
    bench.say("switch.a", "on")
    await task
    assert record.confirmed is True


async def test_silence_is_a_failure_in_time() -> None:
    bench = Bench()
    record = bench.prepared()
    await bench.executor.confirm([record])
    assert (record.confirmed, record.problem) == (False, "did not confirm")
    assert not record.succeeded


async def test_without_the_broker_it_waits_for_the_broker() -> None:
    bench = Bench()
    record = bench.prepared(Step("switch.b", "turn_on"))
    record.rows = [1, 2]
    bench.executor.expect_sent([1, 2])
    bench.executor.row_sent(1)
    await bench.executor.confirm([record])
    assert (record.confirmed, record.problem) == (False, "is waiting for the broker")


async def test_what_tells_no_state_succeeds_when_it_is_sent() -> None:
    bench = Bench()
    record = bench.prepared(Step("switch.b", "turn_on"))
    record.rows = [1]
    bench.executor.expect_sent([1])
    bench.executor.row_sent(1)
    await bench.executor.confirm([record])
    assert (record.confirmed, record.succeeded) == (None, True)


async def test_a_broker_quicker_than_the_news_of_the_commit_is_not_waited_for() -> None:
    bench = Bench()
    bench.executor.row_sent(1)
    record = bench.prepared(Step("switch.b", "turn_on"))
    record.rows = [1]
    bench.executor.expect_sent([1])
    await bench.executor.confirm([record])
    assert record.confirmed is None


def lost(number: int, *, once: int = 1) -> OutboxRow:
    publication = Publication("set/switch.b", b"")
    return OutboxRow(number, "broker", Lane.COMMANDS, 0, "id:1", 0.0, publication, once=once)


@pytest.mark.parametrize(
    ("reason", "problem"),
    [
        ("uncertain", "may or may not have been told"),
        ("expired", "could not be told in time"),
        ("refused: not authorised", "could not be told: refused: not authorised"),
    ],
)
async def test_what_was_given_up_is_said_as_it_is(reason: str, problem: str) -> None:
    bench = Bench()
    record = bench.prepared(Step("switch.b", "turn_on"))
    record.rows = [1]
    bench.executor.expect_sent([1])
    bench.executor.row_given_up(lost(1), reason)
    await bench.executor.confirm([record])
    assert (record.confirmed, record.problem, record.succeeded) == (False, problem, False)


async def test_what_was_given_up_is_done_all_the_same_where_the_state_shows_it() -> None:
    bench = Bench()
    record = bench.prepared()
    record.rows = [1]
    bench.executor.expect_sent([1])
    bench.executor.row_given_up(lost(1), "uncertain")
    bench.say("switch.a", "on")
    await bench.executor.confirm([record])
    assert (record.confirmed, record.problem) == (True, "")


async def test_what_an_earlier_run_gave_up_is_known_of_its_command() -> None:
    bench = Bench()
    mine, other = bench.prepared(Step("switch.b", "turn_on")), bench.prepared()
    bench.say("switch.a", "on")
    bench.executor.recall({"set/switch.b": "uncertain"}, [mine, other])
    await bench.executor.confirm([mine, other])
    assert (mine.confirmed, mine.problem) == (False, "may or may not have been told")
    assert (other.confirmed, other.problem) == (True, "")


async def test_each_record_is_judged_by_itself() -> None:
    bench = Bench()
    good, bad = bench.executor.prepare([ON, Step("switch.c", "turn_on")], expires_at=None)
    bench.say("switch.a", "on")
    await bench.executor.confirm([good, bad])
    assert (good.confirmed, bad.confirmed) == (True, False)
    assert bad.problem == "is not offered"
