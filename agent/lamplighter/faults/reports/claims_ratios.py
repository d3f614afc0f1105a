"""Holds ratios in words, ``twice its limit``, against the evidence."""

from __future__ import annotations

from collections.abc import Iterator

from lamplighter.faults.reports.facts import Fact
from lamplighter.faults.reports.subjects import owners
from lamplighter.faults.reports.tokens import Token
from lamplighter.faults.reports.word_sets import word_set

RATIOS = {
    **dict.fromkeys(("twice", "double", "doubled", "twofold"), 2.0),
    **dict.fromkeys(("thrice", "triple", "tripled", "threefold"), 3.0),
    **dict.fromkeys(("quadruple", "quadrupled", "fourfold"), 4.0),
    **dict.fromkeys(("half", "halved"), 0.5),
    "third": 1 / 3,
    "thirds": 2 / 3,
    "quarter": 0.25,
}
"""Words that tell a ratio, and the ratio."""
_PARTS = frozenset({"third", "thirds", "quarter"})
_MORE = word_set("above below over under more less again higher lower slower faster")
_REFERENCES = word_set("usual normal limit baseline typical its average threshold value level")


def ratio_problems(
    sentence: list[Token], at: int, earlier: tuple[str, ...], known: list[Fact]
) -> Iterator[str]:
    """What is wrong with ``twice its limit``, ``half the usual`` at a place."""
    word = sentence[at].lower
    after = {token.lower for token in sentence[at + 1 : at + 5]}
    if after & _MORE or not after & _REFERENCES or (word in _PARTS and "of" not in after):
        return
    least, most = _tolerance({token.lower for token in sentence[max(0, at - 3) : at]})
    mine, told = owners(sentence, at, earlier), RATIOS[word]
    real = [fact.value for fact in known if fact.slot == "times" and fact.signal in mine]
    if real and not any(told * least <= value <= told * most for value in real):
        yield f"{sentence[at].text} is not the ratio"


def _tolerance(before: set[str]) -> tuple[float, float]:
    """Between which shares of the told ratio the real one may be."""
    if before & {"almost", "nearly", "roughly", "about", "close", "around", "barely"}:
        return 0.82, 1.12
    if before & {"less", "under", "below"}:
        return 0.6, 1.02
    if before & {"than", "over", "exceeding"}:
        return 0.98, 1.4
    return 0.88, 1.2
