"""What ended an episode: the last thing done to the machine before its return, if any."""

from __future__ import annotations

from collections.abc import Sequence

from lamplighter.faults.evidence.notes import tells_of_work
from lamplighter.faults.evidence.record import ActionTaken, Note

# What operators do to alarms changes nothing of the machine.
_ALARMS_ONLY = frozenset(
    ("ack", "reset", "shelve", "unshelve", "suppress", "unsuppress", "out_of_service",
     "return_to_service", "window", "end_window", "note")
)  # fmt: skip
# What was done so long before the return had its effect long before.
_LONGEST_EFFECT_S = 1800.0
_SHARE = 0.5


def ended_by(
    actions: Sequence[ActionTaken], notes: Sequence[Note], *, started: float, ended: float
) -> ActionTaken | None:
    """The last action on the machine that can have ended the episode; None: it returned by itself.

    An action counts from the episode's start to its end, and for half an hour, or half of the
    episode where that is longer. A note that tells of work on the machine is one, too.
    """
    done = [action for action in actions if action.op not in _ALARMS_ONLY]
    done += [ActionTaken(n.text, n.by, n.at) for n in notes if tells_of_work(n.text)]
    longest = max(_LONGEST_EFFECT_S, _SHARE * (ended - started))
    found = [
        action for action in done if started <= action.at <= ended and ended - action.at <= longest
    ]
    return max(found, key=lambda action: action.at, default=None)
