"""What is deployed: one small JSON file, replaced as a whole.

Which model is current and how its trial goes change together, so they stand in one file: there
is no moment at which they disagree.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lamplighter.errors import ModelError
from lamplighter.model.bundle.file_names import is_plain
from lamplighter.model.bundle.replacing import replace_file

STATE = "state.json"
_FORMAT = 1
_KEPT_ROLLBACKS = 5
_LATEST = 1 << 36  # seconds since 1970: the year 4147


@dataclass(frozen=True, slots=True)
class TrialState:
    """How the first requests of the current model went.

    Attributes:
        good: requests that it answered.
        bad: requests that it failed.
        starts: starts of the daemon with it that did not come to an orderly end.
    """

    good: int = 0
    bad: int = 0
    starts: int = 0


@dataclass(frozen=True, slots=True)
class RolledBack:
    """A model that was taken back.

    Attributes:
        version: its folder's name.
        reason: why, in words.
        at: when, in seconds since 1970.
    """

    version: str
    reason: str
    at: float


@dataclass(frozen=True, slots=True)
class DeploymentState:
    """What is deployed.

    Attributes:
        current: the name of the current model's folder in ``versions``; None: nothing is deployed.
        previous: that of the model to go back to; None: the default model.
        trial: of the current model; None once it has passed.
        rolled_back: the last few models that were taken back, the latest last.
    """

    current: str | None = None
    previous: str | None = None
    trial: TrialState | None = None
    rolled_back: tuple[RolledBack, ...] = ()

    def after_deploying(self, version: str, *, trial: bool, sound: bool = True) -> DeploymentState:
        """Return the state with another model: the way back leads to one that is proven.

        A current model that is not sound is no way back, nor is one that is still on trial where
        there is a better one.
        """
        unproven = self.trial is not None and self.previous is not None
        back = self.previous if unproven or not sound else self.current
        if back == version:
            back = None if self.previous == version else self.previous
        return DeploymentState(
            current=version,
            previous=back,
            trial=TrialState() if trial else None,
            rolled_back=self.rolled_back,
        )

    def after_rollback(self, reason: str, at: float) -> DeploymentState:
        """Return the state with the previous model; there must be a current one."""
        assert self.current is not None
        taken_back = RolledBack(self.current, reason, at)
        return DeploymentState(
            current=self.previous,
            rolled_back=(*self.rolled_back, taken_back)[-_KEPT_ROLLBACKS:],
        )


def read_state(folder: Path) -> DeploymentState:
    """Return the state in a folder; an empty one where there is no file.

    Raises:
        ModelError: the file can't be read, or is broken.
    """
    path = folder / STATE
    try:
        value = json.loads(path.read_bytes())
        if value.pop("format") != _FORMAT:
            raise ModelError(str(path), "is of a newer format")
        return _made(value)
    except FileNotFoundError:
        return DeploymentState()
    except OSError as error:
        raise ModelError(str(path), f"can't be read: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = f"is broken ({error!r}): deploy a model again"
        raise ModelError(str(path), reason) from error


def write_state(folder: Path, state: DeploymentState) -> None:
    """Replace the state in a folder, durably and in one step.

    Raises:
        OSError: it can't be written; the old state still holds.
    """
    text = json.dumps({"format": _FORMAT, **asdict(state)}, indent=2, ensure_ascii=False)
    replace_file(folder / STATE, text.encode() + b"\n")


def _made(value: dict[str, Any]) -> DeploymentState:
    trial = value.pop("trial")
    rolled_back = tuple(RolledBack(**each) for each in value.pop("rolled_back"))
    state = DeploymentState(
        trial=None if trial is None else TrialState(**trial), rolled_back=rolled_back, **value
    )
    for name in (state.current, state.previous):
        if name is not None and (not is_plain(name) or "/" in name):
            raise ValueError(f"{name!r} is no version")
    counts = () if state.trial is None else asdict(state.trial).values()
    if not all(type(count) is int and count >= 0 for count in counts):
        raise ValueError("a trial's counts must be whole numbers")
    if not all(map(_is_sound, rolled_back)):
        raise ValueError("what was rolled back must have a version, a reason and a time")
    return state


def _is_sound(back: RolledBack) -> bool:
    texts = isinstance(back.version, str) and isinstance(back.reason, str)
    return texts and type(back.at) in (int, float) and 0 <= back.at < _LATEST
