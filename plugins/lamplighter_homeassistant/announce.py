"""The agent as one device in Home Assistant, by device-based discovery."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from lamplighter import __version__
from lamplighter.plugin import Publication
from lamplighter_homeassistant.machine_components import machine_components, plant_components
from lamplighter_homeassistant.naming import fingerprint
from lamplighter_homeassistant.settings import MOST_MACHINES
from lamplighter_homeassistant.slug import slugify

_LONGEST_STATE = 255  # Home Assistant refuses longer states
ORIGIN = "Lamplighter"


class AgentDevice:
    """What the agent announces of itself.

    Args:
        prefix: of discovery topics.
        node: the node's name.
        root: ``lamplighter/<node>``.
        machines: asset and name of every machine.
        most_machines: with more machines than this, none is shown by itself.
    """

    def __init__(
        self,
        prefix: str,
        node: str,
        root: str,
        machines: Iterable[tuple[str, str]],
        *,
        most_machines: int = MOST_MACHINES,
    ) -> None:
        self.node = node
        self.root = root
        self.own_id = f"lamplighter_{_key(node)}"
        self.topic = f"{prefix}/device/{self.own_id}/config"
        self.machines = tuple(machines)
        self.most_machines = most_machines

    def announcement(self) -> Publication:
        """The retained discovery message."""
        return self._publication(self.components())

    def tidy(self, retained: bytes, *, wanted: bool) -> Sequence[Publication]:
        """What to publish when the broker shows an announcement of an earlier run.

        Where the agent is not wanted in Home Assistant any more, the announcement is taken back.
        Home Assistant keeps a component until it is told once, by its platform alone, that it is
        gone: a machine that left the configuration.
        """
        if not wanted:
            return [Publication(self.topic, b"", qos=1, retain=True)] if retained else ()
        try:
            shown = json.loads(retained).get("cmps", {})
            gone = {key: {"p": shown[key]["p"]} for key in shown if key not in self.components()}
        except (ValueError, AttributeError, TypeError, KeyError):
            return ()  # not ours, or empty: the next announcement replaces it
        if not gone or all(set(shown[key]) == {"p"} for key in gone):
            return ()
        return [self._publication({**self.components(), **gone}), self.announcement()]

    def components(self) -> dict[str, dict[str, Any]]:
        """Every component by its key."""
        return {
            "command": self._command(),
            "last_reply": self._last_reply(),
            "queue_depth": self._figure("queue_depth", "Queue depth", "outbox.depth"),
            "active_alarms": self._figure("active_alarms", "Active alarms", "alarms.active"),
            "report": self._report(),
            **self._machines(),
        }

    def _publication(self, components: dict[str, dict[str, Any]]) -> Publication:
        payload = {
            "dev": {
                "ids": [self.own_id],
                "name": f"Lamplighter {self.node}",
                "mf": "Lamplighter",
                "mdl": "MQTT gateway agent",
                "sw": __version__,
            },
            "o": {"name": ORIGIN, "sw": __version__},
            "avty_t": f"{self.root}/status",
            "cmps": components,
        }
        data = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        return Publication(self.topic, data, qos=1, retain=True)

    def _component(self, platform: str, key: str, name: str, **rest: Any) -> dict[str, Any]:
        return {"p": platform, "uniq_id": f"{self.own_id}_{key}", "name": name, **rest}

    def _command(self) -> dict[str, Any]:
        return self._component(
            "text",
            "command",
            "Command",
            cmd_t=f"{self.root}/ask",
            max=_LONGEST_STATE,
            ic="mdi:chat-processing",
        )

    def _last_reply(self) -> dict[str, Any]:
        return self._component(
            "sensor",
            "last_reply",
            "Last reply",
            stat_t=f"{self.root}/reply",
            val_tpl=f"{{{{ value_json.speech[:{_LONGEST_STATE}] }}}}",
            json_attr_t=f"{self.root}/reply",
            ic="mdi:reply",
        )

    def _figure(self, key: str, name: str, path: str) -> dict[str, Any]:
        return self._component(
            "sensor",
            key,
            name,
            stat_t=f"{self.root}/health",
            val_tpl=f"{{{{ value_json.{path} }}}}",
            stat_cla="measurement",
            ent_cat="diagnostic",
        )

    def _report(self) -> dict[str, Any]:
        template = (
            "{{ {'event_type': value_json.kind, 'text': value_json.text,"
            " 'asset': value_json.asset, 'name': value_json.name,"
            " 'severity': value_json.severity, 'id': value_json.id} | tojson }}"
        )
        return self._component(
            "event",
            "report",
            "Report",
            stat_t=f"{self.root}/reports",
            evt_typ=["opened", "changed", "closed", "flood", "flood_over"],
            val_tpl=template,
            ic="mdi:file-document-alert",
        )

    def _machines(self) -> dict[str, dict[str, Any]]:
        if not self.machines:
            return {}
        found = plant_components(self.root)
        for asset, name in self.machines if len(self.machines) <= self.most_machines else ():
            found |= machine_components(self.root, _key(asset), asset, name)
        return {key: {**each, "uniq_id": f"{self.own_id}_{key}"} for key, each in found.items()}


def _key(text: str) -> str:
    """The text as part of an identifier, also where its letters have none in ASCII."""
    slug = slugify(text)
    return slug if text.isascii() and slug else f"{slug}_{fingerprint(text)}".lstrip("_")
