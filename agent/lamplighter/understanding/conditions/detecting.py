"""Clauses about what is detected: people and movement, water, smoke and gas, who is at home."""

from __future__ import annotations

import re

from lamplighter.understanding.conditions.claim import Claim, Sense
from lamplighter.understanding.conditions.phrases import (
    IN,
    MOTION,
    NOBODY,
    PERSON_OR_MOTION,
    SEES,
    SOMEONE,
    THERE_IS,
    Form,
    forms,
)

_WET = r"(?:water|leak|a leak|leaks|moisture|flooding|a flood|a water leak|damp|wetness|leakage)"
_SMOKY = r"(?:smoke|fire|a fire|flames)"
_GASSY = r"(?:gas|a gas leak|carbon monoxide|co)"
_HOME = r"(?:at home|home|in the house|in the home|here|in)"


_MOTIONS = forms(
    (rf"(?P<s>.+?) {SEES} (?:no {MOTION}|{NOBODY}|no people)", "off", True),
    (
        (
            r"(?P<s>.+?) (?:does|do|has) not (?:see|seen|detect|detected|sense|"
            rf"sensed|notice|register) {PERSON_OR_MOTION}"
        ),
        "off",
        False,
    ),
    (rf"(?P<s>.+?) {SEES} {PERSON_OR_MOTION}(?: moving| there| move)?", "on", True),
    (
        (
            rf"{THERE_IS} (?:no (?:{MOTION}|one)|{NOBODY})(?: (?:detected|moving|"
            rf"sensed|seen))?(?: {IN} (?P<s>.+))?"
        ),
        "off",
        False,
    ),
    (
        (
            rf"(?:no {MOTION}|{NOBODY}) (?:is|has been|was|are|gets) (?:seen "
            rf"|detected |sensed |there |present |moving |moved |around )?(?:{IN} "
            r")?(?P<s>.+)"
        ),
        "off",
        False,
    ),
    (rf"(?:no {MOTION}|{NOBODY}) (?:moves |is moving )?{IN} (?P<s>.+)", "off", False),
    (rf"{NOBODY} (?:moves|(?:has|is) moved) {IN} (?P<s>.+)", "off", True),
    (rf"{MOTION} {IN} (?P<s>.+)", "on", True),
    (
        (
            r"(?P<s>.+? (?:motion|movement|presence|pir)(?: (?:sensor|detector))?) "
            r"(?:goes off|is set off|triggers|trips|fires|kicks in|goes)"
        ),
        "on",
        True,
    ),
    (
        rf"{THERE_IS} {PERSON_OR_MOTION}(?: (?:detected|seen|moving))?(?: {IN} (?P<s>.+))?",
        "on",
        False,
    ),
    (
        (
            rf"{PERSON_OR_MOTION} (?:is|gets|has been) (?:detected|seen|sensed|"
            rf"noticed|picked up|registered|spotted)(?: {IN}(?: by)? (?P<s>.+))?"
        ),
        "on",
        True,
    ),
    (rf"(?:you|we|i) {SEES} {PERSON_OR_MOTION}(?: {IN} (?P<s>.+))?", "on", True),
    (
        (
            rf"{SOMEONE} (?:walks?|comes?|goes|go|moves?|steps?|runs?|arrives?|"
            rf"passes|shows up|turns up) {IN} (?P<s>.+)"
        ),
        "on",
        True,
    ),
    (rf"{SOMEONE} (?:enters|enter|passes|visits|uses) (?P<s>.+)", "on", True),
    (rf"{SOMEONE} leaves (?P<s>(?!home\b|the house\b).+)", "off", True),
    (rf"{MOTION} (?:stops|ends|ceases)(?: {IN} (?P<s>.+))?", "off", True),
    (rf"{MOTION} (?:starts|begins)? ?(?:{IN}) (?P<s>.+)", "on", True),
    (
        (
            rf"{SOMEONE} (?:is|are|am|stays|has been|have been) (?:still |moving "
            rf"|present |around )?{IN} (?P<s>.+)"
        ),
        "on",
        False,
    ),
    (
        (
            r"(?P<s>.+?) (?:is|becomes|gets|has been|stays|remains) (?:empty|"
            r"unoccupied|vacant|deserted)"
        ),
        "off",
        False,
    ),
    (r"(?P<s>.+?) (?:is|becomes|gets|has been) (?:occupied|in use)", "on", False),
    (r"(?P<s>.+?) (?:is|has been) (?:clear|quiet|still)", "off", False),
    (
        (
            r"(?P<s>.+? (?:motion|movement|presence)(?: (?:sensor|detector))?) "
            r"(?:turns|goes|comes|switches) on"
        ),
        "on",
        True,
    ),
)
_BECOMING = re.compile(r"\b(?:becomes|gets)\b")
_WHOLE_HOME = re.compile(r"(?:the )?(?:home|house)")
_BY = re.compile(rf"^(?:{IN}|by) ")


