"""Runs the checks side by side, each within a time of its own: nothing hangs the doctor."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from lamplighter.doctor.finding import Finding, failed
from lamplighter.errors import LamplighterError


@dataclass(frozen=True, slots=True)
class Check:
    """A check.

    Attributes:
        about: what it looks at.
        look: yields what it finds; raises ``LamplighterError`` where it can't look any further.
        within: seconds it may take.
    """

    about: str
    look: Callable[[], Iterable[Finding]]
    within: float


@dataclass(slots=True)
class _Look:
    check: Check
    findings: list[Finding] = field(default_factory=list)
    done: bool = False

    def run(self) -> None:
        about = self.check.about
        try:
            # One by one: what was found stays, should the next look hang.
            for finding in self.check.look():
                self.findings.append(finding)
        except LamplighterError as error:
            self.findings.append(failed(about, str(error)))
        except Exception as error:  # noqa: BLE001 - a supervisor: the others are still to be heard
            reason = f"the check itself failed: {type(error).__name__}: {error}"
            self.findings.append(failed(about, reason))
        self.done = True


def examine(
    checks: Sequence[Check], monotonic: Callable[[], float] = time.monotonic
) -> list[Finding]:
    """What all checks found, in their order; takes no longer than the slowest of them may."""
    started = monotonic()
    looks = [_Look(check) for check in checks]
    threads = []
    for look in looks:
        # Daemon threads: one that hangs in the kernel or a resolver must not keep the process.
        thread = threading.Thread(target=look.run, name=f"doctor-{look.check.about}", daemon=True)
        thread.start()
        threads.append(thread)
    findings: list[Finding] = []
    for look, thread in zip(looks, threads, strict=True):
        thread.join(max(0.0, started + look.check.within - monotonic()))
        done, found = look.done, list(look.findings)
        findings += found
        if not done:
            findings.append(failed(look.check.about, f"no result within {look.check.within:g} s"))
    return findings
