from __future__ import annotations

import pytest

from lamplighter.catalogue.entity import Entity
from lamplighter.catalogue.vocabulary import SERVICES
from lamplighter.understanding.kinds import KINDS, MEASURES, kind_words, plural_of


def thing(domain: str, name: str = "X", device_class: str | None = None) -> Entity:
    return Entity(f"{domain}.x", "x", "test", domain, name, device_class=device_class)


@pytest.mark.parametrize(
    ("kind", "entity", "covered"),
    [
        ("light", thing("light"), True),
        ("light", thing("switch", "Hall light"), False),
        ("socket", thing("switch", "TV plug"), True),
        ("socket", thing("switch", "TV", "outlet"), True),
        ("socket", thing("switch", "TV"), False),
        ("blind", thing("cover", "Bay blinds"), True),
        ("blind", thing("cover", "Bay", "curtain"), False),
        ("door", thing("lock", "Cellar"), True),
        ("window", thing("binary_sensor", "Bay", "window"), True),
    ],
)
def test_kinds_go_by_class_and_by_name(kind: str, entity: Entity, covered: bool) -> None:  # noqa: FBT001 - a table of cases
    assert KINDS[kind].covers(entity) is covered


def test_plurals() -> None:
    assert [plural_of(word) for word in ("switch", "lamp", "heating")] == [
        "switches",
        "lamps",
        "heating",
    ]


def test_every_domain_of_a_kind_exists() -> None:
    domains = {domain for kind in KINDS.values() for domain in kind.domains}
    assert domains <= {*SERVICES, "binary_sensor"}
    assert "lights" in kind_words()
    assert len({word for words in MEASURES.values() for word in words}) == sum(
        len(words) for words in MEASURES.values()
    )
