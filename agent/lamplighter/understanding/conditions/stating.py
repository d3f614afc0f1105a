"""Clauses about a state: "the back door opens", "the fan is off", "the house mode is night"."""

from __future__ import annotations

import re
from dataclasses import replace

from lamplighter.orders.order import Comparison
from lamplighter.understanding.conditions.claim import Claim
from lamplighter.understanding.conditions.phrases import SOMEONE

_STATES: dict[str, str] = {
    "on": "on",
    "off": "off",
    "out": "off",
    "open": "open",
    "opened": "open",
    "ajar": "open",
    "unclosed": "open",
    "closed": "closed",
    "shut": "closed",
    "locked": "locked",
    "unlocked": "unlocked",
    "running": "on",
    "active": "on",
    "activated": "on",
    "working": "on",
    "idle": "off",
    "inactive": "off",
    "deactivated": "off",
    "stopped": "off",
    "finished": "off",
    "done": "off",
    "complete": "off",
    "ready": "off",
    "triggered": "triggered",
    "tripped": "triggered",
    "going off": "triggered",
    "ringing": "triggered",
    "pressed": "triggered",
    "pushed": "triggered",
    "sounding": "triggered",
    "armed": "armed",
    "disarmed": "disarmed",
    "cleaning": "cleaning",
    "docked": "docked",
    "paused": "paused",
    "mowing": "mowing",
    "heating": "heat",
    "cooling": "cool",
    "jammed": "jammed",
    "offline": "unavailable",
    "unavailable": "unavailable",
    "unreachable": "unavailable",
    "disconnected": "unavailable",
    "online": "available",
    "available": "available",
    "reachable": "available",
    "back": "available",
    "connected": "available",
    "charging": "on",
    "low": "on",
    "vibrating": "on",
    "moving": "on",
    "lit": "on",
}
STATE = "|".join(sorted(_STATES, key=len, reverse=True))
_HAPPENING: dict[str, str] = {
    (
        r"opens?|swings open|comes open|is opened|are opened|gets opened|"
        r"has opened|has been opened"
    ): "open",
    r"closes?|shuts?|is shut|gets closed|has closed|has been closed": "closed",
    r"unlocks?|is unlocked by .+|gets unlocked|has been unlocked": "unlocked",
    r"locks?|gets locked|has been locked": "locked",
    (
        r"starts?(?: up| running)?|begins?(?: running)?|comes alive|kicks "
        r"in|fires up|activates|is started"
    ): "on",
    r"stops?(?: running)?|finishes(?: \w+ing)?|ends|completes|shuts (?:down|off)|"
    r"switches itself off|has finished|"
    r"has stopped|has ended|deactivates|is stopped": "off",
    (
        r"rings?|triggers?|trips?|fires?|sounds?|is set off|gets triggered|"
        r"goes|gets pressed|buzzes|chimes|is rung"
    ): "triggered",
    r"docks?|returns to (?:its|the) (?:dock|base)|goes home": "docked",
    r"disappears|drops out|goes down|loses (?:its )?connection|disconnects": "unavailable",
    r"comes back|reconnects|appears|connects": "available",
    r"jams|gets stuck": "jammed",
}
_AGENT_VERBS: dict[str, str] = {
    r"opens?": "open",
    r"closes?|shuts?": "closed",
    r"unlocks?": "unlocked",
    r"locks?": "locked",
    r"starts?|activates?|(?:turns?|switches?|switch) on": "on",
    r"stops?|deactivates?|(?:turns?|switches?|switch) off": "off",
    r"presses|press|push(?:es)?|rings?|triggers?|sets off|trips|hits": "triggered",
}
_OPPOSITES = {
    "on": "off",
    "off": "on",
    "open": "closed",
    "closed": "open",
    "locked": "unlocked",
    "unlocked": "locked",
    "available": "unavailable",
    "unavailable": "available",
}


