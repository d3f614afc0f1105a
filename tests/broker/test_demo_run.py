"""``./tools/run`` without its setup: broker, demo and daemon come up, and go down together."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lamplighter import config

pytestmark = pytest.mark.broker

ROOT = Path(__file__).resolve().parents[2]
LAMPLIGHTER = Path(sys.executable).parent / "lamplighter"
PATIENCE = 30.0
ATTEMPTS = 30


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tools.demo.run", "--no-model", "--port", "20830"]
    process = subprocess.Popen(
        [*command, "--folder", str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.wait(PATIENCE)


def _until_ready(demo: subprocess.Popen[str]) -> None:
    assert demo.stdout is not None
    for line in demo.stdout:
        if "Ctrl-C" in line:
            return
    pytest.fail(f"the demo ended with {demo.wait(PATIENCE)}")


def _ask(folder: Path, *words: str) -> dict[str, object]:
    settings = str(folder / "lamplighter.yaml")
    done = subprocess.run(
        [LAMPLIGHTER, "ask", "--json", "--config", settings, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    reply: dict[str, object] = json.loads(done.stdout)
    return reply


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_comes_up_acts_and_goes_down(
    demo: subprocess.Popen[str], tmp_path: Path, number: signal.Signals
) -> None:
    _until_ready(demo)
    # An early ask may come before the device's announcement.
    outcomes = (
        _ask(tmp_path, "turn on the kitchen ceiling light")["outcome"] for _ in range(ATTEMPTS)
    )
    assert "done" in outcomes
    broker = config.read(tmp_path / "lamplighter.yaml").broker
    demo.send_signal(number)
    assert demo.wait(PATIENCE) == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((broker.host, broker.port))


def test_a_second_one_in_the_same_folder_says_so(
    demo: subprocess.Popen[str], tmp_path: Path
) -> None:
    _until_ready(demo)
    second = subprocess.run(
        [sys.executable, "-m", "tools.demo.run", "--folder", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert second.returncode == 1
    assert "already running" in second.stderr
