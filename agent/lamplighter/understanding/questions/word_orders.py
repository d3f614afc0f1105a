"""Word orders and turns of speech that ask what a plainer question asks, as data."""

from __future__ import annotations

from collections.abc import Sequence

EXTREMELY = (
    r"(?:highest|lowest|maximum|minimum|max|min|peak|average|mean|top|hottest|warmest|coldest)"
)
_SOMEBODY = r"(?:any|some)(?:one|body)"
_CAME = (
    r"(?:come|came|go|gone|went|been|walk|walked|pass|passed|use|used|enter|entered|leave|left|get)"
)
_BY = r"(?: home| back| in| out| through| by| past| at| into| to)*"
_OTHERS = r"(?!i\b|we\b|you\b|they\b|it\b|any|some)(?:the |my |our )?[\w']+"
_USE = (
    r"(?:pulling|using|drawing|burning|eating|consuming|use|pull|draw|burn|getting through|"
    r"going through|chewing through)"
)
_HOUSE = r"(?:whole )?(?:house|home|place|flat|farm|building)"


def _as(pattern: str, order: str) -> tuple[str, str]:
    return pattern, order


ORDERS: Sequence[tuple[str, str]] = (
    _as(
        rf"^(?:which|what) (?:was|is|has been) the (?P<end>{EXTREMELY})(?: value| level| point)?"
        r"(?: that| which)?(?: has| have| had| was| were)? (?:reached|got|gotten|hit|had|been|come)"
        r"(?: by| of| to| in)? (?P<what>(?:the )?\w+.*)$",
        r"what was the \g<end> \g<what>",
    ),
    _as(rf"^which (?P<verb>was|is|has been) the (?P<end>{EXTREMELY}\b.*)$",
        r"what \g<verb> the \g<end>"),
    _as(
        r"\bhow many degrees (?:(?:makes|has|does) it(?: make| have)?|(?:is|are|was) it|"
        r"(?:do )?we have|have we(?: got)?|are there|is there)\b",
        "how warm is it",
    ),
    _as(r"\bhow (?:much|many) (?:is|are) the degrees\b", "how warm is it"),
    _as(r"\bwhat temperature (?:makes|has|is) it\b", "how warm is it"),
    _as(r"^(?P<wh>since when|how long|for how long|why) (?:runs|works|burns|goes) (?P<what>.+)$",
        r"\g<wh> is \g<what> running"),
    _as(r"^(?P<wh>since when|how long|for how long) (?:stands|stays) (?P<what>.+) "
        r"(?P<how>open|closed|on|off)$", r"\g<wh> is \g<what> \g<how>"),
    _as(r"\bhow (?:many (?:hours|minutes)|much time)\b", "how long"),
    _as(rf"^(?P<verb>did|has|have|had) {_OTHERS} (?P<deed>leave|left|forget|forgotten)\b",
        r"\g<verb> we \g<deed>"),
    _as(rf"^(?P<wh>which|what) (?P<what>.+?) (?:did|have|has) {_OTHERS} (?:leave|left)\b",
        r"\g<wh> \g<what> did we leave"),
    _as(r"\b(?:juice|leccy)\b", "power"),
    _as(
        r"^how much (?:power|electricity|energy|electric|current|watts) (?:are|is|do|does) "
        rf"(?:we|you|i|they|it|everything|the {_HOUSE}|this {_HOUSE})(?: all)? {_USE}"
        rf"(?: (?:in|at) (?:the|this|our|my) {_HOUSE})?(?: all together| altogether)?$",
        "what is the total power",
    ),
    _as(
        r"^what (?:have|do) we (?:got |have )?(?:on|for|in|at) (?P<what>.+?)"
        r" (?P<measure>pressure|temperature|power|humidity|level|brightness|speed)$",
        r"what is the \g<what> \g<measure>",
    ),
    _as(r"^what is (?P<what>.+?) (?:at|on) (?P<measure>brightness|temperature|speed|pressure)$",
        r"what is the \g<measure> of \g<what>"),
    _as(r"^(?P<what>.+?), what are we (?:at|on|looking at)$", r"what is the \g<what>"),
    _as(r"^what was the (?:high|top)(?P<rest>\b.*)?$",
        r"what was the highest temperature outside\g<rest>"),
    _as(r"^what was the low(?P<rest>\b.*)?$",
        r"what was the lowest temperature outside\g<rest>"),
    _as(
        r"^(?:is there )?(?:anything|something)(?: else)?(?: that| which)? (?:i|we|you)"
        r"(?: should| need to| ought to| have to| must| want to)? (?:worry|be worried|know|check|"
        r"fix|see to|be concerned|take care|look after)\b.*$",
        "is the house secure",
    ),
    _as(r"^is there (?:anything|something) (?:left )?to (?:lock|close|shut)(?: up)?\b.*$",
        "is the house secure"),
    _as(r"\b(?:in service|up and running|in operation)(?: since (?:the|its) last (?:start|run))?\b",
        "running"),
    _as(r"^(?P<verb>is|are) (?P<what>(?!everything|it\b|things|all).+?) (?:still )?going$",
        r"\g<verb> \g<what> running"),
    _as(r" since (?:the|its) last (?:start|run|stop|change|service)\b", ""),
    _as(rf"^(?:did|has|have|was) {_SOMEBODY} (?:just )?{_CAME}{_BY} (?P<what>the .+)$",
        r"was \g<what> opened"),
    _as(rf"^when (?:did|has|was)(?: there)?(?: last)? {_SOMEBODY}(?: last)?(?: been| was| around|"
        r" about)* (?P<what>in (?:the )?.+)$", r"when was there last motion \g<what>"),
    _as(rf"^when (?:did|has|was)(?: there)?(?: last)? {_SOMEBODY}(?: last)?(?: {_CAME})?{_BY} "
        r"(?P<what>the .+)$", r"when was \g<what> last opened"),
    _as(rf"^is (?:there )?{_SOMEBODY} (?:in|on|at) (?P<what>.+)$",
        r"is the \g<what> motion triggered"),
    _as(r"^how (?:warm|hot) (?:was|did) (?P<what>.+?) (?:get )?at (?:its|the|his) "
        r"(?:worst|highest|warmest|hottest|most|peak)",
        r"what was the highest temperature of \g<what>"),
    _as(r"^how (?:cold|cool) (?:was|did) (?P<what>.+?) (?:get )?at (?:its|the|his) "
        r"(?:worst|lowest|coldest|best)", r"what was the lowest temperature of \g<what>"),
    _as(r"^(?:has it been|was it) (?P<rest>(?:below|above|under|over|colder|warmer)\b.*)$",
        r"did it get \g<rest>"),
    _as(r"^(?:what is the )?reading (?:on|of|for|at) (?P<what>.+)$", r"what is \g<what>"),
    _as(
        r"^how (?:much|many) (?!of\b)\w+(?: do| are| is| have)?(?: we| there| i)?(?: have| got|"
        r" left)?(?: left)? in (?P<what>the .+?)(?: left)?$",
        r"what is the \g<what> level",
    ),
)  # fmt: skip
"""Patterns of questions, and the orders that are read instead."""
