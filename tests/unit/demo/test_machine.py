"""The demo pump: healthy, failing, repaired."""

from __future__ import annotations

import math
import random

import pytest
from tools.demo.machine import HIGH_TEMPERATURE, HIGH_VIBRATION, Line, Pump


def _pump(fault_after: float = 120.0, seed: int = 1) -> Pump:
    return Pump(random.Random(seed), fault_after=fault_after)  # noqa: S311 - noise, no secret


def _run(pump: Pump, seconds: int) -> list[Line]:
    return [line for _ in range(seconds) for line in pump.step(1.0)]


def test_a_healthy_pump_stays_below_every_limit() -> None:
    pump = _pump(math.inf)
    highest = 0.0
    hottest = 0.0
    for _ in range(600):
        pump.step(1.0)
        highest = max(highest, pump.values["vibration_rms"])
        hottest = max(hottest, pump.values["bearing_temperature"])
    assert highest < HIGH_VIBRATION / 1.5
    assert hottest < HIGH_TEMPERATURE - 15


def test_vibration_comes_first_then_heat_then_a_little_current() -> None:
    pump = _pump(fault_after=120)
    crossed: dict[str, int] = {}
    for second in range(400):
        pump.step(1.0)
        if pump.values["vibration_rms"] > HIGH_VIBRATION:
            crossed.setdefault("vibration", second)
        if pump.values["bearing_temperature"] > HIGH_TEMPERATURE:
            crossed.setdefault("heat", second)
    assert 120 <= crossed["vibration"] < crossed["heat"] < 300
    assert 96 < pump.values["motor_current"] < 101


def test_the_log_tells_of_the_fault_once() -> None:
    lines = _run(_pump(fault_after=10), 400)
    texts = [line.text for line in lines]
    assert texts[0] == "P-101 started, mode AUTO, suction valve open"
    assert texts.count("BRG DE high vibration") == 1
    assert texts.count("BRG DE vibration above trip level, check pump") == 1
    assert [line.level for line in lines if "trip" in line.text] == ["error"]


def test_the_same_seed_gives_the_same_life() -> None:
    one, other = _pump(seed=7), _pump(seed=7)
    assert _run(one, 200) == _run(other, 200)
    assert one.values == other.values


def test_a_reset_ends_the_fault_for_good_and_a_command_brings_it_back() -> None:
    pump = _pump(fault_after=1)
    _run(pump, 200)
    pump.command("reset")
    _run(pump, 600)
    assert pump.values["vibration_rms"] < HIGH_VIBRATION / 1.5
    pump.command("fault")
    _run(pump, 60)
    assert pump.values["vibration_rms"] > HIGH_VIBRATION


def test_an_unknown_command_is_refused() -> None:
    with pytest.raises(ValueError, match="reset and fault"):
        _pump().command("explode")
