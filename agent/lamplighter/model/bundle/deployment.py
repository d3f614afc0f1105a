"""Deploying a model: unpack, verify, measure, then switch in one step.

All work is done beside what runs; a deployment that fails, or is killed at any moment, leaves
the current model as it was. What it left behind is removed by the next one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lamplighter.errors import ModelError
from lamplighter.model.bundle import archive, gates
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.admission import Trust
from lamplighter.model.bundle.archive import Announced
from lamplighter.model.bundle.deployment_state import DeploymentState
from lamplighter.model.bundle.gate_report import GateResult
from lamplighter.model.bundle.replacing import give_to_owner
from lamplighter.model.bundle.signing import check_signature, claimed, read_signature
from lamplighter.model.bundle.versions import VERSIONS, Versions
from lamplighter.store.files.durable import make_folder, sync

STEPS = ("unpack", "gates", "switch")
_LOCK = "deploy.lock"
_PART = ".part"
_MIB = 1 << 20
# What stays free for messages: a model must not fill the disk that they are kept on.
RESERVE = 64 * _MIB

# Called with a step of STEPS, what of it is being done, and the share that is finished, 0 to 1.
Progress = Callable[[str, str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """What a deployment did.

    Attributes:
        version: the name of the deployed model's folder.
        folder: the folder.
        manifest: the model's.
        results: what was measured at its gates; empty where that had been done before.
        before: the version that was current; None: the default model.
        changed: False where it was current already.
    """

    version: str
    folder: Path
    manifest: files.Manifest
    results: tuple[GateResult, ...]
    before: str | None
    changed: bool


class Deployment:
    """Deploys models into a store.

    Args:
        versions: the store's.
        trust: the keys that a model must be signed with.
        threads: for measuring.
        force: deploy also what was signed before the current model, or was rolled back.
        reserve: bytes that stay free on the disk.
        limit_s: seconds that measuring may take.
    """

    def __init__(
        self,
        versions: Versions,
        trust: Trust,
        *,
        threads: int | None = None,
        force: bool = False,
        reserve: int = RESERVE,
        limit_s: float = gates.LIMIT_S,
    ) -> None:
        self._versions = versions
        self._trust = trust
        self._threads = threads
        self._force = force
        self._reserve = reserve
        self._limit_s = limit_s
        self._places = versions.folder / VERSIONS

    def deploy(
        self, source: Path, progress: Progress = lambda _step, _what, _share: None
    ) -> Deployed:
        """Make a model the current one, on trial.

        Args:
            source: a packed model, or a model's folder.
            progress: called as each step goes on.

        Raises:
            GateError: the model misses its gates.
            ModelError: it may not be deployed, and why; nothing has changed.
        """
        try:
            make_folder(self._places)
            for folder in (self._versions.folder, self._places):
                give_to_owner(folder, of=folder.parent)
            with self._only_deployment():
                return self._deploy(source, progress)
        except OSError as error:
            raise ModelError(str(source), f"can't be deployed: {error}") from error

    def _deploy(self, source: Path, progress: Progress) -> Deployed:
        self._clear(source.resolve())
        state = self._state()
        announced = _announced(source)
        self._accept(announced, state)
        version = self._name(announced)
        place = self._places / version
        if place.exists():
            return self._again(version, announced.parsed, state, progress)
        part = self._places / f"{version}{_PART}"
        shutil.rmtree(part, ignore_errors=True)  # where the state is broken, it was not cleared
        part.mkdir()
        try:
            self._carry(source, part, announced, progress)
            _settle(part)
            results = self._measure(part, announced.parsed, progress)
            progress("switch", "", 0.0)
            current = self._versions.place(state.current)
            sound = current is not None and _is_sound(current)
            self._versions.install(part, version, sound=sound)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        self._clear()
        progress("switch", "", 1.0)
        return Deployed(
            version=version,
            folder=place,
            manifest=announced.parsed,
            results=results,
            before=state.current,
            changed=True,
        )

    def _again(
        self, version: str, manifest: files.Manifest, state: DeploymentState, progress: Progress
    ) -> Deployed:
        """Deploy what is there already, sound: as the current model, or as the one before it."""
        place = self._places / version
        results: tuple[GateResult, ...] = ()
        if version != state.current:
            results = self._measure(place, manifest, progress)
            self._versions.install(place, version)
        return Deployed(
            version=version,
            folder=place,
            manifest=manifest,
            results=results,
            before=state.current,
            changed=version != state.current,
        )

    def _accept(self, announced: Announced, state: DeploymentState) -> None:
        """Refuse what may not be deployed, before anything is written."""
        name = f"{announced.parsed.name} {announced.parsed.version}"
        if self._trust.keys:
            signature = check_signature(
                announced.manifest, announced.signature, self._trust.keys, name
            )
            current = self._issued(state.current)
            if signature.issued < current and not self._force:
                reason = "was signed before the current model; --force deploys it all the same"
                raise ModelError(name, reason)
        version = _version_of(announced)
        back = [each for each in state.rolled_back if each.version.startswith(version)]
        if back and not self._force:
            reason = f"was rolled back ({back[-1].reason}); --force deploys it all the same"
            raise ModelError(name, reason)

    def _issued(self, version: str | None) -> int:
        """Return when the current model was signed; 0 where that can't be told."""
        place = self._versions.place(version)
        try:
            found = None if place is None else claimed(place)
        except ModelError:
            return 0
        return 0 if found is None else found.issued

    def _name(self, announced: Announced) -> str:
        """Return the name for a version's folder: that of a sound one, or one that is free."""
        base = name = _version_of(announced)
        number = 1
        while (self._places / name).exists() and not _is_sound(self._places / name):
            number += 1
            name = f"{base}-{number}"
        return name

    def _carry(self, source: Path, part: Path, announced: Announced, progress: Progress) -> None:
        needed = announced.parsed.bytes + self._reserve
        disk = os.statvfs(part)
        if disk.f_bavail * disk.f_frsize < needed:
            free = disk.f_bavail * disk.f_frsize // _MIB
            reason = f"needs {-(-needed // _MIB)} MiB with what stays free, and {free} MiB are free"
            raise ModelError(str(source), reason)

        def same(found: Announced) -> None:
            if (found.manifest, found.signature) != (announced.manifest, announced.signature):
                raise ModelError(str(source), "was changed meanwhile")

        progress("unpack", "", 0.0)
        if source.is_dir():
            _copy(source, part, announced)
        else:
            archive.unpack(source, part, same, progress=lambda share: progress("unpack", "", share))
        files.check_files(part, announced.parsed)
        progress("unpack", "", 1.0)

    def _measure(
        self, folder: Path, manifest: files.Manifest, progress: Progress
    ) -> tuple[GateResult, ...]:
        return gates.run_gates(
            folder,
            manifest,
            threads=self._threads,
            limit_s=self._limit_s,
            progress=lambda gate, share: progress("gates", gate, share),
        )

    def _state(self) -> DeploymentState:
        """Return the state; where its file is broken, this deployment makes it anew."""
        try:
            return self._versions.state()
        except ModelError:
            return DeploymentState()

    def _clear(self, source: Path | None = None) -> None:
        """Remove what was left behind, and versions that nothing leads to; but not ``source``."""
        try:
            state = self._versions.state()
        except ModelError:
            return  # nothing tells what is needed
        for place in self._places.iterdir():
            if place.name in (state.current, state.previous):
                continue
            if source is None or not source.is_relative_to(place.resolve()):
                shutil.rmtree(place, ignore_errors=True)

    @contextmanager
    def _only_deployment(self) -> Iterator[None]:
        lock = self._versions.folder / _LOCK
        with lock.open("w") as file:
            give_to_owner(lock, of=lock.parent)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise ModelError(str(self._versions.folder), "another deployment runs") from error
            yield


def _announced(source: Path) -> Announced:
    if not source.is_dir():
        return archive.announced_in(source)
    raw = files.manifest_bytes(source)
    return Announced(raw, read_signature(source), files.parse_manifest(raw, str(source)))


def _version_of(announced: Announced) -> str:
    """Return a version's name: it tells manifests and signatures apart, not only weights."""
    digest = hashlib.sha256(announced.manifest + (announced.signature or b"")).hexdigest()
    return f"{announced.parsed.version}-{digest[:6]}"


def _is_sound(folder: Path) -> bool:
    try:
        files.verify(folder)
    except ModelError:
        return False
    return True


def _copy(source: Path, part: Path, announced: Announced) -> None:
    for name in announced.parsed.files:
        target = part / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(source / name, target)
        except FileNotFoundError as error:
            raise ModelError(str(source), f"{name} is missing") from error
    (part / files.MANIFEST).write_bytes(announced.manifest)
    if announced.signature is not None:
        (part / files.SIGNATURE).write_bytes(announced.signature)


def _settle(folder: Path) -> None:
    """Return when everything in a folder is on disk, and belongs to who owns the store."""
    for path in [*folder.rglob("*"), folder]:
        give_to_owner(path, of=folder.parent)
        sync(path)
