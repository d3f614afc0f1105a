"""What people take back while they speak: "the lamp and the spots off, no wait, leave the spots".

A part that is to be left alone becomes an exception, a new request follows the old one. Anything
else that is taken back stays as it is said, and is then not understood: what was meant of it can't
be told.
"""

from __future__ import annotations

import re

_TAKEN_BACK = re.compile(
    r"[\s,.;\u2014\u2013-]*\b(?:oh )?(?:no[,.]? (?:wait|hang on|hold on|sorry|stop)(?:[,.]? no)?|"
    r"wait[,.]? no|wait|hang on|hold on|scratch that|on second thoughts?|or rather)\b"
    r"[\s,.;\u2014\u2013-]*",
    re.IGNORECASE,
)
_LEFT_ALONE = re.compile(
    r"^(?:just )?(?:leave|keep|not|except|without|spare|skip)\s+(?!it\b|them\b|that\b)(?P<what>.+?)"
    r"(?: (?:on|off|as (?:it is|they are)|alone|out|open|closed))?$",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"^(?:turn|switch|put|set|make|open|close|shut|lock|start|stop|dim|raise|lower|change)\b",
    re.IGNORECASE,
)


def repaired(text: str) -> str:
    """The sentence as it stands in the end; unchanged where that can't be told."""
    parts = _TAKEN_BACK.split(text, maxsplit=1)
    if len(parts) == 1 or not parts[0].strip():
        return text
    before, after = (part.strip(" ,.;") for part in parts)
    if left := _LEFT_ALONE.match(after):
        rest = left["what"].split(" \u2014 ")[0]
        return f"{before} except {rest}"
    return f"{before}, {after}" if _REQUEST.match(after) else text
