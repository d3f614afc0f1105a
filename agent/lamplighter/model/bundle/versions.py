"""The deployed models: which one is current, which one to go back to, and how the trial goes.

::

    <store>/models/
      state.json                what is current, previous, on trial; replaced as a whole
      versions/<version>/       complete, verified models: the current one and the one before it
      versions/<version>.part/  a deployment that is under way, or was interrupted
      verified/<hash>.json      gates that were passed, of models whose folder can't be written

How the daemon uses it::

    versions = Versions(config.store.path / "models", config.model.trial)
    folder = versions.begin_start()     # before the model is loaded: at a start, and at a swap
    ...                                 # load it; where that fails: folder = versions.rollback(...)
    if versions.on_trial():             # after every request to the model
        if versions.note(ok) == "failed":
            folder = versions.rollback("3 of its first 20 requests failed")
            ...                         # load that
    versions.end_start()                # when the daemon stops in good order

A folder of None stands for the default model. All files are small and replaced in one step, so
that a daemon or a deployment that is killed leaves a state that holds.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

import structlog

from lamplighter.errors import ModelError
from lamplighter.model.bundle.deployment_state import (
    DeploymentState,
    TrialState,
    read_state,
    write_state,
)
from lamplighter.model.bundle.replacing import give_to_owner
from lamplighter.model.settings import Trial
from lamplighter.store.files.durable import sync

_log = structlog.get_logger("model")

Progress = Literal["over", "running", "passed", "failed"]

VERSIONS = "versions"
_LOCK = "state.lock"
_NOTHING = "nothing is deployed that could be rolled back"


class Versions:
    """The deployed models of a store. Not for use by two threads at the same time.

    Other processes (``lamplighter model deploy``) may change what is deployed meanwhile; it is
    looked at again by ``begin_start``.

    Args:
        folder: ``models`` in the store's folder; need not exist.
        trial: how a newly deployed model is watched.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        folder: Path,
        trial: Trial | None = None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.folder = folder
        self.trial = trial or Trial()
        self._clock = clock
        self._watched: str | None = None
        self._counts = TrialState()

    def state(self) -> DeploymentState:
        """Return what is deployed.

        Raises:
            ModelError: the state's file can't be read, or is broken.
        """
        return read_state(self.folder)

    def current(self) -> Path | None:
        """Return the current model's folder, or None where nothing is deployed.

        Raises:
            ModelError: the state's file can't be read, or is broken.
        """
        return self.place(self.state().current)

    def place(self, version: str | None) -> Path | None:
        """Return the folder of a version; None of none."""
        return None if version is None else self.folder / VERSIONS / version

    def begin_start(self) -> Path | None:
        """Note that the current model is about to be loaded, and return its folder.

        To be called at each start of the daemon and at each swap, before loading. Where it is
        called again in the same process for the same model, that is no start. A model on trial
        that has taken down the daemon with it too often, or failed too many requests, is rolled
        back here.

        Returns:
            The folder to load; None where nothing is deployed.

        Raises:
            ModelError: the state's file can't be read, or is broken.
        """
        state = self.state()
        if state.current is None or state.trial is None:
            self._watched = None
            return self.place(state.current)
        if state.trial.bad > self.trial.failures:
            return self.rollback(f"{state.trial.bad} of its first requests failed")
        if state.current == self._watched and state.trial.starts:
            return self.place(state.current)  # this process has noted it already
        if state.trial.starts >= self.trial.starts:
            return self.rollback(f"the daemon did not survive {state.trial.starts} starts with it")
        self._watched = state.current
        self._counts = replace(state.trial, starts=state.trial.starts + 1)
        self._keep_counts()
        return self.place(state.current)

    def end_start(self) -> None:
        """Note that the daemon stops in good order, or drops the model: this start was no crash."""
        if self._watched is not None:
            self._counts = replace(self._counts, starts=max(0, self._counts.starts - 1))
            self._keep_counts()
            self._watched = None

    def on_trial(self) -> bool:
        """Tell whether requests to the model that ``begin_start`` returned are to be noted."""
        return self._watched is not None

    def note(self, ok: bool) -> Progress:  # noqa: FBT001 - the one thing there is to say
        """Note that the model on trial answered a request, or failed it.

        The state is written at failures, at the end, and at 1, 2, 4, 8 ... good requests.

        Returns:
            ``over``: it was not on trial; ``running``: it still is; ``passed``: this was the last
            request of the trial; ``failed``: ``rollback`` is to be called now.
        """
        if self._watched is None:
            return "over"
        counts = self._counts
        counts = replace(counts, good=counts.good + ok, bad=counts.bad + (not ok))
        self._counts = counts
        if counts.bad > self.trial.failures:
            self._keep_counts()
            return "failed"
        if counts.good + counts.bad >= self.trial.requests:
            self._change(lambda state: replace(state, trial=None))
            _log.info("model_trial_passed", version=self._watched, failures=counts.bad)
            self._watched = None
            return "passed"
        if not ok or counts.good & (counts.good - 1) == 0:
            self._keep_counts()
        return "running"

    def rollback(self, reason: str) -> Path | None:
        """Make the previous model the current one, and keep why.

        Where the disk can't be written now, the previous model is returned all the same; the
        next start finds the model on trial again.

        Returns:
            The folder to load; None: the default model.

        Raises:
            ModelError: nothing is deployed, or the state's file can't be read.
        """
        state = self.state()
        if state.current is None:
            raise ModelError(str(self.folder), _NOTHING)
        self._watched = None
        self._change(lambda found: found.after_rollback(reason, self._clock()), of=state.current)
        _log.warning(
            "model_rolled_back",
            version=state.current,
            reason=reason,
            to=state.previous or "default",
        )
        return self.place(state.previous)

    def take_back(self, reason: str) -> Path | None:
        """Roll back by hand: as ``rollback``, but where the disk can't be written nothing is done.

        Raises:
            ModelError: nothing is deployed, or the state's file can't be read or written.
        """
        if self.current() is None:
            raise ModelError(str(self.folder), _NOTHING)
        try:
            with self._locked():
                state = self.state()
                write_state(self.folder, state.after_rollback(reason, self._clock()))
        except OSError as error:
            raise ModelError(str(self.folder), f"can't be written: {error}") from error
        return self.place(state.previous)

    def install(self, unpacked: Path, version: str, *, sound: bool = True) -> Path:
        """Make a complete, verified and synced folder the current model, on trial.

        Where the state's file is broken it is made anew, without a model to go back to.

        Args:
            unpacked: the folder, in ``versions`` already; it takes the version's name.
            version: by which the model is known from now on.
            sound: whether the model that is current until now is one to go back to.

        Returns:
            The model's folder.

        Raises:
            OSError: the disk can't be written; what was current still is.
        """
        place = self.folder / VERSIONS / version
        if unpacked != place:
            unpacked.rename(place)
            sync(place.parent)
        with self._locked():
            state = self._state_or_none().after_deploying(
                version, trial=self.trial.requests > 0, sound=sound
            )
            write_state(self.folder, state)
        return place

    def _state_or_none(self) -> DeploymentState:
        try:
            return self.state()
        except ModelError as error:
            _log.warning("model_state_made_anew", reason=str(error))
            return DeploymentState()

    def _keep_counts(self) -> None:
        counts = self._counts
        self._change(lambda state: replace(state, trial=counts))

    def _change(
        self, change: Callable[[DeploymentState], DeploymentState], *, of: str | None = None
    ) -> None:
        """Change the state, if the model that it is about is still the current one."""
        about = of or self._watched
        try:
            with self._locked():
                state = self.state()
                if state.current == about:
                    write_state(self.folder, change(state))
        except (OSError, ModelError) as error:
            # A full disk must not keep the model from answering.
            _log.warning("model_state_not_kept", version=about, reason=str(error))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other processes from changing the state between reading and writing it."""
        descriptor = os.open(self.folder / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
        try:
            give_to_owner(self.folder / _LOCK, of=self.folder)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
