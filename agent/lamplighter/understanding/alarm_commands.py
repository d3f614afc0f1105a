"""Commands about machines' alarms: "acknowledge the pump alarms", "silence pump 3 for an hour".

Nothing is taken for such a command but what consists of nothing else: an operation, the machines
(by name, class or place) or all of them, a signal perhaps, and a length. A word too many, such as
the number of a pump that there is not, and nothing is done.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lamplighter.faults.settings import Machine
from lamplighter.understanding.interpretation import NotUnderstood, Operate
from lamplighter.understanding.normalise import fold, plain, words_of
from lamplighter.understanding.timing.lengths import length
from lamplighter.understanding.timing.words import Words

_ACK = r"acknowledge|acknowledges|ack|ack'd"
_SHELVE = r"shelve|silence|snooze|mute|quieten|hush|hide"
_UNSHELVE = r"unshelve|unsilence|unmute|unhide"
_VERBS = (
    (re.compile(rf"^(?:{_ACK}) (?P<what>.+)$"), "ack"),
    (re.compile(rf"^(?:{_SHELVE}) (?P<what>.+)$"), "shelve"),
    (re.compile(rf"^(?:{_UNSHELVE}) (?P<what>.+)$"), "unshelve"),
    (re.compile(r"^show (?P<what>.+?) again$"), "unshelve"),
    (re.compile(r"^take (?P<what>.+?) off the shelf(?: again)?$"), "unshelve"),
    (re.compile(r"^reset (?P<what>.+)$"), "reset"),
    (re.compile(r"^suppress (?P<what>.+)$"), "suppress"),
    (re.compile(r"^unsuppress (?P<what>.+)$"), "unsuppress"),
    (re.compile(r"^(?:take|put) (?P<what>.+?) out of service$"), "out_of_service"),
    (
        re.compile(r"^(?:return|put|bring|take) (?P<what>.+?) (?:back )?(?:in|into|to) service$"),
        "return_to_service",
    ),
)
_ALARMS = frozenset({"alarm", "alert", "warning", "fault"})
_ALL = frozenset({"all", "every", "everything", "each", "any"})
_FILLING = frozenset(
    [
        "a", "active", "an", "and", "at", "for", "from", "in", "its", "latched",
        "machine", "my", "new", "of", "on", "one", "open", "our", "please", "shelved", "silenced",
        "that", "the", "their", "these", "this", "those", "unacknowledged",
    ]
)  # fmt: skip
_KINDS = {
    "high": "*_high*",
    "low": "*_low*",
    "stale": "*_stale",
    "stuck": "*_stuck",
    "drift": "*_drifting_*",
    "rising": "*_rising_fast",
    "falling": "*_falling_fast",
}
_SHORT = 3
_DEFAULT_MIN = 60.0
_LONGEST_MIN = 7 * 24 * 60.0
_TIMED = re.compile(r"^(?P<what>.+?) for (?P<length>[^.]+)$")


def read_alarm_command(text: str, machines: Sequence[Machine]) -> Operate | NotUnderstood | None:
    """What the sentence says of alarms.

    Args:
        text: the sentence, in English.
        machines: those that are watched.

    Returns:
        None where it is no command about machines' alarms; NotUnderstood, with what to say, where
        it is one and can't be carried out as it was said.
    """
    if not machines:
        return None
    said = fold(plain(text))
    for pattern, op in _VERBS:
        if (match := pattern.match(said)) is not None:
            return _read(op, match["what"], machines)
    return None


def _read(op: str, what: str, machines: Sequence[Machine]) -> Operate | NotUnderstood | None:
    minutes, timed = _DEFAULT_MIN, False
    parted = _TIMED.match(what) if op == "shelve" else None
    if parted is not None and (found := _minutes(parted["length"])) is not None:
        what, minutes, timed = parted["what"], found, True
    words = list(_singular(what))
    alarms = bool(_ALARMS & set(words))
    words = [word for word in words if word not in _FILLING | _ALARMS]
    everything = bool(_ALL & set(words))
    words = [word for word in words if word not in _ALL]
    chosen, rest = _meant(words, machines)
    if not chosen and not (alarms and (everything or _is_plural(op, what))):
        return None
    if words and not chosen:
        return _unknown(rest) if alarms and _is_machines(op) else None
    conditions, rest = _conditions(rest, chosen)
    if rest:
        return _unknown(rest)
    if minutes > _LONGEST_MIN:
        return NotUnderstood("too long", "Alarms can be shelved for seven days at most.")
    assets = tuple(machine.asset for machine in (chosen or machines))
    named = tuple(machine.name or machine.asset for machine in chosen)
    return Operate(op, assets, conditions, minutes, named, timed=timed)


def _unknown(rest: Sequence[str]) -> NotUnderstood:
    said = " ".join(rest)
    return NotUnderstood("unknown machine", f"I don't know which alarms you mean by “{said}”.")


def _is_plural(op: str, what: str) -> bool:
    """Whether all machines' are meant where none is named; a house has an alarm of its own."""
    return op == "ack" or re.search(r"\b(?:alarms|alerts|warnings|faults)\b", what) is not None


