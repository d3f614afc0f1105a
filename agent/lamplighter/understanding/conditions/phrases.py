"""Words that several kinds of clauses have in common, as parts of patterns over folded text."""

from __future__ import annotations

import re
from dataclasses import dataclass

SOMEONE = (
    r"(?:someone|somebody|anyone|anybody|a person|people|any person|something|anything|"
    r"a visitor|an intruder|a burglar|a stranger|i|we|you|one of us|everyone|everybody)"
)
NOBODY = r"(?:nobody|no one|no-one|noone|none of us|nothing)"
MOTION = r"(?:motion|movement|activity|presence)"
PERSON_OR_MOTION = rf"(?:{SOMEONE}|any {MOTION}|{MOTION}|a movement|some {MOTION}|moving)"
SEES = (
    r"(?:sees?|detects?|notices?|senses?|spots?|picks? up|registers?|"
    r"reports?|catches|has seen|has detected)"
)
IN = (
    r"(?:in|on|at|inside|within|by|near|around|outside|through|into|"
    r"past|to|from|under|underneath|beneath|behind)"
)
THERE_IS = r"(?:there is|there are|we have)"
BE = (
    r"(?:is|are|gets?|becomes?|goes|go|has been|have been|stays?|remains?|"
    r"has|reads?|measures?|shows?|says|reports?|rises?|climbs?|drops?|"
    r"falls?|dips?|sinks?|grows?|comes|turns?|reaches|hits|runs|feels|"
    r"warms|heats|cools|creeps|shoots|jumps)"
)
MOVES = (
    r"(?:gets?|becomes?|goes|go|rises?|climbs?|drops?|falls?|dips?|"
    r"sinks?|grows?|comes|turns?|reaches|hits|exceeds?|passes|crosses|"
    r"warms|heats|cools|creeps|shoots|jumps)"
)


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a clause, with the state that it says and whether it says that it comes about."""

    pattern: re.Pattern[str]
    value: str
    event: bool


def forms(*rows: tuple[str, str, bool]) -> tuple[Form, ...]:
    """Forms, each by its pattern, its state and whether something happens."""
    return tuple(Form(re.compile(pattern), value, event) for pattern, value, event in rows)
