"""Loading sentence templates: Home Assistant's for a language, and this project's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

from lamplighter.understanding.intents import HANDLED_OF_HOME_ASSISTANT
from lamplighter.understanding.kinds import KINDS, MEASURES, plural_of
from lamplighter.understanding.sieve import Sieve

_SLOT = re.compile(r"\{[^}]*\}|<[^>]*>")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_KEPT = ("skip_words", "lists", "expansion_rules", "settings")


@dataclass(frozen=True, slots=True)
class Templates:
    """The compiled templates of a language.

    Attributes:
        language: the tag under which home-assistant-intents has it.
        devices: ``hassil.Intents`` whose sentences name devices, areas, floors.
        kinds: ``hassil.Intents`` whose sentences name kinds of devices, or None.
        lists: slot lists of this project's own that never change, by name.
        words: every word that some template has.
        sieve: leaves out devices' templates that can't match; None: all of them are tried.
        kinds_sieve: the same for those of kinds.
    """

    language: str
    devices: Any
    kinds: Any
    lists: Mapping[str, Any]
    words: frozenset[str] = frozenset()
    sieve: Sieve | None = None
    kinds_sieve: Sieve | None = None


def load(language: str) -> Templates:
    """The templates of a language that ``language_of`` named, compiled and ready.

    Takes some 0.2 s for English: call it off the loop.
    """
    from hassil import Intents
    from home_assistant_intents import get_intents

    theirs = get_intents(language) or {"language": language, "intents": {}}
    base = {key: theirs[key] for key in _KEPT if key in theirs}
    intents = {
        name: {"data": _data(name, body["data"])}
        for name, body in theirs["intents"].items()
        if name in HANDLED_OF_HOME_ASSISTANT
    }
    own, kinds = _own(language, ""), _own(language, "_kinds")
    devices = Intents.from_dict({"language": language, **base, **_merged(base, own, intents)})
    by_kind = (
        Intents.from_dict({"language": language, **base, **_merged(_both(base, own), kinds, {})})
        if kinds
        else None
    )
    words = frozenset(_words((intents, own, kinds, _both(base, own))))
    lists = _lists() if kinds else {}
    if devices.settings.ignore_whitespace:  # its words can't be told apart
        templates = Templates(language, devices, by_kind, lists, words)
        _compile(templates)
        return templates
    sieve = Sieve(devices, lists)
    kinds_sieve = Sieve(by_kind, lists) if by_kind else None
    _count(devices)
    return Templates(language, devices, by_kind, lists, words, sieve, kinds_sieve)


def _data(name: str, data: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if name != "HassGetState":
        return data
    # Persons and zones are not in the catalogue; {zone} is a wildcard that would take any word.
    return [each for each in data if not any("{zone" in said for said in each["sentences"])]


def _own(language: str, suffix: str) -> dict[str, Any]:
    file = resources.files(__package__) / "sentences" / f"{language}{suffix}.yaml"
    if not file.is_file():
        return {}
    found = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def _merged(
    base: Mapping[str, Any], own: Mapping[str, Any], intents: Mapping[str, Any]
) -> dict[str, Any]:
    merged = {name: {"data": list(body["data"])} for name, body in intents.items()}
    for name, body in own.get("intents", {}).items():
        merged.setdefault(name, {"data": []})["data"].extend(body["data"])
    return {"intents": merged, **_both(base, own)}


def _both(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    rest = {key: base[key] for key in ("skip_words", "settings") if key in base}
    return rest | {
        key: {**base.get(key, {}), **own.get(key, {})} for key in ("lists", "expansion_rules")
    }


def _words(found: Any) -> Iterator[str]:
    """The words of every template inside, plurals of "light[s]" included."""
    if isinstance(found, str):
        said = _SLOT.sub(" ", found).casefold()
        yield from _WORD.findall(said)
        yield from _WORD.findall(said.replace("[s]", "s"))
    elif isinstance(found, Mapping):
        for each in found.values():
            yield from _words(each)
    elif isinstance(found, list | tuple):
        for each in found:
            yield from _words(each)


def _lists() -> dict[str, Any]:
    from hassil.intents import TextSlotList

    kinds = [
        (said, value, {"domain": domain})
        for key, kind in KINDS.items()
        for word in kind.words
        for said, value in {plural_of(word): f"{key}:many", word: key}.items()
        for domain in sorted(kind.domains)
    ]
    measures = [(word, key) for key, words in MEASURES.items() for word in words]
    return {
        "kind": TextSlotList.from_tuples(kinds, name="kind", allow_template=False),
        "measure": TextSlotList.from_tuples(measures, name="measure", allow_template=False),
    }


def _compile(templates: Templates) -> None:
    for intents in (templates.devices, templates.kinds):
        for intent in intents.intents.values() if intents else ():
            for data in intent.data:
                for sentence in data.sentences:
                    # Parses the template and its fragments now, not in the first sentence.
                    sentence.get_required_clauses(
                        {**intents.expansion_rules, **data.expansion_rules}
                    )


def _count(intents: Any) -> None:
    """Has hassil write out the numbers of its lists now, not in the first sentence with one."""
    from hassil import Intents, recognize_all
    from hassil.intents import RangeSlotList

    ranges: dict[str, Any] = {
        name: each for name, each in intents.slot_lists.items() if isinstance(each, RangeSlotList)
    }
    said = [f"{{{name}}}" for name in ranges]
    counting = Intents.from_dict(
        {"language": intents.language, "intents": {"Count": {"data": [{"sentences": said}]}}}
    )
    for _ in recognize_all("one", counting, slot_lists=ranges, language=intents.language):
        pass
