"""Text from outside as it can stand in records, reports and on a terminal."""

from __future__ import annotations

import re

# Colours and cursor movements, as programs write them for a terminal.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")
# Control characters, halves of surrogate pairs (JSON can hold them, UTF-8 can't), and what turns
# the direction of writing round.
_NO_SIGNS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]+")
# What of a text is read at most, for each character that is kept.
_READ = 8


def plain(text: str, most: int) -> str:
    """The text as one line of at most ``most`` characters, without what is no sign to be read."""
    part = text[: _READ * most]
    if "\x1b" in part:
        part = _ESCAPES.sub("", part)
    return " ".join(_NO_SIGNS.sub(" ", part).split())[:most]
