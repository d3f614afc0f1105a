"""Cases: conversations with what must come of each turn, and how they are run."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from tools.understanding.homes import SimulatedHome
from tools.understanding.house import House, Turn
from tools.understanding.judging import judge

from lamplighter.understanding.reading import Parser
from lamplighter.understanding.templates import Templates, load

DATA = Path(__file__).parents[2] / "tests" / "data" / "understanding"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a case.

    Attributes:
        case: the case.
        problems: what was not right, turn by turn; empty where all was.
        wrong: ids of entities that were changed wrongly.
        asked: True where the first reply was a question or a refusal.
        replies: the replies, in order.
    """

    case: Mapping[str, Any]
    problems: tuple[str, ...]
    wrong: tuple[str, ...]
    asked: bool
    replies: tuple[str, ...]

    @property
    def right(self) -> bool:
        """True where everything was as it should be."""
        return not self.problems


def read_cases(path: Path) -> list[dict[str, Any]]:
    """The cases of a JSONL file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


@lru_cache(maxsize=4)
def shared_templates(language: str) -> Templates:
    """The rules of a language, loaded once for all conversations."""
    return load(language)


async def run_case(
    home: SimulatedHome,
    case: Mapping[str, Any],
    model: Parser | None = None,
    templates: Callable[[str], Templates] = shared_templates,
) -> Outcome:
    """Has the conversation and judges each turn; it ends at the first that went wrong."""
    with tempfile.TemporaryDirectory() as folder:
        house = House(home, Path(folder), templates, model)
        await house.start()
        try:
            return await _conversation(house, case)
        finally:
            await house.stop()


async def _conversation(house: House, case: Mapping[str, Any]) -> Outcome:
    replies: list[str] = []
    outcome = ""
    problems: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    for number, step in enumerate((case, *case.get("then", ()))):
        turn = await _taken(house, step, case)
        reply = turn.reply or {}
        outcome = outcome or str(reply.get("outcome", ""))
        replies += [f"{reply.get('outcome')}: {reply.get('speech')}"] if reply else []
        replies += [f"(told) {each}" for each in turn.told]
        verdict = judge(turn, step)
        if verdict.problems:
            problems = tuple(f"turn {number + 1}: {each}" for each in verdict.problems)
            wrong = verdict.wrong
            break
    asked = outcome in ("clarify", "confirm", "refused", "not_understood")
    return Outcome(case, problems, wrong, asked, tuple(replies))


async def _taken(house: House, step: Mapping[str, Any], case: Mapping[str, Any]) -> Turn:
    if "say" in step:
        return await house.say(
            step["say"],
            area=step.get("area", case.get("area")),
            user=step.get("user", case.get("user")),
            language=step.get("language"),
        )
    if "set" in step:
        return await house.set(step["set"])
    if "wait" in step:
        return await house.wait(house.now + float(step["wait"]))
    return await house.wait(_moment(step["until"], house.home))


def _moment(said: Any, home: SimulatedHome) -> float:
    """UTC seconds of a local time, or of the sun's event."""
    if not isinstance(said, Mapping):
        return datetime.fromisoformat(said).replace(tzinfo=home.zone).timestamp()
    from astral import Observer
    from astral.sun import sun

    place = home.home.location
    if place is None:
        raise ValueError(said)
    day = datetime.fromtimestamp(home.now, home.zone).date() + timedelta(days=said.get("day", 0))
    observer = Observer(place.latitude, place.longitude, place.elevation)
    events = sun(observer, date=day, tzinfo=home.zone)
    return float(events[said["sun"]].timestamp() + 60 * said.get("offset_min", 0))


def run_all(
    sets: Sequence[tuple[SimulatedHome, Mapping[str, Any]]], model: Parser | None = None
) -> Iterator[Outcome]:
    """Runs cases one after another."""
    for home, case in sets:
        yield asyncio.run(run_case(home, case, model))
