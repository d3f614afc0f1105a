"""Home Assistant MQTT discovery: devices that announce themselves, and the agent itself."""

from __future__ import annotations

from lamplighter.faults.condition import machine_name
from lamplighter.plugin import Context
from lamplighter_homeassistant.announce import AgentDevice
from lamplighter_homeassistant.plugin import HomeAssistantPlugin
from lamplighter_homeassistant.settings import settings_of


def create(context: Context) -> HomeAssistantPlugin:
    """The plugin, as the entry point ``homeassistant`` of ``lamplighter.plugins``.

    Raises:
        PluginError: its settings are wrong.
    """
    config = context.config
    settings = settings_of(context.settings, config.discovery.prefix)
    machines = [(machine.asset, machine_name(machine)) for machine in config.machines]
    agent = AgentDevice(
        settings.prefix,
        config.node,
        config.root,
        machines,
        most_machines=settings.most_machines,
    )
    return HomeAssistantPlugin(settings, agent)
