"""Sentences with a condition, split into the command and the condition.

Only the form of the sentence is looked at here: what the condition is about is found in
``facts``. A sentence is split only where what is left is a command, or asks to be told; questions
("what happens if ...", "when was ...") are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from lamplighter.orders.order import Hours
from lamplighter.understanding.conditions import commands, hours, joining, reading
from lamplighter.understanding.conditions.claim import Claim
from lamplighter.understanding.normalise import asks, fold, plain, tidy

Kind = Literal["once", "whenever"]


@dataclass(frozen=True, slots=True)
class Conditional:
    """A sentence with a condition.

    Attributes:
        body: the command to be carried out, or "" where somebody is only to be told.
        condition: what it depends on, without its "if" and folded; "unless ..." where it is not
            to be so.
        kind: ``once``: looked at now, and then either done or not; ``whenever``: a standing order.
        tell: what to tell, "" for the condition itself; None where nothing is to be told.
    """

    body: str
    condition: str
    kind: Kind
    tell: str | None = None


_ALWAYS = re.compile(
    r"^(?:(?:from now on|in (?:the )?future|as a rule|"
    r"(?:make|set(?: up)?|add|create) (?:it )?(?:a )?(?:new )?(?:rule|standing order|automation)"
    r"(?: that| so that)?|(?:new )?(?:rule|standing order|automation)|"
    r"i(?: want| would like|'d like) you to always|always|make sure(?: that)?|"
    r"starting (?:now|today)|remember(?: that| to)?)[,:]? )+",
    re.IGNORECASE,
)
_ALWAYS_AT_END = re.compile(
    r",? (?:from now on|in (?:the )?future|as a rule|every (?:single )?time|always)$", re.IGNORECASE
)
_MAKE_SURE = re.compile(r"^(?:make sure|remember)\b", re.IGNORECASE)
_WHENEVER = (
    r"whenever|when ever|every time(?: that)?|everytime|each time(?: "
    r"that)?|any ?time(?: that)?|as soon as|"
    r"the moment(?: that)?|the minute(?: that)?|the instant|at any "
    r"time|any time|always (?:when|if)|"
    r"if ever|when|wen|whn|once|each and every time|on every occasion"
)
_IF = (
    r"if|in case|in the event(?: that)?|provided(?: that)?|assuming(?: "
    r"that)?|supposing|as long as|so long as|should"
)
_LEADING = re.compile(rf"^(?P<joint>{_WHENEVER}|{_IF}|unless),? (?P<rest>.+)$", re.IGNORECASE)
_AFTER_COMMAND = re.compile(
    rf"(?:,|;|\.|:)? (?:(?:and |but )?only )?(?P<joint>{_WHENEVER}|{_IF}|unless) (?=\S+ \S)",
    re.IGNORECASE,
)
_REPEATING = re.compile(rf"^(?:{_WHENEVER})$", re.IGNORECASE)
_INDIRECT = re.compile(
    r"^(?:do|does|did|is|are|was|were|will|can|could|should|would|has|have|am|i|you|my|your)\b|"
    r"\b(?:was|were|did|will|would|last|next|had|supposed|due|scheduled)\b"
)
"""Signs of a question in a command's clothes ("tell me when my flight will land"), or of none."""

_UNENDED = re.compile(
    r"\b(?:do|does|did|will|would|should|can|could|to|the|a|an|my|our|and|or|of|if)$", re.IGNORECASE
)
"""Words at which no condition ends."""

_CASE_OF = re.compile(r"\bin (?:case|the event) of (?:a |an |any )?", re.IGNORECASE)
_WATCHED = re.compile(
    r"^(?:keep an eye on|watch(?: out for)?|monitor) (?P<what>.+?) and (?P<tell>.+?) "
    r"(?P<joint>if|when|whenever|as soon as) it ",
    re.IGNORECASE,
)
_ARROW = re.compile(r"\s*(?:-+>|=+>|\u2192|\u21d2)\s*")
_COMMAND_ONLY = re.compile(
    r"^(?!(?:what|which|who|why|how|where|does|do|did|was|were|has|have you|is|are)\b)",
    re.IGNORECASE,
)


