"""Which of several devices that fit is meant: by place, by what was said before, by state.

Nothing here decides between equals: what can't be told apart stays several, and is asked about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lamplighter.catalogue.entity import Entity, State
from lamplighter.catalogue.vocabulary import STATE_AFTER
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Step
from lamplighter.understanding.normalise import fold

_ENDING = frozenset(
    ("turn_off", "close", "lock", "stop", "pause", "dock", "return_to_base", "set_hvac_mode")
)
"""What is only said of what is on, open or running: where one is, it is the one that is meant.

The other way round the state tells nothing: that one lamp of three is off does not make it the one
to turn on.
"""

_RELATIVE = "HomeChange"
"""How the names of intents begin that change what is: they are said of what is on."""


def _never(_entity: Entity) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Situated:
    """What besides the words tells which devices are meant.

    Attributes:
        area: the asker's area, or None.
        recent: ids of the entities that were mentioned last.
        moot: whether it is known that the intent would change nothing about an entity.
    """

    area: str | None = None
    recent: tuple[str, ...] = ()
    moot: Callable[[Entity], bool] = _never


def near(found: Sequence[Entity], area: str | None) -> list[Entity]:
    """Those in the asker's area."""
    return [] if area is None else [each for each in found if in_area(each, area)]


def in_area(entity: Entity, area: str) -> bool:
    """True where the entity is in the area."""
    return entity.area is not None and fold(entity.area) == fold(area)


def preferred(found: Sequence[Entity], situated: Situated) -> tuple[Sequence[Entity], str]:
    """As few of those found as there is a reason for, and the reason; "" where there is none."""
    reasons: list[str] = []
    for narrowed, reason in (
        (lambda left: near(left, situated.area), "in the asker's area"),
        (lambda left: [each for each in left if each.id in situated.recent], "mentioned last"),
        (lambda left: _by_state(left, situated), "the state tells"),
    ):
        if len(found) < 2:
            break
        fewer = narrowed(found)
        alone = len(fewer) == 1 or reason == "in the asker's area"
        if fewer and len(fewer) < len(found) and alone:
            found = fewer
            reasons.append(reason)
    return found, ", ".join(reasons)


def _by_state(found: Sequence[Entity], situated: Situated) -> list[Entity]:
    """Those of which the state says that they are meant: a light and a fan are not compared."""
    if len({each.domain for each in found}) > 1:
        return []
    return [each for each in found if not situated.moot(each)]


def in_one_area(found: Sequence[Entity], situated: Situated) -> Sequence[Entity]:
    """Those of which the state says that they are meant, where one area has them all; else none."""
    left = [each for each in found if not situated.moot(each)]
    areas = {each.area for each in left}
    return left if len(left) < len(found) and len(areas) == 1 else ()


def changes_nothing(step: Step, entity: Entity, state: State, intent: Intent) -> bool:
    """True where the entity is known to be as the step would make it, or can't be meant as it is.

    "Turn off the fan" is not said of a fan that stands still, nor "dimmer" of a light that is off.
    """
    if state.value is None:
        return False
    if intent.name.startswith(_RELATIVE):
        return state.value == "off"
    if step.service not in _ENDING:
        return False
    if step.service == "set_hvac_mode":
        return step.params.get("hvac_mode") == state.value == "off"
    return state.value in STATE_AFTER.get((entity.domain, step.service), ())
