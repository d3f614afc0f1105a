"""How far a reading of the model may be trusted: done, asked about, or left alone.

The model reads what it knows and passes over the rest. What it passes over is looked at here, word
by word, since a wrong action is worse than a question: a negation, another number, somebody
else's house, a place that this home has not. Most of what people say beside a command (why, and how
they feel) is none of these.
"""

from __future__ import annotations

import re

from lamplighter.understanding.doubts import in_the_past
from lamplighter.understanding.frame_grammar import ENDING
from lamplighter.understanding.frames import Frame, Mentions
from lamplighter.understanding.leftovers import harmless, left_unsaid
from lamplighter.understanding.normalise import asks, fold, words_of
from lamplighter.understanding.spoken_numbers import numbers_in
from lamplighter.understanding.time_expressions import obstacle

_COMPLAINT = re.compile(
    r"\b(?:can'?t|cannot|can not|couldn'?t) (?:even |really |quite )?"
    r"(?:see|read|breathe|sleep|find|feel|work|concentrate|hear|stand|take|bear|get in)\b|"
    r"\b(?:is|are)n'?t (?:needed|necessary|wanted|required|helping|doing|keeping|"
    r"working|getting)\b|"
    r"\b(?:isn'?t|aren'?t|ain'?t|not|never) (?:\w+ )?(?:bright|warm|cool|light|dark|cold|hot|"
    r"clean|cosy|comfy|high|low|fast|strong|loud|soft|human|myself)(?: enough)?\b|"
    r"\bnot enough\b|\b(?:don'?t|doesn'?t|do not|no longer) (?:really |actually )?(?:need|use)\b|"
    r"\b(?:needn'?t|no need (?:of|for)|no more|in no time)\b|\b(?:forgot|forgotten) to\b|"
    r"\b(?:nobody|no one)(?:'?s| is) (?:in|using|home|there|here|awake|watching|around|left)\b|"
    r"\b(?:nobody|no one) (?:should|can|could|must) (?:be able to |get |come |walk )",
    re.IGNORECASE,
)
"""Negations that complain of how it is, and forbid nothing."""

_NO_TIME = re.compile(
    r"\bfor the (?:night|evening|day|weekend)\b|\b(?:a )?once over\b|"
    r"\b(?:been|gone) (?:\w+ )?all (?:day|night|week|morning|evening)\b",
    re.IGNORECASE,
)
"""Times that say why, or how, and not when."""

_REQUEST = re.compile(
    r"^(?:can|could|would|will|won't|shall|may|might|should|shouldn't|isn't it|any chance|"
    r"how about|what about|why not|why don't|do you mind|mind|fancy)\b|"
    r"^do (?!you|i|we|they|he|she|it|the|my|our|any|all|people)\w+$|"
    r"^(?:who|is|are) .*[,?;] ?(?:then |so )?"
    r"(?:turn|switch|put|close|shut|lock|bolt|open|kill|fix)\b",
    re.IGNORECASE,
)
"""Questions that ask for something to be done."""

_ON = (
    r"on(?! (?:the|my|our|this|that|every|and on|all|for nothing)\b)|open(?:ed|ing|s)?|start|"
    r"activated?|enabled?|raised?|unlock(?:ed)?|unbolt|brighter|warmer|hotter|faster|louder"
)
_UP = rf"{_ON}|up|(?<!no )more"
_DOWN = (
    r"off|close[ds]?|closing|shut|deactivated?|disabled?|kill|stop|lower(?:ed)?|lock(?:ed|ing)?|"
    r"dimmer|darker|cooler|colder|down|slower|quieter"
)
_OWN_UP = rf"{_UP}|light|lit|higher|stronger|louder|fire"
_OWN_DOWN = (
    rf"{_DOWN}|out|cut|bolt|secure|dim|dimmed|softer|gentler|lower|less|home|back|reel|drop|draw"
)
_ASKS_NOT = re.compile(r"^(?:is|are|was|were|did|does|has|have)n'?t\b", re.IGNORECASE)
_OPPOSITE = (
    ("on open unlock brighter warmer clean mow faster more", _UP, _DOWN, _OWN_UP),
    ("off lock", _DOWN, _ON, _OWN_DOWN),
    ("close dimmer cooler dock slower less", _DOWN, _UP, _OWN_DOWN),
)


def _patterns(place: int) -> dict[str, re.Pattern[str]]:
    return {
        verb: re.compile(rf"\b(?:{row[place]})\b") for row in _OPPOSITE for verb in row[0].split()
    }


_SAYING, _AGAINST, _OWN = map(_patterns, (1, 2, 3))
"""By verb: words that say it; words that say the opposite; and those that are said beside the
opposite where it is meant all the same. The model takes "off" for "on" too easily."""
_STILL = re.compile(r"\b(?:still|left|already|wide) (?:on|open|off|shut|closed|locked)\b")

_REPORTED = re.compile(
    r"\b(?:says|said|wrote|writes|told|tells|asked|wondered|instructions|ignore|disregard|pretend|"
    r"imagine|suppose|repeat after|output|translate|pronounce|spell|story|stories|poem|essay|song|"
    r"joke|buy|bought|sell|sold|email|text|remind|called|dreamt|invented|cost|costs|price|"
    r"insurance|warranty|shopping list|wish list)\b|\b(?:system|admin|developer) ?:",
    re.IGNORECASE,
)
"""Words of what is told, bought or asked of somebody else."""

