"""Names as identifiers: ``Kitchen ceiling`` becomes ``kitchen_ceiling``."""

from __future__ import annotations

import re
import unicodedata

_OTHER = re.compile(r"[^a-z0-9]+")
# Letters that have no decomposition in Unicode, as they are usually written in ASCII.
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "ø": "o",
        "œ": "oe",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",
    }
)


def slugify(text: str, separator: str = "_") -> str:
    """The text in lower-case ASCII letters, digits and separators.

    Returns:
        "" where nothing of the text can be written so.
    """
    lowered = text.lower().replace("'", "").translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode("ascii")
    return _OTHER.sub(separator, plain).strip(separator)
