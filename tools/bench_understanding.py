"""How well and how fast sentences are understood, by rules, by the model, and by both."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.machine_facts import facts

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Colour, Entity, Number, Parameter, Reading, Service
from lamplighter.catalogue.vocabulary import SERVICES
from lamplighter.config import Area, Floor, Home
from lamplighter.model.engine import Engine
from lamplighter.understanding.intents import HANDLED_OF_HOME_ASSISTANT, QUESTIONS, Intent
from lamplighter.understanding.interpretation import Act, Ask, Clarify, Interpretation, Later
from lamplighter.understanding.model_parser import ModelParser
from lamplighter.understanding.understanding import Parser, Understanding

DATA = Path(__file__).parents[2] / "shared" / "data" / "intents"
SEED = 20261122
TRAINED_ON = frozenset({"train", "oos_train"})
"""Parts of CLINC150 that the default model was trained with; nothing is measured on them."""
FOREIGN = frozenset({"person", "weather", "todo", "media_player", "script", "input_boolean"})
COMPARED = (
    "A case is right when the intent's name and its slots are those of the case (texts compared "
    "without case; the area that the asker's own area supplied is left out, as the cases do) and, "
    "for commands whose case names targets, exactly those entities are acted on. All cases are "
    "asked in the merged home of 137 entities."
)


@dataclass(slots=True)
class Tally:
    """Counts of one set of sentences, and the misses.

    ``wrong_actions`` counts every action of a sentence that was not right, ``elsewhere`` those of
    them that touch an entity which the case does not name, or (for single commands) have
    another intent.
    """

    cases: int = 0
    right: int = 0
    wrong_actions: int = 0
    elsewhere: int = 0
    asked: int = 0
    misses: list[str] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        """The counts for a table."""
        share = round(100 * self.right / self.cases, 1) if self.cases else 0.0
        return {
            "cases": self.cases,
            "right": self.right,
            "right_percent": share,
            "wrong_actions": self.wrong_actions,
            "elsewhere": self.elsewhere,
            "asked_back": self.asked,
        }


def services_of(domain: str) -> dict[str, Service]:
    """Every service of a domain, with the parameters that the cases set."""
    params: dict[tuple[str, str], dict[str, Parameter]] = {
        ("light", "turn_on"): {
            "brightness_pct": Number(0, 100),
            "rgb_color": Colour(),
            "color_temp_kelvin": Number(1000, 10000),
        },
        ("climate", "set_temperature"): {"temperature": Number(0, 100)},
        ("cover", "set_position"): {"position": Number(0, 100)},
        ("valve", "set_position"): {"position": Number(0, 100)},
        ("fan", "set_percentage"): {"percentage": Number(0, 100)},
    }
    return {
        name: Service(name, params.get((domain, name), {})) for name in SERVICES.get(domain, ())
    }


class PlacedCatalogue(Catalogue):
    """A catalogue that leaves entities where they were announced, also in no area.

    The cases count on "Hallway Light" being in no area; a real catalogue goes by its name.
    """

    def announce(self, entity: Entity) -> bool:
        """Takes the entity in as it is."""
        changed = super().announce(entity)
        self._entities[entity.id] = entity
        return changed


def home_of_cases(extra: int = 0) -> Catalogue:
    """The merged home of Home Assistant's cases, with ``extra`` more entities in more rooms."""
    data = json.loads((DATA / "homes_en.json").read_text(encoding="utf-8"))["merged"]
    floors = {floor["id"]: floor["name"] for floor in data["floors"]}
    areas = {area["id"]: area["name"] for area in data["areas"]}
    rooms = [Area(a["name"], floors.get(a["floor"])) for a in data["areas"]]
    more = [Area(f"Annex {number}") for number in range(extra // 20)]
    catalogue = PlacedCatalogue(
        Home(areas=(*rooms, *more), floors=tuple(Floor(name) for name in floors.values()))
    )
    for each in data["entities"]:
        if each["domain"] in FOREIGN:
            continue
        catalogue.announce(_entity(each, areas))
        catalogue.read(each["id"], Reading(str(each["state"]), each["attributes"]), 0.0)
    for number in range(extra):
        domain = ("light", "switch", "sensor", "cover")[number % 4]
        name = f"Annex {number // 20} {domain} {'abcdefghijklmnopqrst'[number % 20]}"
        catalogue.announce(
            Entity(
                id=f"{domain}.x{number}",
                unique_id=f"x{number}",
                plugin="bench",
                domain=domain,
                name=name,
                services=services_of(domain),
                area=f"Annex {number // 20}",
            )
        )
    return catalogue


def _entity(each: dict[str, Any], areas: dict[str, str]) -> Entity:
    return Entity(
        id=each["id"],
        unique_id=each["id"],
        plugin="bench",
        domain=each["domain"],
        name=each["name"],
        services=services_of(each["domain"]),
        device_class=each["attributes"].get("device_class"),
        unit=str(each["attributes"].get("unit_of_measurement", "")),
        aliases=tuple(each["aliases"]),
        area=areas.get(each["area"]),
    )


def cases() -> list[dict[str, Any]]:
    """Home Assistant's cases for intents and domains that exist here."""
    lines = (DATA / "cases_en.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [
        case
        for case in found
        if case["intent"] in HANDLED_OF_HOME_ASSISTANT
        and not any(target.split(".")[0] in FOREIGN for target in case["targets"])
        and case["slots"].get("state") != "home"
    ]


def acted_on(interpretation: Interpretation) -> set[str]:
    """The entities that would be acted on, now or later."""
    result = interpretation.result
    return {step.entity_id for step in result.steps} if isinstance(result, Act) else set()


def same_intent(intent: Intent, case: dict[str, Any]) -> bool:
    """True where name and slots are the case's."""
    if intent.name != case["intent"]:
        return False
    slots = {key: str(value).casefold() for key, value in intent.slots.items()}
    wanted = {key: str(value).casefold() for key, value in case["slots"].items()}
    if intent.here and "area" not in wanted:
        slots.pop("area", None)
    if "domain" not in wanted:
        slots.pop("domain", None)
    return slots == wanted


def acts_elsewhere(interpretation: Interpretation, case: dict[str, Any]) -> bool:
    """True where an entity is acted on that the case does not name, or by another intent."""
    acted = acted_on(interpretation)
    same = [intent.name for intent in interpretation.intents] == [case["intent"]]
    return bool(acted) and not (same and acted <= set(case["targets"]))


def is_right(interpretation: Interpretation, case: dict[str, Any]) -> bool:
    """See ``COMPARED``."""
    if len(interpretation.intents) != 1 or not same_intent(interpretation.intents[0], case):
        return False
    if not case["targets"] or case["intent"] in QUESTIONS or case["slots"].get("name"):
        # By name, the cases' targets are every entity of that name; ours has to be one of them.
        acted = acted_on(interpretation)
        return not acted or not case["targets"] or acted <= set(case["targets"])
    return acted_on(interpretation) == set(case["targets"])


async def tally(
    understanding: Understanding,
    chosen: Iterable[dict[str, Any]],
    vary: Callable[[str], str] = str,
) -> Tally:
    """Asks every case, its sentence varied."""
    found = Tally()
    for case in chosen:
        text = vary(case["sentence"])
        ask = Ask(text, area=case["context"].get("area"))
        interpretation = await understanding.interpret(ask)
        found.cases += 1
        found.asked += isinstance(interpretation.result, Clarify)
        if is_right(interpretation, case):
            found.right += 1
            continue
        found.wrong_actions += bool(acted_on(interpretation))
        found.elsewhere += acts_elsewhere(interpretation, case)
        seen = [(intent.name, dict(intent.slots)) for intent in interpretation.intents]
        kind = type(interpretation.result).__name__
        found.misses.append(f"{text} | {case['intent']} {case['slots']} | {kind} {seen}")
    return found


async def joined(understanding: Understanding, chosen: Sequence[dict[str, Any]]) -> Tally:
    """Pairs of commands joined by "and": both intents right, in order."""
    draw = random.Random(SEED)  # noqa: S311 - a seeded sample, not a secret
    found = Tally()
    for _ in range(300):
        pair = draw.sample(chosen, 2)
        text = f"{pair[0]['sentence']} and {pair[1]['sentence']}"
        interpretation = await understanding.interpret(Ask(text, area="Living Room"))
        found.cases += 1
        found.asked += isinstance(interpretation.result, Clarify)
        intents = interpretation.intents
        if len(intents) == 2 and all(map(same_intent, intents, pair)):
            found.right += 1
            continue
        found.wrong_actions += bool(acted_on(interpretation))
        named = {target for case in pair for target in case["targets"]}
        found.elsewhere += not acted_on(interpretation) <= named
        seen = [(intent.name, dict(intent.slots)) for intent in intents]
        found.misses.append(f"{text} | {type(interpretation.result).__name__} {seen}")
    return found


def wrong_letter(draw: random.Random, text: str) -> str:
    """The sentence with one letter changed for another."""
    places = [index for index, letter in enumerate(text) if letter.isalpha()]
    index = draw.choice(places)
    others = [letter for letter in "abcdefghijklmnopqrstuvwxyz" if letter != text[index].lower()]
    return text[:index] + draw.choice(others) + text[index + 1 :]


def lost_word(draw: random.Random, text: str) -> str:
    """The sentence without one of its words."""
    words = text.split()
    del words[draw.randrange(len(words))]
    return " ".join(words) or text


async def chatter(understanding: Understanding, count: int) -> dict[str, Any]:
    """CLINC150's requests that are nobody's command for a home: how many lead to an action.

    They are drawn from its validation and test parts, which no model was trained with.
    """
    lines = (DATA / "clinc150.jsonl").read_text(encoding="utf-8").splitlines()
    requests = [each for each in map(json.loads, lines) if each["split"] not in TRAINED_ON]
    others = [each for each in requests if each["intent"] != "smart_home"]
    sample = random.Random(SEED).sample(others, min(count, len(others)))  # noqa: S311 - seeded
    outcomes: Counter[str] = Counter()
    acted: list[str] = []
    for each in sample:
        result = (await understanding.interpret(Ask(each["sentence"], area="Living Room"))).result
        outcomes[type(result).__name__] += 1
        if isinstance(result, Act) or (isinstance(result, Later) and result.text):
            acted.append(each["sentence"])
    return {
        "requests": len(sample),
        "of": len(others),
        "acted": len(acted),
        "acted_percent": round(100 * len(acted) / len(sample), 2),
        "outcomes": dict(outcomes),
        "misses": acted,
    }


async def latency(entities: int, chosen: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Milliseconds of ``interpret`` by rules, each sentence for the first and the second time."""
    base = len(home_of_cases())
    catalogue = home_of_cases(max(0, entities - base))
    understanding = Understanding(catalogue, None, clock=time.time)
    await understanding.start()
    started = time.perf_counter()
    catalogue.revision += 1
    understanding.prepare()
    prepared = 1000 * (time.perf_counter() - started)
    first: list[float] = []
    second: list[float] = []
    for case in chosen:
        ask = Ask(case["sentence"], area=case["context"].get("area"))
        for times in (first, second):
            started = time.perf_counter()
            await understanding.interpret(ask)
            times.append(1000 * (time.perf_counter() - started))
    return {
        "entities": len(catalogue),
        "sentences": len(chosen),
        "rules_p50_ms": _quantile(first, 0.5),
        "rules_p95_ms": _quantile(first, 0.95),
        "cache_p50_ms": _quantile(second, 0.5),
        "cache_p95_ms": _quantile(second, 0.95),
        "names_rebuilt_ms": round(prepared, 2),
    }


def _quantile(values: Sequence[float], share: float) -> float:
    return round(sorted(values)[int(share * (len(values) - 1))], 2)


def resident_mib() -> float:
    """This process's resident memory."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / 2**20


async def by_rules(chosen: Sequence[dict[str, Any]], clinc: int) -> dict[str, Any]:
    """Everything that needs no model."""
    before = resident_mib()
    understanding = Understanding(home_of_cases(), None, clock=time.time)
    await understanding.start()
    grown = resident_mib() - before
    commands = [case for case in chosen if is_command(case)]
    letters, words = random.Random(SEED), random.Random(SEED)  # noqa: S311 - seeded variations
    sets = {
        "device commands": await tally(understanding, commands),
        "questions": await tally(understanding, [c for c in chosen if c["intent"] in QUESTIONS]),
        "timers, clock": await tally(
            understanding,
            [c for c in chosen if c["intent"] not in QUESTIONS and not is_command(c)],
        ),
        "hey ...": await tally(understanding, commands, "hey {}".format),
        "could you maybe ...": await tally(understanding, commands, "could you maybe {}".format),
        "... now please": await tally(understanding, commands, "{} now please".format),
        "one wrong letter": await tally(
            understanding, commands, lambda text: wrong_letter(letters, text)
        ),
        "one word lost": await tally(understanding, commands, lambda text: lost_word(words, text)),
        "two joined": await joined(understanding, commands),
    }
    return {
        "sets": {name: found.row() for name, found in sets.items()},
        "misses": {name: found.misses for name, found in sets.items()},
        "clinc150": await chatter(understanding, clinc),
        "latency": [await latency(count, commands) for count in (100, 1000)],
        "rules_memory_mib": round(grown, 1),
    }


def is_command(case: dict[str, Any]) -> bool:
    """True for cases that tell a device something."""
    return not (
        case["intent"] in QUESTIONS
        or "Timer" in case["intent"]
        or case["intent"] in ("HassGetCurrentDate", "HassGetCurrentTime", "HassNevermind")
    )


async def by_model(model: Parser, chosen: Sequence[dict[str, Any]], count: int) -> dict[str, Any]:
    """The model alone on a sample of the commands, and rules with the model on chatter."""
    alone = Understanding(home_of_cases(), model, clock=time.time)
    await alone.start()
    sample = random.Random(SEED).sample(  # noqa: S311 - a seeded sample
        [case for case in chosen if is_command(case)], min(count, len(chosen))
    )
    found, times = Tally(), []
    for case in sample:
        started = time.perf_counter()
        interpretation = await alone.interpret_by_model(
            Ask(case["sentence"], area=case["context"].get("area"))
        )
        times.append(1000 * (time.perf_counter() - started))
        found.cases += 1
        found.asked += isinstance(interpretation.result, Clarify)
        acted = acted_on(interpretation)
        names = [intent.name for intent in interpretation.intents]
        if acted and acted <= set(case["targets"]) and names == [case["intent"]]:
            found.right += 1
        else:
            found.wrong_actions += bool(acted)
            seen = [(intent.name, dict(intent.slots)) for intent in interpretation.intents]
            kind = type(interpretation.result).__name__
            found.misses.append(f"{case['sentence']} | {kind} {seen} | {interpretation.explain}")
    return {
        "alone": found.row(),
        "misses": found.misses,
        "p50_ms": _quantile(times, 0.5),
        "p95_ms": _quantile(times, 0.95),
        "clinc150_with_model": await chatter(alone, count),
    }


async def _with_model(chosen: Sequence[dict[str, Any]], count: int) -> dict[str, Any]:
    folder = Path(sys.prefix) / "share" / "lamplighter" / "models" / "smollm2-135m"
    if not (folder / "manifest.json").is_file() or not count:
        return {"skipped": f"no built model in {folder}" if count else "not asked for"}
    engine = Engine(folder, threads=2)
    engine.start()
    try:
        return await by_model(ModelParser(engine), chosen, count)
    finally:
        engine.stop()


def measure(*, clinc: int = 2000, sample: int = 300) -> dict[str, Any]:
    """Every figure; ``{"skipped": why}`` where the data is absent."""
    if not DATA.is_dir():
        return {"skipped": f"no data in {DATA}"}
    chosen = cases()
    found: dict[str, Any] = {"machine": facts(), "seed": SEED, "compared": COMPARED}
    found["rules"] = asyncio.run(by_rules(chosen, clinc))
    found["model"] = asyncio.run(_with_model(chosen, sample))
    return found


def show(found: dict[str, Any], *, misses: bool) -> None:
    """Prints the figures for people."""
    rules = found["rules"]
    print(COMPARED, "\n")
    print(
        f"{'sentences':24}{'cases':>7}{'right':>7}{'%':>7}{'wrong':>7}{'elsewhere':>11}{'asked':>7}"
    )
    for name, row in rules["sets"].items():
        print(
            f"{name:24}{row['cases']:7}{row['right']:7}{row['right_percent']:7}"
            f"{row['wrong_actions']:7}{row['elsewhere']:11}{row['asked_back']:7}"
        )
    print("\nCLINC150, rules:", {k: v for k, v in rules["clinc150"].items() if k != "misses"})
    for row in rules["latency"]:
        print("latency:", row)
    print("memory of the rules:", rules["rules_memory_mib"], "MiB")
    print("model:", {key: value for key, value in found["model"].items() if key != "misses"})
    if misses:
        for name, lines in (
            *rules["misses"].items(),
            ("CLINC150", rules["clinc150"]["misses"]),
            ("model", found["model"].get("misses", ())),
        ):
            print(f"\n-- misses: {name}", *lines, sep="\n")


def main() -> int:
    """Runs the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--misses", action="store_true", help="list what was missed")
    parser.add_argument("--clinc", type=int, default=2000, help="CLINC150 requests for the rules")
    parser.add_argument("--sample", type=int, default=300, help="sentences for the model")
    options = parser.parse_args()
    found = measure(clinc=options.clinc, sample=options.sample)
    if "skipped" in found:
        print(json.dumps(found) if options.json else f"skipped: {found['skipped']}")
        return 0
    if options.json:
        print(json.dumps(found))
    else:
        show(found, misses=options.misses)
    return 0


if __name__ == "__main__":
    sys.exit(main())
