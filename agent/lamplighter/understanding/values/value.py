"""A value as it was said, before it is known which device it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ValueKind = Literal["number", "share", "step", "factor", "change", "colour", "white", "word"]
Manner = Literal["", "to", "by"]


@dataclass(frozen=True, slots=True)
class Value:
    """One value.

    Attributes:
        kind: ``number`` in a unit or none; ``share`` in percent; ``step`` ("a bit": 0.5, "a lot":
            2); ``factor`` ("twice as bright": 2); ``change`` ("brighter": 1, "dimmer": -1);
            ``colour`` by its name; ``white`` in kelvin; ``word`` for options, modes and levels.
        number: see ``kind``.
        unit: ``%``, ``°``, ``°C``, ``°F``, ``K`` or a spoken unit ("minutes"); "" where none was.
        text: the colour, the option, what a change is of ("brightness"), or ``closed`` for a share
            that is counted from the closed end.
        manner: ``to`` and ``by`` where they were said.
    """

    kind: ValueKind
    number: float = 0.0
    unit: str = ""
    text: str = ""
    manner: Manner = ""
