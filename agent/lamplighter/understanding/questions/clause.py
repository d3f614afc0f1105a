"""A question without its wrapping: "do you know whether the lamp is on" is "is the lamp on"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lamplighter.understanding.normalise import fold, plain
from lamplighter.understanding.questions import periods
from lamplighter.understanding.questions.words import AUXILIARIES

_YES_OR_NO = frozenset({"any", "anything", "anyone", "anybody", "someone", "everything"})
_FEW = 5
_PERSONS = frozenset({"i", "we", "someone", "somebody", "anyone", "anybody"})
MAX_WORDS = 30
"""Longer sentences ask nothing simple enough to be answered."""

_SHORT = (
    (r"\b(what|where|who|when|how|which|that|there|it|here)'?s\b(?! been)", r"\1 is"),
    (r"\b(what|where|who|when|how|which|it|there)'?s been\b", r"\1 has been"),
    (r"\b(is|are|was|were|has|have|had|did|do|does|can)n'?t\b", r"\1 not"),
    (r"\b(what|where|when|how|who)'?re\b", r"\1 are"),
    (r"\b(what|where|when|how)'?d\b", r"\1 did"),
    (r"\b(i|we|you|they|what|where|how)'ve\b", r"\1 have"),
    (r"\bcan'?t\b", "can not"),
    (r"\bi'd\b", "i would"),
    (r"\bi'm\b", "i am"),
    (r"\b(they|we|you)'re\b", r"\1 are"),
    (r"\b(wether|weather)(?= (?:the|my|our|any|all|i|we)\b)", "whether"),
    (
        r"\bat the moment\b|\bright now\b|\bat present\b|\bas of now\b|\bthese days\b|\bby now\b",
        " ",
    ),
    (r"\bby (?:any )?chance\b|\bperchance\b|\bi wonder$|\bat all\b|\bor (?:not|what)\b", " "),
    (r"\bdo you know$|\bcan you (?:tell|check)(?: me)?$|\bany idea$|\bplease\b", " "),
    (r"\bthe (?:hell|heck|fuck)\b|\bon earth\b", " "),
    (r"\b(\w+)'s been\b", r"\1 has been"),
    (r"\b((?:how|what|which) \w+)'s\b(?= (?:the|my|our|it|in|on)\b)", r"\1 is"),
    (
        (
            r" (?:lads|guys|folks|honey|darling|love|dear|man|mate|so far|again|this time|though|"
            r"anyway|or something|for me|huh|eh|pet|hun|babe|lol|plz|pls)$"
        ),
        " ",
    ),
    (r"\bswitched or turned\b", "turned"),
    (r"\bfor the last time\b", "last"),
    (r"\b(?:at )?what hour\b", "what time"),
    (r"^is there (?:any |still )*light (?=in|on|at)", "is any light on "),
    (r"(?<=\w) or (?:is|are|was) (?:it|he|she|they)\b.*$", " "),
)
_YOU = r"(?:you|u|ya|someone|anybody|anyone)"
_OPENINGS = (
    r"(?:hey|hi|hello|ok|okay|um+|uh+|erm*|hm+|so|well|oh|and|please|sorry|excuse me|but|also|"
    r"(?:a |one )?(?:quick|small|short|simple) question|question|just|now|actually|by the way|btw|"
    r"lamplighter|computer|home assistant|assistant|house|tell me something|one thing|wait|listen|"
    r"honestly|right|alright|then|say|mate|buddy|just curious|just checking|checking|"
    r"just to check|out of curiosity|curious|omg|omfg|oh my god|"
    r"no(?= (?:did|is|are|have)\b)|oi|yo|ah|aye|argh|ugh|crap|"
    r"shit|damn|dammit|bloody hell|jeez|eh+m?|hang on|hold on|no wait|real quick|like|lads|guys|"
    r"folks|dear|love|honey|darling|mum|dad|mate|could you say|good (?:morning|evening|night|day)|"
    r"howdy|"
    r"i am (?:just )?curious|for my peace of mind|to be sure|just to be sure|god|gosh)"
)
_INDIRECT = (
    rf"(?:(?:do|did|would) {_YOU} (?:happen to |maybe |perhaps )*(?:know|see|remember)|"
    rf"(?:can|could|would|will) {_YOU} (?:please |just |maybe |quickly |kindly |possibly |also )*"
    r"(?:tell|let|check|double check|see|find out|have a look|take a look|look|look up|say|remind|"
    r"confirm|verify|show|give|read|report|list|inform|explain|work out)|"
    r"(?:tell|let|remind|inform|show|give|read) (?:me|us)|(?:check|double check|verify|confirm|"
    r"find out|look up|look|see|list|report|show|read out|have a look|take a look|name|display)|"
    r"i (?:wonder|forgot|forget|am wondering|was (?:just )?wondering|am not sure|do not know|"
    r"can not remember|do not remember|need to know|want to know|would (?:like|love) to know|"
    r"would like to ask|am interested in|have to know)|(?:just )?wondering|not sure|no idea|"
    r"any (?:idea|clue|word|news|chance (?:you know|you can tell me)|information)|"
    r"(?:do you have|have you got|have you) (?:any|an) (?:idea|clue)|you know|is it true|"
    r"(?:can|could|may|might) i (?:please )?(?:know|ask|see|hear|have|get)|"
    r"am i (?:right|correct)(?: in thinking| to think)?|is it (?:right|correct)|"
    r"would you mind (?:telling me|checking|having a look)|i want you to (?:tell me|check)|"
    r"what i (?:want|need|would like) to know is|(?:do )?we know)"
)
_MARK = r"(?: (?:me|us))?(?: know| again| about| on| of| quickly| real quick| for (?:me|us))*"
_WH = (
    r"(?:for |since |at |to |in |on |by |from )?(?:how (?:long ago|long|often|many times|many|"
    r"much|come|"
    r"far)|how|what time|what|which|when|where|who|whose|why|since when)\b"
)
_HEAD = re.compile(
    r"^(?P<asking>(?:for |since )?how (?:long ago|long|often|many times|many|much|come)|"
    r"(?:at |by )?what time|since when|since what time|until when|(?:at |to |in |on |from )?"
    r"(?:what|which)|how|when|where|who|whose|why)\b ?"
)
_SET_TO = re.compile(
    r"\b(?:at|to|on|up|down) (?:about |around )?(?:\d[\d.,]*|"
    r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:[ -]\w+)?|a hundred|hundred|half|full|"
    r"max|maximum|minimum|ten|twelve|fifteen|eighteen|"
    r"nineteen|sixteen|seventeen)(?: ?%| percent| degrees?)?$"
)
_ORDER = re.compile(r"^(?:tell|let|inform|remind)")
_HAPPENED = re.compile(r"\b(?:was|were|did|last|has)\b")
_COUNT = re.compile(
    r"^(?:count (?:up )?|(?:the |a )?(?:number|count|amount) of )(?:all )?(?:the )?"
)
_PLAIN = {
    "how long ago": "when",
    "for how long": "how long",
    "since how long": "how long",
    "how many times": "how often",
    "at what time": "when",
    "by what time": "when",
    "what time": "when",
    "since what time": "since when",
    "how come": "why",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """What is asked.

    Attributes:
        asking: the question word or words ("which", "how many", "since when"), "list" for what is
            to be listed or told, "" for a question that yes or no answers.
        verb: the first auxiliary ("is", "did", "has"), or "".
        before: the words before the verb, without the question word.
        after: the words after it.
        period: the stretch of time that is named, in its words, or "".
        wrapped: True where it stood inside another sentence ("tell me if ...").
    """

    asking: str
    verb: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    period: str = ""
    wrapped: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words without question word and verb."""
        return self.before + self.after