def split(text: str) -> Conditional | None:
    """The command and the condition of a sentence; None where it has no condition to be split off.

    Hours that stand with the command of a standing order ("at night switch on ... when ...") are
    added to the condition.
    """
    bare = plain(tidy(text))
    always = bool(_ALWAYS.match(bare)) and not _MAKE_SURE.match(bare)
    always = always or bool(_ALWAYS_AT_END.search(bare))
    bare = _ALWAYS_AT_END.sub("", _ALWAYS.sub("", bare))
    bare = plain(bare)
    bare = _CASE_OF.sub("whenever there is ", _WATCHED.sub(r"\g<tell> \g<joint> \g<what> ", bare))
    bare = reading.without_symbols(_ARROW.sub(": ", bare)).replace(" + ", " and ")
    found = _leading(bare) or _timed_first(bare) or _trailing(bare) or _noted(bare)
    if found is None or (text.rstrip().endswith("?") and not _polite(text)):
        return None
    if _INDIRECT.search(found.condition):
        parts = joining.parts_of(found.condition)
        if parts is None or joining.loose(parts):
            return None
    return replace(found, kind="whenever") if always else found


def _polite(text: str) -> bool:
    return bool(
        re.match(
            r"^\W*(?:hey |hi |ok )?(?:\w+,? )?(?:could|can|would|will|might|please)\b|"
            r"^.*, (?:please |then )?(?:could|can|would|will|might) you\b",
            text,
            re.IGNORECASE,
        )
    )


def _leading(text: str) -> Conditional | None:
    match = _LEADING.match(text)
    if match is None:
        return None
    boundary = _boundary(match["rest"])
    if boundary is None:
        return None
    condition, body = boundary
    return _put_together(match["joint"], condition, body)


def _timed_first(text: str) -> Conditional | None:
    """A sentence that begins with the hours: "at night, whenever the back door opens, ..."."""
    match = _AFTER_COMMAND.search(text)
    if match is None:
        return None
    first = fold(text[: match.start()])
    if hours.hours_of(first.removeprefix("only ")) is None:
        return None
    found = _leading(text[match.start() :].lstrip(" ,;.:"))
    return found and replace(found, condition=f"{found.condition} and only {first}")


def _trailing(text: str) -> Conditional | None:
    if asks(text.rstrip("?")) or not _COMMAND_ONLY.match(text):
        return None
    text = re.sub(r"^only ", "", text, flags=re.IGNORECASE)
    for match in _AFTER_COMMAND.finditer(text):
        body, condition = text[: match.start()], text[match.end() :]
        begins = commands.starts(body) or commands.states(body, marked=True)
        if len(body.split()) < 2 or not begins:
            continue
        return _put_together(match["joint"], _pointed(condition, body), body)
    return None


def _noted(text: str) -> Conditional | None:
    """An order as people note it down: "leak in the utility room -> washing machine off"."""
    condition, colon, body = text.partition(": ")
    parts = joining.parts_of(fold(condition)) if colon else None
    if parts is None or joining.loose(parts) or len(body.split()) < 2:
        return None
    return _put_together("when", condition, body)


def _pointed(condition: str, body: str) -> str:
    """The condition with the command's object in place of "it": "... whenever it is left on"."""
    thing = _OBJECT.match(body)
    pronoun = re.match(r"(?:it|they)(?='s| is| are| has| have| gets?| goes)\b", condition)
    if thing is None or pronoun is None or hours.stated(reading.plainly(fold(condition))):
        return condition
    named = f"{thing['what']}{condition[pronoun.end() :]}"
    parts = joining.parts_of(fold(named))
    first = parts[0].said if parts else None
    # "It is hotter than 25" is said of the air, not of the blinds.
    return named if isinstance(first, tuple) and first[0].sense == "state" else condition


_OBJECT = re.compile(
    r"^(?:please )?(?:(?:turn|switch|put|power) (?:on |off )?|(?:open|close|shut|lock|unlock|start|"
    r"stop|pause|dim|lower|raise) )(?P<what>(?:the|my|our) .+?)(?: (?:on|off|up|down|again|to .+|"
    r"at .+|for .+))?$",
    re.IGNORECASE,
)


def _boundary(text: str) -> tuple[str, str] | None:
    """Where the condition ends and the command begins.

    The first place is taken at which the condition says something whole and a command follows;
    else the first comma that a command follows, so that it can be said what was not understood.
    """
    loosely: tuple[str, str] | None = None
    fallback: tuple[str, str] | None = None
    for condition, body, marked in _places(text):
        starts = commands.starts(body) or commands.from_statement(body, marked=marked) is not None
        if not starts and not commands.states(body, marked=marked):
            continue
        parts = joining.parts_of(fold(condition))
        if parts is not None and not joining.loose(parts):
            return condition, body
        if parts is not None and starts:
            loosely = loosely or (condition, body)
        if marked and starts:
            fallback = fallback or (condition, body)
    return fallback or _declared(text) or loosely or _misspelt_boundary(text)


def _declared(text: str) -> tuple[str, str] | None:
    """A command in the form of a statement: "the hall light should go on"."""
    for condition, body, _ in _places(text):
        command = commands.from_statement(body, marked=False)
        if command and joining.parts_of(fold(condition)) is not None:
            return condition, command
    return None


