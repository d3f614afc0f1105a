"""The space that some tokenizers put before a text, so that its first word looks like others.

SentencePiece models learn words with the space before them and add one where a text begins. In
the middle of a prompt that would be a space too many, so it is switched off in the tokenizer,
and added by ``TextTokenizer`` where the whole prompt would have got it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Where = Literal["never", "first", "always"]


@dataclass(frozen=True, slots=True)
class Spacing:
    """Where a tokenizer adds its space.

    Attributes:
        where: at the start of a prompt, or behind every special token as well.
        doubled: it adds one even where the text begins with a space.
    """

    where: Where = "never"
    doubled: bool = False

    def spaced(self, text: str, *, first: bool) -> str:
        """Return a text that begins a prompt (``first``), or follows a special token."""
        if self.where == "never" or (self.where == "first" and not first):
            return text
        return text if text.startswith(" ") and not self.doubled else f" {text}"


def take_spacing(tokenizer: Tokenizer) -> Spacing:
    """Switch a tokenizer's space off, and return what it was."""
    found = Spacing()
    for name in ("normalizer", "pre_tokenizer"):
        part = getattr(tokenizer, name)
        if part is None:
            continue
        state = json.loads(part.__getstate__())
        taken = [spacing for step in steps(state) if (spacing := _take(step))]
        if taken:
            found = taken[0]
            part.__setstate__(json.dumps(state).encode())
            setattr(tokenizer, name, part)
    return found


def steps(state: Any) -> Iterator[dict[str, Any]]:
    """Yield every step of a tokenizer's part as its file describes it, inner ones too."""
    if isinstance(state, dict):
        yield state
        for inner in state.values():
            yield from steps(inner)
    elif isinstance(state, list):
        for inner in state:
            yield from steps(inner)


def _take(step: dict[str, Any]) -> Spacing | None:
    """Switch off the space that a step adds; None where it adds none."""
    kind = step.get("type")
    if kind == "Prepend" and step.get("prepend") in (" ", "\u2581"):
        step["prepend"] = ""
        return Spacing("always", doubled=True)
    if kind == "Metaspace" and step.get("prepend_scheme") in ("first", "always"):
        where: Where = "first" if step["prepend_scheme"] == "first" else "always"
        step["prepend_scheme"] = "never"
        return Spacing(where)
    if kind == "ByteLevel" and step.get("add_prefix_space"):
        step["add_prefix_space"] = False
        return Spacing("always")
    return None