def clause_of(text: str) -> Clause | None:
    """What the sentence asks; None where it has not the form of a question."""
    whole = plain(text)
    unwrapped = _unwrapped(spelt_out(fold(whole)))
    if unwrapped is None:
        return None
    said, wrapped, conditional = unwrapped
    said, period = periods.taken_from(said)
    said = _COUNT.sub("how many ", said)
    found = _HEAD.match(said)
    asking = "" if found is None else _PLAIN.get(found["asking"], found["asking"])
    words = tuple((said if found is None else said[found.end() :]).split())
    if asking in ("what", "how") and words[:1] == ("about",):
        return None  # "what about the kitchen" goes on from what was said before
    at = next((index for index, word in enumerate(words) if word in AUXILIARIES), None)
    if conditional and at is None:
        if words[:1] and words[0] in _PERSONS:  # "whether I locked the door"
            return Clause("", "did", (), words, period, wrapped)
        return None
    if not asking and not conditional and at != 0:
        # Without a verb in front it asks only where it is wrapped, marked or short.
        wanted = _SET_TO.search(said) is not None  # "the humidity at forty"
        if wrapped or (at is None and _short(words) and not wanted):
            asking = "list" if wrapped or words[0] not in _YES_OR_NO else ""
        elif not whole.endswith("?"):
            return None
        at = None
    before, after = (words, ()) if at is None else (words[:at], words[at + 1 :])
    while len(before) > 1 and before[-1] in ("that", "which", "who"):
        before = before[:-1]
    return Clause(asking, "" if at is None else words[at], before, after, period, wrapped)


def _unwrapped(said: str) -> tuple[str, bool, bool] | None:
    """The question, whether it stood inside another sentence, and whether behind an "if"."""
    if not said or len(said.split()) > MAX_WORDS:
        return None
    opening, indirect = _patterns()
    while (shorter := opening.sub("", said, count=1)) != said and shorter:
        said = shorter
    match = indirect.match(said)
    if match is None or match.end() >= len(said):
        return said, False, False
    said = said[match.end() :].strip()
    asked = re.sub(r"^(?:if|whether|that) ", "", said)
    if _ORDER.match(match[0]) and asked.startswith("when ") and not _HAPPENED.search(asked):
        return None  # something to be told once it happens
    return asked, True, asked != said


def spelt_out(said: str) -> str:
    """The text in small letters without what is drawn together: "what's" is "what is"."""
    for pattern, full in _replacements():
        said = pattern.sub(full, said)
    return " ".join(re.sub(r"(?<=\w)-(?=\w)", " ", said).split())


def _short(words: tuple[str, ...]) -> bool:
    """True for questions without a verb: "any windows open", "humidity in the bath"."""
    from lamplighter.understanding.questions.measures import said_first, said_last

    return bool(words) and (
        words[0] in _YES_OR_NO
        or words[0] in ("status", "state")
        or said_first(words)
        or (len(words) <= _FEW and said_last(words))
    )


@lru_cache(maxsize=1)
def _replacements() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), full) for pattern, full in _SHORT)


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return (
        re.compile(rf"^{_OPENINGS} (?=\S)"),
        re.compile(rf"^{_INDIRECT}{_MARK}\b ?"),
    )
