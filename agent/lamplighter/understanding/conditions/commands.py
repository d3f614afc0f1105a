"""The command beside a condition: where it may begin, in which forms, and what is to be told."""

from __future__ import annotations

import re

_START = re.compile(
    r"^(?:(?:please|then|just|also|kindly|i want you to|i'd like you "
    r"to|you (?:should|must|have to|need to|can|will|ought to)|go ahead and|"
    r"could you|can you|would you|will you|and),? )*(?:"
    r"turn|switch|put|set|open|close|shut|lock|unlock|start|stop|activate|"
    r"deactivate|dim|make|brighten|"
    r"raise|lower|toggle|press|push|run|arm|disarm|change|pause|send|"
    r"light|tell|let|warn|notify|alert|"
    r"inform|message|text|ping|remind|say|announce|give|shout|heat|"
    r"cool|warm|kill|bring|pull|draw|roll|"
    r"flip|power|increase|decrease|reduce|crank|boost|bump|trigger|"
    r"cut|sound|water|clean|vacuum|mow|"
    r"dock|resume|enable|disable|have|keep|leave|"
    r"be (?:told|notified|warned|informed)|play|get|i want|i need|don't|do not|never|fire up|"
    r"turnoff|turnon|swich|trun|tun|tern|wake|begin|secure|illuminate|"
    r"darken|tilt|drop|crack|everything|flash|blink|"
    r"trip|throw|pop|chuck|stick|whack|fade|bump|knock|shove|energise|start up)\b",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"\b(?:on|off|open|closed|locked|up|down|to \S+|at \S+|%|percent|degrees)$|"
    r"\b(?:should|must|shall|needs? to|has to|ought to)\b",
    re.IGNORECASE,
)
_SHORT = re.compile(r"^(?:the )?(?:\w+ ){1,3}(?:on|off)$", re.IGNORECASE)
_ARTICLE = r"(?:the|my|our|all|every|both)"
_WISH = (
    r"(?:can|could|may|might|should|shall|would|let|have|get|make|i want|i would like|i'd like|"
    r"i need|i'd love|please have|please let)"
)
_BECOME = r"(?:come|go|turn|switch|pop|kick|be|be turned|be switched|get turned|get switched)"
_WISHED = re.compile(
    rf"^{_WISH} (?P<what>{_ARTICLE} .+?) (?:to )?(?:{_BECOME} (?:back )?(?P<way>on|off)|"
    r"(?P<verb>open|close|lock|unlock|start|stop))(?P<rest> (?:for|until|till|at|to|in) .+)?$",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    rf"^(?P<what>{_ARTICLE} \w+(?: \w+){{0,4}}?) "
    r"(?:to |should |must |shall |has to |is to |have to |needs to |can |could |will )?"
    r"(?:(?:goes?|comes?|turns?|switch(?:es)?|be|is|are)(?: turned| switched)? (?P<way>on|off)|"
    r"(?P<verb>opens?|closes?|locks?|starts?|stops?))"
    r"(?P<rest> (?:for|until|till|at|to|in) .+)?$",
    re.IGNORECASE,
)
_REASON = re.compile(
    r",? (?:so(?: that)?|because|'?cause|cos|cuz|'?coz) "
    r"(?:i|i'm|i'll|i don't|we|we're|we don't|it|it's|it'll|he|he's|she|she's|they|nobody|no one|"
    r"nothing|everyone|the|my|our|that|that's|there)\b.*$",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"(?:[,.]? (?:(?:and )?(?:can|could|would|will) you (?:set (?:that|this|it) up|"
    r"do (?:that|this)|"
    r"arrange (?:that|this)|make (?:that|this|it) (?:happen|so))(?: for (?:me|us))?|"
    r"(?:please )?set (?:that|this|it) up(?: for (?:me|us))?|ok(?:ay)?|alright|got it|right|"
    r"if you (?:can|would|please)|would you|will you|make it so|thank you|thanks|please|"
    r"(?:otherwise|if not|or else|else),? (?:let it be|leave (?:it|them|everything)(?: alone| be|"
    r" as (?:it is|they are)| off| on)?|do nothing|don't(?: bother)?|never mind|nothing)))+$",
    re.IGNORECASE,
)
_LEADING_WORDS = re.compile(
    r"^(?:then|and|please|also|you (?:must|should|can|will)),? ", re.IGNORECASE
)
_PURPOSE = re.compile(
    r"(?:,? and)?,? to (?:save|spare|avoid|help|keep|cut|conserve|stop|prevent) [^,]+, ",
    re.IGNORECASE,
)
_VALUED = re.compile(
    r"^(?!(?:in|on|at|for|from|by|when|if)\b)(?P<what>(?:the )?\w[\w' -]*?) to "
    r"(?P<value>[\w%°]+(?: [\w%°]+)?)$"
)
_TO_WHOM = r"(?:me|us|everyone|everybody|the family)"
_TELL = (
    r"(?:please )?(?:can you |could you |would you |might you |will you )?"
    rf"(?:tell {_TO_WHOM}|let {_TO_WHOM} know|"
    rf"(?:warn|notify|alert|inform|message|text|ping|remind|buzz) {_TO_WHOM}|"
    rf"(?:holler|shout|yell|call out|give a shout)(?: (?:at|to|for|out to) {_TO_WHOM})?|"
    rf"send {_TO_WHOM} (?:a |an )?(?:message|notification|alert|text|warning|reminder|note)|"
    rf"give {_TO_WHOM} (?:a |an )?(?:shout|warning|heads up|heads-up|"
    r"notification|alert|message|reminder|call)|"
    r"send (?:a |an )(?:message|notification|alert|warning)|raise "
    r"the alarm|i (?:want|need|would like|'d like) to (?:know|be told|"
    r"be notified|hear)|"
    r"(?:to )?be (?:told|notified|warned|alerted|informed)|"
    rf"(?:say|announce)(?: so| something| it)?(?! ))"
)
_TOLD = re.compile(
    rf"^(?:(?P<before>.+?)(?:,? and(?: also| then)? |, (?:then )?))?{_TELL}"
    r"(?: (?:about (?:it|that|this)|of (?:it|that)|so|straight away|"
    r"immediately|at once|right away|please))?"
    r"(?:(?: that|:| to say(?: that)?| saying(?: that)?)? (?P<what>(?!and\b|"
    r"then\b).+?))?(?:,? and(?: also| then)? (?P<after>.+))?$",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    r"^(?:please )?(?:say|announce|shout)(?: that|:)? (?P<what>.+)$", re.IGNORECASE
)
_QUOTES = "\"'\u201c\u201d\u2018\u2019 "


