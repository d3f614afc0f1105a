"""Writers that several components are put together from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lamplighter.plugin import Publication
from lamplighter_homeassistant.component import Command
from lamplighter_homeassistant.keys import DiscoveryConfig

Tell = Callable[[Any], Publication]


def telling(config: DiscoveryConfig, prefix: str = "") -> Tell:
    """Writes a value for ``<prefix>command_topic``, by ``<prefix>command_template`` if any.

    Raises:
        PayloadError: the template does not compile.
    """
    write = config.render(f"{prefix}command_template")
    return lambda value: config.publication(f"{prefix}command_topic", write(value, {}))


def fixed(config: DiscoveryConfig, topic_key: str, payload: str) -> Command:
    """A command that always sends the same payload."""
    return lambda _params: (config.publication(topic_key, payload),)


def chosen(tell: Tell, parameter: str) -> Command:
    """A command that sends one of its parameters."""
    return lambda params: (tell(params[parameter]),)
