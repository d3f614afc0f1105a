"""The catalogue: entities come, change, go; readings merge; areas are found."""

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Device, Entity, Reading, State
from lamplighter.config import Area, EntityOverride, Floor, Home

HOME = Home(
    areas=(Area("Kitchen", "Ground", ("cookhouse",)), Area("Living Room", "Ground")),
    entities={
        "light.odd": EntityOverride(name="Reading lamp", area="Living Room", aliases=("nook",)),
        "light.hidden": EntityOverride(ignore=True),
    },
)


def light(entity_id: str = "light.a", name: str = "Lamp", area: str | None = None) -> Entity:
    device = Device("d", "Lamp", suggested_area=area)
    return Entity(entity_id, entity_id, "test", "light", name, device=device)


def test_an_announcement_counts_once() -> None:
    catalogue = Catalogue(HOME)
    assert catalogue.announce(light())
    revision = catalogue.revision
    assert not catalogue.announce(light())
    assert catalogue.revision == revision
    assert catalogue.announce(light(name="Other"))
    assert catalogue.revision == revision + 1


def test_readings_merge_and_know_when_the_value_changed() -> None:
    catalogue = Catalogue(HOME)
    catalogue.announce(light())
    catalogue.read("light.a", Reading("on", {"brightness_pct": 50}), 10.0)
    state = catalogue.read("light.a", Reading(attributes={"effect": "fire"}), 20.0)
    assert state == State("on", {"brightness_pct": 50, "effect": "fire"}, True, 10.0, 20.0)
    assert catalogue.read("light.unknown", Reading("on"), 1.0) is None


def test_withdrawing_forgets_the_state() -> None:
    catalogue = Catalogue(HOME)
    catalogue.announce(light())
    catalogue.read("light.a", Reading("on"), 1.0)
    assert catalogue.withdraw("light.a")
    assert not catalogue.withdraw("light.a")
    assert catalogue.state("light.a") == State()
    assert catalogue.get("light.a") is None


def test_overrides_win_and_may_hide() -> None:
    catalogue = Catalogue(HOME)
    catalogue.announce(light("light.odd", area="Kitchen"))
    catalogue.announce(light("light.hidden"))
    entity = catalogue.get("light.odd")
    assert entity is not None
    assert (entity.name, entity.area, entity.aliases) == ("Reading lamp", "Living Room", ("nook",))
    assert catalogue.get("light.hidden") is None


def test_areas_come_from_suggestions_aliases_and_names() -> None:
    catalogue = Catalogue(HOME)
    catalogue.announce(light("light.a", area="cookhouse"))
    catalogue.announce(light("light.b", "Living Room floor lamp"))
    catalogue.announce(light("light.c", area="Attic"))
    found = {entity.id: catalogue.area_of(entity) for entity in catalogue.entities()}
    assert found["light.a"] == HOME.areas[0]
    assert found["light.b"] == HOME.areas[1]
    assert found["light.c"] == Area("Attic")
    assert catalogue.floors == (Floor("Ground"),)


def test_a_changed_configuration_is_applied_to_what_is_known() -> None:
    catalogue = Catalogue(HOME)
    catalogue.announce(light("light.hidden"))
    catalogue.announce(light("light.a"))
    catalogue.read("light.a", Reading("on"), 1.0)
    catalogue.configure(Home(entities={"light.a": EntityOverride(name="New")}))
    assert {entity.name for entity in catalogue.entities()} == {"New", "Lamp"}
    assert catalogue.state("light.a").value == "on"
