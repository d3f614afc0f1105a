"""The model's place: switched off, missing, loaded."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from lamplighter.errors import ModelError
from lamplighter.model.settings import Model
from lamplighter.model_service import ModelService

if TYPE_CHECKING:
    from lamplighter.model.engine import Engine


class FakeEngine:
    """An engine that only knows its name."""

    name = "tiny"
    version = "1"

    def __init__(self) -> None:
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


class Loading(ModelService):
    """Loads a fake engine, or fails as told."""

    def __init__(self, engine: FakeEngine | None) -> None:
        super().__init__(Model(), Path("prefixes"))
        self.fake = engine

    def _load(self) -> Engine:
        if self.fake is None:
            raise ModelError("tiny", "is damaged")
        return cast("Engine", self.fake)


async def test_switched_off_it_says_so_and_loads_nothing(tmp_path: Path) -> None:
    service = ModelService(Model(enabled=False, path=tmp_path / "none"), tmp_path)
    await service.start()
    assert service.engine is None
    assert service.health() == {"state": "off", "reason": "switched off by model.enabled"}


async def test_a_missing_model_is_told_and_harms_nothing(tmp_path: Path) -> None:
    service = ModelService(Model(path=tmp_path / "none"), tmp_path)
    await service.start()
    assert service.engine is None
    assert service.state == "missing"
    assert str(tmp_path / "none") in service.health()["reason"]
    service.stop()
    assert service.state == "missing"


async def test_a_model_that_fails_to_load_is_as_good_as_missing() -> None:
    service = Loading(None)
    await service.start()
    assert service.health() == {"state": "missing", "reason": "tiny: is damaged"}


async def test_a_loaded_model_is_named_and_stopped() -> None:
    engine = FakeEngine()
    service = Loading(engine)
    await service.start()
    assert service.health() == {"state": "ready", "name": "tiny", "version": "1"}
    service.stop()
    assert engine.stopped
    assert service.health() == {"state": "off"}
