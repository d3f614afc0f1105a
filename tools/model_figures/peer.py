"""llama.cpp in an environment of its own, and the same weights in its own forms.

It is built from PyPI's source package on the first run (MIT; some minutes) for the processor it
runs on, and kept with the fetched models.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PACKAGE = "llama-cpp-python"
VERSION = "0.3.36"
KINDS = ("Q8_0", "Q4_1", "Q4_0")
_SCRIPT = Path(__file__).with_name("llama_child.py")
_BUILD_WITHIN_S = 3600
_RUN_WITHIN_S = 600


class Peer:
    """An installed llama.cpp.

    Args:
        folder: where its environment and its models are kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._python = folder / f"llama-cpp-{VERSION}" / "bin" / "python"

    def install(self) -> None:
        """Builds it where it is not there.

        Raises:
            subprocess.SubprocessError: it can't be fetched or built.
        """
        done = self._python.parent.parent / "installed"
        if done.exists():
            return
        print(f"building {PACKAGE} {VERSION} (some minutes, once) …", file=sys.stderr)
        _run([sys.executable, "-m", "venv", "--clear", str(self._python.parent.parent)])
        _run(
            [str(self._python), "-m", "pip", "install", "--quiet", "--no-binary", PACKAGE,
             f"{PACKAGE}=={VERSION}", "numpy"],
            environment={"CMAKE_ARGS": "-DGGML_NATIVE=ON -DLLAVA_BUILD=OFF"},
            within_s=_BUILD_WITHIN_S,
        )  # fmt: skip
        done.touch()

    def models(self, gguf: Path) -> dict[str, Path]:
        """The weights in each of ``KINDS``: as they come, and as llama.cpp stores them anew.

        Args:
            gguf: the weights as they come, in Q4_1.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        found = {kind: self.folder / f"{gguf.stem}.{kind}.gguf" for kind in KINDS}
        for kind, path in found.items():
            if path.exists():
                continue
            part = path.with_suffix(".part")
            if kind == "Q4_1":
                shutil.copyfile(gguf, part)
            else:
                self.child("quantise", str(gguf), str(part), kind)
            part.rename(path)
        return found

    def child(self, *arguments: str) -> dict[str, Any]:
        """What ``llama_child.py`` prints."""
        return last_line([str(self._python), str(_SCRIPT), *arguments])


def last_line(command: Sequence[str]) -> dict[str, Any]:
    """The JSON object in the last line that a command prints.

    Raises:
        subprocess.SubprocessError: it failed, or took too long.
    """
    lines = _run(command).strip().splitlines()
    found: dict[str, Any] = json.loads(lines[-1])
    return found


def _run(
    command: Sequence[str],
    *,
    environment: dict[str, str] | None = None,
    within_s: float = _RUN_WITHIN_S,
) -> str:
    told = subprocess.run(
        command,
        env={**os.environ, **(environment or {})},
        timeout=within_s,
        check=False,
        capture_output=True,
        text=True,
    )
    if told.returncode:
        said = told.stderr.strip().splitlines()
        raise subprocess.SubprocessError(said[-1] if said else f"exit code {told.returncode}")
    return told.stdout
