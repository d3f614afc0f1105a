"""Finds which signals a word or number of a sentence is told of."""

from __future__ import annotations

from collections.abc import Iterator

from lamplighter.faults.reports.tokens import Kind, Token

_LISTED = frozenset({"and", ",", "the", "both", "its", "as", "well", "plus", "&", "or", "then"})
_PRONOUNS = frozenset({"it", "its", "they", "their", "both", "which", "this", "these", "each"})
_FILLED = frozenset({"the", "its", "a", "an", "this", "that", "same", "machine's", "their"})
_OF = frozenset({"of", "for", "in", "on", "by", "with"})
_FRONT = frozenset({"at", "with", "reading", "reaching", "of", "showing"})
_HEDGES = frozenset(
    {"about", "around", "approximately", "roughly", "nearly", "almost", "a", "an", "just", "some"}
)
_JOINTS = frozenset({"and", ",", "or", "to", "respectively", "-", "\u2013", "/"})
_CLAUSE = frozenset({";", ".", ":", "while", "whereas", "but", "although", "though"})
_REACH = 8


def earlier_subjects(sentences: list[list[Token]], lead: str) -> list[tuple[str, ...]]:
    """For each sentence, the signals that a pronoun at its start may stand for."""
    found: list[tuple[str, ...]] = []
    last: tuple[str, ...] = (lead,)
    for sentence in sentences:
        found.append(tuple(dict.fromkeys((*last, lead))))
        named = tuple(dict.fromkeys(t.tag for t in sentence if t.kind is Kind.SIGNAL))
        last = named or last
    return found


def owners(sentence: list[Token], at: int, earlier: tuple[str, ...] = ()) -> set[str]:
    """The tags of the signals that the token at a place is told of; none: of no certain one."""
    start, end = _bracket(sentence, at)
    if start >= 0:
        return _in_bracket(sentence, at, (start, end), earlier)
    if (after := _signal_right_after(sentence, at)) is not None:
        return _chosen(after, sentence, at)
    before = _before(sentence, at)
    following = _next_signal(sentence, at) if _is_fronted(sentence, at) else ""
    if following:
        return {following} if at <= 1 or not before else {following, *before[-1:]}
    if before and _names_again(sentence, at):
        plural = any(token.lower in {"both", "they", "each"} for token in sentence[:at])
        return mentioned_before(sentence, at) if plural else set(before)
    return _chosen(before, sentence, at) if before else _without(sentence, at, earlier)


def _in_bracket(
    sentence: list[Token], at: int, bracket: tuple[int, int], earlier: tuple[str, ...]
) -> set[str]:
    start, end = bracket
    inside = [token.tag for token in sentence[start:at] if token.kind is Kind.SIGNAL]
    if inside:
        return {inside[-1]}
    if start and sentence[start - 1].kind is Kind.SIGNAL:
        return {sentence[start - 1].tag}
    return owners([*sentence[:start], sentence[at], *sentence[end + 1 :]], start, earlier)


def _without(sentence: list[Token], at: int, earlier: tuple[str, ...]) -> set[str]:
    """Of a token before which the sentence names no signal."""
    named = [token.tag for token in sentence[at + 1 :] if token.kind is Kind.SIGNAL][:1]
    if named and not any(token.lower in _PRONOUNS for token in sentence[:at]):
        return set(named)
    return {*earlier, *named}


def mentioned_before(sentence: list[Token], at: int) -> set[str]:
    """The tags of every signal named before a place."""
    return {t.tag for t in sentence[:at] if t.kind is Kind.SIGNAL}


def _bracket(sentence: list[Token], at: int) -> tuple[int, int]:
    """Where the bracket that holds a token opens and closes; -1 for none."""
    start = -1
    for place, token in enumerate(sentence[:at]):
        if token.text == "(":
            start = place
        elif token.text == ")":
            start = -1
    if start < 0:
        return -1, -1
    for place in range(at, len(sentence)):
        if sentence[place].text == ")":
            return start, place
    return start, len(sentence)


def _outside(sentence: list[Token]) -> Iterator[tuple[int, Token]]:
    """The tokens that stand in no bracket, with their places."""
    depth = 0
    for place, token in enumerate(sentence):
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth = max(0, depth - 1)
        elif depth == 0:
            yield place, token


