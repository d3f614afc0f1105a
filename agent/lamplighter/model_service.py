"""The model's place in the daemon: loaded in the background, missed without harm."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from lamplighter.errors import ModelError
from lamplighter.model.settings import Model

if TYPE_CHECKING:
    from lamplighter.model.engine import Engine

_log = structlog.get_logger("model")


class ModelService:
    """Owns the engine. Without a usable model the daemon runs on rules and templates.

    Args:
        settings: which model, and how many threads.
        prefix_folder: where evaluated prompt prefixes are kept over restarts.
    """

    def __init__(self, settings: Model, prefix_folder: Path) -> None:
        self.settings = settings
        self.prefix_folder = prefix_folder
        self.engine: Engine | None = None
        self.state = "off"
        self.reason = ""

    async def start(self) -> None:
        """Loads the model; afterwards ``engine`` is set, or ``reason`` says why it is not."""
        if not self.settings.enabled:
            self.reason = "switched off by model.enabled"
            return
        self.state = "loading"
        try:
            self.engine = await asyncio.to_thread(self._load)
        except ModelError as error:
            self.state, self.reason = "missing", str(error)
            _log.warning("model_not_loaded", reason=str(error), instead="rules and templates")
            return
        self.state, self.reason = "ready", ""
        _log.info("model_loaded", model=self.engine.name, version=self.engine.version)

    def stop(self) -> None:
        """Ends the model's thread."""
        if self.engine is not None:
            self.engine.stop()
            self.engine = None
            self.state = "off"

    def health(self) -> dict[str, Any]:
        """Name, version and state for ``health``."""
        facts: dict[str, Any] = {"state": self.state}
        if self.engine is not None:
            facts |= {"name": self.engine.name, "version": self.engine.version}
        if self.reason:
            facts["reason"] = self.reason
        return facts

    def _load(self) -> Engine:
        # Imported here: onnxruntime takes 40 MiB and a third of a second.
        from lamplighter.model.engine import Engine
        from lamplighter.model.locate import model_folder

        engine = Engine(
            model_folder(self.settings.path),
            threads=self.settings.threads,
            context=self.settings.context,
            prefix_folder=self.prefix_folder,
            unverified=self.settings.unverified,
        )
        engine.start()
        return engine
