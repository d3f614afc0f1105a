from __future__ import annotations

import pytest

from lamplighter.faults.settings import Machine, Tag
from lamplighter.understanding.alarm_commands import read_alarm_command
from lamplighter.understanding.interpretation import NotUnderstood, Operate

MACHINES = (
    Machine("pump2", "Feed pump 2", "pump", tags={"bar": Tag("t", name="discharge pressure")}),
    Machine("pump3", "Feed pump 3", "pump", "Boiler house", tags={"vibration": Tag("t")}),
    Machine("fan_1", "Roof fan", "fan", tags={"amps": Tag("t", name="motor current")}),
    Machine("oven", "", "oven", "Bakery"),
)
PUMPS = ("pump2", "pump3")
ALL = ("pump2", "pump3", "fan_1", "oven")


@pytest.mark.parametrize(
    ("text", "op", "assets", "conditions", "minutes"),
    [
        ("Acknowledge the pump alarms.", "ack", PUMPS, (), 60),
        ("please ack all alarms", "ack", ALL, (), 60),
        ("could you acknowledge everything on pump 3", "ack", ("pump3",), (), 60),
        ("acknowledge the alarms of pump three", "ack", ("pump3",), (), 60),
        ("acknowledge the alarms of pump2 and pump3", "ack", PUMPS, (), 60),
        ("acknowledge the alarms in the boiler house", "ack", ("pump3",), (), 60),
        ("acknowledge the vibration alarm of pump 3", "ack", ("pump3",), ("vibration_*",), 60),
        ("acknowledge the high vibration alarm of pump 3", "ack", ("pump3",),
         ("vibration_high*",), 60),
        ("shelve the alarms of pump 3 for two hours", "shelve", ("pump3",), (), 120),
        ("silence the roof fan for 45 minutes", "shelve", ("fan_1",), (), 45),
        ("snooze the oven's alarms for an hour and a half", "shelve", ("oven",), (), 90),
        ("silence the fan's motor current alarms", "shelve", ("fan_1",), ("amps_*",), 60),
        ("silence all alarms for half an hour", "shelve", ALL, (), 30),
        ("silence the fan's current alarms", "shelve", ("fan_1",), ("amps_*",), 60),
        ("could you acknowledge the current alarms of pump 3?", "ack", ("pump3",), (), 60),
        ("unshelve the fan alarms", "unshelve", ("fan_1",), (), 60),
        ("show the alarms of the oven again", "unshelve", ("oven",), (), 60),
        ("reset the pump alarms", "reset", PUMPS, (), 60),
        ("take pump 2 out of service", "out_of_service", ("pump2",), (), 60),
        ("put feed pump 2 back into service", "return_to_service", ("pump2",), (), 60),
    ],
)  # fmt: skip
def test_commands_about_alarms(
    text: str, op: str, assets: tuple[str, ...], conditions: tuple[str, ...], minutes: float
) -> None:
    found = read_alarm_command(text, MACHINES)
    assert isinstance(found, Operate)
    assert (found.op, found.assets, found.conditions) == (op, assets, conditions)
    assert found.minutes == minutes


@pytest.mark.parametrize(
    "text",
    [
        "acknowledge the alarms of pump 9",
        "shelve the alarms of pump 3 until tomorrow",
        "silence the roof fan at five",
        "silence pump 3 for ages",
        "shelve the pump alarms for two weeks",
        "acknowledge the alarms of the boiler",
        "acknowledge the temperature alarm of pump 3",
        "acknowledge and shelve the pump alarms",
    ],
)
def test_what_can_t_be_done_as_it_was_said_is_not_done(text: str) -> None:
    found = read_alarm_command(text, MACHINES)
    assert isinstance(found, NotUnderstood)
    assert found.speech


@pytest.mark.parametrize(
    "text",
    [
        "silence the alarm",
        "snooze the alarm for ten minutes",
        "mute the living room speaker",
        "reset the thermostat",
        "hide the blinds",
        "put the kettle back in service",
        "turn on the fan",
        "did you acknowledge the pump alarms?",
        "don't silence the roof fan",
        "arm the alarm",
    ],
)
def test_what_is_about_something_else_is_left_to_others(text: str) -> None:
    assert read_alarm_command(text, MACHINES) is None


def test_without_machines_there_are_no_such_commands() -> None:
    assert read_alarm_command("acknowledge all alarms", ()) is None
