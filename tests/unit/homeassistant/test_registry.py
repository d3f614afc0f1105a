from __future__ import annotations

import importlib

import pytest

from lamplighter.errors import PayloadError
from lamplighter_homeassistant.keys import DiscoveryConfig
from lamplighter_homeassistant.registry import COMPONENTS, IGNORED, describe


@pytest.mark.parametrize("component", sorted(COMPONENTS))
def test_every_component_has_its_module(component: str) -> None:
    module = importlib.import_module(f"lamplighter_homeassistant.components.{component}")
    assert callable(module.describe)


@pytest.mark.parametrize("component", sorted(IGNORED))
def test_ignored_components_say_why(component: str) -> None:
    with pytest.raises(PayloadError, match=r"ignored: an? .+ only|ignored: an? .+ of Home"):
        describe(DiscoveryConfig("t", {}, component))
    assert component not in COMPONENTS


def test_an_unknown_component_is_refused() -> None:
    with pytest.raises(PayloadError, match="'toaster' is no known component"):
        describe(DiscoveryConfig("t", {}, "toaster"))


def test_a_known_one_is_described() -> None:
    described = describe(DiscoveryConfig("t", {"state_topic": "s"}, "sensor"))
    assert list(described.reads) == ["s"]
