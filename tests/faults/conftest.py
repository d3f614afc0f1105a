"""Fixtures of the faults that are done to a whole daemon on a real broker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.broker.brokers import Mosquitto, find_mosquitto
from tests.faults.preload.interposer import build, find_compiler
from tests.faults.stage import Stage


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A mosquitto that persists and runs; it ends with the test."""
    if find_mosquitto() is None:
        pytest.skip("mosquitto is not installed")
    broker = Mosquitto(tmp_path / "mosquitto", persistence=True)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What stands between a process and its disk; see ``preload``."""
    if find_compiler() is None:
        pytest.skip("there is no C compiler (cc) to build the preloaded library with")
    return build(tmp_path_factory.mktemp("preload"))


@pytest.fixture
def make_stage(tmp_path: Path) -> Iterator[Callable[..., Stage]]:
    """Makes stages on a mosquitto of their own, all of which end with the test."""
    if find_mosquitto() is None:
        pytest.skip("mosquitto is not installed")
    made: list[Stage] = []

    def make(**options: Any) -> Stage:
        folder = options.pop("folder", tmp_path)
        extra = options.pop("extra", "")
        broker = Mosquitto(tmp_path / "mosquitto", **options)
        broker.start()
        stage = Stage(broker, folder, extra)
        made.append(stage)
        stage.open()
        return stage

    yield make
    for stage in made:
        stage.close()
