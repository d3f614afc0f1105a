"""Clauses: one thing each that is to be done, with what was said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from lamplighter.understanding.clauses.lexicon import FREE, TOGETHER, Action
from lamplighter.understanding.clauses.vocabulary import Place
from lamplighter.understanding.values.value import Value

Sort = Literal["name", "alike", "kind", "everything", "pronoun", "rest"]


@dataclass(frozen=True, slots=True)
class Target:
    """What a clause is about.

    Attributes:
        sort: a device by its ``name`` or a part of it, one of the kind of that name (``alike``),
            devices of a ``kind``, ``everything``, what was said before (``pronoun``), or the
            ``rest`` of it.
        text: the name, or the kind's key; "" for the others.
        words: as it was said, with its quantifier.
        many: True where several are meant.
        quantifier: ``all``, ``both`` or "".
        implied: True where no word said it: a "brightness" is that of lights.
    """

    sort: Sort
    text: str = ""
    words: tuple[str, ...] = ()
    many: bool = False
    quantifier: str = ""
    implied: bool = False


@dataclass(slots=True)
class Clause:
    """One clause while it is put together.

    Attributes:
        verb: the verb's possible actions, likeliest first; empty where none was said.
        particles: actions that particles say.
        targets: what it is about; several where a list was said.
        places: where.
        values: how much, which.
        measures: of what ("brightness"), where that was said.
        quantifier: one that no target has taken yet.
        manner: one that no value has taken yet.
        everywhere: True where the whole home was said.
        spared: what is left out, in words.
        kept: True where what is left out was said to stay as it is.
        words: all of its words.
        unknown: words that nothing explains.
        led: True where the verb stood before the targets.
        contradictory: True where two things are to be done that exclude each other.
        implicit: True where it began without "and" or a stop.
        told: True where it tells what was done: "turned off the light".
        sharing: True where what is to be done was said for another clause.
        hinted: places said for its neighbours, for it too where they fit.
    """

    verb: tuple[Action, ...] = ()
    particles: list[Action] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    values: list[Value] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    quantifier: str = ""
    manner: str = ""
    everywhere: bool = False
    spared: list[str] = field(default_factory=list)
    kept: bool = False
    words: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    led: bool = False
    contradictory: bool = False
    implicit: bool = False
    told: bool = False
    sharing: bool = False
    hinted: list[Place] = field(default_factory=list)

    @property
    def action(self) -> Action | None:
        """What is to be done; None where nothing says it, or two things that don't fit."""
        possible = self.actions
        return possible[0] if possible else None

    @property
    def actions(self) -> tuple[Action, ...]:
        """What may be meant to be done, likeliest first."""
        particles = tuple(dict.fromkeys(self.particles))
        if self.verb == ("close",) and particles == ("down",) and "shut" in self.words:
            everything = any(each.sort == "everything" for each in self.targets)
            return ("off",) if everything else ("close", "off")
        if not self.verb:
            return particles[:1] if len(particles) == 1 else _of_two(particles)
        if not particles:
            return self.verb
        if len(particles) > 1:
            particles = _of_two(particles)
        return tuple(
            dict.fromkeys(
                done
                for particle in particles[:1]
                for verb in self.verb
                if (done := _together(verb, particle))
            )
        )

    @property
    def complete(self) -> bool:
        """True where it says both what to do and to what."""
        return bool(self.targets or self.places) and self.says_what

    @property
    def says_what(self) -> bool:
        """True where it says what is to be done."""
        bare = set(self.verb) <= FREE
        return bool((self.verb and not bare) or self.particles or self.values)

    @property
    def pending(self) -> bool:
        """True where its verb waits: "turn the lamp" for the end of "and the fan off"."""
        return bool(self.verb) and not self.says_what

    @property
    def told_little(self) -> bool:
        """True where it names neither a place nor what is to be set: "rose", "off in here"."""
        return not self.measures and all(place == Place() for place in self.places)

    @property
    def bare(self) -> bool:
        """True where it only says what it is about."""
        return not self.verb and not self.says_what


def _together(verb: Action, particle: Action) -> Action | None:
    if (verb, particle) in TOGETHER:
        return TOGETHER[verb, particle]
    if verb in FREE or verb == particle:
        return particle
    return verb if particle == "dock" else None


_WEAK: frozenset[Action] = frozenset({"dock", "start", "on"})


def _of_two(particles: tuple[Action, ...]) -> tuple[Action, ...]:
    """Of two particles the one that can't be a preposition: "lights on the landing off"."""
    strong = tuple(each for each in particles if each not in _WEAK)
    return strong if len(strong) == 1 else ()
