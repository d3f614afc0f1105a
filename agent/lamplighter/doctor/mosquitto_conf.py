"""Reading the configuration of a mosquitto that runs on this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_DEFAULT_PORT = 1883
_DEEPEST = 4
_UNITS = {"h": 3600, "d": 86400, "w": 7 * 86400, "m": 30 * 86400, "y": 365 * 86400}


@dataclass(frozen=True, slots=True)
class Line:
    """A setting, and the file it stands in."""

    name: str
    value: str
    file: Path


@dataclass(frozen=True, slots=True)
class Running:
    """A mosquitto that runs here.

    Attributes:
        pid: its process.
        config: its configuration file; None where it runs without any.
        port: given on its command line, or None.
    """

    pid: int
    config: Path | None
    port: int | None


def running(proc: Path = _PROC) -> list[Running]:
    """Every mosquitto process that can be seen."""
    found = []
    for folder in proc.glob("[0-9]*"):
        try:
            if (folder / "comm").read_text().strip() != "mosquitto":
                continue
            words = (folder / "cmdline").read_text().split("\0")
            place = (folder / "cwd").readlink()
        except (OSError, UnicodeDecodeError):
            continue
        name = _option(words, "-c", "--config-file")
        port = _option(words, "-p", "--port")
        config = None if name is None else place / name
        number = int(port) if port and port.isdigit() else None
        found.append(Running(int(folder.name), config, number))
    return sorted(found, key=lambda each: each.pid)


def read_settings(file: Path, depth: int = 0) -> list[Line]:
    """Every setting of a configuration file, those of ``include_dir`` in their place.

    Raises:
        OSError: it can't be read.
    """
    lines = []
    for text in file.read_text(encoding="utf-8", errors="replace").splitlines():
        name, _, value = text.strip().partition(" ")
        if not name or name.startswith("#"):
            continue
        line = Line(name, value.strip(), file)
        lines.append(line)
        if name == "include_dir" and depth < _DEEPEST:
            for included in _included(Path(line.value)):
                lines += read_settings(included, depth + 1)
    return lines


def value_of(lines: Sequence[Line], name: str) -> str | None:
    """The value of a setting, the last where it stands several times; None where nowhere."""
    return next((line.value for line in reversed(lines) if line.name == name), None)


def number_of(lines: Sequence[Line], name: str, default: int) -> int:
    """The value of a setting that is a number."""
    value = value_of(lines, name)
    return int(value) if value is not None and re.fullmatch(r"-?\d+", value) else default


def truth_of(lines: Sequence[Line], name: str, *, default: bool) -> bool:
    """The value of a setting that is ``true`` or ``false``."""
    value = value_of(lines, name)
    return default if value is None else value.lower() in {"true", "1"}


def seconds_of(lines: Sequence[Line], name: str) -> int | None:
    """The value of a setting such as ``14d``, in seconds; None where it is not given."""
    found = re.fullmatch(r"(\d+)\s*([hdwmy])", value_of(lines, name) or "")
    return int(found[1]) * _UNITS[found[2]] if found else None


def listens_on(lines: Sequence[Line], given: int | None, port: int) -> bool:
    """Whether a mosquitto with these settings listens on a port."""
    if given is not None:
        return given == port
    ports = [line.value.split()[0] for line in lines if line.name in {"listener", "port"}]
    return str(port) in ports if ports else port == _DEFAULT_PORT


def _option(words: Sequence[str], *names: str) -> str | None:
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word in names:
            return following or None
    return None


def _included(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("*.conf"))
