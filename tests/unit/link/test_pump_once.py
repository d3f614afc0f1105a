"""Rows that must not be sent twice: noted on disk before they go, given up where it is unsure."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.link.test_pump import Bench

from lamplighter.link.outgoing import DELIVERED, QUOTA_EXCEEDED, Fate, Outcome

QUOTA = Outcome(Fate.REFUSED, QUOTA_EXCEEDED)


async def test_it_goes_out_only_when_that_is_on_disk() -> None:
    bench = Bench()
    bench.outbox.put("gate/set", once=1)
    async with bench.running():
        await bench.turn()
        assert bench.link.wire == []
        bench.outbox.begun[1].set_result(None)
        await bench.turn()
        assert bench.link.wire == [1]
        bench.link.answer()
        await bench.turn()
        assert (bench.sent, bench.outbox.rows) == ([1], {})


async def test_others_do_not_wait_for_it_but_its_topic_does() -> None:
    bench = Bench()
    bench.outbox.put("gate/set", once=1)
    bench.outbox.put("gate/set", "lamp/set")
    async with bench.running():
        await bench.turn()
        assert bench.link.wire == [3]
        bench.outbox.begun[1].set_result(None)
        await bench.turn()
        assert bench.link.wire == [3, 1, 2]


async def test_what_an_earlier_run_may_have_sent_does_not_go_again() -> None:
    bench = Bench()
    bench.outbox.put("gate/set", once=2)
    bench.outbox.put("gate/set")
    async with bench.running():
        await bench.turn()
        assert bench.link.wire == [2]
        assert bench.outbox.dropped == {1: "uncertain"}
        assert bench.given_up == [(1, "uncertain")]


async def test_without_a_connection_nothing_is_begun() -> None:
    bench = Bench(window=0)
    bench.outbox.put("gate/set", once=1)
    async with bench.running():
        await bench.turn()
        assert bench.outbox.begun == {}


async def test_what_is_lost_with_the_connection_is_uncertain_and_does_not_go_again() -> None:
    bench = Bench()
    bench.outbox.put("gate/set", once=1)
    bench.outbox.put("lamp/set")
    async with bench.running():
        bench.outbox.begun[1].set_result(None)
        await bench.turn()
        bench.link.lose()
        await bench.turn()
        assert bench.link.wire == [2, 1, 2]
        assert bench.outbox.dropped == {1: "uncertain"}
        assert bench.given_up == [(1, "uncertain")]


async def test_what_did_not_leave_before_the_connection_ended_goes_with_the_next() -> None:
    bench = Bench()
    bench.outbox.put("gate/set", once=1)
    async with bench.running():
        bench.link.size = 0
        bench.outbox.begun[1].set_result(None)
        await bench.turn()
        assert bench.link.wire == []
        bench.link.size = 20
        await bench.turn()
        assert bench.link.wire == [1]
        assert bench.outbox.dropped == {}


async def test_what_the_broker_refused_for_now_goes_again() -> None:
    bench = Bench()
    bench.outbox.put("gate/set", once=1)
    async with bench.running():
        bench.outbox.begun[1].set_result(None)
        await bench.turn()
        bench.link.answer(QUOTA)
        await bench.turn()
        bench.now += 60
        await bench.turn()
        assert bench.link.wire == [1, 1]


async def test_it_is_not_sent_again_with_an_elder_of_its_topic() -> None:
    bench = Bench()
    bench.outbox.put("gate/set")
    bench.outbox.put("gate/set", once=1)
    async with bench.running():
        bench.outbox.begun[2].set_result(None)
        await bench.turn()
        assert bench.link.wire == [1, 2]
        bench.link.answer(at=1)
        bench.link.lose()
        await bench.turn()
        assert bench.link.wire == [1, 2, 1]
        assert bench.sent == [2]
        assert bench.outbox.dropped == {}


async def test_where_the_note_fails_it_waits_and_is_tried_again() -> None:
    bench = Bench()
    bench.outbox.put("gate/set", once=1)
    async with bench.running():
        bench.outbox.begun.pop(1).set_exception(OSError("the disk is full"))
        await bench.turn()
        assert bench.link.wire == []
        bench.now += 5
        await bench.turn()
        bench.outbox.begun[1].set_result(None)
        await bench.turn()
        assert bench.link.wire == [1]


@given(st.data())
@settings(max_examples=60, deadline=None)
async def test_no_fate_sends_it_twice(data: st.DataObject) -> None:
    bench = Bench()
    once: set[int] = set()
    for number in range(1, 9):
        gate = data.draw(st.booleans())
        bench.outbox.put(data.draw(st.sampled_from("ab")), once=int(gate))
        once |= {number} if gate else set()
    refused: set[int] = set()
    async with bench.running():
        for _ in range(30):
            for future in bench.outbox.begun.values():
                if not future.done() and data.draw(st.booleans()):
                    future.set_result(None)
            await bench.turn()
            if bench.link.flying:
                match data.draw(st.sampled_from(("taken", "lost", "refused", "nothing"))):
                    case "taken":
                        bench.link.answer(DELIVERED)
                    case "refused":
                        refused.add(int(bench.link.flying[0][0].payload))
                        bench.link.answer(QUOTA)
                    case "lost":
                        bench.link.lose()
            bench.now += 700
            await bench.turn()
    for number in once - refused:
        assert bench.link.wire.count(number) <= 1
