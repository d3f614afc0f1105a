"""Numbers, dates, times and spans that are written out in words, put into figures.

``a quarter of an hour`` becomes ``~15 min``, ``1 March 2026`` becomes ``2026-03-01``, ``2:05 pm``
becomes ``14:05``, ``eighty-one`` becomes ``81``; a ``~`` marks what is loose by its very wording.
What stands in quotation marks is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORTH = {word: number for number, word in enumerate(_SMALL)}
_WORTH |= {word: 10 * number for number, word in enumerate(_TENS, start=2)}
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]

_QUOTED = re.compile(r"(\"[^\"]*\"|“[^”]*”)")
_BELOW_100 = (
    rf"(?:(?:{'|'.join(_TENS)})(?:[-\s](?:{'|'.join(_SMALL[1:10])}))?|(?:{'|'.join(_SMALL)}))"
)
_BELOW_1000 = (
    rf"(?:(?:{'|'.join(_SMALL[1:])}|a)\s+hundred(?:\s+(?:and\s+)?{_BELOW_100})?|{_BELOW_100})"
)
_NUMBER = (
    rf"(?:{_BELOW_1000}\s+thousand(?:,?\s+(?:and\s+)?{_BELOW_1000})?|{_BELOW_1000})"
    rf"(?:\s+point(?:\s+(?:{'|'.join(_SMALL[:10])}))+)?"
)
_MONTH = rf"(?:{'|'.join(name[:3].title() + '(?:' + name[3:] + ')?' for name in _MONTHS)}|Sept)\.?"
_FLAGS = re.IGNORECASE
_UNIT = r"(hours?|minutes?|seconds?|hrs?|h|mins?|secs?|s|days?)"
_IN_SECONDS = {"h": 3600, "m": 60, "s": 1, "d": 86400}
_HUNDREDS = re.compile(r"^(.*?)\s*hundred\s*(?:and\s+)?(.*)$")


def in_figures(text: str) -> str:
    """The text with figures in place of what is written out."""
    parts = _QUOTED.split(text)
    return "".join(part if at % 2 else _replaced(part) for at, part in enumerate(parts))


def _replaced(text: str) -> str:
    for pattern, made in _RULES:
        text = pattern.sub(made, text)
    return text


def _number(match: re.Match[str]) -> str:
    """Figures for number words; a bare "one" or "a" stays a word, for it seldom counts."""
    found = match.group().lower()
    return match.group() if found in {"one", "zero"} else worth(found)


def worth(written: str) -> str:
    """The figures of a number in words, such as ``one hundred and four point five``."""
    whole, _, decimals = written.lower().partition(" point ")
    thousands, _, rest = whole.rpartition("thousand")
    number = 1000 * _below_1000(thousands) + _below_1000(rest)
    digits = "".join(str(_WORTH[word]) for word in decimals.split())
    return f"{number}.{digits}" if digits else str(number)


def _below_1000(written: str) -> int:
    words = written.replace(",", " ").strip()
    hundreds = _HUNDREDS.match(words)
    if hundreds is not None:
        many = hundreds[1].strip()
        return 100 * (1 if many == "a" else _WORTH[many]) + _below_1000(hundreds[2])
    return sum(_WORTH[word] for word in re.split(r"[\s-]+", words) if word in _WORTH)


def _date(year: str | None, month: str, date: str) -> str:
    named = month.lower().rstrip(".")[:3]
    number = next(at for at, name in enumerate(_MONTHS, start=1) if name.startswith(named))
    return f"{year or ''}-{number:02d}-{int(date):02d}"


def _day_first(match: re.Match[str]) -> str:
    return _date(match[3], match[2], match[1])


def _month_first(match: re.Match[str]) -> str:
    return _date(match[3], match[1], match[2])


def _in_figures_only(match: re.Match[str]) -> str:
    """``01.03.2026`` is the first of March on this side of the ocean."""
    one, other, year = int(match[1]), int(match[2]), match[3]
    date, month = (one, other) if other <= _MONTHS_A_YEAR else (other, one)
    return f"{year}-{month:02d}-{date:02d}"


def _clock(match: re.Match[str]) -> str:
    hour = int(match[1]) % 12 + (12 if match[4].lower() == "p" else 0)
    seconds = f":{match[3]}" if match[3] else ""
    return f"{hour:02d}:{match[2] or '00'}{seconds}"


def _on_24_hours(match: re.Match[str]) -> str:
    return f"{int(match[1]):02d}:{match[2]}"


def _half_past(match: re.Match[str]) -> str:
    return f"{match[1]} and a half {match[2]}"


def _and_a_part(match: re.Match[str], share: float) -> str:
    unit = _IN_SECONDS[match[2][0].lower()]
    seconds = (float(match[1]) + share) * unit
    return f"~{seconds / 60:g} min" if unit > 1 else f"~{seconds:g} s"


def _composed(match: re.Match[str]) -> str:
    """``1 h 5 min`` in the smaller of the two units."""
    big, small = _IN_SECONDS[match[2][0].lower()], _IN_SECONDS[match[4][0].lower()]
    if big <= small:
        return match.group()
    return f"{(int(match[1]) * big + int(match[3]) * small) // small} {match[4]}"


def _spoken(match: re.Match[str]) -> str:
    """``ten past eleven pm`` is 23:10; without am or pm it stays open, which a ``~`` tells."""
    said = match["part"].lower()
    minutes = {"quarter": 15, "half": 30}.get(said.removeprefix("a ").strip())
    minutes = int(worth(said)) if minutes is None else minutes
    hour = int(worth(match["hour"].lower()))
    if match["way"].lower() == "to":
        hour, minutes = hour - 1, _MINUTES - minutes
    if not (0 <= hour <= _MONTHS_A_YEAR and 0 <= minutes < _MINUTES):
        return match.group()
    half = (match["half"] or "").lower().replace(".", "")
    if not half:
        return f"{hour % 12:02d}:{minutes:02d}~"
    late = half.endswith(("pm", "afternoon", "evening")) or (
        half.endswith("night") and hour % 12 > _SIX
    )
    return f"{hour % 12 + (12 if late else 0):02d}:{minutes:02d}"


_MINUTES, _SIX = 60, 6
_MONTHS_A_YEAR = 12
_DATES: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (
        r"\b(?:[Aa]pprox|[Nn]o|[Nn]r|vs|min|max|sec|temp|vib|incl|resp)\.(?=\s+[a-z0-9(~<])",
        lambda m: m.group()[:-1],
    ),
    (rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+({_MONTH}),?\s+(\d{{4}})\b", _day_first),
    (rf"\b({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", _month_first),
    (rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?\s+({_MONTH})()(?![\w.-])", _day_first),
    (rf"\b({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?()(?![\w:.-]\w|\w)", _month_first),
    (r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b", _in_figures_only),
)
_LAST: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"(?<![\d:.])(\d{1,2})(?:[:.](\d\d)(?::(\d\d))?)?\s?([ap])\.?\s?m\b\.?", _clock),
    (r"(?<![\d:.])(\d{1,2})h(\d\d)\b", _on_24_hours),
    (r"\be\.g\.", "eg"),
    (r"\bi\.e\.", "ie"),
    (r"\bper\s?cent\b", "%"),
    (r"(?<!past )(?<!after )(?<!before )(?<!to )\bmidnight\b", "00:00"),
    (r"\b(?:noon|midday)\b", "12:00"),
)
_WORD = rf"(?:{_BELOW_100})"
_HALF = r"(?P<half>[ap]\.?m\.?|in\s+the\s+(?:morning|afternoon|evening)|at\s+night)"
_SPOKEN = (
    rf"(?:\b(?P<part>{_WORD}|\d{{1,2}}|(?:a\s+)?quarter|half)(?:\s+minutes?)?\s+(?P<way>past)"
    rf"\s+(?P<hour>{_WORD}|\d{{1,2}})\b(?:\s+{_HALF})?)"
)
_SPOKEN_TO = (
    rf"(?:(?<=at\s)|(?<=since\s)|(?<=about\s)|(?<=around\s))(?P<part>{_WORD}|\d{{1,2}}|(?:a\s+)?quarter)(?:\s+minutes?)?"
    rf"\s+(?P<way>to)\s+(?P<hour>{_WORD})\b(?:\s+{_HALF})?"
)
_RULES: list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    (re.compile(_SPOKEN, _FLAGS), _spoken),
    (re.compile(_SPOKEN_TO, _FLAGS), _spoken),
    (re.compile(r"\bthree[-\s]quarters\s+of\s+an?\s+hour\b", _FLAGS), "~45 min"),
    (
        re.compile(r"\b(?:a\s+)?quarter\s+of\s+an\s+hour\b|\ba\s+quarter[-\s]hour\b", _FLAGS),
        "~15 min",
    ),
    (re.compile(r"\bhalf\s+an\s+hour\b|\ba\s+half[-\s]hour\b", _FLAGS), "~30 min"),
    (re.compile(r"\bhalf\s+a\s+minute\b", _FLAGS), "~30 s"),
    (re.compile(r"\bthree[-\s]quarters\s+of\s+a\s+minute\b", _FLAGS), "~45 s"),
    (re.compile(r"\bthree[-\s]quarters\s+of\s+(?=the|its|what)", _FLAGS), "~75 % of "),
    (re.compile(r"\btwo[-\s]thirds\s+of\s+(?=the|its|what)", _FLAGS), "~67 % of "),
    (re.compile(r"\ba\s+couple\s+of\s+(?=minutes|hours|seconds)", _FLAGS), "~2 "),
    (re.compile(r"\ban?\s+(hour|minute)\s+and\s+a\s+half\b", _FLAGS), r"1 and a half \1"),
    (
        re.compile(r"(?<!per\s)(?<!\d\s)(?<!\w/s\s)(?<!\w/h\s)\b(?:an|one)\s+(?=hour\b)", _FLAGS),
        "1 ",
    ),
    (
        re.compile(
            r"(?<=for\s)a(?=\s+minute\b)|(?<=lasted\s)a(?=\s+minute\b)|(?<=after\s)a(?=\s+minute\b)|\bone(?=\s+(?:minute|second|hour|day)\b)",
            _FLAGS,
        ),
        "1",
    ),
    (
        re.compile(rf"\b{_NUMBER}\b(?!-of|\sof\s(?:them|these|those|its|the)\s?other)", _FLAGS),
        _number,
    ),
    (
        re.compile(rf"\b(\d+(?:\.\d+)?)\s+and\s+a\s+half\s+{_UNIT}\b", _FLAGS),
        partial(_and_a_part, share=0.5),
    ),
    (
        re.compile(rf"\b(\d+(?:\.\d+)?)\s+and\s+a\s+quarter\s+{_UNIT}\b", _FLAGS),
        partial(_and_a_part, share=0.25),
    ),
    (re.compile(rf"\b(\d+)\s?{_UNIT},?\s+(?:and\s+)?(\d+)\s?{_UNIT}\b", _FLAGS), _composed),
    *((re.compile(pattern), made) for pattern, made in _DATES),
    *((re.compile(pattern, _FLAGS), made) for pattern, made in _LAST),
]
