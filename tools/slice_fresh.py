"""From a fresh clone to the first confirmed action, as a new user would come there."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path

_SENTENCE = "turn on the kitchen ceiling light"
_READY = "Lamplighter is running"
_LIMIT = 1800.0


def fresh_clone(source: Path, target: Path) -> float:
    """Seconds from ``git clone`` to a device of the demo home confirming a command.

    Clones what is committed at ``source``. Caches of pip and of the model are not used: the
    time holds every download.

    Raises:
        TimeoutError: it did not come that far.
        subprocess.CalledProcessError: git can't clone.
    """
    environment = {**os.environ, "XDG_CACHE_HOME": str(target.parent / "cache")}
    environment["PIP_NO_CACHE_DIR"] = "1"
    begun = time.perf_counter()
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{source}", target], check=True)
    demo = subprocess.Popen(
        [target / "tools" / "run"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        _until_ready(demo)
        while time.perf_counter() - begun < _LIMIT:
            if _acts(target):
                return time.perf_counter() - begun
    finally:
        demo.terminate()
        demo.communicate(timeout=30)
    raise TimeoutError(f"no confirmed action within {_LIMIT:g} s")


def _until_ready(demo: subprocess.Popen[str]) -> None:
    for line in demo.stdout or ():
        if _READY in line:
            return
    raise TimeoutError(f"tools/run ended with {demo.wait()}")


def _acts(clone: Path) -> bool:
    """True where the daemon reports the action as confirmed by the device."""
    done = subprocess.run(
        [clone / ".venv/bin/lamplighter", "ask", "--json", *_SENTENCE.split()],
        env={**os.environ, "LAMPLIGHTER_CONFIG": str(clone / ".demo/lamplighter.yaml")},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        actions = json.loads(done.stdout)["actions"]
    except (ValueError, KeyError):
        return False
    return bool(actions) and all(action["confirmed"] for action in actions)
