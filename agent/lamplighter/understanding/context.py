"""What was said and done just before by the same asker: what "it", "again" and "and the" mean."""

from __future__ import annotations

from dataclasses import dataclass

from lamplighter.understanding.intents import Intent


@dataclass(frozen=True, slots=True)
class Context:
    """The sentence before, as it was understood.

    Attributes:
        text: the sentence.
        intents: its intents, in order.
        entities: ids of the entities it was about, in the order in which they were mentioned.
        acted: True where something was done, False where it was answered or failed.
        age_s: seconds since then.
    """

    text: str = ""
    intents: tuple[Intent, ...] = ()
    entities: tuple[str, ...] = ()
    acted: bool = False
    age_s: float = 0.0
