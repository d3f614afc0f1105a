"""``lamplighter ask``: one sentence to a running daemon, and its reply."""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path
from typing import Any

import click

from lamplighter.commands.options import config_option, json_option, print_json, read_config
from lamplighter.errors import LinkError
from lamplighter.plugin import Publication

_EXIT = {"done": 0, "answered": 0, "scheduled": 0, "clarify": 3, "confirm": 3}
_NOTHING_DONE = 4


@click.command()
@config_option
@json_option
@click.option("--area", help="Where you are: “the light” is the one in this area.")
@click.option("--user", default="cli", show_default=True, help="Who you are.")
@click.option("--language", help="Language of the sentence, such as en or de.")
@click.option("--timeout", default=15.0, show_default=True, help="Seconds to wait for the reply.")
@click.argument("text", nargs=-1, required=True)
def ask(
    *,
    config_path: Path | None,
    text: tuple[str, ...],
    area: str | None,
    user: str,
    language: str | None,
    timeout: float,
    as_json: bool,
) -> None:
    """Ask or tell a running daemon something, in plain words."""
    said = " ".join(text).strip()
    if not said:
        raise click.UsageError("say something")
    config = read_config(config_path)
    wanted = {
        "text": said,
        "id": uuid.uuid4().hex[:12],
        "area": area,
        "user": user,
        "language": language,
    }
    payload = {key: value for key, value in wanted.items() if value is not None}
    reply = _exchange(config, payload, timeout)
    if as_json:
        print_json(reply)
    else:
        _show(reply)
    sys.exit(_EXIT.get(reply["outcome"], _NOTHING_DONE))


def _exchange(config: Any, payload: dict[str, Any], timeout: float) -> dict[str, Any]:
    from lamplighter.link.exchange import exchange

    publication = Publication(f"{config.root}/ask", json.dumps(payload).encode())

    def is_ours(answer: bytes) -> bool:
        try:
            return bool(json.loads(answer).get("id") == payload["id"])
        except (ValueError, AttributeError):
            return False

    answer = exchange(
        config.broker,
        publication,
        reply_topic=f"{config.root}/reply",
        accept=is_ours,
        status_topic=f"{config.root}/status",
        timeout=timeout,
    )
    if answer is None:
        where = f"{config.broker.host}:{config.broker.port}"
        raise LinkError(where, f"no reply from {config.node} within {timeout:g} s")
    reply: dict[str, Any] = json.loads(answer)
    return reply


def _show(reply: dict[str, Any]) -> None:
    click.echo(reply["speech"])
    for action in reply["actions"]:
        mark = {True: "confirmed", None: "sent"}.get(action["confirmed"], "not confirmed")
        params = " ".join(f"{key}={value}" for key, value in action["params"].items())
        click.echo(f"  {action['name']}: {action['service']} {params}".rstrip() + f" ({mark})")
    details = f"{reply['outcome']} via {reply['via']}" if reply["via"] else reply["outcome"]
    click.echo(click.style(f"  [{details}, {reply['elapsed_ms']:.0f} ms]", dim=True))
