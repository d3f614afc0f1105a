"""Reads real discovery messages and says what was understood, and what was refused and why.

Run it by ``./tools/bench discovery [--json]``. The messages are Zigbee2MQTT's, Tasmota's,
ESPHome's and others', one file a device, in ``../shared/data/discovery``.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.machine_facts import facts

from lamplighter.config import Config
from lamplighter.plugin import Announced, Context, Message, Refused
from lamplighter_homeassistant import create
from lamplighter_homeassistant.plugin import HomeAssistantPlugin

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "discovery"
_FLOOD = 1000


def measure(folder: Path = DATA) -> dict[str, Any]:
    """Entities and refusals by file, and the time that 1,000 announcements take.

    Raises:
        FileNotFoundError: the data is not there.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise FileNotFoundError(f"no discovery messages in {folder}")
    plugin = _plugin()
    rows = [_read_file(plugin, file) for file in files]
    messages = [message for file in files for message in _messages(file)]
    return {
        "benchmark": "discovery",
        "files": rows,
        "total": {
            "files": len(rows),
            "messages": len(messages),
            "entities": sum(row["entities"] for row in rows),
            "ignored": sum(row["ignored"] for row in rows),
            "refused": sum(len(row["refused"]) for row in rows),
        },
        "flood": _flood(messages),
        "machine": facts(),
    }


def _plugin() -> HomeAssistantPlugin:
    return create(Context(settings={}, config=Config(), clock=time.time))


def _messages(file: Path) -> Iterator[Message]:
    for each in json.loads(file.read_text(encoding="utf-8"))["messages"]:
        yield Message(each["topic"], json.dumps(each["payload"]).encode(), retain=True)


def _read_file(plugin: HomeAssistantPlugin, file: Path) -> dict[str, Any]:
    entities: set[str] = set()
    refused: list[dict[str, str]] = []
    for message in _messages(file):
        for event in plugin.receive(message):
            if isinstance(event, Announced):
                entities.add(event.entity.id)
            elif isinstance(event, Refused):
                refused.append({"topic": event.topic, "key": event.key, "reason": event.reason})
    ignored = [each for each in refused if each["reason"].startswith("ignored")]
    return {
        "file": file.name,
        "entities": len(entities),
        "domains": dict(Counter(each.split(".")[0] for each in sorted(entities))),
        "ignored": len(ignored),
        "refused": [each for each in refused if each not in ignored],
    }


def _flood(messages: list[Message]) -> dict[str, Any]:
    """The retained flood of a start: 1,000 announcements, each device's topics made its own."""
    copies = []
    for number in range(_FLOOD):
        message = messages[number % len(messages)]
        text = message.payload.decode().replace("unique_id", f'unique_id": "{number}", "_')
        parts = message.topic.split("/")
        parts[-2] = f"{parts[-2]}_{number}"
        copies.append(Message("/".join(parts), text.encode(), retain=True))
    plugin = _plugin()
    started = time.process_time()
    announced = sum(
        isinstance(event, Announced) for message in copies for event in plugin.receive(message)
    )
    took = time.process_time() - started
    again = time.process_time()
    for message in copies:
        plugin.receive(message)
    return {
        "messages": _FLOOD,
        "entities": announced,
        "cpu_s": round(took, 3),
        "repeated_cpu_s": round(time.process_time() - again, 3),
    }


def _show(result: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold")
    for column in ("FILE", "ENTITIES", "DOMAINS", "IGNORED", "REFUSED"):
        table.add_column(column)
    for row in result["files"]:
        domains = ", ".join(f"{count} {name}" for name, count in row["domains"].items())
        refused = "; ".join(f"{each['key']}: {each['reason']}" for each in row["refused"])
        table.add_row(row["file"], str(row["entities"]), domains, str(row["ignored"]), refused)
    Console().print(table)
    total, flood = result["total"], result["flood"]
    print(
        f"\n{total['messages']} messages in {total['files']} files: {total['entities']} entities, "
        f"{total['ignored']} ignored with a reason, {total['refused']} refused"
    )
    print(
        f"a flood of {flood['messages']} announcements: {flood['cpu_s']} s of CPU, "
        f"{flood['repeated_cpu_s']} s when they come again"
    )


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    try:
        result = measure()
    except FileNotFoundError as error:
        print(f"skipped: {error}", file=sys.stderr)
        return
    if arguments.json:
        print(json.dumps(result))
    else:
        _show(result)


if __name__ == "__main__":
    main()
