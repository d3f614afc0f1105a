"""What a figure was measured on: machine, system and versions, for every benchmark."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

PACKAGES = (
    "lamplighter",
    "paho-mqtt",
    "onnxruntime",
    "tokenizers",
    "numpy",
    "sqlite-utils",
    "hassil",
    "home-assistant-intents",
    "iotcore",
)


def facts(packages: Iterable[str] = PACKAGES) -> dict[str, object]:
    """The machine and the versions of ``packages`` that are installed; memory in MiB."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mib": _memory_mib(),
        "architecture": platform.machine(),
        "kernel": platform.release(),
        "system": _system(),
        "python": platform.python_version(),
        "versions": {name: version for name in packages if (version := _version(name))},
    }


def _cpu() -> str:
    """The model as the kernel names it; the architecture where it does not (many ARM boards)."""
    board = Path("/proc/device-tree/model")
    if board.exists():
        return board.read_text(encoding="utf-8", errors="replace").strip("\0\n ")
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return platform.machine()


def _memory_mib() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1024 * 1024)


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