def starts(body: str) -> bool:
    """True where the words may be the beginning of a command."""
    return _START.match(body) is not None


def states(body: str, *, marked: bool) -> bool:
    """True where the words may be a command without a verb: "heating on".

    ``marked`` where a comma or "then" stands before them.
    """
    return (_STATED if marked else _SHORT).search(body) is not None


def from_statement(body: str, *, marked: bool = True) -> str | None:
    """The command that a statement or a wish says: "the hall light goes on"; None for others.

    ``marked`` where a comma or "then" stands before it: then "study radiator to heat" is one, too.
    """
    body = trimmed(body)
    match = _WISHED.match(body) or _STATEMENT.match(body)
    if match is None:
        valued = _VALUED.match(body) if marked and not starts(body) else None
        return f"set {valued['what']} to {valued['value']}" if valued else None
    rest = match["rest"] or ""
    if match["way"]:
        return f"turn {match['what']} {match['way']}{rest}"
    return f"{match['verb'].removesuffix('s')} {match['what']}{rest}"


def trimmed(body: str) -> str:
    """The command without what only explains or asks for it: reasons, "can you set that up"."""
    while True:
        shorter = _TAG.sub("", _REASON.sub("", body.strip(" ,;:."))).strip(" ,;:.")
        shorter = _PURPOSE.sub(" and ", _LEADING_WORDS.sub("", shorter))
        if not shorter or shorter == body:
            return shorter or body
        body = shorter


def told(body: str) -> tuple[str, str] | None:
    """The rest of a command that also asks to be told, and what is to be told."""
    match = _TOLD.match(body)
    if match is None:
        match = _ANNOUNCED.match(body)
        return ("", match["what"].strip(_QUOTES)) if match else None
    rest = " and ".join(each for each in (match["before"], match["after"]) if each)
    what = (match["what"] or "").strip(_QUOTES)
    if what and starts(what) and not re.match(r"^to\b", what) and not rest:
        return (
            (what, "")
            if match["what"] and re.match(r"^(?:turn|switch|set)\b", what)
            else ("", what)
        )
    return rest, re.sub(r"^(?:to|about the fact that) ", "", what)
