"""The catalogue of the demo home, made from what its devices announce and say."""

from __future__ import annotations

import json
from pathlib import Path

import yaml
from tools.demo.devices.base import Device
from tools.demo.home import nodes
from tools.demo.settings import demo_settings

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.config import parse
from lamplighter.plugin import Announced, Message, StateRead
from lamplighter.plugin_host import PluginHost, load_plugins


def demo_catalogue() -> Catalogue:
    """Every device of the demo, announced, online and with its first state."""
    settings = demo_settings(host="127.0.0.1", port=1883, store=Path("store"))
    config = parse(yaml.safe_dump(settings))
    catalogue = Catalogue(config.home)
    host = PluginHost(load_plugins(config, lambda: 1000.0))
    prefix = config.discovery.prefix
    living = nodes(prefix)
    for node in living:
        for device in node.devices:
            for topic, announced in device.announcements().items():
                _hear(host, catalogue, f"{prefix}/{topic}", json.dumps(announced))
    for node in living:
        _hear(host, catalogue, node.will_topic, node.there)
        for device in node.devices:
            _say_states(host, catalogue, device)
    return catalogue


def _say_states(host: PluginHost, catalogue: Catalogue, device: Device) -> None:
    for topic, payload in device.states().items():
        _hear(host, catalogue, topic, payload)


def _hear(host: PluginHost, catalogue: Catalogue, topic: str, payload: str) -> None:
    host.filters()
    for _, event in host.receive(Message(topic, payload.encode(), retain=True, arrived=1000.0)):
        if isinstance(event, Announced):
            catalogue.announce(event.entity)
        elif isinstance(event, StateRead):
            catalogue.read(event.entity_id, event.reading, 1000.0)
