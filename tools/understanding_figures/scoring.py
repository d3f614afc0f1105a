"""Whether what was made of a sentence is what its case says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tools.understanding_figures.cases import Case

from lamplighter.understanding.intents import QUESTIONS, Intent
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Clarify,
    Interpretation,
    Later,
    Planned,
    Stand,
)

COMPARED = (
    "A command is right when its intent, its values (all slots but those that say where and what) "
    "and exactly the entities that are acted on are those of the case; by name, some of those of "
    "that name. A question is right when its intent and slots are those of the case, or when it is "
    "answered about no other entities than the case's. All cases are asked in the merged home of "
    "their language."
)
WHERE_AND_WHAT = frozenset({"name", "area", "floor", "domain", "device_class", "kind", "ids"})


@dataclass(slots=True)
class Tally:
    """Counts of one set of sentences, and the misses.

    ``wrong_actions`` counts every action of a sentence that was not right, ``elsewhere`` those of
    them that touch an entity which the case does not name, or (for single commands) have
    another intent.
    """

    cases: int = 0
    right: int = 0
    wrong_actions: int = 0
    elsewhere: int = 0
    asked: int = 0
    misses: list[str] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        """The counts for a table."""
        share = round(100 * self.right / self.cases, 1) if self.cases else 0.0
        return {
            "cases": self.cases,
            "right": self.right,
            "right_percent": share,
            "wrong_actions": self.wrong_actions,
            "elsewhere": self.elsewhere,
            "asked_back": self.asked,
        }

    def count(self, text: str, found: Interpretation, case: Case) -> None:
        """Takes in what was made of a case's sentence."""
        self.cases += 1
        self.asked += isinstance(found.result, Clarify)
        if is_right(found, case):
            self.right += 1
            return
        self.wrong_actions += bool(acted_on(found))
        self.elsewhere += acts_elsewhere(found, case)
        self.misses.append(f"{text} | {case['intent']} {case['slots']} | {seen(found)}")

    def count_pair(self, text: str, found: Interpretation, pair: tuple[Case, Case]) -> None:
        """Takes in what was made of two cases' sentences in one."""
        self.cases += 1
        self.asked += isinstance(found.result, Clarify)
        named = {target for case in pair for target in case["targets"]}
        if (
            len(found.intents) == len(pair)
            and all(map(same_intent, found.intents, pair))
            and acted_on(found) <= named
        ):
            self.right += 1
            return
        self.wrong_actions += bool(acted_on(found))
        self.elsewhere += not acted_on(found) <= named
        self.misses.append(f"{text} | {seen(found)}")


def seen(found: Interpretation) -> str:
    """What was made of a sentence, for the list of misses."""
    intents = [(intent.name, dict(intent.slots)) for intent in found.intents]
    return f"{type(found.result).__name__} {intents} | {found.explain}"


def acted_on(found: Interpretation) -> set[str]:
    """The entities that would be acted on at once."""
    result = found.result
    return {step.entity_id for step in result.steps} if isinstance(result, Act) else set()


def acts(found: Interpretation) -> bool:
    """True where something is done, now or later, or stood up to be done."""
    result = found.result
    if isinstance(result, Later):
        return bool(result.text) or bool(result.intents)
    return isinstance(result, (Act, Planned, Stand))


def same_intent(intent: Intent, case: Case) -> bool:
    """True where intent and values are the case's."""
    wanted = _values(case["slots"])
    return intent.name == case["intent"] and wanted.items() <= _values(intent.slots).items()


def is_right(found: Interpretation, case: Case) -> bool:
    """See ``COMPARED``."""
    if case["intent"] in QUESTIONS:
        return _answers(found, case)
    if len(found.intents) != 1 or not same_intent(found.intents[0], case):
        return False
    acted = acted_on(found)
    if not case["targets"]:
        return True
    if case["slots"].get("name"):
        # The cases' targets are every entity of that name; ours has to be one of them.
        return acted <= set(case["targets"])
    return acted == set(case["targets"])


def acts_elsewhere(found: Interpretation, case: Case) -> bool:
    """True where an entity is acted on that the case does not name, or by another intent."""
    acted = acted_on(found)
    same = [intent.name for intent in found.intents] == [case["intent"]]
    return bool(acted) and not (same and acted <= set(case["targets"]))


def _answers(found: Interpretation, case: Case) -> bool:
    if len(found.intents) == 1 and found.intents[0].name == case["intent"]:
        slots = {key: str(value).casefold() for key, value in found.intents[0].slots.items()}
        wanted = {key: str(value).casefold() for key, value in case["slots"].items()}
        if wanted.items() <= slots.items():
            return True
    about = set(found.mentioned)
    return isinstance(found.result, Answer) and bool(about) and about <= set(case["targets"])


def _values(slots: Any) -> dict[str, str]:
    return {key: str(value).casefold() for key, value in slots.items() if key not in WHERE_AND_WHAT}
