"""Questions, answered from what is known. Nothing here ever acts.

An answer is what is known; where nothing is known it says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lamplighter.catalogue.entity import State
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions.about_home import AboutHome
from lamplighter.understanding.questions.about_past import AboutPast
from lamplighter.understanding.questions.about_settings import AboutSettings
from lamplighter.understanding.questions.about_states import AboutStates
from lamplighter.understanding.questions.about_values import AboutValues
from lamplighter.understanding.questions.answered import Answered, Reply
from lamplighter.understanding.questions.comparing import Comparing
from lamplighter.understanding.questions.history import Past
from lamplighter.understanding.questions.machines import AboutMachines, Plant
from lamplighter.understanding.questions.past_values import PastValues
from lamplighter.understanding.questions.sight import Sight
from lamplighter.understanding.questions.templated import as_own
from lamplighter.understanding.resolver import Resolver

_MACHINES = frozenset({"HomeGetMachine", "HomeGetAlarms"})

Family = AboutStates | AboutValues | Comparing | AboutSettings | AboutHome | AboutPast | PastValues


@dataclass(frozen=True, slots=True)
class Questions:
    """Answers questions.

    Attributes:
        state_of: the state of an entity by its id.
        degrees: the home's unit of temperature, "°C" or "°F".
        past: what is kept of the past; None where nothing is.
        plant: the machines that are watched; None where none are.
    """

    state_of: Callable[[str], State]
    degrees: str = "°C"
    past: Past | None = None
    plant: Plant | None = None

    def answer(self, intent: Intent, resolver: Resolver, area: str | None) -> tuple[Reply, str]:
        """The answer to a question and why it was answered from these entities."""
        found = self.answered(intent, resolver, area)
        return found.reply, found.explain

    def answered(self, intent: Intent, resolver: Resolver, area: str | None) -> Answered:
        """The answer to a question, with the entities that it is about."""
        intent, sight = as_own(intent, resolver), self._sight(resolver, area)
        if intent.name in _MACHINES:
            return AboutMachines(sight, self.plant, self.past).answer(intent)
        family = self._family(intent, sight)
        return family.answer(intent, family.find(intent))

    def grounds(self, intent: Intent, resolver: Resolver, area: str | None) -> bool:
        """True where something of this home can tell what is asked. Never asks the history."""
        intent, sight = as_own(intent, resolver), self._sight(resolver, area)
        if intent.name in _MACHINES:
            return AboutMachines(sight, self.plant, self.past).grounds(intent)
        return not self._family(intent, sight).find(intent).missing

    def _sight(self, resolver: Resolver, area: str | None) -> Sight:
        return Sight(resolver, area, self.state_of, self.degrees)

    def _family(self, intent: Intent, sight: Sight) -> Family:
        if intent.name == "HomeGetMeasurement":
            return AboutValues(sight)
        if intent.name in ("HomeGetExtreme", "HomeCompare"):
            return Comparing(AboutValues(sight))
        if intent.name == "HomeGetSetting":
            return AboutSettings(sight)
        if intent.name == "HomeGetPast":
            return AboutPast(sight, self.past) if "state" in intent.slots else (
                PastValues(sight, self.past)
            )  # fmt: skip
        return AboutStates(sight) if intent.name == "HassGetState" else AboutHome(sight)
