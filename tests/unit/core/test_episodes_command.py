"""``lamplighter episodes``: what is kept is listed, and what helped is kept with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lamplighter import cli
from lamplighter.store.records.episodes import EpisodeRecord
from lamplighter.store.store import Store

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command on a store with two episodes; answers exit code, output and errors."""
    config = tmp_path / "c.yaml"
    config.write_text(f"store: {{path: {tmp_path / 'store'}}}\n")
    store = Store(
        tmp_path / "store",
        max_bytes=32 << 20,
        on_committed=lambda _: None,
        on_outbox=lambda: None,
        on_replaced=lambda _: None,
    )
    store.start()
    said = {"name": "Feed pump", "fault": "bearing wear", "done": "Greased it"}
    one = EpisodeRecord("p1-a", "p1", "pump", 1.7e9, 1.7e9 + 90, "critical", b"abcd", said)
    two = EpisodeRecord("f1-a", "f1", "fan", 1.7e9, 1.7e9 + 7300, "warning")
    for record in (one, two):
        store.episodes.put(record).result(20)
    store.stop()

    def called(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = 0
        try:
            cli.main(["episodes", *arguments, "--config", str(config)])
        except SystemExit as ended:
            code = int(ended.code or 0)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return called


def test_episodes_are_listed_the_latest_first(run: Run) -> None:
    code, shown, _ = run()
    assert code == 0
    fan, pump = shown.splitlines()[1:]
    assert fan.split() == ["f1-a", "f1", "warning", "2", "h", "2", "min"]
    assert "Feed pump" in pump
    assert "bearing wear" in pump
    assert "Greased it" in pump


def test_those_of_one_machine_come_as_json(run: Run) -> None:
    [kept] = json.loads(run("--asset", "p1", "--json")[1])
    assert (kept["episode"], kept["started"], kept["fault"], kept["helped"]) == (
        "p1-a",
        "2023-11-14T22:13:20Z",
        "bearing wear",
        "",
    )
    assert json.loads(run("--asset", "x", "--json")[1]) == []


def test_what_helped_is_kept(run: Run) -> None:
    assert run("helped", "p1-a", "New", "bearing")[0] == 0
    assert "New bearing" in run("--asset", "p1")[1]


def test_what_helped_needs_an_episode_and_a_text(run: Run) -> None:
    code, _, told = run("helped", "p9-a", "Nothing")
    assert code == 1
    assert "p9-a" in told
    assert run("helped", "p1-a", " ")[0] == 2
