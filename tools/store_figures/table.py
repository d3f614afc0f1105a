"""The figures of the store for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

_FILE_WIDTH = 120
_TEXT = {"MQTT", "receiver", "publisher", "storage", "offered", "way", "lost of acknowledged"}


def show(found: dict[str, Any]) -> None:
    """Prints what was measured."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_FILE_WIDTH)
    for part, view in _VIEWS.items():
        if part in found:
            if "skipped" in found[part]:
                console.print(f"{part} was left out: {found[part]['skipped']}")
            else:
                view(console, found[part])
            console.print()
    for target in found["targets"]:
        mark = "reached" if target["reached"] else "NOT reached"
        console.print(f"{target['figure']}: {target['measured']} ({target['target']}): {mark}")
    machine = found["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    console.print(
        f"{machine['cpu']}, {machine['cores']} cores, Python {machine['python']}, "
        f"mosquitto {machine['mosquitto']}, SQLite {machine['sqlite']}, {versions}",
        style="dim",
    )


def _inbound(console: Console, found: dict[str, Any]) -> None:
    rows = [
        (row["protocol"], row["receiver"], *_rates(row), row["cpu_us_per_message"], row["lost"],
         row["duplicates"], _joined(row["sync_ms"]))
        for row in found["rows"]
    ]  # fmt: skip
    headings = ("MQTT", "receiver", "median", "least", "most", "CPU us each", "lost", "twice",
                "disk sync ms")  # fmt: skip
    console.print(_table("QoS 1 in, 200 bytes, messages a second", headings, rows))
    _tell_shares(console, found["share_of_bare"], "link and store against the bare client")
    console.print(found["compared"], style="dim")


def _decoding(console: Console, found: dict[str, Any]) -> None:
    rows = [(row["protocol"], row["way"], row["us_each"]) for row in found["rows"]]
    console.print(_table("reading a PUBLISH packet", ("MQTT", "way", "CPU us each"), rows))
    console.print(found["compared"], style="dim")


def _sustained(console: Console, found: dict[str, Any]) -> None:
    rows = [
        (run["protocol"], f"{run['seconds']:,.0f}", _whole(run["per_s"]),
         _whole(run["per_s_first_third"]), _whole(run["per_s_last_third"]),
         run["resident_mib_first"], run["resident_mib_last"], run["growth_mib"], run["lost"],
         run["duplicates"])
        for run in found["runs"]
    ]  # fmt: skip
    headings = ("MQTT", "seconds", "per s", "first third", "last third", "MiB at first",
                "MiB at last", "growth", "lost", "twice")  # fmt: skip
    console.print(_table("QoS 1 in, sustained", headings, rows))
    for run in found["failed"]:
        console.print(f"MQTT {run['protocol']}: {'; '.join(run['problems'])}", style="bold red")
    console.print(found["judged"], style="dim")


def _outbound(console: Console, found: dict[str, Any]) -> None:
    rows = [
        (row["protocol"], row["publisher"], *_rates(row), row["in_flight"],
         row["cpu_us_per_message"], row["left"], _joined(row["sync_ms"]))
        for row in found["rows"]
    ]  # fmt: skip
    headings = ("MQTT", "publisher", "median", "least", "most", "in flight", "CPU us each", "left",
                "disk sync ms")  # fmt: skip
    console.print(_table("QoS 1 out, 200 bytes, messages a second", headings, rows))
    _tell_shares(console, found["share_of_bare"], "link and store against bare paho with 20")
    _tell_shares(console, found["share_of_best"], "link and store against bare paho at its best")
    console.print(found["compared"], style="dim")


def _latency(console: Console, found: dict[str, Any]) -> None:
    rows = [
        (what, row["pace"], _whole(row["inbound_per_s"] or 0), row["p50_ms"], row["p99_ms"],
         row["p99_ms_worst"], row["max_ms"], row["lost"], _joined(row["sync_ms"]))
        for what, part in (("put", "rows"), ("bare append and sync", "floor"))
        for row in found[part]
    ]  # fmt: skip
    headings = ("way", "offered", "inbound/s", "p50 ms", "p99 ms", "worst p99", "max ms", "lost",
                "disk sync ms")  # fmt: skip
    title = f"put to durable at {found['rate']:,} messages a second"
    console.print(_table(title, headings, rows))
    console.print(found["compared"], style="dim")


def _backlog(console: Console, found: dict[str, Any]) -> None:
    row = (_whole(found["rows"]), found["idle_mib"], found["opened_mib"], found["most_mib"],
           found["above_idle_mib"], _whole(found["drained"]), _whole(found["drained_per_s"]),
           _whole(found["disk_mib"]), found["open_s"])  # fmt: skip
    headings = ("rows", "idle MiB", "opened", "draining", "above idle", "drained", "per s",
                "MiB on disk", "open s")  # fmt: skip
    console.print(_table("memory with a backlog", headings, [row]))
    console.print(found["compared"], style="dim")


def _peer(console: Console, found: dict[str, Any]) -> None:
    rows = [
        (row["storage"], _whole(row["put_per_s"]),
         "" if row["ride_per_s"] is None else _whole(row["ride_per_s"]),
         _whole(row["read_per_s"]), row["synchronous"],
         f"{row['lost']:,} of {row['acknowledged']:,} in {row['kills']} kills",
         _joined(row["sync_ms"]))
        for row in found["rows"]
    ]  # fmt: skip
    headings = ("storage", "put/s", "riding/s", "read/s", "synchronous", "lost of acknowledged",
                "disk sync ms")  # fmt: skip
    version = found["package"]["version"]
    console.print(_table(f"beside thingsboard-gateway {version}", headings, rows))
    for storage, promise in found["promises"].items():
        console.print(f"{storage}: {promise}", style="dim")
    console.print(found["compared"], style="dim")


_VIEWS = {
    "inbound": _inbound,
    "decoding": _decoding,
    "sustained": _sustained,
    "outbound": _outbound,
    "latency": _latency,
    "backlog": _backlog,
    "peer": _peer,
}


def _table(title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    table = Table(title=title)
    for heading in headings:
        is_text = heading in _TEXT
        table.add_column(heading, justify="left" if is_text else "right", no_wrap=not is_text)
    for row in rows:
        table.add_row(*map(str, row))
    return table


def _rates(row: dict[str, Any]) -> list[str]:
    return [_whole(row[key]) for key in ("per_s", "per_s_min", "per_s_max")]


def _whole(number: float) -> str:
    return f"{number:,.0f}"


def _joined(values: Iterable[float]) -> str:
    return " ".join(map(str, values))


def _tell_shares(console: Console, shares: dict[str, list[float]], what: str) -> None:
    for protocol, own in shares.items():
        told = ", ".join(f"{share:.0%}" for share in own)
        console.print(f"MQTT {protocol}: {what}, by round: {told}")
