"""Envelopes: several messages as one, for brokers and networks where each one costs.

JSON::

    {"v":1,"node":"gateway-1","rule":"readings","messages":[
      {"topic":"press/temperature","payload":"21.5","id":812,"at":1790000000.125,
       "boot":"5f0c…","up":86400.25}]}

NDJSON is the same with a line for the head (without ``messages``) and one for each message. A
payload that is no UTF-8 stands under ``base64`` instead of ``payload``.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

VERSION = 1
_OVERHEAD = 120


@dataclass(frozen=True, slots=True)
class Item:
    """A message in an envelope.

    Attributes:
        topic: the topic it would have had alone.
        payload: its bytes.
        id: grows with each message of the node; the same message sent again has the same.
        at: UTC seconds when it was taken in, by the node's clock of then.
        boot: id of the node's boot then, or None where it is not known.
        up: seconds from that boot until then, or None: right even where ``at`` was not.
        retain: True where it would have been retained.
        merged: how many messages it stands for, where readings were thinned; else 1.
    """

    topic: str
    payload: bytes
    id: int
    at: float
    boot: str | None = None
    up: float | None = None
    retain: bool = False
    merged: int = 1


@dataclass(frozen=True, slots=True)
class Envelope:
    """Messages of one rule of one node, in their order."""

    node: str
    rule: str
    items: tuple[Item, ...]


def encode(envelope: Envelope, *, lines: bool = False) -> bytes:
    """The envelope as JSON, or as NDJSON with ``lines``."""
    head = {"v": VERSION, "node": envelope.node, "rule": envelope.rule}
    items = [_shown(item) for item in envelope.items]
    if lines:
        return b"".join(_json(each) + b"\n" for each in (head, *items))
    return _json({**head, "messages": items})


def decode(data: bytes) -> Envelope:
    """The envelope in a message's payload, either way it was written.

    Raises:
        ValueError: it is none.
    """
    first, _, rest = data.partition(b"\n")
    try:
        head = json.loads(first)
        if head["v"] != VERSION:
            raise ValueError(f"version {head['v']} of envelopes is not known")
        items = head.get("messages")
        if items is None:
            items = [json.loads(line) for line in rest.splitlines()]
        return Envelope(head["node"], head["rule"], tuple(_item(each) for each in items))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"is no envelope: {error!r}") from error


def size_of(topic: str, payload: bytes) -> int:
    """About how many bytes a message takes in an envelope."""
    return len(topic) + len(payload) + _OVERHEAD


def _shown(item: Item) -> dict[str, Any]:
    shown: dict[str, Any] = {"topic": item.topic}
    try:
        shown["payload"] = item.payload.decode("utf-8")
    except UnicodeDecodeError:
        shown["base64"] = base64.b64encode(item.payload).decode("ascii")
    shown["id"] = item.id
    shown["at"] = round(item.at, 3)
    if item.boot is not None:
        shown["boot"] = item.boot
    if item.up is not None:
        shown["up"] = round(item.up, 3)
    if item.retain:
        shown["retain"] = True
    if item.merged > 1:
        shown["merged"] = item.merged
    return shown


def _item(shown: dict[str, Any]) -> Item:
    packed = shown.get("base64")
    payload = shown["payload"].encode() if packed is None else base64.b64decode(packed)
    return Item(
        topic=shown["topic"],
        payload=payload,
        id=shown["id"],
        at=shown["at"],
        boot=shown.get("boot"),
        up=shown.get("up"),
        retain=shown.get("retain", False),
        merged=shown.get("merged", 1),
    )


def _json(shown: Any) -> bytes:
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
