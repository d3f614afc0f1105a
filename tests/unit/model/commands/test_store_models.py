from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lamplighter.config import Config
from lamplighter.model import locate
from lamplighter.model.bundle.deployment_state import DeploymentState, write_state
from lamplighter.model.commands.store_models import model_to_run, models_of, trust_of
from lamplighter.model.settings import Model
from lamplighter.store.settings import Store


def test_the_model_to_run_is_the_set_the_deployed_or_the_default_one(tmp_path: Path) -> None:
    config = Config(store=Store(path=tmp_path))
    assert model_to_run(config) == locate.model_folder()
    models_of(config).mkdir()
    write_state(models_of(config), DeploymentState(current="a"))
    assert model_to_run(config) == tmp_path / "models" / "versions" / "a"
    assert model_to_run(replace(config, model=Model(path=tmp_path / "mine"))) == tmp_path / "mine"


def test_trust_is_what_the_configuration_says(tmp_path: Path) -> None:
    settings = Model(keys=(tmp_path / "key.pub",), unverified=True)
    trust = trust_of(Config(store=Store(path=tmp_path), model=settings))
    assert trust.keys == (tmp_path / "key.pub",)
    assert trust.unverified
    assert trust.records == tmp_path / "models" / "verified"
