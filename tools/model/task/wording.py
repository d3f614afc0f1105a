"""Sentences drawn from templates in the notation of Home Assistant's intents.

``[may be]``, ``(one|or|the other)``, ``(in;any order)``, ``<rule>`` and ``{slot}`` (or
``{list:slot}``), nested as one likes. A draw takes one of the many sentences that a template has;
slots are filled in by the caller.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_SPACES = re.compile(r"\s+")
_BEFORE_MARK = re.compile(r"\s+([,.!?;:])")


@dataclass(frozen=True, slots=True)
class Expander:
    """Draws sentences of templates.

    Attributes:
        rules: the templates that ``<rule>`` stands for.
        fill: what a slot is filled with: takes the name of its list, returns a text.
        draw: the source of randomness.
    """

    rules: Mapping[str, str]
    fill: Callable[[str], str]
    draw: random.Random

    def sentence(self, template: str) -> str:
        """One sentence of the template, its spaces tidied.

        Raises:
            ValueError: the template's brackets do not match, or a rule is unknown.
        """
        said, end = self._sequence(template, 0, "")
        if end != len(template):
            raise ValueError(f"unmatched {template[end]!r} in {template!r}")
        return _BEFORE_MARK.sub(r"\1", _SPACES.sub(" ", said)).strip()

    def _sequence(self, text: str, at: int, closing: str) -> tuple[str, int]:
        """One of the alternatives up to the closing bracket, and where it ends."""
        options: list[str] = []
        separator = "|"
        part = ""
        while at < len(text) and text[at] not in closing:
            character = text[at]
            if character in "([":
                inner, at = self._sequence(text, at + 1, ")" if character == "(" else "]")
                if at >= len(text):
                    raise ValueError(f"unmatched {character!r} in {text!r}")
                part += inner if character == "(" or self.draw.random() < 0.5 else ""
            elif character in "|;":
                separator = character
                options.append(part)
                part = ""
            elif character in "<{":
                end = text.index(">" if character == "<" else "}", at)
                part += self._named(character, text[at + 1 : end])
                at = end
            elif character in ")]":
                break
            else:
                part += character
            at += 1
        options.append(part)
        if separator == ";":
            self.draw.shuffle(options)
            return " ".join(options), at
        return self.draw.choice(options), at

    def _named(self, bracket: str, name: str) -> str:
        if bracket == "{":
            return self.fill(name.partition(":")[0])
        if name not in self.rules:
            raise ValueError(f"there is no rule <{name}>")
        return self._sequence(self.rules[name], 0, "")[0]
