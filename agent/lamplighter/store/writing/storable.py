"""Text that the database can hold."""

from __future__ import annotations


def storable(text: str) -> str:
    """The text with what UTF-8 can't hold (lone surrogates) written as escapes."""
    # Pure ASCII is known to the interpreter without a look at the text.
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode()
