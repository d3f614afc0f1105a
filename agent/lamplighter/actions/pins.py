"""The PIN that risky things need besides a yes: read from its file, compared, never repeated.

What somebody says as a PIN is taken out of the sentence before anything else sees it: it stands in
no reply, no record and no log.
"""

from __future__ import annotations

import hmac
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from lamplighter.actions.memory import asker_of
from lamplighter.actions.settings import Pin
from lamplighter.understanding.interpretation import Ask

_log = structlog.get_logger("pins")

HIDDEN = "(PIN)"
"""What stands in a sentence in place of the PIN that was said."""

SHORTEST, LONGEST = 4, 12
_DIGIT_WORDS = {
    "zero": "0",
    "nought": "0",
    "oh": "0",
    "o": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
_TEEN_WORDS = {
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "thirteen": "13",
    "fourteen": "14",
    "fifteen": "15",
    "sixteen": "16",
    "seventeen": "17",
    "eighteen": "18",
    "nineteen": "19",
}
_TEN_WORDS = {
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "seventy": "70",
    "eighty": "80",
    "ninety": "90",
}
_REPEATED = {"double": 2, "triple": 3}
_NUMBER_WORDS = "|".join((*_DIGIT_WORDS, *_TEEN_WORDS, *_TEN_WORDS, *_REPEATED))
_SPOKEN = rf"(?:\d|\b(?:{_NUMBER_WORDS})\b)(?:[\s,.-]*(?:\d|\b(?:{_NUMBER_WORDS})\b))*"
_INTRODUCED = re.compile(
    rf"\b(?:(?:the|my|with|using|and)\s+)*(?:pin|code|passcode|password)\b"
    rf"(?:\s+(?:number|code))?(?:\s+is)?[\s,:]*(?P<pin>{_SPOKEN})",
    re.IGNORECASE,
)
_AGREED = re.compile(
    rf"^\s*(?:yes|yeah|yep|yup|sure|ok|okay|do it|go ahead|please do|confirm(?:ed)?)"
    rf"(?:\s+please)?[\s,.;:!-]+(?P<pin>{_SPOKEN})[\s.!]*$",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"^\s*(?:(?:it's|it is|that's|that is)\s+)?(?P<pin>{_SPOKEN})[\s.!]*$", re.IGNORECASE
)
_TRAILING = re.compile(
    rf"\b(?:unlock|open|disarm|arm)\b.*?(?<!\bto)(?<!\bat)(?<!\bfor)(?<!\bby)(?<!\bin)[\s,.;:]+"
    rf"(?P<pin>{_SPOKEN})[\s.!]*$",
    re.IGNORECASE | re.DOTALL,
)

_ANYWHERE = re.compile(rf"(?P<pin>{_SPOKEN})", re.IGNORECASE)
_HIDDEN_PART = re.compile(
    r"[\s,]*(?:\b(?:the|my|with|using|and|it's|it is|that's)\s+)*"
    r"(?:\b(?:pin|code|passcode|password)\b(?:\s+(?:number|code))?(?:\s+is)?[\s,:]*)?"
    rf"{re.escape(HIDDEN)}[\s.!]*",
    re.IGNORECASE,
)
_SHORTEST_TRY = 3
"""Digits that are hidden where a PIN was asked for: a part of it is as secret."""


def digits_of(said: str) -> str:
    """The digits that were said: "four seven one one", "47 11" and "double four one"."""
    found, times, after_ten = "", 1, False
    for word in re.findall(r"\d+|[a-z]+", said.casefold()):
        digit = _DIGIT_WORDS.get(word, "")
        if after_ten and digit not in ("", "0"):
            found = f"{found[:-1]}{digit}"  # "forty seven" is two digits
        elif word not in _REPEATED:
            known = digit or _TEEN_WORDS.get(word) or _TEN_WORDS.get(word) or word
            found += known * times
        times, after_ten = _REPEATED.get(word, 1), word in _TEN_WORDS
    return found


def concealed(
    text: str, *, pin_expected: bool = False, number_expected: bool = False
) -> tuple[str, str]:
    """The sentence without the PIN that is said in it, and the digits of that; "" where none is.

    Only the form of the sentence decides what is taken for a PIN, never its value: who tries
    numbers learns nothing from which of them are hidden.

    Args:
        text: the sentence.
        pin_expected: True where a PIN was asked for: then anything like one is taken for it.
        number_expected: True where another question is open that a number may answer.
    """
    forms = [_INTRODUCED, _AGREED, _TRAILING, *([] if number_expected else [_ALONE])]
    shortest = _SHORTEST_TRY if pin_expected else SHORTEST
    for form in (*forms, *([_ANYWHERE] if pin_expected else [])):
        match = form.search(text)
        said = digits_of(match["pin"]) if match else ""
        if match is not None and len(said) >= shortest:
            hidden = f"{text[: match.start('pin')]}{HIDDEN}{text[match.end('pin') :]}"
            return hidden.replace(said, HIDDEN).strip(), said[: LONGEST + 1]
    return text, ""


def without_pin(text: str) -> str:
    """A concealed sentence as it is interpreted: without the PIN and what introduces it."""
    return _HIDDEN_PART.sub(" ", text).strip()


_ALL_TOGETHER = 4
"""How many times as many wrong tries all askers of a link have together."""

_MOST_ASKERS = 1000


@dataclass(slots=True)
class PinPad:
    """Compares PINs and counts wrong ones.

    Wrong ones are counted for each asker, and for all askers of one link together: a user's name
    is only a claim, and claiming another one must not bring new tries.

    Attributes:
        monotonic: seconds that never jump.
    """

    monotonic: Callable[[], float]
    _settings: Pin | None = None
    _right: str = field(default="", repr=False)
    _wrong: dict[str, deque[float]] = field(default_factory=dict)

    def use(self, settings: Pin | None) -> None:
        """Takes other settings and reads the file; a file that does not read lets nobody pass."""
        self._settings = settings
        self._right = ""
        if settings is None:
            return
        try:
            found = settings.file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            _log.error("pin_not_read", file=str(settings.file), reason=type(error).__name__)
            return
        if not (found.isascii() and found.isdigit() and SHORTEST <= len(found) <= LONGEST):
            _log.error("pin_not_read", file=str(settings.file), reason="must be 4 to 12 digits")
            return
        self._right = found

    @property
    def configured(self) -> bool:
        """Whether anything needs a PIN."""
        return self._settings is not None

    @property
    def usable(self) -> bool:
        """Whether there is a PIN to compare with."""
        return bool(self._right)

    def locked_for(self, ask: Ask) -> float:
        """Seconds for which this asker's PINs don't count; 0 where they do."""
        if self._settings is None:
            return 0.0
        now, left = self.monotonic(), 0.0
        for key, tries in self._counted(ask).items():
            wrong = self._recent(key, now)
            if len(wrong) >= tries:
                left = max(left, wrong[-tries] + self._settings.locked - now)
        return left

    def right(self, ask: Ask, said: str) -> bool:
        """Whether this is the PIN; a wrong one is counted."""
        if not self._right or self.locked_for(ask) > 0:
            return False
        if hmac.compare_digest(self._right.encode(), said.encode()):
            self._wrong.pop(asker_of(ask), None)
            return True
        now = self.monotonic()
        for key in self._counted(ask):
            self._recent(key, now).append(now)
        _log.warning("pin_wrong", origin=ask.origin)
        return False

    def _counted(self, ask: Ask) -> dict[str, int]:
        assert self._settings is not None
        tries = self._settings.tries
        return {asker_of(ask): tries, f"{ask.origin}:all": tries * _ALL_TOGETHER}

    def _recent(self, key: str, now: float) -> deque[float]:
        """When wrong ones were said that still count."""
        assert self._settings is not None
        wrong = self._wrong.setdefault(key, deque(maxlen=self._settings.tries * _ALL_TOGETHER))
        while wrong and wrong[0] + self._settings.locked <= now:
            wrong.popleft()
        while len(self._wrong) > _MOST_ASKERS:
            del self._wrong[next(iter(self._wrong))]
        return wrong
