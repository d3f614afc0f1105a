"""Grammars that a completion must be a sentence of: small parts, combined.

A grammar knows nothing of what its texts mean. Every grammar describes finitely many finite
texts, so constrained decoding always comes to an end. Half a surrogate pair, as JSON can hold, is
no text, and what has one is left out. The functions return parts; ``compile_grammar`` makes a
``Grammar`` of one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from lamplighter.errors import ModelError
from lamplighter.model.decoding import parts
from lamplighter.model.decoding.automaton import Automaton, Builder
from lamplighter.model.decoding.parts import WORD, Part

__all__ = [
    "Grammar",
    "Part",
    "choice",
    "compile_grammar",
    "integer",
    "literal",
    "names",
    "number",
    "optional",
    "repeat",
    "sequence",
    "span",
]

MAX_DECIMALS = 9
MAX_NUMBER = 10**15
MAX_STEPS = 10_000


class Grammar:
    """A compiled grammar.

    Args:
        automaton: accepts exactly the grammar's texts, in UTF-8.
    """

    def __init__(self, automaton: Automaton) -> None:
        self.automaton = automaton

    def parses(self, text: str) -> bool:
        """Tell whether the whole of ``text`` is a sentence of the grammar."""
        raw = parts.utf8(text)
        return raw is not None and self.automaton.accepts(raw)


def compile_grammar(part: Part) -> Grammar:
    """Return the grammar of ``part``.

    Raises:
        ModelError: it has no text at all.
    """
    builder = Builder()
    end = builder.state()
    start = builder.before(part, end)
    grammar = Grammar(builder.finish(start, end))
    if not grammar.automaton.alive:
        raise ModelError("grammar", "no text fits it")
    return grammar


def literal(text: str, *, any_case: bool = False) -> Part:
    """Exactly this text; with ``any_case`` each of its letters in upper or lower case."""
    return parts.Literal(text, any_case)


def choice(*options: Part) -> Part:
    """Any one of the options.

    Raises:
        ModelError: there is none.
    """
    if not options:
        raise ModelError("grammar", "a choice needs at least one option")
    return parts.Choice(options)


def sequence(*members: Part) -> Part:
    """All parts, one after the other, with nothing between them."""
    return parts.Sequence(members)


def optional(part: Part) -> Part:
    """The part, or nothing."""
    return parts.Repeat(part, 0, 1)


def repeat(part: Part, *, minimum: int = 0, maximum: int, separator: str = "") -> Part:
    """The part ``minimum`` to ``maximum`` times, with ``separator`` between two of them.

    Raises:
        ModelError: ``minimum`` is negative or above ``maximum``.
    """
    if not 0 <= minimum <= maximum:
        raise ModelError("grammar", f"can't repeat {minimum} to {maximum} times")
    return parts.Repeat(part, minimum, maximum, separator)


def names(texts: Iterable[str], *, any_case: bool = False) -> Part:
    """Any one of many texts, kept as a trie; good for thousands. Empty texts are left out.

    With ``any_case`` each letter may be in upper or lower case.

    Raises:
        ModelError: there is none.
    """
    kept = tuple(sorted({text for text in texts if text}))
    if not kept:
        raise ModelError("grammar", "a list of names needs at least one")
    return parts.Names(kept, any_case)


def span(texts: Sequence[str], *, min_words: int = 1, max_words: int = 8) -> Part:
    """A run of whole words copied from one of ``texts``, with what stands between them.

    A word is a run of letters and digits, which may hold single ``' . , : / -`` inside
    (``21.5``, ``what's``). The punctuation around the run is not copied.

    Raises:
        ModelError: no text has ``min_words`` words, so that nothing could be copied.
    """
    if not 1 <= min_words <= max_words:
        raise ModelError("grammar", f"can't copy {min_words} to {max_words} words")
    if all(len(WORD.findall(text)) < min_words for text in texts):
        raise ModelError("grammar", f"no text has {min_words} words to copy")
    return parts.Span(tuple(dict.fromkeys(texts)), min_words, max_words)


def integer(low: int, high: int) -> Part:
    """A whole number from ``low`` to ``high``, both included, without leading zeros.

    Raises:
        ModelError: as for ``number``.
    """
    return number(low, high, decimals=0)


def number(low: float, high: float, *, decimals: int = 1, step: float | None = None) -> Part:
    """A decimal number in a range, both ends included.

    Without a step it has at most so many decimals (``21``, ``21.0`` and ``21.5`` with one). With
    one, it is ``low`` or any number of steps above it, in its shortest form (``21``, ``21.5``),
    and ``decimals`` has no meaning.

    Raises:
        ModelError: the range is empty, an end is not finite or above a million billions, there
            are more than 9 decimals, or the step is none, above that too, or would be made more
            than 10,000 times from end to end.
    """
    if not (-MAX_NUMBER <= low <= MAX_NUMBER and -MAX_NUMBER <= high <= MAX_NUMBER):
        raise ModelError("grammar", f"can't count from {low} to {high}")
    if low > high:
        raise ModelError("grammar", f"no number is between {low} and {high}")
    if not 0 <= decimals <= MAX_DECIMALS:
        raise ModelError("grammar", f"a number has 0 to {MAX_DECIMALS} decimals, not {decimals}")
    if step is not None and not (0 < step <= MAX_NUMBER and high - low <= MAX_STEPS * step):
        raise ModelError("grammar", f"can't go from {low} to {high} in steps of {step}")
    exact = Decimal(0) if step is None else Decimal(str(step))
    return parts.Number(Decimal(str(low)), Decimal(str(high)), decimals, exact)