def _before(sentence: list[Token], at: int) -> list[str]:
    """The nearest signal before a place, and those joined to it, in the order told."""
    rows = [token for _, token in _outside(sentence[:at])]
    places = [n for n, token in enumerate(rows) if token.kind is Kind.SIGNAL]
    if not places:
        return []
    found, nearest = [rows[places[-1]].tag], places[-1]
    for place in reversed(places[:-1]):
        between = rows[place + 1 : nearest]
        if not between or not all(token.lower in _LISTED for token in between):
            break
        found.insert(0, rows[place].tag)
        nearest = place
    return found


def _chosen(tags: list[str], sentence: list[Token], at: int) -> set[str]:
    """Of several listed signals the one whose turn it is, where as many numbers are listed."""
    if len(tags) == 1 or sentence[at].kind is not Kind.NUMBER:
        return set(tags)
    group = [at]
    for step in (-1, 1):
        place, gap = at + step, 0
        while 0 <= place < len(sentence) and gap < 3:
            token = sentence[place]
            if token.kind is Kind.NUMBER:
                group.append(place)
                gap = 0
            elif token.lower in _JOINTS:
                gap += 1
            else:
                break
            place += step
    group.sort()
    return {tags[group.index(at)]} if len(group) == len(tags) else set(tags)


def _signal_right_after(sentence: list[Token], at: int) -> list[str] | None:
    """The signals in ``4.5 mm/s for vibration``, ``a 78 °C bearing temperature``."""
    if sentence[at].kind is Kind.WORD and [t.text for t in sentence[at + 1 : at + 2]] == [":"]:
        listed = _list_from(sentence, at + 2)
        if listed:
            return listed
    place = _end_of_numbers(sentence, at)
    joined = False
    while place < len(sentence) and sentence[place].lower in _OF | _FILLED:
        joined = joined or sentence[place].lower in _OF
        if not joined and place == at + 1:
            return None
        place += 1
    if place >= len(sentence) or sentence[place].kind is not Kind.SIGNAL:
        return None
    return _joined(sentence, place) if joined else [sentence[place].tag]


def _end_of_numbers(sentence: list[Token], at: int) -> int:
    """The place behind ``7.9 and 78.5`` in ``7.9 and 78.5 for vibration and temperature``."""
    place = at + 1
    while (
        sentence[at].kind is Kind.NUMBER
        and place + 1 < len(sentence)
        and sentence[place].lower in {"and", ","}
        and sentence[place + 1].kind is Kind.NUMBER
    ):
        place += 2
    return place


def _joined(sentence: list[Token], place: int) -> list[str]:
    """The signal at a place and those joined to it: ``vibration and the temperature``."""
    found = [sentence[place].tag]
    while place + 2 < len(sentence) and sentence[place + 1].lower in {"and", ","}:
        step = 2 if sentence[place + 2].kind is Kind.SIGNAL else 3
        if place + step >= len(sentence) or sentence[place + step].kind is not Kind.SIGNAL:
            break
        found.append(sentence[place + step].tag)
        place += step
    return found


def _list_from(sentence: list[Token], place: int) -> list[str]:
    """The signals of a list that begins at a place, what is told of each in between."""
    found: list[str] = []
    for token in sentence[place:]:
        if token.kind is Kind.SIGNAL:
            found.append(token.tag)
        elif token.kind is Kind.WORD and token.lower not in _LISTED | {"at", "with"}:
            break
    return found


def _is_fronted(sentence: list[Token], at: int) -> bool:
    """Whether a number begins a clause: ``At 81 °C, temperature is high``."""
    place = at - 1
    while place >= 0 and sentence[place].lower in _HEDGES:
        place -= 1
    if place < 0:
        return True
    if sentence[place].lower not in _FRONT:
        return False
    return place == 0 or sentence[place - 1].lower in {
        ",",
        ";",
        "and",
        "while",
        "but",
        "—",
        "\u2013",
    }


def _next_signal(sentence: list[Token], at: int) -> str:
    for token in sentence[at + 1 : at + 1 + _REACH]:
        if token.kind is Kind.SIGNAL:
            return token.tag
        if token.kind is Kind.NUMBER or token.lower in _CLAUSE:
            break
    return ""


def _names_again(sentence: list[Token], at: int) -> bool:
    """Whether a pronoun stands between the nearest signal and a place."""
    for token in reversed(sentence[:at]):
        if token.kind is Kind.SIGNAL:
            return False
        if token.lower in {"it", "they", "both", "each"}:
            return True
    return False
