"""The daemon as a whole: start, command latency, memory, idle CPU; with --fresh, from a clone."""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table
from tests.broker.brokers import Mosquitto, find_mosquitto, free_port
from tools.daemon_process import DaemonProcess
from tools.demo.broker import EmbeddedBroker
from tools.machine_facts import facts
from tools.slice_fleet import AREAS, Fleet, names
from tools.slice_fresh import fresh_clone

ROOT = "lamplighter/bench"
_SETTLE = 2.0  # s between two phases, so that one does not pay for the other
_WARM_UP = 5
_MODEL_SENTENCES = (
    "could you get the kitchen ceiling light going for me",
    "I would like the office desk lamp to be on now",
    "the lights in the attic are blinding me",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; ``target`` is the most it should be."""

    name: str
    value: float | None
    unit: str
    target: float | None = None


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tools/bench slice", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--asks", type=int, default=200, help="commands to be timed, up to 200")
    parser.add_argument("--lights", type=int, default=100, help="entities, up to 100")
    parser.add_argument("--idle", type=float, default=20.0, help="seconds of doing nothing")
    parser.add_argument("--fresh", action="store_true", help="also clone, set up and act")
    return parser.parse_args()


@contextmanager
def _broker(folder: Path) -> Iterator[tuple[str, int]]:
    """Mosquitto, or the embedded broker where that is absent; its name and port."""
    if find_mosquitto() is not None:
        mosquitto = Mosquitto(folder / "mosquitto", lines=("set_tcp_nodelay true",))
        mosquitto.start()
        try:
            yield "mosquitto", mosquitto.port
        finally:
            mosquitto.stop()
        return
    embedded = EmbeddedBroker(folder, free_port())
    embedded.start()
    try:
        yield "iotcore", embedded.port
    finally:
        embedded.stop()


def _settings(folder: Path, port: int, *, model: bool) -> Path:
    file = folder / f"{'with' if model else 'without'}-model.yaml"
    settings = {
        "node": ROOT.split("/")[1],
        "broker": {"host": "127.0.0.1", "port": port, "client_id": file.stem},
        "store": {"path": str(folder / file.stem)},
        "home": {"areas": [{"name": area} for area in AREAS]},
        "model": {"enabled": model},
    }
    file.write_text(yaml.safe_dump(settings), encoding="utf-8")
    return file


def _first_start(daemon: DaemonProcess, fleet: Fleet) -> None:
    """Lets the daemon meet the lights, so that its store knows them."""
    daemon.start()
    fleet.online_after(daemon.started)
    fleet.announce()
    fleet.healthy_after(daemon.started, "entities", len(fleet.lights), 90.0)


def _second_start(daemon: DaemonProcess, fleet: Fleet, *, model: bool) -> tuple[float, float]:
    """Seconds from the start of the process to ``online``, and to the model being loaded."""
    daemon.stop()
    daemon.start()
    online = fleet.online_after(daemon.started) - daemon.started
    if not model:
        return online, online
    loaded = fleet.healthy_after(daemon.started, "model.state", "ready") - daemon.started
    return online, loaded


def _asks(fleet: Fleet, count: int) -> tuple[list[float], Counter[str]]:
    """Milliseconds from ask to command for each of ``count`` different sentences; by which way."""
    chance = random.Random(1)  # noqa: S311 - pauses
    sentences = [(name, word) for word in ("on", "off") for name in fleet.lights.values()]
    for number, (name, _) in enumerate(sentences[:_WARM_UP]):
        fleet.ask(f"switch the {name} on please", f"warm-{number}")
        fleet.reply(f"warm-{number}")
    taken: list[float] = []
    ways: Counter[str] = Counter()
    for number, (name, word) in enumerate(sentences[:count]):
        # Pauses of random length: asks must not fall in step with the writer's commits.
        time.sleep(chance.uniform(0.005, 0.03))
        key = f"{name.casefold().replace(' ', '_')} {word.upper()}"
        fleet.commanded.pop(key, None)
        before = fleet.ask(f"turn {word} the {name}", f"ask-{number}")
        reply = fleet.reply(f"ask-{number}")
        ways[f"{reply['via']}/{reply['outcome']}"] += 1
        if key in fleet.commanded:
            taken.append((fleet.commanded[key] - before) * 1000)
    return taken, ways


def _by_model(fleet: Fleet, sentence: str) -> dict[str, Any]:
    """What became of a sentence that no rule knows: the model reads it, so its memory is used."""
    fleet.ask(sentence, sentence)
    reply = fleet.reply(sentence)
    return {"text": sentence, **{key: reply[key] for key in ("via", "outcome", "elapsed_ms")}}


def _idle_cpu(daemon: DaemonProcess, seconds: float) -> float:
    """Percent of one core."""
    time.sleep(_SETTLE)
    used, begun = daemon.cpu_seconds(), time.perf_counter()
    time.sleep(seconds)
    return 100 * (daemon.cpu_seconds() - used) / (time.perf_counter() - begun)


def _with_model(
    options: argparse.Namespace, folder: Path, port: int
) -> tuple[list[Figure], dict[str, Any]]:
    fleet = Fleet(port, ROOT, names(options.lights))
    daemon = DaemonProcess(_settings(folder, port, model=True))
    fleet.start()
    try:
        _first_start(daemon, fleet)
        online, loaded = _second_start(daemon, fleet, model=True)
        time.sleep(_SETTLE)
        taken, ways = _asks(fleet, options.asks)
        by_model = [_by_model(fleet, sentence) for sentence in _MODEL_SENTENCES]
        resident, peak = daemon.memory_mib()
        idle = _idle_cpu(daemon, options.idle)
        stopped = daemon.stop()
    finally:
        daemon.stop()
        fleet.stop()
    cuts = statistics.quantiles(taken, n=100) if len(taken) > 1 else [0.0] * 99
    figures = [
        Figure("second start to online", online, "s", 3.0),
        Figure("second start to model loaded", loaded, "s", 3.0),
        Figure("ask to command, p50", cuts[49], "ms", 25.0),
        Figure("ask to command, p99", cuts[98], "ms", 80.0),
        Figure("resident memory with model", resident, "MiB", 420.0),
        Figure("peak memory with model", peak, "MiB"),
        Figure("idle CPU of one core", idle, "%", 2.0),
        Figure("stop", stopped, "s", 5.0),
    ]
    return figures, {
        "asks": len(taken),
        "entities": len(fleet.lights),
        "ways": dict(ways),
        "beyond_the_rules": by_model,
    }


def _without_model(options: argparse.Namespace, folder: Path, port: int) -> list[Figure]:
    fleet = Fleet(port, ROOT, names(options.lights))
    daemon = DaemonProcess(_settings(folder, port, model=False))
    fleet.start()
    try:
        _first_start(daemon, fleet)
        online, _ = _second_start(daemon, fleet, model=False)
        _asks(fleet, options.asks)
        time.sleep(_SETTLE)
        resident, peak = daemon.memory_mib()
    finally:
        daemon.stop()
        fleet.stop()
    return [
        Figure("second start to online without model", online, "s"),
        Figure("resident memory without model", resident, "MiB", 90.0),
        Figure("peak memory without model", peak, "MiB"),
    ]


def _show(figures: list[Figure], details: dict[str, Any]) -> None:
    machine = details["machine"]
    print(
        f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}, "
        f"Python {machine['python']}, broker {details['broker']}"
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("FIGURE")
    for column in ("MEASURED", "TARGET"):
        table.add_column(column, justify="right")
    for figure in figures:
        value = "not measured" if figure.value is None else f"{figure.value:.2f} {figure.unit}"
        target = "" if figure.target is None else f"≤ {figure.target:g} {figure.unit}"
        missed = figure.value is None or (
            figure.target is not None and figure.value > figure.target
        )
        table.add_row(figure.name, value, target, style="yellow" if missed and target else None)
    Console().print(table)
    print(f"{details['asks']} asks with {details['entities']} entities, by {details['ways']}")
    for each in details["beyond_the_rules"]:
        print(f"“{each['text']}”: {each['outcome']} via {each['via']}, {each['elapsed_ms']:.0f} ms")


def main() -> int:
    """Measures; the exit status."""
    options = _arguments()
    with tempfile.TemporaryDirectory(prefix="lamplighter-bench-") as name:
        folder = Path(name)
        with _broker(folder) as (broker, port):
            figures, details = _with_model(options, folder, port)
        (folder / "second").mkdir()
        with _broker(folder / "second") as (_, port):
            figures += _without_model(options, folder / "second", port)
        if options.fresh:
            taken = fresh_clone(Path(__file__).resolve().parents[1], folder / "clone")
            figures.append(Figure("fresh clone to first confirmed action", taken, "s", 300.0))
    details |= {"broker": broker, "machine": facts()}
    if options.json:
        print(json.dumps({"figures": [asdict(each) for each in figures], **details}, indent=2))
    else:
        _show(figures, details)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (TimeoutError, subprocess.SubprocessError) as error:
        sys.exit(f"bench slice: {error}")
