"""The supervisor of the demo: how it starts and ends its children."""

from __future__ import annotations

import asyncio
import signal
import sys

import pytest
from tools.demo.run import Child, ending


async def test_a_child_that_listens_ends_by_sigterm() -> None:
    child = Child(sys.executable, "-c", "import signal; signal.pause()")
    await child.start()
    await child.stop(10.0)
    assert await child.ended() == -signal.SIGTERM


async def test_a_child_that_does_not_listen_is_killed(capfd: pytest.CaptureFixture[str]) -> None:
    code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); "
    child = Child(sys.executable, "-c", f"{code} [signal.pause() for _ in iter(int, 1)]")
    await child.start()
    out = ""
    while "up" not in out:
        await asyncio.sleep(0.01)
        out += capfd.readouterr().out
    await child.stop(0.1)
    assert await child.ended() == -signal.SIGKILL
    assert "killed" in capfd.readouterr().err


async def test_stopping_what_has_ended_or_never_started_is_nothing() -> None:
    child = Child(sys.executable, "-c", "")
    await child.stop(1.0)
    await child.start()
    assert await child.ended() == 0
    await child.stop(1.0)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (-9, "was killed (signal 9)"),
        (-11, "was ended by signal 11 (Segmentation fault)"),
        (78, "ended by itself with status 78"),
    ],
)
def test_an_ending_is_told_in_words(status: int, words: str) -> None:
    assert ending(status) == words
