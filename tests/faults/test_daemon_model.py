"""The model in a real daemon: missing, broken, swapped, killed on trial. Rules go on meanwhile."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.broker.daemons import ROOT
from tests.faults.stage import Stage, until
from tests.unit.model.conftest import write_tiny_model

from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.versions import VERSIONS, Versions

UNKNOWN = "the front door lock needs some love"
OFF = "model: {enabled: false}"


class Home:
    """A daemon with a store in which tiny models are deployed."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.stage = stage
        self.models = stage.daemon.folder / "store" / "models"
        (self.models / VERSIONS).mkdir(parents=True)
        self.sources = [write_tiny_model(folder / f"seed{seed}", seed=seed) for seed in (1, 2)]

    def configure(self, text: str) -> None:
        self.stage.configure(OFF, text)

    def deploy(self, number: int, *, damaged: bool = False) -> str:
        """Deploys a model on trial; returns its version as health tells it."""
        name = f"v{number}{'-damaged' * damaged}"
        place = self.models / VERSIONS / name
        shutil.copytree(self.sources[number], place)
        if damaged:
            (place / files.GRAPH).write_bytes(b"no graph")
        Versions(self.models).install(place, name)
        return files.read_manifest(self.sources[number]).version

    def start(self) -> None:
        """Starts the daemon; what health said before is forgotten."""
        self.stage.listener.health.clear()
        self.stage.start()

    def model(self, accept: Callable[[dict[str, Any]], Any], what: str) -> dict[str, Any]:
        """The model's part of health, as soon as the latest one is accepted."""
        heard = self.stage.listener.health
        until(lambda: heard and accept(heard[-1]["model"]), what)
        model: dict[str, Any] = heard[-1]["model"]
        return model


@pytest.fixture
def home(make_stage: Callable[..., Stage], tmp_path: Path) -> Home:
    return Home(make_stage(), tmp_path / "sources")


def test_without_a_model_rules_answer_and_replies_and_health_say_so(home: Home) -> None:
    home.configure(f"model: {{path: {home.stage.daemon.folder / 'none'}}}")
    home.start()
    model = home.model(lambda model: model["state"] == "missing", "health tells")
    assert "none" in model["reason"]
    reply = home.stage.ask(UNKNOWN)
    assert "The language model is not loaded (it is missing or broken)." in reply["speech"]
    assert "language model" not in home.stage.ask("is the front door locked")["speech"]
    assert "language model" not in home.stage.ask("what a lovely day it is")["speech"]


def test_a_broken_model_harms_nothing_and_is_loaded_once_it_is_whole(home: Home) -> None:
    place = home.stage.daemon.folder / "own"
    shutil.copytree(home.sources[0], place)
    whole = (place / files.GRAPH).read_bytes()
    (place / files.GRAPH).write_bytes(whole[:100])
    home.configure(f"model: {{path: {place}, threads: 1}}")
    home.start()
    model = home.model(lambda model: model["state"] == "missing", "it is refused")
    assert files.GRAPH in model["reason"]
    (place / files.GRAPH).write_bytes(whole)
    home.model(lambda model: model["state"] == "ready", "it is loaded")
    assert "language model" not in home.stage.ask(UNKNOWN)["speech"]


def test_a_model_that_is_killed_on_trial_again_and_again_is_rolled_back(home: Home) -> None:
    home.configure("model: {threads: 1, trial: {requests: 1000, starts: 2}}")
    old = home.deploy(0)
    new_folder = home.deploy(1)
    for _ in range(2):
        home.start()
        model = home.model(lambda model: model["state"] == "ready", "the new model is loaded")
        assert (model["version"], model["trial"]["requests"]) == (new_folder, 1000)
        home.stage.daemon.kill()
    home.start()
    model = home.model(lambda model: model["state"] == "ready", "a model is loaded")
    assert model["version"] == old
    assert model["rolled_back"]["model"] == "v1"
    assert "did not survive 2 starts" in model["rolled_back"]["reason"]


def test_a_swap_while_it_runs_takes_the_new_model_and_not_a_broken_one(home: Home) -> None:
    home.configure("model: {threads: 1, trial: {requests: 1000}}")
    first = home.deploy(0)
    home.start()
    home.model(lambda model: model.get("version") == first, "the first is loaded")
    pid = home.stage.daemon.process
    second = home.deploy(1)
    home.stage.person.publish(f"{ROOT}/control", {"op": "model", "do": "swap"})
    home.model(lambda model: model.get("version") == second, "the second is loaded")
    home.deploy(0, damaged=True)
    home.stage.person.publish(f"{ROOT}/control", {"op": "model", "do": "swap"})
    model = home.model(
        lambda model: "rolled_back" in model and model["state"] == "ready",
        "the damaged one is rolled back",
    )
    assert model["rolled_back"]["model"] == "v0-damaged"
    assert model["version"] in (first, second)
    assert home.stage.daemon.process is pid
    assert "yes" in home.stage.ask("is the front door locked")["speech"].casefold()


def test_without_room_for_the_model_replies_and_health_say_so(home: Home) -> None:
    more_than_there_is = 1 << 50
    home.configure(f"model: {{threads: 1, pressure: {{load_above: {more_than_there_is}}}}}")
    home.deploy(0)
    home.start()
    model = home.model(lambda model: model["state"] == "short of memory", "health tells")
    assert model["reason"].startswith("not enough memory: ")
    reply = home.stage.ask(UNKNOWN)
    assert "The language model is not loaded (not enough memory)." in reply["speech"]
