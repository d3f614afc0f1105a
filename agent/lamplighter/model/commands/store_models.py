"""Where the models of a configuration are: deployed ones, records of gates, the one to run."""

from __future__ import annotations

from pathlib import Path

from lamplighter.config import Config
from lamplighter.model import locate
from lamplighter.model.bundle.admission import RECORDS, Trust
from lamplighter.model.bundle.versions import Versions


def models_of(config: Config) -> Path:
    """Return the folder of a store's models."""
    return config.store.path / "models"


def versions_of(config: Config) -> Versions:
    """Return the deployed models of a configuration's store."""
    return Versions(models_of(config), config.model.trial)


def trust_of(config: Config) -> Trust:
    """Return what a configuration asks of a model."""
    settings = config.model
    records = models_of(config) / RECORDS
    return Trust(keys=settings.keys, unverified=settings.unverified, records=records)


def model_to_run(config: Config) -> Path:
    """Return the folder of the model that a daemon with this configuration runs.

    Raises:
        ModelError: what is deployed can't be told.
    """
    if config.model.path is not None:
        return config.model.path
    return versions_of(config).current() or locate.model_folder()
