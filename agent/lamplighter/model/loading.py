"""Which model is loaded, and how: admitted, measured, and rolled back where it fails.

Everything here may take seconds and is called off the loop, by one thread at a time.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from lamplighter.errors import LamplighterError, ModelError
from lamplighter.model.bundle.admission import RECORDS, Trust, admit
from lamplighter.model.bundle.deployment_state import DeploymentState
from lamplighter.model.bundle.manifest import MANIFEST, RECORD, SIGNATURE, manifest_bytes
from lamplighter.model.bundle.record import find_record
from lamplighter.model.bundle.versions import Progress, Versions
from lamplighter.model.foreign.export import folder_of
from lamplighter.model.locate import model_folder
from lamplighter.model.runtime.memory import resident_mib

if TYPE_CHECKING:
    from lamplighter.model.settings import Model
    from lamplighter.model.watched import Running, WatchedEngine

_log = structlog.get_logger("model")

MODELS = "models"
PREFIXES = "prefixes"

_MIB = 1024 * 1024
# Before a model was ever loaded: weights that are packed anew, and a cache beside them.
_SHARE, _BESIDE = 1.3, 64 * _MIB
# Evaluated prefixes and what the first requests allocate.
_LATER = 32 * _MIB


# What onnxruntime and the tokenizers' library say where Python would raise MemoryError.
_NO_MEMORY = ("bad_alloc", "out of memory", "Failed to allocate memory")
_SHORT = "not enough memory to load it"


class LoadingFailedError(LamplighterError):
    """No model could be loaded now."""


class Loader:
    """Loads the configured model: a folder, or what is deployed, or the default one.

    ``remark`` is what else there is to say of the last attempt, and ``opened`` the fingerprint
    that its files had.

    Args:
        settings: which model, and how it is trusted and watched.
        folder: the store's.
    """

    def __init__(self, settings: Model, folder: Path) -> None:
        self.remark = ""
        self.opened: object = None
        self._settings = settings
        self._prefixes = folder / PREFIXES
        self._records = folder / MODELS / RECORDS
        self._versions = Versions(folder / MODELS, settings.trial)
        self._deployed = DeploymentState()
        self._good = self._bad = 0
        self._counted: str | None = None
        self._problem = ""
        self._before: float | None = None
        self._takes = 0
        self._takes_of: object = None
        self._refused: Path | None = None

    def open_current(self) -> WatchedEngine:
        """Load the current model: at the start of the daemon, at a swap, and whenever it may again.

        A model on trial that can't be loaded is rolled back, and the one before it is loaded.

        Raises:
            LoadingFailedError: none can be loaded.
        """
        self.remark = ""
        deployed = None
        if self._settings.path is None:
            try:
                deployed = self._versions.begin_start()
            except ModelError as error:
                self.remark = f"{error}; the default model is used"
        self._take_in()
        try:
            return self._open(self._settings.path or model_folder(deployed))
        except LoadingFailedError as error:
            if isinstance(error.__cause__, MemoryError) or not self._versions.on_trial():
                raise
            self._problem = f"it can't be loaded: {error}"
            return self.open_previous()

    def open_previous(self) -> WatchedEngine:
        """Roll the current model back and load the one before it.

        Raises:
            LoadingFailedError: it can't be loaded either.
        """
        try:
            place = model_folder(self._versions.rollback(self._problem))
        except ModelError as error:
            raise LoadingFailedError(str(error)) from error
        self._take_in()
        return self._open(place)

    def close(self, engine: WatchedEngine) -> None:
        """Stop an engine and free its memory."""
        self._before = engine.speed.ms_per_token or self._before
        engine.engine.stop()

    def ended_well(self) -> None:
        """Note that the daemon stops in good order."""
        self._versions.end_start()

    def on_trial(self) -> bool:
        """Tell whether requests are to be noted."""
        return self._versions.on_trial()

    def note(self, ok: bool, problem: str) -> Progress:  # noqa: FBT001 - as Versions takes it
        """Note how a request of a model on trial went; ``failed``: ``open_previous`` is due."""
        progress = self._versions.note(ok)
        if progress != "over":
            self._good, self._bad = self._good + ok, self._bad + (not ok)
        if progress == "failed":
            self._problem = f"{self._bad} of its first {self._good + self._bad} requests failed"
            self._problem += f", the last one because {problem}" if problem else ""
        elif progress == "passed":
            self._take_in()
        return progress

    def needed(self) -> int:
        """Return how many bytes the model takes: measured, or estimated from its files."""
        if self._takes and self._takes_of == self._files():
            return self._takes
        try:
            place = self._settings.path or model_folder(self._versions.current())
            size = sum(path.stat().st_size for path in _graphs(place))
        except (ModelError, OSError):
            return 0
        return int(size * _SHARE) + _BESIDE if size else 0

    def fingerprint(self) -> object:
        """Return what changes when another model, or another state of it, is there.

        For a model that could not be loaded, a record of passed gates that comes later is another
        state too; from one that runs, a record may go.
        """
        return self._files(), self._refused is not None and self._recorded(self._refused)

    def _files(self) -> object:
        try:
            current = None if self._settings.path else self._versions.current()
        except ModelError as error:
            return str(error)
        place = self._settings.path or model_folder(current)
        folder = folder_of(place)
        found = []
        try:
            graphs = _graphs(place)
        except OSError as error:  # a disk that fails is a state too
            return str(error)
        for path in sorted({folder / MANIFEST, folder / SIGNATURE, *graphs}):
            try:
                facts = path.stat()
            except OSError:
                continue
            found.append((str(path), facts.st_ino, facts.st_size, facts.st_mtime_ns))
        return tuple(found)

    def _recorded(self, place: Path) -> bool:
        """Tell whether there is a record of gates; that one was written anew changes nothing."""
        folder = folder_of(place)
        try:
            return find_record(folder, manifest_bytes(folder), self._records) is not None
        except (ModelError, MemoryError):
            return False

    def trial_facts(self) -> dict[str, Any]:
        """Return how a trial goes, and what was rolled back last, for ``health``."""
        facts: dict[str, Any] = {}
        if self._versions.on_trial():
            requests = self._settings.trial.requests
            facts["trial"] = {"good": self._good, "failed": self._bad, "requests": requests}
        if self._deployed.rolled_back:
            last = self._deployed.rolled_back[-1]
            facts["rolled_back"] = {"model": last.version, "reason": last.reason, "at": last.at}
        return facts

    def _take_in(self) -> None:
        """Take in what is deployed, for ``trial_facts``."""
        try:
            self._deployed = self._versions.state()
        except ModelError:
            self._deployed = DeploymentState()
        trial, version = self._deployed.trial, self._deployed.current
        if trial is None or version != self._counted:
            self._good, self._bad = (trial.good, trial.bad) if trial else (0, 0)
        self._counted = version

    def _open(self, place: Path) -> WatchedEngine:
        # Imported here: onnxruntime takes 40 MiB and a third of a second.
        from lamplighter.model.watched import WatchedEngine

        files, recorded = self._files(), self._recorded(place)
        before = resident_mib()
        try:
            engine = self._started(place)
        except Exception as error:
            self._refused = place
            self.opened = files, recorded
            if isinstance(error, MemoryError) or any(sign in str(error) for sign in _NO_MEMORY):
                raise LoadingFailedError(_SHORT) from MemoryError(str(error))
            if not isinstance(error, ModelError):
                # A broken file may make a library fail in any way; the daemon goes on without.
                _log.exception("model_loading_failed", place=str(place))
            raise LoadingFailedError(str(error) or repr(error)) from error
        grown = int((resident_mib() - before) * _MIB) + _LATER
        # Loaded again it may grow less, into memory that was never given back.
        same = self._takes_of == files
        self._takes, self._takes_of = max(self._takes if same else 0, grown), files
        self._refused = None
        self.opened = files, False
        return WatchedEngine(engine, before=self._before if self.on_trial() else None)

    def _started(self, place: Path) -> Running:
        from lamplighter.model.engine import Engine

        trust = Trust(
            keys=self._settings.keys, unverified=self._settings.unverified, records=self._records
        )
        found = _stamps(folder_of(place)) if trust.keys else {}
        admitted = admit(place, trust)
        for doubt in admitted.doubts:
            _log.warning("model_unverified", place=str(place), doubt=doubt)
        engine = Engine(
            place,
            threads=self._settings.threads,
            context=self._settings.context,
            prefix_folder=self._prefixes,
            unverified=self._settings.unverified,
            manifest=admitted.manifest,
        )
        engine.start()
        if trust.keys and _stamps(folder_of(place)) != found:
            # What was hashed may not be what was loaded.
            engine.stop()
            raise ModelError(str(place), "was changed while it was loaded")
        return engine


def _graphs(place: Path) -> list[Path]:
    """Return the graphs of a model and the weights beside them."""
    if place.is_file():
        return [*place.parent.glob(f"{place.name}*")]
    return [*place.rglob("*.onnx*")]


def _stamps(folder: Path) -> dict[str, tuple[int, ...]]:
    """Return what changes with each file of a model, by its path; ctime can't be set by hand."""
    found: dict[str, tuple[int, ...]] = {}
    for path in folder.rglob("*"):
        facts = path.stat() if path.exists() else path.lstat()
        if path.name != RECORD and not path.is_dir():
            times = facts.st_mtime_ns, facts.st_ctime_ns
            found[str(path)] = (facts.st_dev, facts.st_ino, facts.st_size, *times)
    return found
