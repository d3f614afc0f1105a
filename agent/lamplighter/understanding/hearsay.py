"""Sentences that have a command in them and are none: instructions to somebody else, and stories.

A model or a template finds "open the garage" in any of them. They are recognised by how they
begin, before anything is read, and nothing comes of them.
"""

from __future__ import annotations

import re

_ROLE = re.compile(
    r"^\W*(?:system|admin|administrator|developer|assistant|root|sudo|prompt|override|"
    r"(?:new |updated? )?instructions?|end of (?:text|prompt|message))(?: \w+)?\s*[:>\]|]",
    re.IGNORECASE,
)
_OVERRULED = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|skip)\s+(?:all |any |your |the |my |of |these |"
    r"those )*(?:previous|prior|earlier|above|other|safety|security|confirmation|former|system|"
    r"preceding)\s+(?:instructions?|rules?|prompts?|messages?|orders?|guidelines?|checks?|"
    r"questions?|polic(?:y|ies))\b",
    re.IGNORECASE,
)
_MADE_UP = re.compile(
    r"^(?:please |just |now |let's |can you |could you )*(?:pretend|imagine|suppose|translate|"
    r"spell|pronounce|repeat after|recite|compose|let's say|once upon a time|hypothetically|"
    r"as (?:an? |the )?(?:admin|administrator|developer|owner of))\b",
    re.IGNORECASE,
)
_SOMEBODY_IS = re.compile(
    r"^(?!(?:i|we|you|who|what|which|why|is|are|there|nobody|no one)\b)(?:my |the |our |his |her )?"
    r"\w+(?: \w+)? (?:is|are|keeps?|was|were) (?:\w+ )?(?:turning|switching|putting|opening|"
    r"closing|locking|unlocking|dimming|starting|stopping|setting|lighting)\b",
    re.IGNORECASE,
)
_GENERALLY = re.compile(r"^(?:can|could|may|should|would|does|is) an? \w+", re.IGNORECASE)
_ADMIRER = re.compile(
    r"\b(?:an?|big|huge|great|biggest|no|not much of a|real) (?:\w+ )?fan of\b", re.IGNORECASE
)
_OWNS = re.compile(
    r"^(?:i|we|he|she|they)(?:['\u2019]ve| have| has| had| own| owns| caught)(?: got)? "
    r"(?:an?|no|some|two|three|four) [^,.;]+$",
    re.IGNORECASE,
)
_PATTERNS = (_OWNS, _ROLE, _OVERRULED, _MADE_UP, _SOMEBODY_IS, _GENERALLY, _ADMIRER)


def is_hearsay(text: str) -> bool:
    """True where the sentence asks nothing of this home, whatever commands stand in it."""
    return any(pattern.search(text) for pattern in _PATTERNS)
