"""What is configured of a machine's vibration and pattern, and every mistake in it."""

from __future__ import annotations

import pytest

from lamplighter.config import parse
from lamplighter.errors import ConfigError

GOOD = """
machines:
  - asset: fan1
    tags:
      speed: {topic: t, path: n, unit: rpm}
      velocity: {topic: t, path: v, unit: mm/s, zone: {group: 1, mount: flexible}}
      current: {topic: t, path: i, unit: A}
    running: {tag: speed, above: 100}
    pattern: {leave_out: [], on_delay: 60}
    waveforms:
      drive_end:
        topic: raw
        path: data
        rate_path: rate
        speed: speed
        bearing: {balls: 9, ball_diameter: 7.94, pitch_diameter: 39.04}
        bands: {high: [1000, 10000]}
        features: {kurtosis: {high: 6}}
"""


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        parse(text)
    return [f"{each.key}: {each.reason}" for each in caught.value.problems]


def test_all_of_it_is_read() -> None:
    [machine] = parse(GOOD).machines
    waveform = machine.waveforms["drive_end"]
    assert waveform.known_features() == (
        "bpfo", "bpfi", "bsf", "ftf", "velocity_rms", "peak", "crest", "kurtosis", "band_high",
    )  # fmt: skip
    assert machine.together == ("speed", "velocity", "current")


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("tag: speed, above", "tag: sped, above", "running.tag: fan1 has no tag 'sped'"),
        ("speed: speed\n", "speed: sped\n", "speed: neither a number of rpm nor a tag: 'sped'"),
        ("        speed: speed\n", "", "bearing: needs speed"),
        ("rate_path: rate", "rate: 100\n        rate_path: r", "needs either rate or rate_path"),
        ("rate_path: rate", "encoding: binary", "needs either rate or rate_path"),
        ("path: data", "encoding: binary", "a binary payload has no paths"),
        ("7.94", "40", "ball_diameter: must be below pitch_diameter (39.04), not 40"),
        ("speed: speed\n", "speed: -5\n", "speed: must be above 0 rpm, not -5"),
        ("speed: speed\n", "speed: nan\n", "speed: must be above 0 rpm, not nan"),
        ("[1000, 10000]", "[10, .inf]", "bands.high: must be two rising frequencies in Hz"),
        ("[1000, 10000]", "[1000]", "bands.high: must be two rising frequencies in Hz"),
        ("kurtosis: {", "kurtsis: {", "no such feature"),
        ("unit: mm/s", "unit: bar", "zone: the standard's are RMS velocities in mm/s, not 'bar'"),
        ("group: 1", "group: 3", "zone.group: must be between 1 and 2"),
        ("mount: flexible", "bounds: [3, 2, 1]", "zone.bounds: must be three rising numbers"),
        ("leave_out: []", "leve_out: []", "pattern.leve_out: unknown key"),
        ("velocity: {topic", "drive_end_peak: {topic", "is a tag already"),
        ("drive_end:", "drive/end:", "must be one topic level without spaces"),
    ],
)
def test_mistakes_are_told_where_they_are(right: str, wrong: str, told: str) -> None:
    assert right in GOOD
    found = problems(GOOD.replace(right, wrong))
    assert any(told in each for each in found), found


def test_two_signals_have_no_pattern() -> None:
    text = GOOD.replace("leave_out: []", "leave_out: [current]")
    assert parse(text).machines[0].together == ()


def test_a_pattern_can_be_switched_off() -> None:
    text = GOOD.replace("leave_out: []", "enabled: false")
    assert parse(text).machines[0].together == ()
