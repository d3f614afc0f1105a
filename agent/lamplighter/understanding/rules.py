"""Rules: sentences recognised by templates, with the names of the catalogue in their slots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lamplighter.understanding.intents import QUESTIONS, Intent
from lamplighter.understanding.names import Names
from lamplighter.understanding.normalise import asks, fold
from lamplighter.understanding.spoken_numbers import numbers_in, tidy_number
from lamplighter.understanding.templates import Templates

MANY = re.compile(
    r"\b(?:all|every|each|both|everywhere|entire|whole)\b|所有|全部|每个|每個|统统|通通|都(?=[打开開关關拉调調升降合])",
    re.IGNORECASE,
)
_WILD = frozenset({"conversation_command", "message", "value", "name"})


class Rules:
    """Recognises single sentences of one language.

    hassil does the matching. Only names that stand in the sentence are put into its slot lists,
    so the time it takes does not grow with the home.
    """

    def __init__(self, templates: Templates) -> None:
        self.templates = templates

    def recognise(self, text: str, names: Names, area: str | None) -> Intent | None:
        """The intent of a sentence that names a device, an area or nothing, by its whole name.

        ``area`` is the asker's, for sentences that mean "here".
        """
        return next(self.readings(text, names, area), None)

    def readings(self, text: str, names: Names, area: str | None) -> Iterator[Intent]:
        """The intents that a sentence can mean which names a device whole; the best first."""
        lists = self._lists(text, names, names.within(fold(text)))
        found = self._results(self.templates.devices, text, lists, area)
        return (_intent(result, text) for result in found)

    def recognise_loosely(self, text: str, names: Names, area: str | None) -> Intent | None:
        """The intent of a sentence that names a part of a device's name, or a kind of device."""
        if self.templates.kinds is None:
            return None
        folded = fold(text)
        whole = names.within(folded)
        lists = self._lists(text, names, [*whole, *dict.fromkeys(names.parts_within(folded))])
        found = self._best(self.templates.devices, text, lists, area, literal=True)
        return found or self._best(self.templates.kinds, text, lists, area)

    def _best(
        self,
        intents: Any,
        text: str,
        lists: Mapping[str, Any],
        area: str | None,
        *,
        literal: bool = False,
    ) -> Intent | None:
        results = self._results(intents, text, lists, area, literal=literal)
        return _intent(results[0], text) if results else None

    def _results(
        self,
        intents: Any,
        text: str,
        lists: Mapping[str, Any],
        area: str | None,
        *,
        literal: bool = False,
    ) -> list[Any]:
        from hassil.recognize import recognize_all

        context = {"area": {"value": area, "text": area}} if area else {}
        said = text.rstrip("?")
        ours = self.templates
        sieve = ours.sieve if intents is ours.devices else ours.kinds_sieve
        results = [
            result
            for result in recognize_all(
                said,
                sieve.narrowed(said, lists) if sieve else intents,
                slot_lists=dict(lists),
                intent_context=context,
                language=self.templates.language,
            )
            if (result.text_chunks_matched > 0 or not literal) and not self._only_told(result, text)
        ]
        return sorted(results, key=_rank)

    def _only_told(self, result: Any, text: str) -> bool:
        """True where "all lights off" was taken for the question whether they are."""
        told = result.intent.name in QUESTIONS and result.response == "all"
        return told and self.templates.language.startswith("en") and not asks(text)

    def _lists(self, text: str, names: Names, said: Iterable[str]) -> dict[str, Any]:
        from hassil.intents import TextSlotList

        folded = fold(text)
        domains = {
            (name, entity.domain)
            for name in said
            for entity in names.named(name) or names.partly_named(name)
        }
        tuples: dict[str, list[Any]] = {
            "name": [(name, name, {"domain": domain}) for name, domain in sorted(domains)],
            "area": [(each, area.name) for each, area in names.areas.items() if each in folded],
            "floor": [(each, floor.name) for each, floor in names.floors.items() if each in folded],
            "option": [(each, each) for each in names.options if each in folded],
            "number": list(numbers_in(text).items()),
        }
        live = {
            key: TextSlotList.from_tuples(values, name=key, allow_template=False)
            for key, values in tuples.items()
        }
        return {**self.templates.lists, **live}


def _rank(result: Any) -> tuple[int, int, int, int, int, str]:
    """The best reading first: fewest wildcards, longest device name, most literal text."""
    wild = [entity for entity in result.entities_list if entity.is_wildcard]
    name = result.entities.get("name")
    said = 0 if name is None or name.is_wildcard else len(name.text)
    return (
        len(wild),
        -said,
        -result.text_chunks_matched,
        sum(len(entity.text or "") for entity in wild),
        len(result.entities_list),
        result.intent.name,
    )


def _intent(result: Any, text: str) -> Intent:
    slots: dict[str, Any] = {}
    for entity in result.entities_list:
        value = entity.text.strip() if entity.is_wildcard else entity.value
        slots[entity.name] = tidy_number(value) if isinstance(value, float) else value
    many = bool(MANY.search(text))
    if isinstance(kind := slots.get("kind"), str) and kind.endswith(":many"):
        slots["kind"], many = kind.removesuffix(":many"), True
    here = _takes_area_from_context(result) and "area" in slots
    required = (result.intent_data.requires_context or {}).get("domain", ())
    name = result.intent.name
    return Intent(
        name=name,
        slots=slots,
        domains=frozenset([required] if isinstance(required, str) else required),
        here=here,
        many=many or "domain" in slots,
        question=(result.response or "one") if name in QUESTIONS else "",
        text=text,
    )


def _takes_area_from_context(result: Any) -> bool:
    wanted = (result.intent_data.requires_context or {}).get("area")
    return isinstance(wanted, Mapping) and bool(wanted.get("slot"))
