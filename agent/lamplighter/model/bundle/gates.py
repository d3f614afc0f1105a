"""Whether a model reaches what its manifest asks for, measured in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any

from lamplighter.errors import GateError
from lamplighter.model.bundle.gate_report import GateResult, missed
from lamplighter.model.bundle.manifest import Manifest, manifest_bytes
from lamplighter.model.bundle.record import make_record, write_record

LIMIT_S = 600.0
MODULE = "lamplighter.model.bundle.gate_process"
_LAST_WORDS = 300

# Called with the name of the gate and the share of it that is done, 0 to 1.
Progress = Callable[[str, float], None]


def default_threads() -> int:
    """Return the number of threads that gates are measured with: two, or one where there is one."""
    return min(2, os.cpu_count() or 1)


def run_gates(
    folder: Path,
    manifest: Manifest,
    *,
    threads: int | None = None,
    limit_s: float = LIMIT_S,
    progress: Progress = lambda _gate, _share: None,
    elsewhere: Path | None = None,
    clock: Callable[[], float] = time.time,
) -> tuple[GateResult, ...]:
    """Run the gates of a model and, where all are passed, record that beside it.

    Args:
        folder: the model's; its files have been checked (``manifest.check_files``).
        manifest: its own.
        threads: to compute with; None takes ``default_threads``.
        limit_s: seconds after which they count as missed.
        progress: called as it goes on.
        elsewhere: folder for the record where the model's can't be written.
        clock: seconds since 1970.

    Returns:
        What was measured; nothing of a model without gates, which needs no record.

    Raises:
        GateError: gates are missed; it names each.
        ModelError: the record can't be written.
    """
    if not manifest.gates:
        return ()
    results = measure_gates(folder, threads=threads, limit_s=limit_s, progress=progress)
    wrong = missed(results)
    if wrong:
        raise GateError(f"{manifest.name} {manifest.version}", wrong)
    keep_record(folder, results, elsewhere, clock)
    return results


def keep_record(
    folder: Path,
    results: Sequence[GateResult],
    elsewhere: Path | None = None,
    clock: Callable[[], float] = time.time,
) -> Path:
    """Record that a model passed its gates, and return where.

    Args:
        folder: the model's.
        results: all of them passed.
        elsewhere: folder for the record where the model's can't be written.
        clock: seconds since 1970.

    Raises:
        ModelError: it can be written nowhere.
    """
    assert not missed(results), "only passed gates are recorded"
    return write_record(make_record(manifest_bytes(folder), results, at=clock()), folder, elsewhere)


def measure_gates(
    folder: Path,
    *,
    threads: int | None = None,
    limit_s: float = LIMIT_S,
    progress: Progress = lambda _gate, _share: None,
    module: str = MODULE,
) -> tuple[GateResult, ...]:
    """Measure the gates of a model in another process; nothing is recorded.

    Args:
        folder: the model's.
        threads: to compute with; None takes ``default_threads``.
        limit_s: seconds after which the process is ended.
        progress: called as it goes on.
        module: what the process runs.

    Returns:
        A result for each gate; where the model could not be run to the end, the last one is
        named ``run``, is not passed, and says why.
    """
    count = str(threads or default_threads())
    # -P: nothing is imported from where the command was called.
    command = [sys.executable, "-P", "-m", module, str(folder), count]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
        )
        late = threading.Event()
        timer = threading.Timer(limit_s, _end, (process, late))
        timer.start()
        try:
            results, end = _follow(process.stdout, progress)
            process.wait()
        finally:
            timer.cancel()
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        if end is None:
            end = f"took more than {limit_s:g} s" if late.is_set() else _death(process, errors)
    if end:
        results.append(_not_run(end))
    return tuple(results)


def _end(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _follow(output: IO[bytes] | None, progress: Progress) -> tuple[list[GateResult], str | None]:
    """Return the results, and why it ended: "" where it is done, None where it broke off."""
    results: list[GateResult] = []
    for line in output or ():
        try:
            said: Any = json.loads(line)
        except ValueError:
            continue  # the runtime may print what it likes
        if not isinstance(said, dict):
            continue
        if "result" in said:
            results.append(GateResult(**said["result"]))
        elif "progress" in said:
            progress(*said["progress"])
        elif "error" in said:
            return results, str(said["error"])
        elif "done" in said:
            return results, ""
    return results, None


def _death(process: subprocess.Popen[bytes], errors: IO[bytes]) -> str:
    errors.seek(0)
    words = errors.read().decode(errors="replace").strip().splitlines()
    last = f": {words[-1][-_LAST_WORDS:]}" if words else ""
    if process.returncode < 0:
        try:
            name = signal.Signals(-process.returncode).name
        except ValueError:
            name = f"signal {-process.returncode}"
        return f"running it crashed ({name}){last}"
    return f"running it failed (exit code {process.returncode}){last}"


def _not_run(reason: str) -> GateResult:
    return GateResult(gate="run", measured=None, bound=None, side="most", detail=reason)
