"""What people write about a machine, condensed to its most telling sentences.

Nothing is reworded: what is kept stands in the text as it was written, in its order. So a note of
any length can stand in a record that a report must be faithful to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from lamplighter.faults.evidence.record import Note
from lamplighter.faults.plain_text import plain
from lamplighter.faults.stored import mapping, moment, text

MOST_WORDS = 60
"""A note that has more words is condensed to so many."""

LONGEST_TICKET = 20_000
"""Characters of a text that are read."""

# Sixty words of a text without blanks would have no end.
_LONGEST_NOTE = 1_000
_LONGEST_NAME = 80

# A full stop ends a sentence, but not within a number or after an initial or an abbreviation.
_END = re.compile(r"(?<=[^\W\d_]{3}[.!?])\s+(?=\S)|(?<=\d[.!?])\s+(?=[^\W\d_])|(?<=[)\]][.!?])\s+")
_BULLET = re.compile(r"^\s*(?:[-*•>#]+|\d+[.)])\s+")
_WORD = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*")
_QUANTITY = re.compile(
    r"\d+(?:[.,:]\d+)*\s*(?:%|°?[CF]\b|[a-zµ]{1,3}(?:/[a-z]+)?\b)?", re.IGNORECASE
)
_COURTESY = re.compile(
    r"^(?:hi|hello|dear|good (?:morning|afternoon|evening)|hey|thanks|thank you|many thanks|"
    r"regards|kind regards|best regards|best|cheers|sincerely|br|sent from|please advise|"
    r"please let me know|let me know|hope this)\b",
    re.IGNORECASE,
)
_TELLING = frozenset(
    ("alarm", "bearing", "blocked", "broke", "broken", "burnt", "cause", "caused", "changed",
     "checked", "cleaned", "clogged", "corroded", "cracked", "damage", "damaged", "decided",
     "defective", "dirty", "drained", "dropped", "dry", "due", "empty", "error", "failed",
     "failure", "fault", "faulty", "filled", "fixed", "found", "grinding", "high", "hot", "ice",
     "jam", "jammed", "leak", "leaked", "leaking", "loose", "loud", "low", "missing", "noise",
     "noisy", "opened", "overheated", "overload", "reason", "reduced",
     "refilled", "repaired", "replaced", "reset", "restarted", "root", "rose", "seal", "seized",
     "set", "shut", "slipping", "smell", "smoke", "started", "stopped", "stuck", "swapped",
     "tightened", "trip", "tripped", "vibrating", "vibration", "wear", "wet", "worn", "wrong")
)  # fmt: skip
_OUTCOMES = frozenset(
    ("afterwards", "cause", "caused", "fixed", "found", "helped", "quiet", "quietly", "ran",
     "repaired", "replaced", "restart", "restarted", "root", "running", "since", "solved",
     "swapped", "tightened", "turned")
)  # fmt: skip
_WORK = frozenset(
    ("adjusted", "aligned", "bled", "changed", "cleaned", "cleared", "closed", "defrosted",
     "drained", "exchanged", "filled", "fixed", "flushed", "greased", "lubricated", "opened",
     "refilled", "removed", "repaired", "replaced", "reset", "restarted", "set", "swapped",
     "switched", "tightened", "topped", "turned", "unblocked", "vented")
)  # fmt: skip
_COMMON = frozenset(
    ("a", "about", "after", "again", "all", "also", "am", "an", "and", "any", "are", "as", "at",
     "be", "been", "but", "by", "can", "could", "did", "do", "for", "from", "had", "has", "have",
     "he", "i", "if", "in", "is", "it", "its", "just", "me", "my", "no", "not", "now", "of", "on",
     "or", "our", "out", "she", "so", "some", "that", "the", "their", "them", "then", "there",
     "they", "this", "to", "up", "us", "was", "we", "were", "what", "when", "which", "will",
     "with", "would", "you", "your")
)  # fmt: skip
_ENTRY_WORDS = 3
_LEAST_WORDS = 2
_HEADING = 0.6


def condense(ticket: str, *, most_words: int = MOST_WORDS) -> str:
    """The most telling sentences of a text, as they stand in it and in its order.

    A sentence counts by the quantities in it, by words that tell of faults, findings and repairs,
    and by words that the text keeps coming back to. Greetings and what is said twice go first. A
    single sentence that is too long is cut at a word, and the cut is marked by ``...``.

    Args:
        ticket: any text; the first 20,000 characters count.
        most_words: how many words are kept at most, at least 5.
    """
    sentences = _sentences(ticket[:LONGEST_TICKET])
    whole = _joined(sentences)
    if len(whole.split()) <= most_words:
        return whole
    worth = _worth(sentences)
    kept: set[int] = set()
    count = 0
    for at in sorted(range(len(sentences)), key=lambda at: (-worth[at], at)):
        size = len(sentences[at].split())
        if worth[at] > 0 and count + size <= most_words:
            kept.add(at)
            count += size
    if not kept:
        best = max(range(len(sentences)), key=lambda at: worth[at])
        return " ".join(sentences[best].split()[: most_words - 1]) + " ..."
    return _joined([sentences[at] for at in sorted(kept)])


def note_of(written: str, by: str, at: float) -> Note | None:
    """The note as it is kept; None where nothing was written."""
    said = plain(condense(written), _LONGEST_NOTE).replace('"', "'")
    return Note(said, plain(by, _LONGEST_NAME) or "unknown", at) if said else None


def read_note(stored: Any) -> Note:
    """A note that an earlier run kept.

    Raises:
        PayloadError: it is damaged.
    """
    kept = mapping(stored, "notes")
    return Note(
        text(kept.get("text"), "text"), text(kept.get("by"), "by"), moment(kept.get("at"), "at")
    )


def _sentences(ticket: str) -> list[str]:
    found: list[str] = []
    for line in ticket.splitlines():
        plain = " ".join(_BULLET.sub("", line).split())
        found += [part for part in _END.split(plain) if part]
    return found


def _joined(sentences: Sequence[str]) -> str:
    """The sentences as one line; those that end without a stop are set apart."""
    *before, last = sentences or ("",)
    ends = [each if each[-1] in ".!?;:," else f"{each};" for each in before]
    return " ".join((*ends, last))


def _worth(sentences: Sequence[str]) -> list[float]:
    """How telling each sentence is; 0 or less: it is not."""
    words = [[word.lower() for word in _WORD.findall(sentence)] for sentence in sentences]
    counts = Counter(
        word for each in words for word in set(each) if word not in _COMMON and not word.isdigit()
    )
    seen: set[tuple[str, ...]] = set()
    found: list[float] = []
    for sentence, each in zip(sentences, words, strict=True):
        plain = tuple(word for word in each if word not in _COMMON)
        if len(each) < _LEAST_WORDS or _COURTESY.match(sentence) or plain in seen:
            found.append(0.0)
            continue
        seen.add(plain)
        telling = sum(word in _TELLING for word in set(each))
        outcome = sum(word in _OUTCOMES for word in set(each))
        topic = sum(counts[word] - 1 for word in set(plain)) / len(sentences)
        figures = min(2, len(_QUANTITY.findall(sentence)))
        worth = 1.0 * telling + 1.0 * outcome + 0.7 * figures + topic
        if len(each) < _ENTRY_WORDS:
            worth *= _HEADING
        found.append(worth / max(1.0, len(each) / 12.0) ** 0.5)
    return found


def tells_of_work(written: str) -> bool:
    """Whether a text tells of something that was done to a machine."""
    return any(word.lower() in _WORK for word in _WORD.findall(written))
