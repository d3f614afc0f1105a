"""All values of one clause together: absolute or relative, and of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lamplighter.understanding.clauses.lexicon import Action
from lamplighter.understanding.values.value import Value
from lamplighter.understanding.values.words import BRIGHTNESSES

_WAYS: Mapping[Action, tuple[int, str]] = {
    "up": (1, ""),
    "down": (-1, ""),
    "brighter": (1, "brightness"),
    "dimmer": (-1, "brightness"),
    "warmer": (1, "temperature"),
    "cooler": (-1, "temperature"),
    "faster": (1, "speed"),
    "slower": (-1, "speed"),
    "louder": (1, "volume"),
    "quieter": (-1, "volume"),
}
_OPENING: Mapping[Action, int] = {"open": 1, "close": -1}
ARMED = {
    "away": "arm_away",
    "home": "arm_home",
    "stay": "arm_home",
    "night": "arm_night",
    "vacation": "arm_vacation",
    "holiday": "arm_vacation",
    "nighttime": "arm_night",
    "overnight": "arm_night",
    "bedtime": "arm_night",
}
"""How an alarm is armed, by the word that says it."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a clause says of how much.

    Attributes:
        action: of the clause.
        amount: a number or a share.
        way: 1 for more, -1 for less, 0 where neither was said.
        measure: of what, or "".
        times: a multiple of the usual step ("a bit": 0.5), or None.
        factor: "twice as bright": 2, or None.
        colour: by name, or "".
        kelvin: a colour temperature, or None.
        bright: a brightness that was said as a word, or None.
        words: what may be an option, a mode, a level.
        contradictory: True where two values can't both be meant.
        said: the words of the clause.
    """

    action: Action | None = None
    amount: Value | None = None
    way: int = 0
    measure: str = ""
    times: float | None = None
    factor: float | None = None
    colour: str = ""
    kelvin: float | None = None
    bright: float | None = None
    words: tuple[Value, ...] = ()
    contradictory: bool = False
    said: tuple[str, ...] = ()

    @property
    def given(self) -> bool:
        """True where there is any value at all."""
        times = self.times if self.way else None
        said = (self.amount, times, self.factor, self.kelvin, self.bright)
        return any(each is not None for each in said) or bool(self.colour or self.words)

    @property
    def measured(self) -> bool:
        """True where there is a value that is no option."""
        said = (self.amount, self.factor, self.kelvin, self.bright)
        return any(each is not None for each in said) or bool(self.colour)

    @property
    def relative(self) -> bool:
        """True for a change by, or of, something."""
        if self.factor is not None or (self.times is not None and self.way):
            return True
        if self.amount is None:
            return bool(self.way) and not (self.colour or self.kelvin or self.words)
        if self.amount.text in ("end", "open", "closed") or self.amount.manner == "to":
            return False
        return bool(self.way) or self.amount.manner == "by"

    @property
    def arming(self) -> dict[str, str]:
        """The slot with the mode in which to arm."""
        mode = next((ARMED[word] for word in self.said if word in ARMED), None)
        return {} if mode is None else {"arm_mode": mode}


def quantity_of(
    action: Action | None,
    values: Sequence[Value],
    measures: Sequence[str],
    said: Sequence[str] = (),
) -> Quantity:
    """The values of a clause, sorted."""
    amounts = [each for each in values if each.kind in ("number", "share")]
    changes = [each for each in values if each.kind == "change"]
    colours = [each for each in values if each.kind == "colour"]
    whites = [each for each in values if each.kind == "white"]
    words = [each for each in values if each.kind == "word"]
    way, measure = _way(action, changes, values)
    ways = {each.number for each in changes}
    measure = next((each for each in measures if each not in ("mode", "colour")), measure)
    return Quantity(
        action=action,
        amount=amounts[0] if amounts else None,
        way=way,
        measure=measure,
        times=next((each.number for each in values if each.kind == "step"), None),
        factor=next((each.number for each in values if each.kind == "factor"), None),
        colour=colours[0].text if colours else "",
        kelvin=whites[0].number if whites else None,
        bright=next((each.number for each in words if each.text in BRIGHTNESSES), None),
        words=tuple(each for each in words if each.text not in BRIGHTNESSES),
        said=tuple(said),
        contradictory=len(amounts) > 1 or len(colours) > 1 or len(ways) > 1,
    )


def _way(
    action: Action | None, changes: Sequence[Value], values: Sequence[Value]
) -> tuple[int, str]:
    if changes:
        return int(changes[0].number), changes[0].text
    signs = {"plus": 1, "minus": -1}
    signed = next((signs[each.text] for each in values if each.text in signs), 0)
    if action is None or signed:
        return signed, ""
    small = any(each.kind == "step" or each.manner == "by" for each in values)
    if action in _OPENING and small:
        return _OPENING[action], "position"
    return _WAYS.get(action, (0, ""))
