"""Regular expressions from the network, refused where they may take time without end."""

from __future__ import annotations

import re
import warnings

MAX_TEXT = 8_192
"""Characters of a text that an expression from the network is tried on."""

_MANY = 8
_TOKEN = re.compile(
    r"\\."  # an escape
    r"|\[\^?\]?(?:\\.|[^\]\\])*\]"  # a set
    r"|\((?:\?(?:P?<?[=!]|:|P?<\w+>|P=\w+|#|[aiLmsux-]+:?))?"  # a group opens
    r"|[*+?]|\{(?P<least>\d*)(?P<comma>,?)(?P<most>\d*)\}"  # a repetition
    r"|.",
    re.DOTALL,
)


def compiled(expression: str, flags: int = 0) -> re.Pattern[str]:
    """The expression, compiled.

    Raises:
        ValueError: it is none, or repeats a group that itself repeats or has alternatives: such
            ones can take longer than the age of the universe on a short text.
    """
    if _explodes(expression):
        raise ValueError(f"expression {expression!r} repeats what repeats or has alternatives")
    try:
        with warnings.catch_warnings():
            # What may change its meaning in a later Python is the device's matter.
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(expression, flags)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"bad expression {expression!r}: {error}") from error


def bounded_text(value: object) -> str:
    """The value as a text to try an expression on.

    Raises:
        ValueError: it is longer than MAX_TEXT.
    """
    text = str(value)
    if len(text) > MAX_TEXT:
        raise ValueError(f"a text of more than {MAX_TEXT} characters for an expression")
    return text


def _explodes(expression: str) -> bool:
    open_groups: list[bool] = [False]  # whether each holds something that varies
    closed: bool | None = None  # the same of the group that just closed
    for token in _TOKEN.finditer(expression):
        text = token[0]
        varies, many = _repetition(token)
        if many and closed:
            return True
        if text == ")" and len(open_groups) > 1:
            closed = open_groups.pop()
            open_groups[-1] |= closed
            continue
        if varies or text == "|":
            open_groups[-1] = True
        elif text.startswith("("):
            open_groups.append(False)
        closed = None
    return False


def _repetition(token: re.Match[str]) -> tuple[bool, bool]:
    """Whether it matches more than one number of times, and whether it may match many."""
    text = token[0]
    if text in ("*", "+"):
        return True, True
    if text == "?":
        return True, False
    if token["least"] is None or (not token["least"] and not token["most"]):
        return False, False
    if token["comma"] and not token["most"]:
        return True, True
    most = int(token["most"] or token["least"])
    return bool(token["comma"]), most > _MANY
