"""Results put together: of clauses that are done now, later or for a while, one result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lamplighter.config import Location
from lamplighter.errors import NoSuchTimeError
from lamplighter.understanding import speech
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Candidate,
    Clarify,
    Later,
    NotUnderstood,
    Result,
    Step,
)
from lamplighter.understanding.normalise import plain
from lamplighter.understanding.outline import Piece
from lamplighter.understanding.timing.resolving import delay_until
from lamplighter.understanding.timing.when import When
from lamplighter.understanding.timing.wording import lasting, spoken


@dataclass(frozen=True, slots=True)
class Moment:
    """Now and here, for what is said of times.

    Attributes:
        now: the home's local time, with its zone.
        location: where the home is, or None.
        degrees: the home's unit of temperature, "°C" or "°F".
    """

    now: datetime
    location: Location | None
    degrees: str = "°C"


def timed(result: Result, piece: Piece, intents: tuple[Intent, ...], moment: Moment) -> Result:
    """What is done now, as what is done at the piece's time, or for a while."""
    if isinstance(result, Clarify):
        return _asked(result, piece, intents, moment)
    if not isinstance(result, Act):
        return result
    if piece.when is None:
        return replace(result, until=piece.until)
    try:
        delay_s = delay_until(piece.when, moment.now, moment.location)
    except NoSuchTimeError as error:
        return NotUnderstood("no such time", speech.sentence(error.reason))
    return Later(
        delay_s=delay_s,
        text=piece.text,
        speech=_announced(piece.when, piece, moment),
        when=piece.when,
        intents=intents,
        until=piece.until,
    )


def _announced(when: When, piece: Piece, moment: Moment) -> str:
    ends = f", {lasting(piece.until, moment.now, moment.location)}" if piece.until else ""
    said = spoken(when, moment.now, moment.location)
    wanted = plain(piece.text)
    wanted = wanted[:1].lower() + wanted[1:] if wanted[1:2].islower() else wanted
    return f"{said[:1].upper()}{said[1:]}: {wanted}{ends}."


def _asked(result: Clarify, piece: Piece, intents: tuple[Intent, ...], moment: Moment) -> Clarify:
    """The question, each of its candidates for the piece's time."""
    if result.pending is None:
        return result
    candidates = tuple(
        _chosen(candidate, piece, intents, moment) for candidate in result.pending.candidates
    )
    return replace(result, pending=replace(result.pending, candidates=candidates))


def _chosen(
    candidate: Candidate, piece: Piece, intents: tuple[Intent, ...], moment: Moment
) -> Candidate:
    if not isinstance(candidate.result, Act):
        return candidate
    ids = tuple(dict.fromkeys(step.entity_id for step in candidate.result.steps))
    pinned = tuple(replace(each, slots={**each.slots, "ids": ids}) for each in intents)
    if len(intents) > 1:
        pinned = intents  # the candidates' steps are of several intents: grounded anew when due
    result = timed(candidate.result, piece, pinned, moment)
    return replace(candidate, result=result) if isinstance(result, Act | Later) else candidate


def together(results: Sequence[Result]) -> Result:
    """One result of several, in order; a question or a failure of one stands for all."""
    told: list[Act | Later | Answer] = []
    for result in results:
        if not isinstance(result, Act | Later | Answer):
            return result
        told.append(result)
    if len(told) == 1:
        return told[0]
    acts = [each for each in told if isinstance(each, Act)]
    laters = [each for each in told if isinstance(each, Later)]
    said = " ".join(each.speech for each in told)
    if not acts and not laters:
        return Answer(said)
    if not acts:
        first, *rest = laters
        return replace(first, speech=said, then=(*first.then, *rest))
    shared = {each.until for each in acts}
    if len(shared) > 1:
        return NotUnderstood("several lengths", "Please say one length of time at a time.")
    return Act(_steps(acts), said, acts[0].until, tuple(laters))


def _steps(acts: Sequence[Act]) -> tuple[Step, ...]:
    found: list[Step] = []
    for act in acts:
        found += [step for step in act.steps if step not in found]
    return tuple(found)
