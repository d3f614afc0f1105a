"""Whether a machine runs: by the signal that is configured for it, or guessed from all of them."""

from __future__ import annotations

from enum import Enum

import numpy as np

from lamplighter.faults.machines.pattern_model import Flags, Vector
from lamplighter.faults.machines.pattern_moments import Moments

# A signal with a level that stands out from its spread by this much can collapse.
_STANDS_OUT = 3.0
_COLLAPSED = 0.1
_GROWN = 10.0
# So many of the signals must agree, and two at least.
_SHARE = 1.0 / 3.0
_LEAST = 2


class Mode(Enum):
    """What a machine does."""

    USUAL = "usual"
    STANDING = "standing"
    """Signals fell to nothing: the machine was learned running, and stands."""
    STARTED = "started"
    """Signals grew out of nothing: the machine was learned standing, and runs."""


def guess(values: Vector, present: Flags, moments: Moments) -> Mode:
    """What the machine does, compared with what was learned of it.

    Speed, current, power, flow and vibration all but vanish where a machine stands: so it stands
    where a third of the signals that keep a level, and two at least, are below a tenth of it. That
    is no proof: ``running`` in the configuration is better.
    """
    if not moments.begun:
        return Mode.USUAL
    level, spread = np.abs(moments.level), moments.spread
    size = np.abs(values)
    able = present & (level > _STANDS_OUT * spread)
    if _agree(able & (size < _COLLAPSED * level), able):
        return Mode.STANDING
    usual = level + _STANDS_OUT * spread
    if _agree(present & (size > _GROWN * usual), present):
        return Mode.STARTED
    return Mode.USUAL


def _agree(those: Flags, of: Flags) -> bool:
    return int(those.sum()) >= max(_LEAST, _SHARE * int(of.sum()))
