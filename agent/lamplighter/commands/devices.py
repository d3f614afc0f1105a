"""``lamplighter devices``: what the daemon knows, read from its store."""

from __future__ import annotations

import time
from pathlib import Path

import click

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import State
from lamplighter.commands.options import (
    ago,
    config_option,
    json_option,
    print_json,
    print_table,
    read_config,
)
from lamplighter.commands.stored import stored_in
from lamplighter.config import Config
from lamplighter.plugin import Announced, Message, Withdrawn
from lamplighter.plugin_host import PluginHost, load_plugins


@click.command()
@config_option
@json_option
@click.option("--area", help="Only this area.")
@click.option("--all", "everything", is_flag=True, help="Also diagnostic and disabled entities.")
def devices(*, config_path: Path | None, area: str | None, everything: bool, as_json: bool) -> None:
    """List the entities the daemon knows, with their states."""
    config = read_config(config_path)
    catalogue = _catalogue(config)
    found = [
        entity
        for entity in sorted(catalogue.entities(), key=lambda e: (e.area or "~", e.id))
        if (everything or (entity.enabled and entity.category is None))
        and (area is None or (entity.area or "").casefold() == area.casefold())
    ]
    if as_json:
        print_json(
            [
                {
                    "id": entity.id,
                    "name": entity.name,
                    "area": entity.area,
                    "device": entity.device.name if entity.device else None,
                    "device_class": entity.device_class,
                    "services": sorted(entity.services),
                    "state": catalogue.state(entity.id).value,
                    "unit": entity.unit,
                    "attributes": dict(catalogue.state(entity.id).attributes),
                    "available": catalogue.state(entity.id).available,
                    "updated": catalogue.state(entity.id).updated or None,
                }
                for entity in found
            ]
        )
        return
    now = time.time()
    rows = []
    for entity in found:
        state = catalogue.state(entity.id)
        value = _shown(state, entity.unit)
        rows.append((entity.area, entity.name, value, ago(state.updated, now), entity.id))
    print_table(("AREA", "NAME", "STATE", "HEARD", "ID"), rows, empty="No devices are known yet.")


def _shown(state: State, unit: str) -> str:
    """The state for a table; a unit only where there is a number."""
    if not state.available:
        return "offline"
    if state.value is None:
        return "?"
    try:
        float(state.value)
    except ValueError:
        return state.value
    return f"{state.value} {unit}".strip()


def _catalogue(config: Config) -> Catalogue:
    """The catalogue as the daemon would build it from what it kept."""
    catalogue = Catalogue(config.home)
    host = PluginHost(load_plugins(config, time.time))
    with stored_in(config.store) as stored:
        for kept in stored.announcements.all():
            message = Message(kept.topic, kept.payload or b"", retain=True)
            for _, event in host.deliver(kept.plugin, message):
                if isinstance(event, Announced):
                    catalogue.announce(event.entity)
                elif isinstance(event, Withdrawn):
                    catalogue.withdraw(event.entity_id)
        for entity_id, state in stored.states.all().items():
            catalogue.restore(entity_id, state)
    return catalogue
