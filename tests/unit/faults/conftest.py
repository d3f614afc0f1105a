from __future__ import annotations

import pytest

from lamplighter.faults.condition import Kind, Severity
from lamplighter.faults.evidence.log_templates import LogCount
from lamplighter.faults.evidence.record import Evidence, OtherSignal, SignalEvidence

START = 1_772_373_909.0  # 2026-03-01T14:05:09Z


@pytest.fixture
def evidence() -> Evidence:
    """A pump whose vibration and bearing temperature are high, its pressure steady."""
    vibration = SignalEvidence(
        tag="vibration",
        name="vibration",
        unit="mm/s",
        kind=Kind.HIGH_HIGH,
        conditions=("vibration_high", "vibration_high_high"),
        active=True,
        onset=START,
        returned=None,
        value=7.94,
        limit=7.1,
        limit_unit="mm/s",
        baseline=2.1,
        slope=1.57,
        trend="rising",
        least=4.5,
        greatest=8.2,
    )
    temperature = SignalEvidence(
        tag="temp",
        name="bearing temperature",
        unit="°C",
        kind=Kind.HIGH,
        conditions=("temp_high",),
        active=True,
        onset=START + 40,
        returned=None,
        value=78.5,
        limit=75.0,
        limit_unit="°C",
        baseline=50.2,
        slope=0.1,
        trend="steady",
        least=75.1,
        greatest=79.0,
    )
    return Evidence(
        id="pump3-20260301T140509Z-1",
        episode="pump3-20260301T140509Z",
        kind="opened",
        asset="pump3",
        name="Feed pump 3",
        machine_class="pump",
        area="Boiler house",
        severity=Severity.CRITICAL,
        started=START,
        ended=None,
        drawn=START + 180,
        signals=(vibration, temperature),
        others=(OtherSignal("pressure", "discharge pressure", "bar", 4.2, 4.21, "steady"),),
        logs=(LogCount("bearing <n> above <n> C", 12, "warning", "bearing 2 above 81 C"),),
        fault="bearing wear",
        confidence=0.83,
        checks=("Check the bearing for noise, heat and grease.",),
    )
