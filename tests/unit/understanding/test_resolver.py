from __future__ import annotations

from dataclasses import replace

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.names import collect
from lamplighter.understanding.resolver import Resolver


@pytest.fixture
def resolver(catalogue: Catalogue) -> Resolver:
    return Resolver(collect(1, catalogue.entities(), catalogue.areas, catalogue.floors))


def switchable(entity: Entity) -> bool:
    return "turn_on" in entity.services


def found(resolver: Resolver, asker: str | None = None, **intent: object) -> tuple[list[str], bool]:
    slots = {key: intent.pop(key) for key in ("name", "kind", "area", "floor") if key in intent}
    query = Intent("HassTurnOn", slots, **intent)  # type: ignore[arg-type]
    grounding = resolver.resolve(query, asker, switchable)
    return [entity.id for entity in grounding.entities], grounding.ambiguous


def test_one_of_a_kind_needs_no_place(resolver: Resolver) -> None:
    assert found(resolver, kind="fan") == (["fan.ceiling"], False)


def test_several_of_a_kind_have_to_be_asked_for(resolver: Resolver) -> None:
    entities, ambiguous = found(resolver, kind="light", text="turn on the light")
    assert ambiguous
    assert len(entities) == 5


def test_the_area_of_the_asker_decides(resolver: Resolver) -> None:
    assert found(resolver, "Bedroom", kind="light") == (["light.bedside"], False)


def test_all_means_all_and_a_room_acts_together(resolver: Resolver) -> None:
    everything, ambiguous = found(resolver, kind="light", text="turn on all lights", many=True)
    assert (len(everything), ambiguous) == (5, False)
    assert found(resolver, kind="light", area="Kitchen") == (
        ["light.ceiling", "light.counter"],
        False,
    )


def test_floors_hold_their_areas(resolver: Resolver) -> None:
    assert found(resolver, kind="light", floor="Upstairs") == (["light.bedside"], False)


def test_a_name_in_another_area_is_not_meant(resolver: Resolver) -> None:
    assert found(resolver, name="hall light", area="Kitchen") == ([], False)


def test_a_kind_that_one_elsewhere_is_called_is_meant_where_a_place_is_said(
    catalogue: Catalogue,
) -> None:
    entities = [
        replace(each, aliases=("lamp",)) if each.id == "light.hall" else each
        for each in catalogue.entities()
    ]
    resolver = Resolver(collect(1, entities, catalogue.areas, catalogue.floors))
    assert found(resolver, name="lamp") == (["light.hall"], False)
    assert found(resolver, name="lamp", area="Bedroom") == (["light.bedside"], False)


def test_what_cannot_do_it_is_named_as_the_reason(resolver: Resolver) -> None:
    grounding = resolver.resolve(Intent("HassTurnOn", {"name": "front door"}), None, switchable)
    assert grounding.missing == "front door"
    assert [entity.id for entity in grounding.entities] == ["lock.front"]


def test_it_says_why(resolver: Resolver) -> None:
    grounding = resolver.resolve(Intent("HassTurnOn", {"kind": "fan"}), None, switchable)
    assert grounding.explain == "the only fan there is"
