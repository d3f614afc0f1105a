"""Control messages: what they do, what they answer, what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from lamplighter.control import Control
from lamplighter.errors import PayloadError
from lamplighter.faults.alarms.controls import parse_control
from lamplighter.faults.monitor import Operated
from lamplighter.machine_watch import MachineWatch
from lamplighter.plugin import Message, Publication
from lamplighter.store.outbound.lanes import Lane

TOPIC = "lamplighter/n/control"


class FakeMachines:
    """Notes operations; knows one machine."""

    def __init__(self) -> None:
        self.ops: list[dict[str, Any]] = []

    def control(self, op: dict[str, Any]) -> Operated:
        if op.get("asset") != "pump1":
            raise PayloadError("control", "no machine 'pump9'", "asset")
        self.ops.append(op)
        done = Operated(parse_control(op, now=0.0))
        if op["op"] == "window":
            return replace(done, windows=[("pump1", op["name"])])
        left = {("pump1", "bar_low"): "it is shelved"}
        return replace(done, changed=[("pump1", "bar_high")], left=left)

    def note(self, op: dict[str, Any]) -> dict[str, Any]:
        self.ops.append(op)
        return {"note": op["text"]}


class Panel:
    """A control, and what it did."""

    def __init__(self) -> None:
        self.machines = FakeMachines()
        self.done: list[str] = []
        self.answers: list[tuple[Publication, Lane]] = []
        self.links: list[str] = []
        self.control = Control(
            cast("MachineWatch", self.machines),
            reload=lambda: self.done.append("reload"),
            flush=lambda: self.done.append("flush"),
            publish=self._publish,
            remote=lambda: ("flush",),
            swap_model=lambda: self.done.append("swap"),
        )

    async def tell(self, payload: bytes | dict[str, Any], **facts: Any) -> None:
        raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        await self.control.handle(Message(TOPIC, raw, **facts))

    def _publish(self, publication: Publication, lane: Lane, link: str) -> None:
        self.answers.append((publication, lane))
        self.links.append(link)

    def answered(self) -> list[dict[str, Any]]:
        return [json.loads(publication.payload) for publication, _ in self.answers]


async def test_operations_on_alarms_go_to_the_machines() -> None:
    panel = Panel()
    op = {"op": "ack", "asset": "pump1", "user": "ann"}
    await panel.tell(op, response_topic="me", correlation=b"7")
    assert panel.machines.ops == [op]
    [(publication, lane)] = panel.answers
    assert (publication.topic, publication.correlation, lane) == ("me", b"7", Lane.COMMANDS)
    assert panel.answered() == [
        {
            "ok": True,
            "op": "ack",
            "changed": 1,
            "alarms": [{"asset": "pump1", "condition": "bar_high"}],
            "left": [{"asset": "pump1", "condition": "bar_low", "reason": "it is shelved"}],
        }
    ]


async def test_an_operation_with_an_id_is_answered_beside_the_control_topic() -> None:
    panel = Panel()
    await panel.tell({"op": "window", "asset": "pump1", "name": "cleaning", "id": "7"})
    with pytest.raises(PayloadError):
        await panel.tell({"op": "ack", "asset": "pump9", "id": "8"})
    assert [publication.topic for publication, _ in panel.answers] == [f"{TOPIC}/reply"] * 2
    begun, refused = panel.answered()
    assert begun["windows"] == [{"asset": "pump1", "window": "cleaning"}]
    assert (begun["id"], begun["ok"]) == ("7", True)
    assert (refused["id"], refused["ok"]) == ("8", False)
    assert "no machine 'pump9'" in refused["error"]


async def test_a_note_goes_to_its_machine() -> None:
    panel = Panel()
    op = {"op": "note", "asset": "pump1", "text": "Seal replaced.", "user": "ann"}
    await panel.tell(op, response_topic="me")
    assert panel.machines.ops == [op]
    assert panel.answered() == [{"ok": True, "op": "note", "note": "Seal replaced."}]


@pytest.mark.parametrize("op", ["reload", "flush"])
async def test_the_daemons_own_operations_are_carried_out(op: str) -> None:
    panel = Panel()
    await panel.tell({"op": op})
    assert panel.done == [op]
    assert panel.answers == []


async def test_a_model_that_was_deployed_is_swapped_in() -> None:
    panel = Panel()
    await panel.tell({"op": "model", "do": "swap"}, response_topic="me")
    assert panel.done == ["swap"]
    assert panel.answered() == [{"ok": True, "op": "model", "do": "swap"}]
    panel.control.swap_model = None
    with pytest.raises(PayloadError, match="no model can be swapped here"):
        await panel.tell({"op": "model", "do": "swap"})


@pytest.mark.parametrize(
    ("payload", "facts", "reason"),
    [
        (b"{", {}, "not JSON"),
        (b"[" * 100_000, {}, "not JSON"),
        (b"[]", {}, "must be a JSON object"),
        (b'{"op": 7}', {}, "must be a JSON object"),
        (b'{"op": "dance"}', {}, "must be one of ack, "),
        (b'{"op": "ack", "asset": "pump9"}', {}, "no machine 'pump9'"),
        (b'{"op": "flush"}', {"retain": True}, "must not be retained"),
        (b'{"op": "model", "do": "dance"}', {}, "do: must be swap, not 'dance'"),
        (b'{"op": "model"}', {}, "do: must be swap, not None"),
    ],
)
async def test_what_is_wrong_is_answered_and_refused(
    payload: bytes, facts: dict[str, Any], reason: str
) -> None:
    panel = Panel()
    with pytest.raises(PayloadError, match=r".*") as caught:
        await panel.tell(payload, response_topic="me", **facts)
    assert reason in str(caught.value)
    [answer] = panel.answered()
    assert answer["ok"] is False
    assert reason in answer["error"]
    assert panel.done == []


async def test_an_empty_message_is_nothing() -> None:
    panel = Panel()
    await panel.tell(b"", retain=True, response_topic="me")
    assert panel.answers == []


@pytest.mark.parametrize("topic", ["", "a/+", "#"])
async def test_a_response_topic_that_nobody_can_publish_on_is_left(topic: str) -> None:
    panel = Panel()
    await panel.tell({"op": "flush"}, response_topic=topic)
    assert panel.done == ["flush"]
    assert panel.answers == []


async def test_upstream_may_use_what_it_is_allowed_and_is_answered_there() -> None:
    panel = Panel()
    await panel.tell({"op": "flush"}, link="upstream", response_topic="me")
    # Understood and refused: no misfit to be kept among the dead letters.
    for op in ("reload", "shelve"):
        with capture_logs() as logs:
            await panel.tell({"op": op, "asset": "pump1"}, link="upstream", response_topic="me")
        [line] = logs
        assert (line["event"], line["op"], line["origin"]) == ("control_refused", op, "upstream")
    assert panel.done == ["flush"]
    assert panel.machines.ops == []
    assert [answer["ok"] for answer in panel.answered()] == [True, False, False]
    assert "upstream may not shelve here" in panel.answered()[-1]["error"]
    assert panel.links == ["upstream"] * 3
