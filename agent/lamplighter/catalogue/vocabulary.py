"""The services of each domain, the parameters they take and the states they lead to.

Service and state names follow Home Assistant's (https://www.home-assistant.io/integrations/),
shortened where the domain says the rest: ``cover.open``, not ``cover.open_cover``;
``alarm_control_panel.disarm``, not ``alarm_disarm``. Policy entries use the same names.
"""

from __future__ import annotations

from collections.abc import Mapping

SERVICES: Mapping[str, tuple[str, ...]] = {
    "alarm_control_panel": (
        "arm_home",
        "arm_away",
        "arm_night",
        "arm_vacation",
        "arm_custom_bypass",
        "disarm",
        "trigger",
    ),
    "button": ("press",),
    "climate": (
        "turn_on",
        "turn_off",
        "set_temperature",  # temperature, target_temp_low, target_temp_high
        "set_hvac_mode",  # hvac_mode
        "set_fan_mode",  # fan_mode
        "set_swing_mode",  # swing_mode
        "set_preset_mode",  # preset_mode
        "set_humidity",  # humidity
    ),
    "cover": (
        "open",
        "close",
        "stop",
        "set_position",  # position, 0 closed to 100 open
        "set_tilt_position",  # tilt_position, 0 to 100
        "open_tilt",
        "close_tilt",
    ),
    "fan": (
        "turn_on",  # percentage, preset_mode
        "turn_off",
        "set_percentage",  # percentage
        "set_preset_mode",  # preset_mode
        "oscillate",  # oscillating
        "set_direction",  # direction: forward, reverse
    ),
    "humidifier": ("turn_on", "turn_off", "set_humidity", "set_mode"),  # humidity; mode
    "lawn_mower": ("start_mowing", "pause", "dock"),
    "light": (
        # Parameters: brightness_pct 0 to 100, rgb_color, color_temp_kelvin, effect, white 0 to 100,
        # transition in seconds, flash.
        "turn_on",
        "turn_off",
    ),
    "lock": ("lock", "unlock", "open"),  # code
    "number": ("set_value",),  # value
    "scene": ("turn_on",),
    "select": ("select_option",),  # option
    "siren": ("turn_on", "turn_off"),  # tone, duration, volume_level
    "switch": ("turn_on", "turn_off"),
    "text": ("set_value",),  # value
    "update": ("install",),
    "vacuum": (
        "start",
        "pause",
        "stop",
        "return_to_base",
        "clean_spot",
        "locate",
        "set_fan_speed",  # fan_speed
        "send_command",  # command
    ),
    "valve": ("open", "close", "stop", "set_position"),  # position
    "water_heater": ("turn_on", "turn_off", "set_temperature", "set_operation_mode"),
}
"""Service names by domain. Reading-only domains (sensor, binary_sensor ...) have none."""

STATE_AFTER: Mapping[tuple[str, str], frozenset[str]] = {
    ("alarm_control_panel", "arm_home"): frozenset({"armed_home", "arming", "pending"}),
    ("alarm_control_panel", "arm_away"): frozenset({"armed_away", "arming", "pending"}),
    ("alarm_control_panel", "arm_night"): frozenset({"armed_night", "arming", "pending"}),
    ("alarm_control_panel", "arm_vacation"): frozenset({"armed_vacation", "arming", "pending"}),
    ("alarm_control_panel", "arm_custom_bypass"): frozenset(
        {"armed_custom_bypass", "arming", "pending"}
    ),
    ("alarm_control_panel", "disarm"): frozenset({"disarmed"}),
    ("alarm_control_panel", "trigger"): frozenset({"triggered", "pending"}),
    ("climate", "turn_off"): frozenset({"off"}),
    ("cover", "open"): frozenset({"open", "opening"}),
    ("cover", "close"): frozenset({"closed", "closing"}),
    ("fan", "turn_on"): frozenset({"on"}),
    ("fan", "turn_off"): frozenset({"off"}),
    ("humidifier", "turn_on"): frozenset({"on"}),
    ("humidifier", "turn_off"): frozenset({"off"}),
    ("lawn_mower", "start_mowing"): frozenset({"mowing"}),
    ("lawn_mower", "pause"): frozenset({"paused"}),
    ("lawn_mower", "dock"): frozenset({"docked", "returning"}),
    ("light", "turn_on"): frozenset({"on"}),
    ("light", "turn_off"): frozenset({"off"}),
    ("lock", "lock"): frozenset({"locked", "locking"}),
    ("lock", "unlock"): frozenset({"unlocked", "unlocking"}),
    ("lock", "open"): frozenset({"open", "opening", "unlocked"}),
    ("siren", "turn_on"): frozenset({"on"}),
    ("siren", "turn_off"): frozenset({"off"}),
    ("switch", "turn_on"): frozenset({"on"}),
    ("switch", "turn_off"): frozenset({"off"}),
    ("vacuum", "start"): frozenset({"cleaning"}),
    ("vacuum", "pause"): frozenset({"paused", "idle"}),
    ("vacuum", "stop"): frozenset({"idle", "docked"}),
    ("vacuum", "return_to_base"): frozenset({"returning", "docked"}),
    ("valve", "open"): frozenset({"open", "opening"}),
    ("valve", "close"): frozenset({"closed", "closing"}),
    ("water_heater", "turn_off"): frozenset({"off"}),
}
"""State values that confirm a service without parameters."""

ATTRIBUTE_AFTER: Mapping[tuple[str, str], str] = {
    ("light", "brightness_pct"): "brightness_pct",
    ("light", "rgb_color"): "rgb_color",
    ("light", "color_temp_kelvin"): "color_temp_kelvin",
    ("light", "effect"): "effect",
    ("cover", "position"): "position",
    ("cover", "tilt_position"): "tilt_position",
    ("valve", "position"): "position",
    ("climate", "temperature"): "temperature",
    ("climate", "target_temp_low"): "target_temp_low",
    ("climate", "target_temp_high"): "target_temp_high",
    ("climate", "fan_mode"): "fan_mode",
    ("climate", "swing_mode"): "swing_mode",
    ("climate", "preset_mode"): "preset_mode",
    ("climate", "humidity"): "humidity",
    ("fan", "percentage"): "percentage",
    ("fan", "preset_mode"): "preset_mode",
    ("fan", "oscillating"): "oscillating",
    ("fan", "direction"): "direction",
    ("humidifier", "humidity"): "humidity",
    ("humidifier", "mode"): "mode",
    ("vacuum", "fan_speed"): "fan_speed",
    ("water_heater", "temperature"): "temperature",
}
"""The state attribute that shows a parameter; climate's ``current_temperature`` and
``current_humidity`` are what is measured, ``temperature`` and ``humidity`` what is wanted."""

STATE_IS_PARAMETER: Mapping[tuple[str, str], str] = {
    ("climate", "set_hvac_mode"): "hvac_mode",
    ("number", "set_value"): "value",
    ("select", "select_option"): "option",
    ("text", "set_value"): "value",
    ("water_heater", "set_operation_mode"): "operation_mode",
}
"""Services whose parameter is the state value itself."""