_OWNER = re.compile(
    r"\b(?:neighbou?r|sister|brother|boss|aunt|uncle|friend|ex|landlord|mother|father|cousin|mate|"
    r"buddy|parent|colleague|teacher|vet|doctor|hotel|school|pub|shop|church|museum)s?['\u2019]s?\b",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\b(?:in|at|inside|into) (?:the |a |an |my |our |his |her |that |this |some |your )?"
    r"(?P<place>[a-z][\w'-]*)",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(r"\b(?:or(?! (?:so|something|whatever|not)\b)|either|instead)\b")
_EVERY = re.compile(
    r"(?<!')\b(?:every|each|all(?! (?:the way|over|day|night|right|evening|week|of it)\b))\b"
)
_EXCEPTING = re.compile(r"\b(?:bar the|save (?:for|the)|only|except|but|apart from|other than)\b")
_ANOTHER = re.compile(r"\b(?:and|then)\b")
_ONLY_BEEN = re.compile(r"\b(?:has|have|'s|'ve) been\b", re.IGNORECASE)


def hindrance(text: str) -> str | None:
    """What in the sentence keeps it from the model: see ``obstacle``.

    A complaint ("i can't see a thing in the hall") forbids nothing, nor does a negation in a
    question, which is never acted on.
    """
    found = obstacle(_NO_TIME.sub(" ", _COMPLAINT.sub(" ", text)))
    return None if found == "negation" and is_question(text) else found


def is_question(text: str) -> bool:
    """True where the sentence has the form of a question: "isn't the lamp on", too."""
    return asks(text) or _ASKS_NOT.match(text) is not None


def requests(text: str) -> bool:
    """True where the sentence has the form of a question and asks for something to be done."""
    return _REQUEST.search(text) is not None


def says(frame: Frame, text: str) -> bool:
    """True where the sentence says the verb in so many words."""
    pattern = _SAYING.get(frame.verb)
    return pattern is not None and pattern.search(_besides(frame, text)) is not None


def contradicts(frame: Frame, text: str) -> bool:
    """True where the sentence says the opposite of the verb, and nothing of the verb's own."""
    if frame.verb not in _AGAINST:
        return False
    said = _STILL.sub(" ", _besides(frame, text))
    against, own = _AGAINST[frame.verb], _OWN[frame.verb]
    return against.search(said) is not None and own.search(said) is None


def _besides(frame: Frame, text: str) -> str:
    """The sentence without the device's name."""
    return text.casefold().replace(frame.name or "\0", " ")


def passed_over(frame: Frame, text: str, mentions: Mentions) -> str:
    """Why a reading must not even be asked about; "" where nothing speaks against that."""
    plain = _COMPLAINT.sub(" ", text).casefold()
    against = (
        (in_the_past(_ONLY_BEEN.sub(" ", text)), "it tells of what was"),
        (_REPORTED.search(text) or _OWNER.search(text), "it is told, or about somebody else's"),
        (_ALTERNATIVE.search(plain), "it leaves a choice"),
        (_EXCEPTING.search(plain), "it leaves something out"),
        (frame.name and _EVERY.search(plain), "it is about more than that"),
        (_other_number(frame, text, mentions), "another number stands in it"),
        (_elsewhere(frame, text, mentions), "it is about another place"),
        (_two_things(frame, text, mentions), "something else is named in it"),
    )
    return next((reason for so, reason in against if so), "")


def said_all(frame: Frame, text: str) -> bool:
    """True where the reading uses every word of the sentence that could mean anything."""
    used = (frame.kind, frame.name, frame.area, frame.value)
    return any(not left_unsaid(each, used) for each in (text, ENDING.sub(" ", text)))


def names_more(frame: Frame, mentions: Mentions) -> bool:
    """True where another name or place of the home stands in the sentence than in the frame."""
    said = {*words_of(frame.name), *words_of(frame.area), *words_of(frame.kind)}
    others = (*mentions.names, *mentions.areas)
    return any(not set(words_of(each)) <= said for each in others)


def _other_number(frame: Frame, text: str, mentions: Mentions) -> bool:
    value = mentions.values.get(frame.value)
    name = fold(frame.name).split()
    return any(
        number != value and said not in ("one", "a", "an", "half") and said not in name
        for said, number in numbers_in(_ONES.sub(" ", text)).items()
    )


_ONES = re.compile(r"\b(?:at once|once over|the one|number \w+|two hands|one of)\b", re.IGNORECASE)


def _elsewhere(frame: Frame, text: str, mentions: Mentions) -> bool:
    """True where the sentence names a place that this home has not."""
    parts = (*mentions.names, *mentions.areas, *mentions.kinds, *mentions.values, frame.kind)
    known = {word for part in parts for word in words_of(part)}
    places = (match["place"].casefold().removesuffix("'s") for match in _WHERE.finditer(text))
    return any(place not in known and not harmless(place) for place in places)


def _two_things(frame: Frame, text: str, mentions: Mentions) -> bool:
    return names_more(frame, mentions) and _ANOTHER.search(text.casefold()) is not None
