"""What tests of subcommands share: a runner, a configuration, models with gates."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.unit.model.bundle.conftest import EASY, write_gated

from lamplighter.model import commands
from lamplighter.model.bundle.gate_bounds import Gates

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Return what runs a subcommand: (arguments ...)."""

    def call(*arguments: str | Path) -> Result:
        return CliRunner().invoke(commands.model, [str(each) for each in arguments])

    return call


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Return a configuration with a store of its own, and a broker that is not there."""
    path = tmp_path / "lamplighter.yaml"
    path.write_text(f"store: {{path: {tmp_path / 'store'}}}\nbroker: {{port: 1}}\n")
    return path


@pytest.fixture
def easy(tiny: Path, tmp_path: Path) -> Path:
    """Return a model that passes its gates."""
    return write_gated(tiny, tmp_path / "easy", EASY, name="easy")


@pytest.fixture
def hard(tiny: Path, tmp_path: Path) -> Path:
    """Return a model that can't pass its gates."""
    return write_gated(tiny, tmp_path / "hard", Gates(memory=1.0), name="hard")
