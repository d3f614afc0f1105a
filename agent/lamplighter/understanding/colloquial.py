"""English as it is typed in a hurry or dictated, brought to the spelling of the dictionary.

Only what has one meaning at home is put right, and nothing that is a word of a name there.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_WORDS = {
    "u": "you",
    "ya": "you",
    "ye": "you",
    "r": "are",
    "ur": "your",
    "n": "and",
    "nd": "and",
    "rn": "right now",
    "atm": "right now",
    "pls": "please",
    "plz": "please",
    "plse": "please",
    "pleease": "please",
    "pleeease": "please",
    "thx": "thanks",
    "tnx": "thanks",
    "ty": "thanks",
    "cuz": "because",
    "coz": "because",
    "bc": "because",
    "tmrw": "tomorrow",
    "tmr": "tomorrow",
    "tomoz": "tomorrow",
    "tomorow": "tomorrow",
    "tommorow": "tomorrow",
    "2nite": "tonight",
    "tonite": "tonight",
    "mins": "minutes",
    "hrs": "hours",
    "secs": "seconds",
    "gimme": "give me",
    "lemme": "let me",
    "gonna": "going to",
    "wanna": "want to",
    "gotta": "have to",
    "dont": "don't",
    "doesnt": "doesn't",
    "didnt": "didn't",
    "cant": "can't",
    "wont": "won't",
    "isnt": "isn't",
    "arent": "aren't",
    "wasnt": "wasn't",
    "whats": "what's",
    "hows": "how's",
    "wheres": "where's",
    "whos": "who's",
    "thats": "that's",
    "theres": "there's",
    "im": "I'm",
    "ive": "I've",
    "youre": "you're",
    "lites": "lights",
    "lite": "light",
    "degrease": "degrees",
    "degreese": "degrees",
    "degres": "degrees",
    "sealing": "ceiling",
    "ceeling": "ceiling",
    "cealing": "ceiling",
    "blindes": "blinds",
    "hoovar": "hoover",
    "thermastat": "thermostat",
    "percents": "percent",
    "teh": "the",
    "hte": "the",
    "trun": "turn",
    "tunr": "turn",
    "swtich": "switch",
    "abt": "about",
    "w/": "with",
    "temp": "temperature",
    "temps": "temperatures",
    "em": "them",
    "'em": "them",
    "ok": "okay",
    "yall": "you all",
    "y'all": "you all",
    "cud": "could",
    "shud": "should",
    "wud": "would",
    "till": "until",
    "til": "until",
    "'til": "until",
    "&": "and",
    "+": "and",
}
_CLIPPED = re.compile(r"\b(\w{2,}in)(?:'|\u2019)(?!\w)", re.IGNORECASE)
_CLIPPED_WORDS = {
    "goin": "going",
    "mornin": "morning",
    "evenin": "evening",
    "runnin": "running",
    "doin": "doing",
    "nothin": "nothing",
    "somethin": "something",
    "everythin": "everything",
    "comin": "coming",
    "gettin": "getting",
    "freezin": "freezing",
    "heatin": "heating",
    "ceilin": "ceiling",
    "readin": "reading",
    "livin": "living",
    "dinin": "dining",
    "washin": "washing",
}
_SIZES = (frozenset(["small", "little", "wee"]), frozenset(["big", "large", "huge"]))
_SIZE = re.compile(
    rf"(?<!\ba )\b(?:{'|'.join(sorted(word for same in _SIZES for word in same))})\b", re.IGNORECASE
)
"""Sizes by which a home's names tell things apart: its "small" door is the little one, too."""
_SWITCHED_OF = re.compile(r"\b(turn|switch|shut|power|turned|switched) of\b", re.IGNORECASE)
_OF = re.compile(
    r"\b(?:the|that|this) (?P<what>(?:\w+ ){0,2}\w+) of (?P<owner>\w+)\b(?!['\u2019])",
    re.IGNORECASE,
)
"""What belongs to somebody, as it is said in many other languages: "the lamp of Anna"."""
_TOO = re.compile(
    r"\btoo(?= (?:\d|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|a hundred|half|full|max)\b)",
    re.IGNORECASE,
)
"""Words that sound like what was said."""

_SPACED = re.compile(r"\b([ap])\.? m\b\.?", re.IGNORECASE)
_IDIOMS = re.compile(
    r"[,;]?\s*\b(?:while (?:you're|you are|we're) at it|while you do (?:that|so)|"
    r"(?:if|when|whenever|as soon as) you (?:have|get|find) (?:a |the )?(?:chance|minute|moment|"
    r"second|sec|time)|when you're (?:ready|done|free)|if (?:it's |it isn't )?(?:possible|(?:not )?"
    r"too much (?:trouble|bother|hassle|to ask)|not a (?:bother|problem)|that's (?:okay|ok|"
    r"alright|all right|possible))|if you (?:would|could|please|"
    r"don't mind|wouldn't mind|like|want)(?: be so kind)?|"
    r"if you(?:'d| would) be so (?:good|kind)|if i may|would you mind|as (?:always|"
    r"usual)|for (?:once|heaven's sake|god's sake|goodness' sake|pity's sake|crying out loud)|"
    r"(?:just )?to be safe|just in case|in the meantime|by the way|btw|the usual way)\b[,;]?",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"(?<![\w'\u2019])(?:w/|&|\+|'?[A-Za-z0-9][A-Za-z0-9']*)(?![\w'])")


_MORE = re.compile(
    r"\bdegrees? (?:\w+ )?(?P<more>more|less)\b(?! than)(?! (?:high|low|hot|cold|warm)\w*)",
    re.IGNORECASE,
)


def _compared(match: re.Match[str]) -> str:
    """Degrees more are warmer, degrees less cooler, whatever has them."""
    return "degrees warmer" if match["more"].casefold() == "more" else "degrees cooler"


def spelled_out(text: str, known: Collection[str] = ()) -> str:
    """The sentence with the words of the dictionary, and without idioms that ask for nothing.

    Applying it twice changes nothing more.

    Args:
        text: the sentence, tidied.
        known: the folded words of the home's names; they stay as they are.
    """

    def word(match: re.Match[str]) -> str:
        said = match[0]
        folded = said.casefold()
        meant = _WORDS.get(folded) or _CLIPPED_WORDS.get(folded)
        return said if meant is None or folded in known else meant

    def sized(match: re.Match[str]) -> str:
        word = match[0].casefold()
        same = next((each for each in _SIZES if word in each and word not in known), frozenset())
        called = sorted(same & set(known))
        return called[0] if len(called) == 1 else match[0]

    def owned(match: re.Match[str]) -> str:
        owner = match["owner"].casefold()
        named = {f"{owner}s", f"{owner}'s", f"{owner}\u2019s"} & set(known)
        return f"{match['owner']}'s {match['what']}" if named else match[0]

    said = _CLIPPED.sub(lambda match: f"{match[1]}g", text)
    said = _TOKEN.sub(word, _SPACED.sub(r"\1m", said))
    said = _OF.sub(owned, said)
    said = _SIZE.sub(sized, said)
    said = _TOO.sub("to", _SWITCHED_OF.sub(r"\1 off", said))
    said = _MORE.sub(_compared, said)
    left = " ".join(_IDIOMS.sub(" ", said).split()).strip(" ,;")
    return left or text
