"""What is to stay as it is for a while: "keep the fan on until ten", "let the pump run till nine".

Said without an end it asks for no change. With one it is done now, and is put back then.
"""

from __future__ import annotations

import re
from typing import Final

_LEADS: Final = r"^(?:please |just |can you |could you |would you )*"
_TAIL: Final = r"(?: please)?[.!]?$"
_RUNNING: Final = re.compile(
    rf"{_LEADS}(?:let|have|keep|leave) (?P<what>.+?) "
    rf"(?:run|running|going|to run|be on|stay on|switched on|turned on|on){_TAIL}",
    re.IGNORECASE,
)
_RESTING: Final = re.compile(
    rf"{_LEADS}(?:let|have|keep|leave) (?P<what>.+?) "
    rf"(?:be off|stay off|switched off|turned off|off|out){_TAIL}",
    re.IGNORECASE,
)
_STATED: Final = re.compile(
    rf"{_LEADS}(?:let|have|keep|leave) (?P<what>.+?) (?:be |stay )?"
    rf"(?P<way>open|closed|shut|locked){_TAIL}",
    re.IGNORECASE,
)
_VALUED: Final = re.compile(
    rf"{_LEADS}(?:let|have|keep|leave|hold) (?P<what>.+?) (?:be |stay )?(?:at|on|to) "
    r"(?P<value>\S.*)$",
    re.IGNORECASE,
)
_WITHOUT: Final = re.compile(
    r"^no (?P<what>(?:lights?|heating|heat|fans?|music|sprinklers?|water|irrigation)\b.*)$",
    re.IGNORECASE,
)
_DONE: Final = {"open": "open", "closed": "close", "shut": "close", "locked": "lock"}


_OBLIGED: Final = re.compile(
    rf"{_LEADS}(?P<what>(?!(?:is|are|who|what|which|i|i'd|we|we'd|you|he|she|they|it)\b)\S.*?)"
    r"(?:'s| is| are|'re| has| have| needs?| ought)"
    r"(?: due| meant| supposed| expected| got)? to "
    r"(?:be |go |come |get |turn |switch |stay )?(?P<way>on|off|out|open|shut|closed?|locked)"
    rf"{_TAIL}",
    re.IGNORECASE,
)
_TURNED: Final = {
    "on": "turn on",
    "off": "turn off",
    "out": "turn off",
    "open": "open",
    "shut": "close",
    "close": "close",
    "closed": "close",
    "locked": "lock",
}


def commanded(text: str) -> str:
    """The clause as a command where it says what is to become of something at its time.

    "The pump's to go off", said with a time, wants it to be turned off then.
    """
    match = _OBLIGED.match(text)
    if match is None:
        return text
    return f"{_TURNED[match['way'].casefold()]} {match['what']}"


def begun(text: str) -> str:
    """The clause as the command that begins what is to last; unchanged where it is one already."""
    if (match := _RUNNING.match(text)) is not None:
        return f"turn on {match['what']}"
    if (match := _RESTING.match(text)) is not None:
        return f"turn off {match['what']}"
    if (match := _STATED.match(text)) is not None:
        return f"{_DONE[match['way'].casefold()]} {match['what']}"
    if (match := _VALUED.match(text)) is not None:
        return f"set {match['what']} to {match['value']}"
    if (match := _WITHOUT.match(text)) is not None:
        return f"turn off the {match['what']}"
    return text
