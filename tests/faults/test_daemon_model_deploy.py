"""A model that is deployed beside a running daemon: swapped in, and gone again where it fails."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.faults.stage import Stage, until
from tests.unit.model.conftest import write_tiny_model

from lamplighter.model import commands
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.admission import Trust
from lamplighter.model.bundle.deployment import Deployment
from lamplighter.model.bundle.manifest import read_manifest
from lamplighter.model.bundle.versions import Versions
from lamplighter.model.settings import Trial

pytestmark = pytest.mark.broker


class Gateway:
    """A daemon that runs a proven tiny model, and another one to deploy."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage = stage
        self.one = write_tiny_model(folder / "one", seed=1)
        self.two = write_tiny_model(folder / "two", seed=2)
        stage.configure(
            "model: {enabled: false}", "model: {threads: 1, trial: {requests: 50, failures: 2}}"
        )
        proven = Versions(stage.daemon.folder / "store" / "models", Trial(requests=0))
        Deployment(proven, Trust(), reserve=0).deploy(self.one)

    def deploy(self, source: Path) -> str:
        config = str(self.stage.daemon.config)
        done = CliRunner().invoke(commands.model, ["deploy", str(source), "--config", config])
        assert done.exit_code == 0, done.output
        return done.output

    def model(self) -> dict[str, Any]:
        """What the daemon said last of its model."""
        last = [each.get("model", {}) for each in self.stage.listener.health[-1:]]
        return next(iter(last), {})

    def until_it_runs(self, model: Path) -> dict[str, Any]:
        version = read_manifest(model).version
        until(lambda: self.model().get("version") == version, f"the daemon runs {model.name}")
        return self.model()


def spoil(model: Path) -> Path:
    """Make every weight of a model not a number, and let its manifest say that this is right."""
    weights = model / files.WEIGHTS
    weights.write_bytes(b"\xff" * weights.stat().st_size)
    # Said to be trained, it is asked briefly: its context is short.
    replace(read_manifest(model), files=files.list_files(model), tasks=("frames",)).write(model)
    return model


@pytest.fixture
def gateway(make_stage: Callable[..., Stage], tmp_path: Path) -> Gateway:
    return Gateway(make_stage(), tmp_path)


def test_a_deployed_model_is_swapped_in_by_the_running_daemon(gateway: Gateway) -> None:
    gateway.stage.start()
    gateway.until_it_runs(gateway.one)
    assert "The daemon runs it." in gateway.deploy(gateway.two)
    assert gateway.until_it_runs(gateway.two)["trial"]["requests"] == 50
    gateway.stage.until_it_knows()


def test_a_model_that_fails_its_first_requests_is_gone_by_itself(gateway: Gateway) -> None:
    gateway.stage.start()
    gateway.until_it_runs(gateway.one)
    gateway.deploy(spoil(gateway.two))
    numbers = itertools.count()

    def is_back() -> bool:
        # What no rule understands, and what no cache holds.
        gateway.stage.ask(f"the front door lock needs some love, and number {next(numbers)}")
        return "rolled_back" in gateway.model()

    until(is_back, "the model before is back")
    assert "requests failed" in gateway.model()["rolled_back"]["reason"]
    gateway.until_it_runs(gateway.one)
