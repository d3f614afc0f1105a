"""``./tools/run`` and ``./tools/setup``: usage is told, and told before anything is set up.

Each runs from a copy whose setup says that it ran: the checkout is left alone.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[3] / "tools"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A copy of ``tools/run`` with a setup that only tells its arguments, and then fails."""
    copy = tmp_path / "tools/run"
    copy.parent.mkdir()
    shutil.copy(TOOLS / "run", copy)
    setup = tmp_path / "tools/setup"
    setup.write_text('#!/bin/sh\necho "setup $*"\nexit 9\n')
    setup.chmod(0o755)
    return copy


def _run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_comes_at_once_and_names_every_option(run: Path, option: str) -> None:
    done = _run(run, option)
    assert done.returncode == 0
    for name in ("--config", "--port", "--fault-after", "--folder", "--no-model", "--log-format"):
        assert name in done.stdout
    assert "set -euo" not in done.stdout
    assert "setup " not in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--wrong"],
        ["--no-models"],
        ["word"],
        ["--port"],
        ["--port", "broker"],
        ["--port="],
        ["--fault-after=soon"],
        ["--log-format", "json"],
        ["--config", "/dev/null", "--log-format=xml"],
    ],
)
def test_wrong_usage_exits_with_2_at_once(run: Path, arguments: list[str]) -> None:
    done = _run(run, *arguments)
    assert done.returncode == 2
    assert "run: " in done.stderr
    assert not done.stdout


def test_an_option_of_the_other_mode_is_wrong_usage(run: Path, tmp_path: Path) -> None:
    file = tmp_path / "my.yaml"
    file.touch()
    done = _run(run, "--port", "1", "--config", file)
    assert done.returncode == 2
    assert "--port is for the demo" in done.stderr


def test_a_configuration_that_is_not_there_is_told_at_once(run: Path) -> None:
    done = _run(run, "--config", "/nowhere/my.yaml")
    assert done.returncode == 78
    assert "/nowhere/my.yaml can't be read" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        ([], "setup \n"),
        (
            ["--port=1", "--fault-after", "2.5", "--folder", "a b", "--no-model"],
            "setup --no-model\n",
        ),
    ],
)
def test_right_usage_goes_on_to_the_setup(run: Path, arguments: list[str], passed: str) -> None:
    done = _run(run, *arguments)
    assert done.returncode == 9
    assert done.stdout == passed


def test_the_setup_refuses_what_it_does_not_know() -> None:
    done = _run(TOOLS / "setup", "--wrong")
    assert done.returncode == 2
    assert "there is no option --wrong" in done.stderr
    assert "usage: " in done.stderr


def test_the_setup_writes_no_colours_into_a_log(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "pyproject.toml").touch()
    shutil.copy(TOOLS / "setup", tmp_path / "tools/setup")
    (tmp_path / "bin").mkdir()
    # No Python that is new enough: it stops before it makes anything.
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11"):
        (tmp_path / "bin" / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / "bin" / name).chmod(0o755)
    done = subprocess.run(
        [tmp_path / "tools/setup"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": f"{tmp_path}/bin:/usr/bin:/bin"},
    )
    assert done.returncode == 1
    assert "[1/3] Python environment" in done.stderr
    assert "\033" not in done.stderr
    assert not (tmp_path / ".venv").exists()
