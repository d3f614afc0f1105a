from __future__ import annotations

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.understanding.names import Names, collect, stem


def names_of(catalogue: Catalogue) -> Names:
    return collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)


def ids(found: tuple[object, ...]) -> list[str]:
    return [getattr(entity, "id", "") for entity in found]


def test_whole_names_and_aliases(catalogue: Catalogue) -> None:
    names = names_of(catalogue)
    assert ids(names.named("HALL  light")) == ["light.hall"]
    assert ids(names.named("entrance lamp")) == ["light.hall"]
    assert names.named("hall") == ()
    assert "hall light" in names.within("turn on the hall light now")


def test_a_part_of_a_name_finds_it_and_a_kind_alone_finds_nothing(catalogue: Catalogue) -> None:
    names = names_of(catalogue)
    assert ids(names.partly_named("back door")) == ["lock.back"]
    assert ids(names.partly_named("bedside lamps")) == ["light.bedside"]
    assert names.partly_named("kitchen light") == ()
    assert names.partly_named("chandelier") == ()


def test_settings_of_a_device_are_meant_by_their_whole_name_only(catalogue: Catalogue) -> None:
    names = names_of(catalogue)
    assert ids(names.named("rover status led")) == ["switch.led"]
    assert names.partly_named("status led") == ()


def test_parts_within_a_sentence(catalogue: Catalogue) -> None:
    parts = list(names_of(catalogue).parts_within("is the back door locked"))
    assert "back door" in parts
    assert "locked" not in parts


def test_options_are_known_as_people_say_them(catalogue: Catalogue) -> None:
    assert "quick wash" in names_of(catalogue).options


def test_stems() -> None:
    assert [stem(word) for word in ("lamps", "switches", "glass", "is")] == [
        "lamp",
        "switch",
        "glass",
        "is",
    ]
