"""Lights, whose ``schema`` key says which of three ways they speak."""

from __future__ import annotations

from dataclasses import replace

from lamplighter_homeassistant.component import Described
from lamplighter_homeassistant.components import light_default, light_json, light_template
from lamplighter_homeassistant.keys import DiscoveryConfig

_SCHEMAS = {
    # "default" is the name that Home Assistant's documentation uses for "basic".
    "basic": light_default.describe,
    "default": light_default.describe,
    "json": light_json.describe,
    "template": light_template.describe,
}


def describe(config: DiscoveryConfig) -> Described:
    """What a light's config says.

    Raises:
        PayloadError: it can't be understood; names the topic and the key.
    """
    if config.has("schema"):
        lower = {**config.values, "schema": config.text("schema").lower()}
        config = replace(config, values=lower)
    return _SCHEMAS[config.choice("schema", _SCHEMAS, "basic")](config)