def _misspelt_boundary(text: str) -> tuple[str, str] | None:
    """The last place where a command may begin, where the condition is not readable as it is."""
    found = [
        (condition, body)
        for condition, body, _ in _places(text)
        if commands.starts(body) and len(condition.split()) > 2 and len(body.split()) > 1
    ]
    return found[-1] if found else None


def _places(text: str) -> Iterator[tuple[str, str, bool]]:
    for match in re.finditer(r"(?P<mark>\s*[,;:\u2014]\s*(?:then )?| then | - )|\s+", text):
        if match.end() < len(text) and not _UNENDED.search(text[: match.start()]):
            yield text[: match.start()], text[match.end() :], match["mark"] is not None


def _put_together(joint: str, condition: str, body: str) -> Conditional | None:
    body = commands.trimmed(body)
    condition = fold(_NOISE.sub("", condition))
    body, more = _exempted(body)
    condition += more
    if joint.casefold() == "unless":
        condition = f"unless {condition}"
    kind: Kind = "whenever" if _repeats(joint, condition) else "once"
    if kind == "whenever":
        body, part = _hours_off(body)
        condition += part
    body = commands.trimmed(body)
    body = commands.from_statement(body) or body
    body, tell = commands.told(body) or (body, None)
    if tell is not None and kind == "once" and body == "" and joint.casefold() == "when":
        kind = "whenever"
    return Conditional(body, condition, kind, tell)


_NOISE = re.compile(r"^(?:and|that|then|ever)\s+|[\s,]+$", re.IGNORECASE)


def _exempted(body: str) -> tuple[str, str]:
    """The command without a condition at its own end: "..., but only if it is dark"."""
    for match in _AFTER_COMMAND.finditer(body):
        joint, rest = match["joint"].casefold(), fold(body[match.end() :])
        if joining.parts_of(rest) is not None:
            return body[: match.start()], f" {'unless' if joint == 'unless' else 'and if'} {rest}"
    spared = re.search(
        r"[.,;]? (?:but |and )?(?:not|never|except) "
        r"(?P<part>(?:at|after|before|between|from|on|during|in|by) .+?)(?: though)?$",
        body,
        re.IGNORECASE,
    )
    if spared and hours.hours_of(fold(spared["part"])):
        return body[: spared.start()], f" and not {fold(spared['part'])}"
    only = re.search(
        r",? (?:but |and )?only (?P<part>(?:at|after|before|between|from|on|during|in|by) .+)$",
        body,
    )
    if only and hours.hours_of(fold(only["part"])):
        return body[: only.start()], f" and only {fold(only['part'])}"
    return body, ""


def _hours_off(body: str) -> tuple[str, str]:
    """The command of a standing order without the part of the day at its end or start."""
    folded = fold(body)
    found = hours.at_end(folded)
    if found and found[0] and _is_part(found[1]):
        count = len(found[0].split())
        words = body.split()
        return " ".join(words[:count]).rstrip(","), f" and only {' '.join(folded.split()[count:])}"
    first = hours.at_start(folded)
    if first and first[1] and _is_part(first[0]) and commands.starts(first[1]):
        count = len(folded.split()) - len(first[1].split())
        return " ".join(body.split()[count:]), f" and only {' '.join(folded.split()[:count])}"
    return body, ""


def _is_part(part: Hours) -> bool:
    """True for what is no end or delay of the command itself ("until ten", "after ten")."""
    whole = part.start is not None and part.end is not None
    return whole or (part.start is None and part.end is None)


def _repeats(joint: str, condition: str) -> bool:
    """True where the sentence means every time, and not only now."""
    if _REPEATING.match(joint):
        return True
    if joint.casefold() == "unless":
        return False
    parts = joining.parts_of(condition)
    if parts is None:
        return bool(_LASTING.search(condition))
    if len(parts) == 1 and isinstance(parts[0].said, Hours):
        return hours.begins(reading.plainly(condition))
    return any(
        _comes_about(part.said[0], condition) for part in parts if isinstance(part.said, tuple)
    )


def _comes_about(claim: Claim, condition: str) -> bool:
    """True where a clause says that something happens, or goes on for a while."""
    lasting = claim.held_s > 0 and not _HAS_BEEN.search(condition)
    return claim.event or lasting or (claim.sense in _DANGERS and claim.value == "on")


_DANGERS = frozenset({"moisture", "smoke", "gas"})
"""What nobody asks to be looked at once: "if there is a leak, close the valve"."""

_HAS_BEEN = re.compile(r"\b(?:has|have|'s) been\b")
_LASTING = re.compile(
    r"\b(?:goes|gets|rises|drops|falls|opens|closes|exceeds|starts|stops|detects|sees)\b"
)
