"""Which keys of a device's JSON attributes are not taken, because the entity tells them itself.

Source: the attributes that Home Assistant's MQTT integration blocks, with this catalogue's own
names beside them. A bridge often names one topic as state and as attributes, and there the
device's raw ``position`` must not replace the position in per cent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ALWAYS = frozenset(
    {
        "assumed_state",
        "available",
        "device_class",
        "device_info",
        "entity_category",
        "entity_picture",
        "entity_registry_enabled_default",
        "extra_state_attributes",
        "force_update",
        "friendly_name",
        "icon",
        "should_poll",
        "state",
        "supported_features",
        "unique_id",
        "unit_of_measurement",
    }
)
_TEMPERATURE = frozenset(
    {
        "current_temperature",
        "max_temp",
        "min_temp",
        "target_temp_high",
        "target_temp_low",
        "target_temp_step",
        "temperature",
    }
)
_POSITION = frozenset({"current_position", "position"})
_OWN: Mapping[str, frozenset[str]] = {
    "alarm_control_panel": frozenset({"changed_by", "code_arm_required", "code_format"}),
    "climate": _TEMPERATURE
    | {
        "action",
        "current_humidity",
        "fan_mode",
        "fan_modes",
        "humidity",
        "hvac_action",
        "hvac_modes",
        "max_humidity",
        "min_humidity",
        "preset_mode",
        "preset_modes",
        "swing_horizontal_mode",
        "swing_horizontal_modes",
        "swing_mode",
        "swing_modes",
    },
    "cover": _POSITION | {"current_tilt_position", "tilt_position"},
    "event": frozenset({"event_type", "event_types"}),
    "fan": frozenset(
        {"direction", "oscillating", "percentage", "percentage_step", "preset_mode", "preset_modes"}
    ),
    "humidifier": frozenset(
        {
            "action",
            "available_modes",
            "current_humidity",
            "humidity",
            "max_humidity",
            "min_humidity",
            "mode",
        }
    ),
    "light": frozenset(
        {
            "brightness",
            "brightness_pct",
            "color_mode",
            "color_temp",
            "color_temp_kelvin",
            "effect",
            "effect_list",
            "hs_color",
            "max_color_temp_kelvin",
            "max_mireds",
            "min_color_temp_kelvin",
            "min_mireds",
            "rgb_color",
            "rgbw_color",
            "rgbww_color",
            "supported_color_modes",
            "white",
            "xy_color",
        }
    ),
    "lock": frozenset({"changed_by", "code_format"}),
    "number": frozenset({"max", "min", "step"}),
    "select": frozenset({"options"}),
    "sensor": frozenset({"last_reset", "state_class"}),
    "siren": frozenset({"available_tones", "duration", "tone", "volume_level"}),
    "text": frozenset({"max", "min", "mode", "pattern"}),
    "update": frozenset({"in_progress", "installed_version", "latest_version"}),
    "vacuum": frozenset({"battery_level", "fan_speed"}),
    "valve": _POSITION,
    "water_heater": _TEMPERATURE | {"operation_list", "operation_mode"},
}


def without_own(component: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes but for those that a component of this kind tells by its own topics."""
    own = _OWN.get(component, frozenset())
    return {key: value for key, value in data.items() if key not in _ALWAYS and key not in own}
