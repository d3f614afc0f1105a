"""``lamplighter alarms ack`` and the like: operations that the running daemon carries out."""

from __future__ import annotations

import getpass
import json
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from lamplighter.commands.options import config_option, json_option, print_json, read_config
from lamplighter.errors import LinkError, PayloadError
from lamplighter.plugin import Publication

NOTHING_CHANGED = 4
"""The exit code where the daemon had nothing to do: no such alarm stands, or it was so already."""

_MOST_NAMED = 3
_MINUTES = {"min": 1.0, "m": 1.0, "h": 60.0, "d": 1440.0}


class Length(click.ParamType[float]):
    """A length of time such as ``30``, ``30min``, ``2h`` or ``1d``, in minutes."""

    name = "length"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The minutes."""
        if isinstance(value, float):
            return value
        text = str(value).strip().lower()
        unit = next((unit for unit in _MINUTES if text.endswith(unit)), "")
        try:
            return float(text.removesuffix(unit)) * _MINUTES.get(unit, 1.0)
        except ValueError:
            self.fail(f"{value!r} is no length of time, such as 30min or 2h", param, ctx)


def operation(name: str, op: str, text: str) -> click.Command:
    """A subcommand for an operation on the alarms of a machine, or one of them."""

    def run(
        *,
        config_path: Path | None,
        asset: str,
        condition: str | None,
        user: str | None,
        timeout: float,
        as_json: bool,
        length: float | None = None,
    ) -> None:
        wanted = {"op": op, "asset": asset, "condition": condition, "minutes": length}
        _carry_out(config_path, wanted, user, timeout, as_json=as_json)

    run.__doc__ = text
    command = _common(run)
    if op == "shelve":
        option = click.option(
            "--for", "length", type=Length(), default="1h", show_default=True, help="How long."
        )
        command = option(command)
    command = click.argument("condition", required=False)(command)
    command = click.argument("asset")(command)
    return click.command(name)(command)


def _common(command: Callable[..., None]) -> Callable[..., None]:
    command = click.option(
        "--timeout", default=15.0, show_default=True, help="Seconds to wait for the answer."
    )(command)
    command = click.option("--user", help="Who you are; by default your login.")(command)
    return config_option(json_option(command))


OPERATIONS = (
    operation("ack", "ack", "Acknowledge alarms of ASSET (* for all machines), or CONDITION only."),
    operation("reset", "reset", "Reset latched alarms that have returned and are acknowledged."),
    operation("shelve", "shelve", "Hide alarms for a time."),
    operation("unshelve", "unshelve", "Show shelved alarms again."),
    operation("suppress", "suppress", "Suppress alarms until told otherwise."),
    operation("unsuppress", "unsuppress", "End what was suppressed by hand."),
    operation("out-of-service", "out_of_service", "Take alarms out of service, for maintenance."),
    operation("return", "return_to_service", "Return alarms to service."),
)


@click.group("window")
def window() -> None:
    """Begin or end a window of maintenance, changeover or cleaning."""


@window.command("start")
@click.argument("asset")
@click.argument("name", default="maintenance")
@click.option("--for", "length", type=Length(), default="1h", show_default=True, help="How long.")
@_common
def window_start(
    *,
    config_path: Path | None,
    asset: str,
    name: str,
    length: float,
    user: str | None,
    timeout: float,
    as_json: bool,
) -> None:
    """Suppress the alarms of ASSET (* for all machines) by a window called NAME, for a time."""
    wanted = {"op": "window", "asset": asset, "name": name, "minutes": length}
    _carry_out(config_path, wanted, user, timeout, as_json=as_json)


@window.command("end")
@click.argument("asset")
@click.argument("name", required=False)
@_common
def window_end(
    *,
    config_path: Path | None,
    asset: str,
    name: str | None,
    user: str | None,
    timeout: float,
    as_json: bool,
) -> None:
    """End the window called NAME of ASSET, or all that are open, also those of the schedule."""
    wanted = {"op": "end_window", "asset": asset, "name": name}
    _carry_out(config_path, wanted, user, timeout, as_json=as_json)


@click.command("note")
@click.argument("asset")
@click.argument("text", nargs=-1, required=True)
@_common
def note(
    *,
    config_path: Path | None,
    asset: str,
    text: tuple[str, ...],
    user: str | None,
    timeout: float,
    as_json: bool,
) -> None:
    """Note something about ASSET, so that its reports tell of it."""
    wanted = {"op": "note", "asset": asset, "text": " ".join(text)}
    _carry_out(config_path, wanted, user, timeout, as_json=as_json)


def _carry_out(
    config_path: Path | None,
    wanted: dict[str, Any],
    user: str | None,
    timeout: float,
    *,
    as_json: bool,
) -> None:
    """Asks the daemon; exits with 4 where nothing changed.

    Raises:
        LinkError: the broker or the daemon can't be reached, or does not answer.
        PayloadError: the daemon refused the operation.
    """
    config = read_config(config_path or _given_before())
    payload = {key: value for key, value in wanted.items() if value is not None}
    payload |= {"id": uuid.uuid4().hex[:12], "user": user or _login()}
    answer = _exchange(config, payload, timeout)
    if as_json:
        print_json({key: value for key, value in answer.items() if key != "id"})
    if not answer.get("ok"):
        if as_json:
            sys.exit(1)
        reason = str(answer.get("error", "of no reason that it tells"))
        raise PayloadError(config.node, f"refused: {reason.removeprefix('control: ')}")
    if not as_json:
        _show(payload["op"], answer)
    if not answer.get("changed") and not answer.get("windows") and payload["op"] != "note":
        sys.exit(NOTHING_CHANGED)


def _given_before() -> Path | None:
    """``--config`` where it stands before the subcommand."""
    context: click.Context | None = click.get_current_context()
    while context is not None:
        if isinstance(path := context.params.get("config_path"), Path):
            return path
        context = context.parent
    return None


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "cli"


def _exchange(config: Any, payload: dict[str, Any], timeout: float) -> dict[str, Any]:
    from lamplighter.control import REPLY
    from lamplighter.link.exchange import exchange

    def is_ours(answer: bytes) -> bool:
        try:
            return bool(json.loads(answer).get("id") == payload["id"])
        except (ValueError, AttributeError):
            return False

    topic = f"{config.root}/control"
    answer = exchange(
        config.broker,
        Publication(topic, json.dumps(payload).encode()),
        reply_topic=f"{topic}/{REPLY}",
        accept=is_ours,
        status_topic=f"{config.root}/status",
        timeout=timeout,
    )
    if answer is None:
        where = f"{config.broker.host}:{config.broker.port}"
        raise LinkError(where, f"no answer from {config.node} within {timeout:g} s")
    found: dict[str, Any] = json.loads(answer)
    return found


def _show(op: str, answer: dict[str, Any]) -> None:
    if op == "note":
        click.echo("Noted.")
        return
    for each in answer.get("windows", ()):
        begun = "begun" if op == "window" else "ended"
        click.echo(f"{each['asset']}: {each['window']} {begun}")
    for each in answer.get("alarms", ()):
        click.echo(f"{each['asset']}/{each['condition']}: {_words(op)}")
    told = len(answer.get("alarms", ()))
    if not answer.get("windows") and answer["changed"] > told:
        click.echo(f"and {answer['changed'] - told} more")
    if answer["changed"] or answer.get("windows"):
        return
    by_reason: dict[str, list[str]] = {}
    for each in answer.get("left", ()):
        if each["reason"]:
            by_reason.setdefault(each["reason"], []).append(f"{each['asset']}/{each['condition']}")
    for reason, alarms in by_reason.items():
        many = len(alarms) > _MOST_NAMED
        click.echo(f"{f'{len(alarms)} alarms' if many else ', '.join(alarms)}: {reason}", err=True)
    click.echo("Nothing changed.", err=True)


def _words(op: str) -> str:
    from lamplighter.faults.alarms.controls import WORDS

    return WORDS[op]
