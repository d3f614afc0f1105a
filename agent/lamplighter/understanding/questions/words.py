"""The words of questions: states, and what is asked beside them, as data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

AUXILIARIES = frozenset(
    ["is", "are", "was", "were", "am", "has", "have", "had", "did", "do", "does", "can", "be"]
)
PAST = frozenset({"was", "were", "had", "did"})
DETERMINERS = frozenset(
    ["the", "a", "an", "my", "our", "your", "this", "that", "these", "those", "of", "some"]
)
FILLING = frozenset(
    [
        "still",
        "already",
        "yet",
        "currently",
        "now",
        "again",
        "also",
        "really",
        "actually",
        "there",
        "right",
        "anywhere",
        "just",
        "even",
        "please",
        "presently",
        "nowadays",
        "both",
        "completely",
        "fully",
        "properly",
        "totally",
        "by",
        "lately",
        "recently",
        "exactly",
        "roughly",
        "about",
        "approximately",
        "ever",
    ]
)
"""Words that a question loses without becoming another one."""

ANYTHING = frozenset({"anything", "something", "any", "things", "stuff", "thing"})
EVERYTHING = frozenset({"everything", "all", "every", "each", "whole"})
SOMEBODY = frozenset({"anyone", "anybody", "someone", "somebody", "people", "person"})
HOUSE = frozenset(
    ["house", "home", "flat", "apartment", "place", "building", "cottage", "cabin", "property"]
)

_SAID: Mapping[str, str] = {
    "on": """on, left on, left running, switched on, turned on, powered on, running, active,
        activated, lit, lit up,
        burning, in use, sounding, blaring, powered up, powered, in operation, operating, working,
        up and running, shining, enabled, illuminated, turning, spinning, humming, pumping,
        blazing, plugged on, blowing, ticking over, in service""",
    "off": "off, left off, switched off, turned off, powered off, inactive, powered down, gone "
    "out, "
    "unlit, dark, out of service, not in use, "
    "disabled, deactivated, idle, stopped",
    "open": "open, opened, ajar, wide open, up, raised, left open, unshut, unclosed",
    "closed": "closed, shut, down, lowered, closed up, drawn, pulled down, pulled shut",
    "opening": "opening",
    "closing": "closing",
    "locked": "locked, locked up, bolted, secured, latched, locked down, done up",
    "unlocked": "unlocked, left unlocked, unbolted, unsecured, undone, not done up",
    "jammed": "jammed, stuck",
    "armed": "armed, set, active, on",
    "disarmed": "disarmed, unset, off",
    "triggered": "triggered, gone off, going off, tripped, ringing",
    "cleaning": "cleaning, vacuuming, hoovering, sweeping, running, working, on, busy",
    "docked": "docked, home, parked, at home, in the dock, on the dock, at the base, "
    "at its base, in its dock, back, in its base, back home, at the dock, asleep, sleeping, "
    "in bed, "
    "resting, in his dock, on his dock, on its dock, in his house, asleep in his house, "
    "in its house, in her dock, on her dock, on his charger, back on his charger, on its charger, "
    "at his dock, "
    "back on its charger, on the charger, back on the charger, back in its dock, back in his dock, "
    "back in the dock",
    "paused": "paused",
    "returning": "returning, coming back, coming home, on its way back",
    "mowing": "mowing, cutting, cutting the grass, running, working, on",
    "heat": "heating, heating up, warming up",
    "cool": "cooling, cooling down",
    "available": "online, reachable, connected, responding, alive, working, up, reporting",
    "unavailable": "offline, unavailable, unreachable, disconnected, dead, not responding, down, "
    "missing, unresponsive, gone, not reachable, not available, out of reach",
    "wet": "wet, leaking, leak, flooded, damp, water",
    "dry": "dry",
    "occupied": "occupied, in use, busy, taken",
    "empty": "empty, unoccupied, vacant, free",
    "low": "low, flat, empty, dead, running low, nearly empty, almost empty, getting low, weak, "
    "almost dead, nearly dead, running out",
    "plugged in": "plugged in",
    "unplugged": "unplugged",
    "charging": "charging, being charged, on charge",
    "finished": "finished, done, ready, complete, completed, through, over",
    "raining": "raining, wet",
    "smoke": "smoke, detecting smoke, smoking",
    "gas": "gas, detecting gas",
    "motion": "motion, detecting motion, movement, moving, triggered, detecting movement",
    "problem": "reporting a problem, faulty, broken",
}

NEGATED: Mapping[str, str] = {
    "on": "off",
    "off": "on",
    "open": "closed",
    "closed": "open",
    "locked": "unlocked",
    "unlocked": "locked",
    "armed": "disarmed",
    "disarmed": "armed",
    "available": "unavailable",
    "unavailable": "available",
    "wet": "dry",
    "dry": "wet",
    "occupied": "empty",
    "empty": "occupied",
    "plugged in": "unplugged",
    "unplugged": "plugged in",
    "low": "fine",
    "docked": "not docked",
}

_DONE: Mapping[str, str] = {
    "on": "turn on, turned on, switch on, switched on, put on, start, started, activate, "
    "activated, "
    "begin, began, run, ran, go on, went on, come on, came on, turned, fire up, kick in, "
    "kicked in, "
    "trigger, triggered, go off, went off",
    "off": "turn off, turned off, switch off, switched off, put off, stop, stopped, finish, "
    "finished, end, ended, deactivate, deactivated, go out, went out, shut off, shut down, "
    "turned out",
    "open": "open, opened, raise, raised, unshut, go up, went up, come up, came up",
    "closed": "close, closed, shut, lower, lowered, go down, went down, come down, came down",
    "locked": "lock, locked, lock up, locked up, secure, secured, bolt, bolted",
    "unlocked": "unlock, unlocked",
    "armed": "arm, armed, set",
    "disarmed": "disarm, disarmed",
    "triggered": "trigger, triggered, gone off, go off, went off, trip, tripped, sound, sounded",
    "cleaning": "clean, cleaned, vacuum, vacuumed, hoover, hoovered, run, ran, start, started, "
    "cleaning",
    "docked": "dock, docked, come home, came home, go home, finish, finished, come back, came back",
    "mowing": "mow, mowed, mown, run, ran, start, started",
    "motion": "move, moved, detect motion, detected motion, see motion, motion, movement, trigger, "
    "triggered, detect, detected, seen, see, active, detect anyone, detect someone, "
    "detect anything, "
    "see anyone, see someone",
    "wet": "leak, leaked, get wet",
    "ring": "ring, rang, rung, pressed, press",
    "heat": "heat, heating, heated",
}

LEVELS: Mapping[str, str] = {"most": "most", "least": "least"}


@lru_cache(maxsize=1)
def states_by_words() -> Mapping[str, tuple[str, ...]]:
    """States by what people say for them, likeliest first."""
    return _turned(_SAID)


@lru_cache(maxsize=1)
def deeds_by_words() -> Mapping[str, tuple[str, ...]]:
    """The states that things are in after somebody did what the words say."""
    return _turned(_DONE)


def _turned(table: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for state, said in table.items():
        for phrase in said.split(","):
            found.setdefault(" ".join(phrase.split()), []).append(state)
    return {phrase: tuple(states) for phrase, states in found.items()}
