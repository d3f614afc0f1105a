"""The daemon as a process of its own: started, looked at from outside, stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

_GRACE = 10.0


class DaemonProcess:
    """``lamplighter run`` with a configuration file; its log goes to a file beside it."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self.log = config.with_suffix(".log")
        self.started = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it; ``started`` is when, by ``time.perf_counter``."""
        program = Path(sys.executable).parent / "lamplighter"
        with self.log.open("ab") as log:
            self.started = time.perf_counter()
            self._process = subprocess.Popen(
                [program, "run", "--config", self.config], stdout=log, stderr=log
            )

    def stop(self) -> float:
        """Ends it by SIGTERM; the seconds that took.

        Raises:
            subprocess.TimeoutExpired: it did not end.
        """
        process, self._process = self._process, None
        if process is None:
            return 0.0
        before = time.perf_counter()
        process.terminate()
        try:
            process.wait(_GRACE)
        finally:
            process.kill()
        return time.perf_counter() - before

    @property
    def pid(self) -> int:
        """Its process id."""
        if self._process is None:
            raise RuntimeError("the daemon does not run")
        return self._process.pid

    def memory_mib(self) -> tuple[float, float]:
        """Resident memory now and at its peak, in MiB."""
        values = {}
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="ascii").splitlines():
            name, _, value = line.partition(":")
            if name in ("VmRSS", "VmHWM"):
                values[name] = int(value.split()[0]) / 1024
        return values["VmRSS"], values["VmHWM"]

    def cpu_seconds(self) -> float:
        """User and system time used so far by all its threads."""
        text = Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii")
        # The name in parentheses may hold spaces; user and system time are fields 14 and 15.
        fields = text.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
