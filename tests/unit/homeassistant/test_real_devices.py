"""Discovery messages of real devices, where the shared data is at hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.unit.homeassistant.announced import Home

from lamplighter.catalogue.entity import Choice, Colour, Flag, Number, Parameter, Text

DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "discovery"
FILES = sorted(DATA.glob("*.json"))

pytestmark = pytest.mark.skipif(not FILES, reason=f"no discovery messages in {DATA}")


def home(file: Path) -> Home:
    told = Home()
    for each in json.loads(file.read_text(encoding="utf-8"))["messages"]:
        told.tell(each["topic"], each["payload"], retain=True)
    return told


def middle(kind: Parameter) -> Any:
    match kind:
        case Number():
            return (kind.minimum + kind.maximum) / 2
        case Choice():
            return kind.options[len(kind.options) // 2]
        case Text():
            return "5" * max(kind.minimum, 1)
        case Colour():
            return [255, 128, 0]
        case Flag():
            return True


def parameters(params: Mapping[str, Parameter]) -> dict[str, Any]:
    return {name: middle(kind) for name, kind in params.items() if kind != Choice(())}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_is_understood_and_every_service_can_be_carried_out(file: Path) -> None:
    told = home(file)
    assert told.entities or told.refused
    for entity in told.entities.values():
        assert entity.name.strip()
        for name, service in entity.services.items():
            needed = {each: service.params[each] for each in service.required}
            for params in (
                needed,
                *({**needed, each: kind} for each, kind in service.params.items()),
            ):
                sent = told.plugin.command(entity, name, parameters(params))
                assert all(each.topic for each in sent)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_file_is_forgotten_when_it_is_taken_back(file: Path) -> None:
    told = home(file)
    for each in json.loads(file.read_text(encoding="utf-8"))["messages"]:
        told.tell(each["topic"])
    assert not told.entities
    assert len(told.plugin.filters()) == 3
