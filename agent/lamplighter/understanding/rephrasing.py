"""Everyday English in the words of the templates: "kill the lights" is "turn off the lights".

A rewritten sentence is one more reading of it, tried after the sentence itself. Nothing is ever
taken away but words that carry no meaning, so a rewriting can make no sentence more general.
"""

from __future__ import annotations

import re
from functools import lru_cache

_OFF = (
    r"kill|cut|shut off|shut down|power off|power down|turn out|put out|put off|switch out|douse|"
    r"knock off|flick off|pop off|click off|toggle off"
)
_ON = r"power up|power on|fire up|put on|flick on|pop on|pop|switch up|stick on|toggle on"
_MOVED = r"get|have|put|pop|flick|flip|shut|power|click|throw|want|need|see|bring"
_SURE = r"(?:make sure|ensure|see to it|be sure)(?: that)?"
_SPOKEN_VALUES = (
    (r"^(?:it's|its|it feels|that's|this is) ", "it is "),
    (r"^(?:could|can|may) (?:i|we) (?:please )?(?:have|get|see) ", "have "),
    (
        r"^(?:(?:(?:would|do) you )?mind )?(turn|switch|open|lock|unlock|dimm?|brighten|draw)ing ",
        r"\1 ",
    ),
    (r"^(?:(?:(?:would|do) you )?mind )?(clos|mak|rais|chang)ing ", r"\1e "),
    (r"^(?:(?:(?:would|do) you )?mind )?(put|set|shut)ting ", r"\1 "),
    (r"^dimm ", "dim "),
    (r"^(?:gimme|lemme have) ", "have "),
    (r"\bback (?=(?:on|off)$)", ""),
    (r" (?:where (?:it|they|he|she) (?:is|are)|or what|or not)$", ""),
    (r"\b(?:to|at|on) half$", " to 50%"),
    (r"\blike (?=\d+$)", ""),
    (r"^(?:tell|ask|order) (.+?) to (pause|stop|start|clean|go home)$", r"\2 \1"),
    (r"^go home (.+)$", r"send \1 home"),
    (r"^(?:get|set) (.+?) (?:going|started|running)$", r"start \1"),
    (
        (
            r"^((?!(?:set|turn|switch|put|dim|bring|make|is|are)\b).*?(?:lights?|lamps?|lighting)) "
            r"(?:down |up )?(?:to|at) (\d+)(?: ?(?:%|percent))?$"
        ),
        r"set \1 to \2%",
    ),
    (r" (?:in|of) (?:the|my|our) (?:whole |entire )?(?:house|home|flat|apartment)$", ""),
    (r"^i'd like (?:to have )?|^i would like (?:to have )?", "have "),
    (r"\b(?:that|those|this|these) (?!the\b|my\b|our\b)(?=\w)", "the "),
    (
        (
            r"\b(?:to |at |on )?(?:full (?:brightness|blast|power|speed)|(?:the )?max(?:imum)?"
            r"(?: brightness| speed)?|all the way up|as (?:bright|fast|high) as possible)$"
        ),
        " to 100%",
    ),
    (r"\b(?:to |at |on )?(?:half (?:brightness|power|speed))$", " to 50%"),
    (r"\b(?:to |at |on )?(?:(?:the )?min(?:imum)?(?: brightness)?)$", " to 1%"),
    (
        (
            r"\b(to |at )?(?:like|about|around|roughly|approximately|maybe|say) "
            r"(?=\d+(?:[.,]\d+)? ?(?:%|percent|degree|°))"
        ),
        r"\1",
    ),
)
_REWRITINGS = (
    (rf"^(?:{_OFF}) (?P<what>.+)$", r"turn off \g<what>"),
    (rf"^(?:{_ON}) (?P<what>.+)$", r"turn on \g<what>"),
    (
        (
            rf"^(?:{_MOVED}|turn|switch) (?P<what>.+?) (?:switched |turned )?(?P<way>on|off|out) "
            r"(?P<where>(?:in|at|on) .+|upstairs|downstairs)$"
        ),
        r"turn \g<way> \g<what> \g<where>",
    ),
    (
        rf"^(?:{_MOVED}) (?P<what>.+?) (?:switched |turned )?(?P<way>on|off)$",
        r"turn \g<way> \g<what>",
    ),
    (
        r"^(?P<what>.+) (?:should|can|could|may|must) (?:be|go) (?P<way>on|off)$",
        r"turn \g<way> \g<what>",
    ),
    (
        r"^(?:turn|switch|put) on (?P<what>.+?) (?:to|at) (?P<value>\d+ ?(?:%|percent))$",
        r"set \g<what> to \g<value>",
    ),
    (r"^(?:have|get|want|need) (?P<what>.+) (?P<do>open|lock)ed$", r"\g<do> \g<what>"),
    (r"^(?:have|get|want|need) (?P<what>.+) (?:closed|shut)$", r"close \g<what>"),
    (
        r"^(?:have |i want |i need )?(?P<what>.+?) (?:to be )?(?:turned|switched) (?P<way>on|off)$",
        r"turn \g<way> \g<what>",
    ),
    (
        rf"^{_SURE} (?P<what>.+) (?:is|are) (?:turned |switched )?(?P<way>on|off)$",
        r"turn \g<way> \g<what>",
    ),
    (rf"^{_SURE} (?P<what>.+) (?:is|are) locked(?: up)?$", r"lock \g<what>"),
    (rf"^{_SURE} (?P<what>.+) (?:is|are) (?:closed|shut)$", r"close \g<what>"),
    (r"^secure (?P<what>.+)$", r"lock \g<what>"),
    (
        r"^(?:verify|confirm|check)(?: that)? (?P<what>.+) (?P<verb>is|are) (?P<state>\w+)$",
        r"\g<verb> \g<what> \g<state>",
    ),
    (r"^draw (?P<what>(?:the |my )?(?:curtain|drape|blind|shade)s?\b.*)$", r"close \g<what>"),
    (r"^(?:draw back|pull open|pull back) (?P<what>.+)$", r"open \g<what>"),
    (
        r"^(?P<what>.+?) half(?:[- ]?way)? (?:open|closed|down|up) (?P<where>(?:in|at|on) .+)$",
        r"set \g<what> \g<where> to 50%",
    ),
    (
        (
            r"^(?:(?:set|open|close|raise|lower|put|move|shut|bring) )?(?P<what>.+?) "
            r"half(?:[- ]?way)?(?: (?:open|closed|down|up|shut))?(?: (?P<where>(?:in|at|on) .+))?$"
        ),
        r"set \g<what> \g<where> to 50%",
    ),
    (
        (
            r"^(?:crank|pump|ramp|slide|take|get|run|want|turn|have) (?:up |down )?(?P<what>.+?) "
            r"(?:up |down )?(?:to|at) (?P<value>\d+ ?(?:%|percent)?)$"
        ),
        r"set \g<what> to \g<value>",
    ),
    (
        (
            r"^(?!(?:set|turn|switch|put|dim|brighten|open|close|raise|lower|move|change|make)\b)"
            r"(?P<what>.+?) (?:to |at |on )?(?P<value>\d+ ?(?:%|percent))$"
        ),
        r"set \g<what> to \g<value>",
    ),
    (
        (
            r"^(?P<what>.+?) (?P<how>go (?:back )?home|go back|back to (?:its|the|your) "
            r"(?:base|dock|charger|place|station))$"
        ),
        r"send \g<what> home",
    ),
    (
        (
            r"^(?:send|return|take|bring) (?P<what>.+?) back(?: to (?:its|the|your) "
            r"(?:\w+))?$"
        ),
        r"send \g<what> home",
    ),
    (
        (
            r"^(?P<verb>is|are) (?P<what>.+) (?P<state>open|closed|shut|locked|unlocked|on|off) "
            r"(?:properly|fully|completely|right now|at the moment|now|currently)$"
        ),
        r"\g<verb> \g<what> \g<state>",
    ),
    (
        r"^(?P<rest>.+) (?P<where>downstairs|upstairs) (?P<way>on|off)$",
        r"turn \g<way> \g<rest> \g<where>",
    ),
)
MAX_STEPS = 3
"""The most rewritings of one sentence after another."""


def rephrased(text: str) -> str | None:
    """The sentence in the templates' words; None where nothing of it is said differently."""
    now = text.rstrip("? ")
    for pattern, said in _patterns()[0]:
        now = pattern.sub(said, now).strip()
    for _ in range(MAX_STEPS):
        rewritten = _once(now)
        if rewritten == now:
            break
        now = rewritten
    now = " ".join(now.split())
    return None if now.casefold() == text.rstrip("? ").casefold() else now


def _once(text: str) -> str:
    for pattern, said in _patterns()[1]:
        match = pattern.match(text)
        if match:
            return " ".join(match.expand(said).split())
    return text


@lru_cache(maxsize=1)
def _patterns() -> tuple[list[tuple[re.Pattern[str], str]], list[tuple[re.Pattern[str], str]]]:
    def compiled(pairs: tuple[tuple[str, str], ...]) -> list[tuple[re.Pattern[str], str]]:
        return [(re.compile(pattern, re.IGNORECASE), said) for pattern, said in pairs]

    return compiled(_SPOKEN_VALUES), compiled(_REWRITINGS)