def _found(words: str) -> tuple[Form, ...]:
    """The ways of saying that something was found."""
    return forms(
        (rf"(?:a |any )?{words} {IN} (?P<s>.+)", "on", True),
        (rf"{THERE_IS} (?:any )?{words}(?: detected)?(?: {IN} (?P<s>.+))?", "on", False),
        (
            (
                rf"(?:any )?{words} (?:is|gets|has been) (?:detected|found|seen|"
                rf"sensed|noticed|reported)(?: {IN} (?P<s>.+))?"
            ),
            "on",
            True,
        ),
        (rf"(?P<s>.+?) {SEES} (?:any )?{words}", "on", True),
        (rf"(?P<s>.+?) (?:detects?|finds?|smells?) (?:any )?{words}", "on", True),
        (rf"(?P<s>.+?) (?:does|do) not detect (?:any )?{words}", "off", False),
    )


_DANGERS: tuple[tuple[Sense, tuple[Form, ...]], ...] = (
    ("moisture", _found(_WET)),
    ("smoke", _found(_SMOKY)),
    ("gas", _found(_GASSY)),
)
_WET_NOW = re.compile(
    r"(?P<s>.+?) (?:(?P<now>leaks|floods|gets wet|becomes wet|gets damp)|"
    r"(?:is|are|has been) (?P<w>wet|leaking|flooded|damp|dry))"
)
_SMOKE_ALARM = re.compile(
    r"(?P<s>.*?(?:smoke|fire) (?:detector|alarm|sensor)s?) "
    r"(?:goes off|triggers|sounds|rings|is triggered|is going off|fires|trips|goes)"
)
_PRESENCES = forms(
    (rf"{NOBODY} (?:is|are) (?:left )?{_HOME}", "off", False),
    (
        (
            r"(?:everyone|everybody|we|they) (?:is|are|have|has) (?:all )?(?:out|"
            r"away|gone|left|not (?:at )?home|not in)(?: of the house)?"
        ),
        "off",
        False,
    ),
    (
        (
            r"(?:everyone|everybody|we|the last person)(?: all)? (?:leaves?|"
            r"goes out|go out|leave home|leaves home|leaves the house|leave "
            r"the house)"
        ),
        "off",
        True,
    ),
    (r"(?:the )?(?:house|home|flat|apartment) (?:is|becomes|gets) empty", "off", False),
    (r"(?:the )?(?:house|home|flat|apartment) (?:is )?(?:not empty|occupied)", "on", False),
    (rf"{SOMEONE} (?:is|are|am) {_HOME}", "on", False),
    (
        rf"{SOMEONE} (?:comes?|gets?|arrives?|returns?|is back)(?: back)? (?:at )?home",
        "on",
        True,
    ),
    (rf"{SOMEONE} (?:leaves?|left)(?: home| the house)?", "off", True),
    (r"i am (?:away|out|not (?:at )?home|gone)", "off", False),
)


def motion(text: str) -> list[Claim]:
    """The clause as one about people or movement; empty where it is none."""
    for form in _MOTIONS:
        match = form.pattern.fullmatch(text)
        if match is None or _WHOLE_HOME.fullmatch(subject := match["s"] or ""):
            continue
        event = form.event or _BECOMING.search(text) is not None
        return [Claim(_BY.sub("", subject), "motion", value=form.value, event=event)]
    return []


def danger(text: str) -> list[Claim]:
    """The clause as one about water, smoke or gas; empty where it is none."""
    for sense, forms_of_it in _DANGERS:
        for form in forms_of_it:
            if match := form.pattern.fullmatch(text):
                return [Claim(match["s"] or "", sense, value=form.value, event=form.event)]
    if match := _WET_NOW.fullmatch(text):
        value = "off" if match["w"] == "dry" else "on"
        return [Claim(match["s"], "moisture", value=value, event=bool(match["now"]))]
    match = _SMOKE_ALARM.fullmatch(text)
    return [Claim(match["s"], "smoke", event=True)] if match else []


def at_home(text: str) -> list[Claim]:
    """The clause as one about who is at home; empty where it is none."""
    for form in _PRESENCES:
        if form.pattern.fullmatch(text):
            return [Claim("", "home", value=form.value, event=form.event)]
    return []
