"""The ``control`` topic: operations on alarms and on the daemon itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any

import structlog

from lamplighter.errors import PayloadError
from lamplighter.faults.alarms.controls import OPERATIONS, WINDOW_OPERATIONS
from lamplighter.faults.monitor import Operated
from lamplighter.machine_watch import MachineWatch
from lamplighter.plugin import Message, Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox import BROKER

_log = structlog.get_logger("control")

NOTE = "note"
REPLY = "reply"
"""The level below the control topic on which operations with an ``id`` are answered."""

_LONGEST_NAME = 40
_ALARM_OPERATIONS = (*OPERATIONS, *WINDOW_OPERATIONS)
# An answer tells so many alarms by their names, of more only how many there were.
_MOST_TOLD = 50


class Control:
    """Carries out control messages; answers on the response topic where there is one.

    Args:
        machines: for operations on alarms.
        reload: reads the configuration again.
        flush: sends what waits in the outbox now.
        publish: puts a message into the outbox, in a lane, for a link.
        remote: the operations that upstream may use now.
        swap_model: runs the model that was deployed last from now on; returns at once.
    """

    def __init__(
        self,
        machines: MachineWatch,
        *,
        reload: Callable[[], None],
        flush: Callable[[], None],
        publish: Callable[[Publication, Lane, str], object],
        remote: Callable[[], Collection[str]] = tuple,
        swap_model: Callable[[], None] | None = None,
    ) -> None:
        self.machines = machines
        self.reload = reload
        self.flush = flush
        self.publish = publish
        self.remote = remote
        self.swap_model = swap_model

    async def handle(self, message: Message, replayed: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - the intake's handler signature
        """Carries out one control message; what upstream may not do is answered as refused.

        Raises:
            PayloadError: it is no JSON object, or names nothing that exists.
        """
        if not message.payload:
            return
        op: dict[str, Any] = {}
        try:
            op = _parse(message)
            objection = self._objection(message, op["op"])
            if objection:
                _log.warning("control_refused", op=op["op"][:_LONGEST_NAME], origin=message.link)
                error = f"{message.topic}: op: {objection}"
                self._answer(message, op, {"ok": False, "error": error})
                return
            answer = self._carry_out(message.topic, op)
        except PayloadError as error:
            self._answer(message, op, {"ok": False, "error": str(error)})
            raise
        _log.info(
            "control",
            op=op["op"],
            asset=op.get("asset"),
            user=op.get("user"),
            origin=message.link,
        )
        self._answer(message, op, {"ok": True, "op": op["op"], **answer})

    def _objection(self, message: Message, name: str) -> str:
        """Why an operation that is understood is not carried out; "" where it is."""
        if message.link == BROKER or name in self.remote():
            return ""
        return f"upstream may not {name[:_LONGEST_NAME]} here"

    def _carry_out(self, topic: str, op: dict[str, Any]) -> dict[str, Any]:
        name = op["op"]
        if name in _ALARM_OPERATIONS:
            return _outcome(self.machines.control(op))
        if name == NOTE:
            return self.machines.note(op)
        if name == "reload":
            self.reload()
            return {}
        if name == "flush":
            self.flush()
            return {}
        if name == "model":
            self._model(topic, op.get("do"))
            return {"do": op["do"]}
        known = ", ".join((*_ALARM_OPERATIONS, NOTE, "reload", "flush", "model"))
        raise PayloadError(topic, f"must be one of {known}, not {name!r}", "op")

    def _model(self, topic: str, do: Any) -> None:
        if do != "swap":
            raise PayloadError(topic, f"must be swap, not {do!r}", "do")
        if self.swap_model is None:
            raise PayloadError(topic, "no model can be swapped here", "do")
        self.swap_model()

    def _answer(self, message: Message, op: dict[str, Any], answer: dict[str, Any]) -> None:
        """Answers on the response topic; an ``id`` is answered beside the control topic, too.

        MQTT 3.1.1 has no response topics, and brokers' access lists may know this topic only.
        """
        topic = message.response_topic or ""
        if topic and not any(sign in topic for sign in "+#"):
            publication = Publication(topic, _encoded(answer), correlation=message.correlation)
            self.publish(publication, Lane.COMMANDS, message.link)
        if isinstance(op.get("id"), str):
            payload = _encoded({"id": op["id"][:_LONGEST_NAME], **answer})
            publication = Publication(f"{message.topic}/{REPLY}", payload)
            self.publish(publication, Lane.COMMANDS, message.link)


def _outcome(done: Operated) -> dict[str, Any]:
    """What an operation on alarms did, as it is answered; all is told of a few alarms only."""
    if done.windows:
        windows = [{"asset": asset, "window": name} for asset, name in done.windows]
        return {"changed": len(done.changes), "windows": windows[:_MOST_TOLD]}
    alarms = [{"asset": asset, "condition": key} for asset, key in done.changed]
    left = [
        {"asset": asset, "condition": key, "reason": reason}
        for (asset, key), reason in done.left.items()
    ]
    return {"changed": len(alarms), "alarms": alarms[:_MOST_TOLD], "left": left[:_MOST_TOLD]}


def _encoded(answer: dict[str, Any]) -> bytes:
    # Half a surrogate pair, as an id may hold, can be told by its escape only.
    return json.dumps(answer, ensure_ascii=False).encode(errors="backslashreplace")


def _parse(message: Message) -> dict[str, Any]:
    if message.retain:
        raise PayloadError(message.topic, "an operation must not be retained")
    try:
        op = json.loads(message.payload)
    except (ValueError, RecursionError) as error:
        raise PayloadError(message.topic, f"not JSON: {error}") from error
    if not isinstance(op, dict) or not isinstance(op.get("op"), str):
        raise PayloadError(message.topic, "must be a JSON object with a text", "op")
    return op
