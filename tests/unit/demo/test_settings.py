"""The demo's configuration is one that the daemon accepts and that fits the demo."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.demo import home
from tools.demo.machine import Pump
from tools.demo.settings import demo_settings, write_settings

from lamplighter import config

README = Path(__file__).resolve().parents[3] / "README.md"


def _keys(value: Any) -> Iterator[str]:
    """The keys of the configuration; names that the user chooses are none."""
    if isinstance(value, list):
        for item in value:
            yield from _keys(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield key
            named = key in ("tags", "entities")
            yield from _keys(list(item.values()) if named else item)


def _written(folder: Path) -> config.Config:
    file = folder / "lamplighter.yaml"
    write_settings(file, demo_settings(host="127.0.0.1", port=18830, store=folder / "store"))
    return config.read(file)


def test_it_is_valid_and_names_the_broker(tmp_path: Path) -> None:
    settings = _written(tmp_path)
    assert (settings.node, settings.broker.host, settings.broker.port) == (
        "demo",
        "127.0.0.1",
        18830,
    )
    assert not list(tmp_path.glob("*.new"))


def test_every_area_of_a_device_has_a_floor(tmp_path: Path) -> None:
    areas = {area.name: area.floor for area in _written(tmp_path).home.areas}
    nodes = home.nodes("homeassistant")
    used = {device.area for node in nodes for device in node.devices}
    assert used <= set(areas)
    assert len(used) >= 5
    assert {areas[area] for area in used} == {"Ground Floor", "Upstairs"}


def test_every_tag_of_the_pump_is_a_value_it_sends(tmp_path: Path) -> None:
    (machine,) = _written(tmp_path).machines
    pump = Pump(random.Random(1), fault_after=120)  # noqa: S311 - noise, no secret
    pump.step(1.0)
    assert {tag.path for tag in machine.tags.values()} == set(pump.values)


def test_the_readme_explains_every_key_that_is_written() -> None:
    written = demo_settings(host="127.0.0.1", port=18830, store=Path("store"))
    explained = set(re.findall(r"\b([a-z_]+):\s", README.read_text(encoding="utf-8")))
    keys = set(_keys(written))
    assert {"stale_after", "on_delay", "aliases"} <= keys
    assert not keys - explained
