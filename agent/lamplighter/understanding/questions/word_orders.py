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
    _as(r"^(?P<verb>is|are) (?P<what>.*(?:awning|awnings|sunshade|canopy|canopies|marquise)) out$",
        r"\g<verb> \g<what> open"),
    _as(r"^(?P<verb>is|are) (?P<what>.*(?:awning|awnings|sunshade|canopy|canopies|marquise)) in$",
        r"\g<verb> \g<what> closed"),
    _as(r"^(?P<verb>is|are) (?P<what>.*(?:mower|vacuum|hoover|robot|roomba)) out(?: and about)?$",
        r"\g<verb> \g<what> running"),
    _as(r"^(?:is|are) (?:the )?(?:grass|lawn) being (?:cut|mown|mowed)$", "is the mower mowing"),
    _as(r"^(?:is|are) (?P<what>.+) (?:set to|in|on) (?:heat|cool|auto|heating|cooling|eco|comfort)"
        r" or (?:heat|cool|auto|heating|cooling|eco|comfort)$", r"what mode is \g<what> in"),
    _as(r"\b(?:most|highest) power (?:did )?(?:we|i|you) (?:have )?(?:used|use|drew|drawn|had)\b",
        "highest power"),
    _as(r"^when was (?P<what>.+?) at (?:its|the|his|her) (?P<how>most humid|warmest|coldest|"
        r"hottest|"
        r"dampest|driest|brightest|darkest)$", r"when was \g<what> \g<how>"),
    _as(r"^when was (?P<what>.+?) (?:most humid|dampest)\b", r"when was the humidity of "
        r"\g<what> highest"),
    _as(r" or (?:is|are|was) (?:it|he|she|they) .+$", ""),
    _as(r"\b(?P<one>rising|falling|going up|going down|dropping|climbing) or (?:rising|falling|"
        r"going up|going down|dropping|climbing)$", r"\g<one>"),
    _as(r"^(?:did it|was it|has it been|is it) (?:freeze|freezing|frosty)\b(?! (?:in|inside)\b)",
        "did it get below 0 celsius"),
    _as(r"\b(?P<way>below|under|above) freezing(?: point)?\b", r"\g<way> 0 celsius"),
    _as(rf"^(?:did|has) {_OTHERS} (?:drop|dropped|go|gone|fall|fallen|get) (?P<rest>(?:below|"
        rf"under|above|"
        r"over)\b.*)$", r"did it get \g<rest>"),
    _as(r"^did (?P<who>\w+) (?:leave|forget) (?:his|her|their) (?P<what>.+)$",
        r"is \g<who>'s \g<what>"),
    _as(r"^how much (?:warmer|colder|hotter|cooler|more humid) is (?P<one>.+) than (?P<two>.+)$",
        r"what is the difference between \g<one> and \g<two>"),
    _as(r"^how (?:warm|hot) is (?P<one>.+) compared (?:to|with) (?P<two>.+)$",
        r"which is warmer, \g<one> or \g<two>"),
    _as(r"^how cold is (?P<one>.+) compared (?:to|with) (?P<two>.+)$",
        r"which is colder, \g<one> or \g<two>"),
    _as(r"^(?:which|what) rooms? (?:still )?(?:have|has|got)(?: got)? (?:the |their |its |a |any )?"
        r"(?P<what>lights?|lamps?|windows?|blinds?|doors?|fans?) (?P<how>.+)$",
        r"which \g<what> are \g<how>"),
    _as(r"^(?:which|what) (?P<what>\w+) (?:burn|burns|run|runs|work|works)\b",
        r"which \g<what> are on"),
    _as(r"^what (?:shows|says|reads|tells|gives) (?P<what>.+)$", r"what is \g<what>"),
    _as(r"^how many bars?\b(?: of pressure)?(?: have| has| is| are| do)?(?: we| it| you)?(?: "
        r"have| got)?"
        r"(?: on| in| at)? (?P<what>.+)$", r"what is the pressure of \g<what>"),
    _as(r"^how many (?:watts|kilowatts)\b(?: have| has| is| are| do| does)?(?: we| it| you)?(?: "
        r"have| got)?"
        r"(?: on| in| at)? (?P<what>.+?)(?: use| using| draw| drawing| pull| pulling| take| "
        r"taking)?$",
        r"what is the power of \g<what>"),
    _as(rf"^who (?:has been|is been|was|went|came|has come|has gone|is been|been){_BY} "
        rf"(?P<what>the .*door)\b",
        r"who opened \g<what>"),
    _as(r"^(?P<verb>is|are) (?P<one>[\w ]+?'s) (?P<what>\w+) (?P<how>\w+) and (?P<two>[\w "
        r"]+?'s)(?: too| as well)?$",
        r"\g<verb> \g<one> \g<what> \g<how> and \g<verb> \g<two> \g<what> \g<how>"),
    _as(r"^what (?!time\b|mode\b|is\b|was\b|are\b)\w+ (?:is|are) (?P<what>.+?) (?:on|at|in|set "
        r"to|running|running at)$",
        r"what is \g<what> set to"),
    _as(r"^(?P<verb>is|are) (?P<what>.+?) (?:filling|flowing|watering|dripping|spraying)(?: up)?$",
        r"\g<verb> \g<what> open"),
    _as(r"^(?:is|are) (?:the )?water (?:running|flowing|on) (?P<where>(?:in|on|at) .+)$",
        r"is any valve open \g<where>"),
    _as(r"^(?P<verb>is|are) (?P<what>.+) out$", r"\g<verb> \g<what> off"),
    _as(r"^what is the humidity set (?:to|at) (?P<where>(?:in|on|at) .+)$",
        r"what is the humidifier \g<where> set to"),
    _as(r"^what is the temperature set (?:to|at) (?P<where>(?:in|on|at) .+)$",
        r"what is the thermostat \g<where> set to"),
    _as(
        r"^(?:how|what) is the weather(?: (?:like|outside|outdoors|out there|out|here|today|now|"
        r"right now|just now|at the moment))*$",
        "how warm is it outside",
    ),
    _as(r"^(?:is|are) (?:the |we in |it in |the house in )(?!heat\b|cool\b)\w+ mode"
        r"(?: on| active| set)?$", "what mode is the house in"),
    _as(r"^(?:is|are) (?P<what>.+) (?:set to|in|on) (?:eco|comfort|away|boost|performance|auto|"
        r"sleep|heat|cool)(?: mode)?$", r"what mode is \g<what> in"),
    _as(r"^(?:is|are) (?P<what>.+) (?:more|less) than (?:half|halfway|\d+ ?%?|\w+ percent) "
        r"(?:open|closed)$", r"how far open is \g<what>"),
    _as(r"^how wide is (?P<what>.+) open$", r"how far open is \g<what>"),
    _as(r"^(?:what (?:was|is) the )?(?:min\w*|lowest) and (?:the )?(?:max\w*|highest) (?:of )?"
        r"(?P<what>.+)$",
        r"what was the lowest \g<what> and what was the highest \g<what>"),
    _as(r"^(?:what (?:was|is) the )?(?:max\w*|highest) and (?:the )?(?:min\w*|lowest) (?:of )?"
        r"(?P<what>.+)$",
        r"what was the highest \g<what> and what was the lowest \g<what>"),
    _as(rf"^(?:what (?:was|is) )?(?:the )?(?P<end>{EXTREMELY}) (?:that )?it (?:got|was|has been|"
        r"reached|went)\b", r"what was the \g<end> temperature"),
    _as(r"^did (?P<what>.+?) (?:hit|reach) (?P<rest>\d.*)$", r"did \g<what> get above \g<rest>"),
    _as(r"^is there (?:any )?water (?:leaking |leaked )?(?P<where>(?:in|on|under) .+)$",
        r"is there a leak \g<where>"),
    _as(r"^(?P<verb>is|are) (?P<one>.+) (?P<how>\w+),? and (?P<two>.+?)(?: too| as well| also)$",
        r"\g<verb> \g<one> \g<how> and \g<verb> \g<two> \g<how>"),
    _as(r"^(?:has|does|did|have) (?P<who>\w+) (?:still )?(?:got|have|had|keep) (?:his|her|their) "
        r"(?P<what>.+)$", r"is \g<who>'s \g<what>"),
    _as(r"^(?:when|what time|at what time) did (?!i\b|we\b|it\b)\w+ (?:last )?(?:turn|switch|put) "
        r"(?P<how>on|off) (?:his|her|their|the|my) (?P<what>.+)$",
        r"when was the \g<what> turned \g<how>"),
    _as(r"^how long (?:has|have) \w+ been (?:on|using|playing|watching)(?: on| with)? "
        r"(?P<what>(?:the|his|her) .+)$", r"how long has \g<what> been on"),
    _as(r"^any of (?:the|my|our) ", "any "),
    _as(r"^(?:is|are) (?P<what>.+?) (?:out |set to )?\w+ or \w+$", r"what is \g<what>"),
    _as(r"^should (?:i|we) (?:worry|be worried|be concerned) about (?P<what>.+)$",
        r"what is \g<what>"),
    _as(r"^(?:are|is) (?:we|the house|it) using (?:a lot of|lots of|much|too much|loads of) "
        r"(?:power|electricity|energy)$", "what is the total power"),
    _as(r"\b(?:his|her|their) ", "the "),
)  # fmt: skip
"""Patterns of questions, and the orders that are read instead."""
