"""How much memory there still is: of the machine, and of the service's own limits.

What a control group counts as used holds the page cache of what its processes read. The kernel
gives up the inactive part of it before anybody has to suffer, so it counts as available here
(as Kubernetes' working set does).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_KIB = 1024
_LIMITS = ("memory.max", "memory.high")


@dataclass(frozen=True, slots=True)
class Available:
    """Memory that could be taken now.

    Attributes:
        bytes: how much; of several limits the tightest.
        of: whose it is: ``the machine`` or a control group.
        stalled: the share (0 to 100) of the last ten seconds in which some task waited for
            memory; 0 where the kernel does not tell.
    """

    bytes: int
    of: str
    stalled: float = 0.0


class MemorySource:
    """Reads proc(5) and control groups (version 2).

    Args:
        proc: where proc is mounted.
        groups: where the control groups are mounted.
    """

    def __init__(self, proc: Path = Path("/proc"), groups: Path = Path("/sys/fs/cgroup")) -> None:
        self._proc = proc
        self._groups = groups

    def look(self) -> Available | None:
        """Return what is available now; None where the system does not tell."""
        found = [*self._of_groups()]
        machine = _fields(self._proc / "meminfo").get("MemAvailable")
        if machine is not None:
            found.append((machine * _KIB, "the machine"))
        if not found:
            return None
        least, of = min(found)
        return Available(max(0, least), of, self._stalled())

    def _of_groups(self) -> Iterator[tuple[int, str]]:
        """Yield what is left of each limit on the way up to the root."""
        for group in self._own_groups():
            folder = self._groups / group
            limits = [_number(folder / name) for name in _LIMITS]
            used = _number(folder / "memory.current")
            known = [limit for limit in limits if limit is not None]
            if known and used is not None:
                idle = _fields(folder / "memory.stat").get("inactive_file", 0)
                yield min(known) - max(0, used - idle), f"the control group /{group}"

    def _own_groups(self) -> list[str]:
        """Return this process's group and those above it, relative to the root."""
        rows = _lines(self._proc / "self" / "cgroup")
        own = next((row.removeprefix("0::") for row in rows if row.startswith("0::")), None)
        if own is None:
            return []
        path = Path(own.strip().lstrip("/"))
        # In a namespace of its own the group is the root, and may have a limit all the same.
        return ["" if each == Path() else str(each) for each in (path, *path.parents)]

    def _stalled(self) -> float:
        for row in _lines(self._proc / "pressure" / "memory"):
            kind, _, rest = row.partition(" ")
            fields = dict(field.partition("=")[::2] for field in rest.split())
            if kind == "some" and "avg10" in fields:
                try:
                    return float(fields["avg10"])
                except ValueError:
                    return 0.0
        return 0.0


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []


def _number(path: Path) -> int | None:
    """Return a file's number; None where there is none, or it says ``max``."""
    text = "".join(_lines(path)).strip()
    return int(text) if text.isascii() and text.isdigit() else None


def _fields(path: Path) -> dict[str, int]:
    """Return the numbers of a file with a name and a number in each row."""
    found = {}
    for row in _lines(path):
        words = row.replace(":", " ").split()
        if len(words) > 1 and words[1].isdigit():
            found[words[0]] = int(words[1])
    return found
