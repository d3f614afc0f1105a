"""Sentences as people write them, brought to the form that the rules know.

Only what carries no meaning goes: spacing, forms of greeting, politeness and hesitation at the
start and at the end. Negations, conditions and times are never touched.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

MAX_CHARACTERS = 500
"""Longer texts are no command; they are cut before anything looks at them."""

_NAMES = (
    r"(?:there|you|lamplighter|home assistant|assistant|computer|house|jarvis|google|alexa|siri|"
    r"buddy|mate|dear|man|love|darling|bro|dude)"
)
_OPENINGS = (
    rf"(?:hey|hi|hello|ok|okay|yo|good (?:morning|evening|night|day))(?:,? {_NAMES})?",
    rf"(?:thank you|thanks|cheers)(?: so much| very much| a lot)?(?:,? {_NAMES})?",
    r"(?:lamplighter|home assistant|computer|alexa|jarvis)",
    r"(?:um+|uh+|erm*|hmm+|well|so|oh|ah+|aw+|eh|ooh+|ugh|brr+|whoa|jeez|alright|right|look|listen)",
    r"(?:good grief|oh dear|for heaven's sake|quick)",
    r"(?:please|pls|kindly|just|maybe|perhaps|quickly|also|now|possibly|actually)",
    (
        r"(?:could|can|would|will) (?:you|u|ya)(?: all)?"
        r"(?: (?:maybe|please|possibly|just|kindly|perhaps|also))*"
    ),
    r"(?:i (?:think|guess|believe|suppose) )?(?:you|we) (?:should|could|might want to)(?: just)?",
    r"i (?:want|need|would like|'d like) you to",
    r"i(?:'d| would) (?:like|love|appreciate it if you)(?: (?:could|would))?(?: to)?",
    r"i(?: want|'d want| need)(?= (?:the|my|all|every)\b)",
    r"(?:would it be possible|is it possible|it would be (?:nice|great)) to",
    r"be (?:a|an) (?:dear|darling|angel|love|sweetheart|good (?:girl|boy)) and",
    r"(?:do me a favou?r(?: and)?|be so kind(?: as)? to|go ahead and|let's|lets|let us)",
    r"(?:i was wondering if you could|any chance you could|would you be so kind as to)",
)
_CLOSINGS = (
    r"(?:please|pls|thanks|thank you|thank you very much|thanks a lot|cheers)",
    r"(?:at the moment|currently)",
    r"(?:right now|now|right away|straight away|at once|immediately|asap|as soon as possible)",
    r"(?:for me|for us|for my sake)",
    r"(?:will|would|could|can) you",
    r"if you (?:can|could|please|would|wouldn't mind|don't mind|do not mind)",
    r"(?:would|will|won't|could) (?:you|u|ya)",
    r"(?:lol|pal|bro|dude|ta|my dear|love|darling|honey|sweetie|sweetheart)",
    r"(?:ok|okay|mate|dear|buddy|lamplighter|computer|quickly|already|then|maybe|perhaps|possibly|kindly)",
)
_ASKING = re.compile(
    r"^(?:is|are|was|were|do|does|did|has|have (?:i|we|you)|had|what|what's|whats|which|who|who's|"
    r"whose|whom|where|where's|when|why|how|how's|any)\b",
    re.IGNORECASE,
)
_EDGES = re.compile(r"^[\s.,!;:\u3002\uff0c\uff01]+|[\s.,!;:\u3002\uff0c\uff01]+$")
_AFTER_QUESTION = re.compile(r"\?[\s?.!,;:]+$")


def tidy(text: str) -> str:
    """The text in Unicode NFC with plain quotes and single spaces, without control characters.

    Punctuation at the end goes, but a question mark stays: it tells a question from a command.
    """
    text = unicodedata.normalize("NFC", text[:MAX_CHARACTERS])
    text = text.replace("\u2019", "'").replace("\u2018", "'").replace("\uff1f", "?")
    kept = (character if _is_text(character) else " " for character in text)
    return _end(" ".join("".join(kept).split()))


def _is_text(character: str) -> bool:
    """False for control characters; joiners are letters' company in Indic scripts and Persian."""
    return unicodedata.category(character)[0] != "C" or character in "\u200c\u200d"


def _end(text: str) -> str:
    while True:
        shorter = _EDGES.sub("", text)
        shorter = _AFTER_QUESTION.sub("?", shorter)
        if shorter == text:
            return text
        text = shorter


def asks(text: str) -> bool:
    """True where the sentence begins as an English question does, or ends with "?"."""
    return bool(_ASKING.match(text)) or text.endswith("?")


def fold(text: str) -> str:
    """A key under which spellings of one text are equal: case, punctuation and spacing folded."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    return " ".join(re.sub(r"[^\w\s'%°.+-]|(?<!\d)\.|\.(?!\d)|_", " ", text).split())


def words_of(text: str) -> list[str]:
    """The folded words of a text, hyphens split: "Top-floor Fan" is ``top``, ``floor``, ``fan``."""
    return fold(text).replace("-", " ").split()


def plain(text: str, language: str = "en") -> str:
    """The text without greetings, polite forms and hesitation at its start and end.

    Nothing is taken away where nothing would be left. Applying it twice changes nothing more.
    """
    text = tidy(text)
    if not language.casefold().startswith("en"):
        from lamplighter.understanding.languages.politeness import without_polite_forms

        return tidy(without_polite_forms(text, language))
    while True:
        shorter = _without_ends(text)
        if shorter == text:
            return text
        text = shorter


def _without_ends(text: str) -> str:
    openings, closings = _patterns()
    for pattern in (openings, closings):
        shorter = tidy(pattern.sub("", text, count=1))
        if shorter.strip(" ?"):
            text = shorter
    return text


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    openings = "|".join(_OPENINGS)
    closings = "|".join(_CLOSINGS)
    return (
        re.compile(rf"^(?:{openings})(?:\s*[,:;.!-]+\s*|\s+)(?=\S)", re.IGNORECASE),
        re.compile(rf"(?:\s*[,;.!-]+\s*|\s+)(?:{closings})(?=\s*\??$)", re.IGNORECASE),
    )