def _is_machines(op: str) -> bool:
    """Whether nothing but alarms can be meant: one may hide, reset or mute other things."""
    return op in {"ack", "unshelve", "suppress", "unsuppress", "out_of_service"}


def _minutes(said: str) -> float | None:
    words = Words.of(said)
    found = length(words, 0)
    if found is None or found[1] < len(words) or found[0].seconds is None:
        return None
    return found[0].seconds / 60.0


def _singular(what: str) -> Iterator[str]:
    """The words, numbers in figures, and what may be a plural without its ending."""
    words = Words.of(what.replace("-", " "))
    place = 0
    while place < len(words):
        number = words.number(place)
        if number is not None and number[0] == int(number[0]):
            yield str(int(number[0]))
            place = number[1]
            continue
        word = words.at(place).removesuffix("'s")
        yield word[:-1] if len(word) > _SHORT and word.endswith("s") and word[-2] != "s" else word
        place += 1


def _meant(words: Sequence[str], machines: Sequence[Machine]) -> tuple[list[Machine], list[str]]:
    """The machines that the words fit best, and the words beside them."""
    known = {machine.asset: _known(machine) | _place(machine, words) for machine in machines}
    fits = {
        machine.asset: {word for word in words if word in known[machine.asset]}
        for machine in machines
    }
    best = max((len(found) for found in fits.values()), default=0)
    # A number alone names nothing.
    chosen = [
        machine
        for machine in machines
        if len(fits[machine.asset]) == best and any(not w.isdecimal() for w in fits[machine.asset])
    ]
    said = set().union(*(fits[machine.asset] for machine in chosen)) if chosen else set()
    return chosen, [word for word in words if word not in said]


def _known(machine: Machine) -> set[str]:
    """The words that name a machine, numbers that are part of a name apart: pump3."""
    text = f"{machine.name} {machine.asset} {machine.machine_class}"
    parted = re.sub(r"(?<=[^\W\d])(?=\d)", " ", text)
    return set(_singular(" ".join(words_of(f"{text} {parted}".replace("_", " ")))))


def _place(machine: Machine, words: Sequence[str]) -> set[str]:
    """The words of where it stands, where all of them were said."""
    own = set(_singular(" ".join(words_of(machine.area or ""))))
    return own if own <= set(words) else set()


def _conditions(
    rest: Sequence[str], machines: Sequence[Machine]
) -> tuple[tuple[str, ...], list[str]]:
    """The conditions' patterns that the words beside the machines name, and the words left."""
    left = list(rest)
    tags: set[str] = set()
    for machine in machines:
        for key, tag in machine.tags.items():
            own = set(_singular(" ".join(words_of(f"{tag.name} {key}".replace("_", " ")))))
            if said := own & set(left):
                tags.add(key)
                left = [word for word in left if word not in said]
    kinds = [_KINDS[word] for word in left if word in _KINDS]
    left = [word for word in left if word not in _KINDS and word not in {"current", "too", "very"}]
    if tags and kinds:
        return tuple(f"{tag}{kind[1:]}" for tag in sorted(tags) for kind in kinds), left
    return tuple(f"{tag}_*" for tag in sorted(tags)) or tuple(kinds), left
