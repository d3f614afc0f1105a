"""What people say beside a request: reasons, greetings, what somebody else is doing.

"Quick, draw the curtains in the front room, next door's gawping in again" asks for the curtains.
A remark is a clause of its own that names nothing of this home, no value, no time, no condition and
no exception, and does not begin like a request; a reason begins with "because" or the like. They
are left out only where a request remains, and that has to be understood whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lamplighter.understanding.frames import mentions_in
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import words_of
from lamplighter.understanding.time_expressions import obstacle

_PARTING = re.compile(
    r"(\s*[.!?;:\u2014\u2013]+\s+|\s+-+\s+|,\s+(?:and\s+|but\s+)?|\s+(?=(?:because|cos|coz|cause|'cause|"
    r"'cos|bc|(?:since|so|so that|as) (?:i|we|he|she|it|they)(?:'\w+)?)\b))",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"^(?:because|cos|coz|cause|'cause|'cos|bc|(?:since|so|so that|as) (?:i|we|he|she|it|they)\b)",
    re.IGNORECASE,
)
_REPORTED = re.compile(
    r"[\"\u201c\u201d\u00ab\u00bb]|\b(?:said|says|saying|told|telling|tells|reading you|wrote|"
    r"writes|e-?mail|message|letter|quote|talking to|spoke|asked (?:him|her|them)|shouted|script|"
    r"dreamt|dreamed|instructions?|rules|pretend|imagine)\b",
    re.IGNORECASE,
)
_MODAL = re.compile(
    r"^(?:you|could|can|would|will|may|might|should|shall|must|with|without|like|to|than|by)\b",
    re.IGNORECASE,
)
_HURRY = re.compile(
    r"^(?:(?:go|quick|hurry|chop|come|now|up|on|bye|ta|thanks|okay|please|right)\s*)+$",
    re.IGNORECASE,
)
_DOING = re.compile(
    r"^(?:he|she|they|we|i|it|there|\w+(?: \w+)?)(?:'s|'m|'re| is| am| are) "
    r"(?:still |just |only |already |trying to )?\w+in[g']",
    re.IGNORECASE,
)
_WANTING = re.compile(
    r"^(?:he|she|they|the \w+|my \w+|[A-Z]\w+) (?:wants?|needs?|likes?|prefers?) "
    r"(?:some |a bit of |her |his |their |peace and )*(?:quiet|sleep|rest|silence|darkness|air)$"
)
"""What somebody wants who is not asking: "the vet wants quiet"."""
_TELLING = frozenset(
    """
    closed open opened shut locked unlocked running armed disarmed half third quarter quarters full
    max maximum min minimum percent degrees degree brightness brighter bright dim dimmer darker warm
    warmer cooler colder white humidity temperature pressure pressure-wise power battery speed level
    first last lowest highest peak average it them
    """.split()  # noqa: SIM905 - a list of words reads best as text
)
_LEADS = re.compile(r"^(?:so|and|then|oh|also|but|well)\s+(?=\S)", re.IGNORECASE)
_REQUESTS = frozenset(
    """
    activate all arm arrange begin both bring bump but cancel change check choose clean close cool
    crank cut deactivate decrease dim disable disarm dock draw drop enable end every everything
    except fire flip get give go hang have heat hoover how increase is isolate keep kick kill knock
    leave let light lights lock lower make move mow mute no not now nudge off on only open pause
    pick play please power press pull push put raise reduce relock remind reset resume return roll
    run scrap select send set show shut slow speed start stop switch take tell then throw tip toggle
    trigger trip turn undo unlock up vacuum wait wake want warm water what when where which whether
    who why wind would
    """.split()  # noqa: SIM905 - a list of words reads best as text
)
_PLACING = re.compile(r"^(?:in|on|at|for|from|by|around|down|up|over)\b", re.IGNORECASE)
_OF_IT = re.compile(
    r"^(?:so |and |but )?it (?:to|should|must|needs?|has|can|could|will|may|shall|stays?|goes|"
    r"ought)\b|\b(?:on|off|up|down|out|open|too)\b",
    re.IGNORECASE,
)
"""What says of a device what is to become of it."""

_DIGIT = re.compile(r"\d")
_COMPLAINED = re.compile(
    r"^(?:it's|its|it is|i'm|i am|we're|we are) [^,.;]{3,30}? (?:in here|here|in this room)\s+"
    r"(?=(?:turn|put|switch|open|close|shut|start|stop|set|make|dim|crank)\b)",
    re.IGNORECASE,
)
"""A complaint that goes over into a request without a pause."""

_URGED = re.compile(
    r"(?:^(?:quick[,!]? |hurry[,!]? )?before (?!i\b|we\b|you\b)(?P<who>[^,.;\d]{3,60}?)"
    r"(?:, | (?=(?:i'd like|i would like|can you|could you|would you|will you|please|turn|switch|"
    r"put|set|open|close|shut|lock)\b))|"
    r"[,;]?\s+before (?!i\b|we\b|you\b)(?P<what>[^,.;\d]{3,60})[.!]*$)",
    re.IGNORECASE,
)
_HAPPENS = re.compile(
    r"^(?:the |my |our |any |some |that |those |all )?(?:\w+ ){1,3}?(?:is|are|get|gets|come|comes|"
    r"arrive|arrives|turn up|turns up|start|starts|go|goes|run|runs|fall|falls|boil|boils|burn|"
    r"burns|wake|wakes|freeze|freezes|die|dies|trip|trips|see|sees|notice|notices|blow|blows|"
    r"spoil|spoils|escape|escapes|flood|floods|melt|melts|catch|catches|explode|explodes)\b",
    re.IGNORECASE,
)
"""Why it is to be done at once: "shut the gate before the cows are on the road"."""

_ITEM = re.compile(
    r"^(?:item|point|number|step|task|job|next item|agenda item) (?:\w+)[:.,]\s+", re.IGNORECASE
)
"""The number of a thing on a list, before the thing."""

_SO = re.compile(
    r"^(?P<why>[^;:.!?]+), so (?=(?:please |kindly |just )*(?:would|could|can|will) you\b|"
    r"please\b)",
    re.IGNORECASE,
)

MAX_CLAUSES = 10


_HEDGES = frozenset({"maybe", "perhaps", "possibly"})


def without_remarks(text: str, names: Names) -> str:
    """The sentence without its remarks and reasons; the whole of it where nothing else is left."""
    text = _ITEM.sub("", text)
    if _REPORTED.search(text):
        return text  # what somebody else says is no request, and must not become one
    text = _unexplained(_unhurried(text, names), names)
    parts = _PARTING.split(_COMPLAINED.sub("", text))
    clauses, partings = parts[::2], ["", *parts[1::2]]
    if len(clauses) > MAX_CLAUSES:
        return text
    kept = [index for index, clause in enumerate(clauses) if not is_remark(clause, names)]
    if not kept or (len(kept) == len(clauses) == 1 and not _COMPLAINED.match(text)):
        return text
    return _joined(clauses, partings, kept)


def _unhurried(text: str, names: Names) -> str:
    """Without what will happen else."""
    match = _URGED.search(text)
    if match is None:
        return text
    happening = (match["who"] or match["what"] or "").strip()
    if not _HAPPENS.match(happening) or mentions_in(happening, names).device():
        return text
    return f"{text[: match.start()]}{text[match.end() :]}".strip() or text


def _unexplained(text: str, names: Names) -> str:
    """Without the reason before ", so would you ...", where that names nothing of the home."""
    match = _SO.match(text)
    if match is None or words_of(match["why"])[0] in _REQUESTS or _MODAL.match(match["why"]):
        return text
    return text if mentions_in(match["why"], names).device() else text[match.end() :]


def is_remark(clause: str, names: Names) -> bool:
    """True where the clause tells something and asks for nothing."""
    said = clause.strip(" ,.;:!?")
    if said.casefold() in _HEDGES:
        return False  # it makes the request beside it less certain
    words = words_of(_LEADS.sub("", said))
    if not words or (len(words) > 1 and _HURRY.match(" ".join(words))):
        return True
    if _REASON.match(said):
        return words[:2] != ["so", "that"] and not _DIGIT.search(said)
    about_it = words[0] == "it" and len(words) > 2 and not _OF_IT.search(said)
    told = _TELLING.isdisjoint(words[1:] if about_it else words) and not _DIGIT.search(said)
    asked = words[0] in _REQUESTS or bool(_PLACING.match(said) or _MODAL.match(said))
    if told and _DOING.match(said):
        asked = False
    elif asked or not told or obstacle(said) is not None:
        return False
    else:
        mentions = mentions_in(said, names)
        values = bool(mentions.values) and not _WANTING.match(said)
        asked = mentions.device() or values or bool(mentions.areas)
    return not asked


def _joined(clauses: Sequence[str], partings: Sequence[str], kept: Sequence[int]) -> str:
    said = ""
    for index in kept:
        clause = clauses[index].strip(" ,")
        clause = _LEADS.sub("", clause) if not said else clause
        if clause.strip(" .!?;:"):
            parting = partings[index] if "," in partings[index] or "." in partings[index] else ", "
            said += (parting if said else "") + clause
    return said.strip(" ,.;:!") or ""
