"""A sentence that may ask of machines, and what of it is looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lamplighter.faults.condition import tag_name
from lamplighter.faults.settings import Machine
from lamplighter.understanding.intents import Intent, Parse
from lamplighter.understanding.normalise import words_of
from lamplighter.understanding.questions.machines import topics
from lamplighter.understanding.questions.machines.topics import Topic
from lamplighter.understanding.rule_parser import Situation

_WAYS = (
    ("highest", "highest"), ("maximum", "highest"), ("max", "highest"), ("peak", "highest"),
    ("how high", "highest"), ("top", "highest"), ("how hot", "highest"), ("how far", "highest"),
    ("hottest", "highest"), ("how warm", "highest"), ("how bad", "highest"), ("lowest", "lowest"),
    ("minimum", "lowest"), ("min", "lowest"), ("how low", "lowest"), ("how cold", "lowest"),
    ("average", "mean"), ("mean", "mean"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that is being read.

    Attributes:
        said: its words in small letters, without the stretch of time.
        period: the stretch of time in its words, or "".
        text: the sentence as it came.
        situation: the home's names, and what was said before.
        machines: those that are watched.
    """

    said: str
    period: str
    text: str
    situation: Situation
    machines: Sequence[Machine]

    @property
    def topic(self) -> Topic | None:
        """What it asks, machines' names apart."""
        return topics.topic_of(self.said)

    @property
    def before(self) -> Intent | None:
        """The last question of the same asker, where it was about one machine."""
        context = self.situation.context
        last = context.intents[-1] if context is not None and context.intents else None
        if last is None or last.name != "HomeGetMachine" or "asset" not in last.slots:
            return None
        return last

    def parse(
        self, slots: dict[str, Any], explain: str, *, alarms: bool = False, again: bool = False
    ) -> Parse:
        """The question with these slots; ``again``: it goes on from what was said before."""
        kept = {key: value for key, value in slots.items() if value not in ("", False)}
        name = "HomeGetAlarms" if alarms else "HomeGetMachine"
        intent = Intent(name, kept, question="which" if alarms else "one", text=self.text)
        return Parse((intent,), explain=f"read as a question {explain}", contextual=again)

    def slots(self, asked: str, rest: str, assets: Sequence[str]) -> dict[str, Any]:
        """The slots of a question of these machines.

        Args:
            asked: the topic's name.
            rest: the words beside the machines'.
            assets: the machines.
        """
        found: dict[str, Any] = {"asked": asked, "said": rest, "period": self.period}
        found["assets"] = list(assets)
        found["asset"] = assets[0] if len(assets) == 1 else ""
        present = re.match(r"(?:how|what) \w+ (?:is|are)\b", self.said)
        found["way"] = way_of(rest) if asked == "value" and not present else ""
        found["op"] = topics.deed_of(self.said) if asked in {"who", "hidden"} else ""
        return found


def way_of(said: str) -> str:
    """``highest``, ``lowest`` or ``mean``, where the words ask for such a value; else ""."""
    return next((way for word, way in _WAYS if f" {word} " in f" {said} "), "")


def plain_words(said: str) -> set[str]:
    """The words without an ending of the plural."""
    return {word.removesuffix("s") for word in words_of(said)}


def signal_words(machine: Machine) -> set[str]:
    """The words that name signals of a machine."""
    return {
        word
        for key, tag in machine.tags.items()
        for word in plain_words(f"{tag_name(key, tag)} {key}".replace("_", " "))
        if len(word) > 1 and not word.isdecimal()
    }