_AGENTS = tuple(
    (re.compile(rf"{SOMEONE} (?:{verb}) (?P<subject>.+)"), value)
    for verb, value in _AGENT_VERBS.items()
)
_TURNS = re.compile(rf"{SOMEONE} (?:turns?|switch(?:es)?|puts?) (?P<subject>.+) (?P<s>on|off)")
_THROUGH = re.compile(
    rf"{SOMEONE} (?:comes?|walks?|goes?|go|enters?|leaves?|leave)(?: in| out)?"
    r"(?: home)? (?:through|by|via) (?P<subject>.+)"
)
_LEAVES = re.compile(rf"{SOMEONE} leaves (?P<subject>.+) (?P<s>on|open|unlocked)")
_HAPPENS = tuple(
    (re.compile(rf"(?P<s>.+?) (?:{verbs})(?: up| itself)?"), value)
    for verbs, value in _HAPPENING.items()
)
_IS = re.compile(
    r"(?P<s>.+?) (?P<v>is|are|gets?|becomes?|turns?|goes|go|switch(?:es)?|"
    r"comes?|stays?|remains?|"
    r"has been|have been|has|have|was left|were left|has come|has "
    r"gone|reports?|says|shows?|falls)"
    r"(?P<not> not)?(?: (?:still|left|all|both|being|turned|switched|"
    r"set|wide|standing|kept|already|been|to be|"
    rf"accidentally|fully|completely|properly|half))* (?P<x>{STATE})"
)
_BECOMING = re.compile(r"gets?|becomes?|turns?|goes|go|switch|comes?|falls|has come|has gone")
_DOES_NOT = re.compile(
    r"(?P<s>.+?) (?:do|does|has|have) not (?P<v>close|open|lock|start|run|stop|work)(?:ed|d)?"
)
_SAYS = re.compile(
    r"(?P<s>.+?) (?P<v>is set to|is switched to|is turned to|is on|"
    r"is in|is at|is|are in|goes into|goes to|changes to|switches "
    r"to|"
    r"turns to|turns|gets|becomes|enters|says|shows|reads|reports|equals)(?P<not> not)? "
    r"(?P<x>(?:the )?[\w .+-]+?)(?: (?:mode|setting|programme|program|state|preset))?"
)
_BEING = re.compile(r"is|are|says|shows|reads|reports|equals")


def agent(text: str) -> list[Claim]:
    """The clause as something that somebody does to a thing; empty where it is none."""
    for pattern, state in _AGENTS:
        if match := pattern.fullmatch(text):
            return [Claim(match["subject"], "state", value=state, event=True)]
    if match := _TURNS.fullmatch(text):
        return [Claim(match["subject"], "state", value=match["s"], event=True)]
    if match := _THROUGH.fullmatch(text):
        return [Claim(match["subject"], "state", value="open", event=True)]
    match = _LEAVES.fullmatch(text)
    return [Claim(match["subject"], "state", value=match["s"])] if match else []


def state(text: str) -> list[Claim]:
    """The clause as one about a state; empty where it is none."""
    match = _IS.fullmatch(text)
    if match is None:
        return []
    word, verb = match["x"], match["v"]
    value = _STATES[word]
    event = bool(_BECOMING.match(verb))
    event = event or word in (
        "triggered",
        "tripped",
        "opened",
        "pressed",
        "pushed",
        "finished",
        "done",
        "complete",
        "ready",
    )
    claim = Claim(match["s"], "state", value=value, event=event)
    if match["not"]:
        claim = _denied(claim)
    if word == "off" and verb in ("goes", "go"):
        return [replace(claim, value="triggered"), claim]
    return [claim]


def _denied(claim: Claim) -> Claim:
    opposite = _OPPOSITES.get(str(claim.value))
    if opposite is not None:
        return replace(claim, value=opposite)
    return replace(claim, comparison="is_not")


def happens(text: str) -> list[Claim]:
    """The clause as something that a thing does; empty where it is none."""
    for pattern, state in _HAPPENS:
        if match := pattern.fullmatch(text):
            return [Claim(match["s"], "state", value=state, event=True)]
    match = _DOES_NOT.fullmatch(text)
    if match is None:
        return []
    state = {"close": "open", "open": "closed", "lock": "unlocked", "stop": "on"}.get(
        match["v"], "off"
    )
    return [Claim(match["s"], "state", value=state)]


def option(text: str) -> list[Claim]:
    """The clause as one about an option or a text; empty where it is none."""
    match = _SAYS.fullmatch(text)
    if match is None:
        return []
    event = not _BEING.match(match["v"])
    comparison: Comparison = "is_not" if match["not"] else "is"
    value = match["x"].removeprefix("the ")
    return [Claim(match["s"], "value", comparison, value, event=event)]
