"""A machine's signals and limits as they are watched."""

from __future__ import annotations

from dataclasses import replace

from lamplighter.faults.condition import conditions_of
from lamplighter.faults.machines.expansion import as_watched
from lamplighter.faults.machines.settings import Bearing, Feature, Waveform, Zone
from lamplighter.faults.settings import Limits, Machine, Tag

WAVEFORM = Waveform(
    "raw",
    rate=25_600.0,
    speed="1797",
    bearing=Bearing(9, 7.94, 39.04),
    zone=Zone(2, "rigid"),
    bands={"high": (1000.0, 10_000.0)},
    features={"kurtosis": Feature(name="impact index", high=6.0)},
)
MACHINE = Machine("fan1", tags={"speed": Tag("t", unit="rpm")}, waveforms={"drive_end": WAVEFORM})


def test_a_machine_without_vibration_is_itself() -> None:
    plain = Machine("fan1", tags={"speed": Tag("t")})
    assert as_watched(plain) is plain


def test_each_feature_is_a_signal_with_name_and_unit() -> None:
    tags = as_watched(MACHINE).tags
    assert {key: (tag.name, tag.unit) for key, tag in tags.items() if key != "speed"} == {
        "drive_end_bpfo": ("drive end outer race frequency 107 Hz", "times the background"),
        "drive_end_bpfi": ("drive end inner race frequency 162 Hz", "times the background"),
        "drive_end_bsf": ("drive end rolling element frequency 70.6 Hz", "times the background"),
        "drive_end_ftf": ("drive end cage frequency 11.9 Hz", "times the background"),
        "drive_end_velocity_rms": ("drive end vibration velocity", "mm/s"),
        "drive_end_peak": ("drive end peak", "g"),
        "drive_end_crest": ("drive end crest factor", ""),
        "drive_end_kurtosis": ("impact index", ""),
        "drive_end_band_high": ("drive end vibration 1000 to 10000 Hz", "g"),
    }


def test_limits_come_from_zone_bearing_and_configuration() -> None:
    tags = as_watched(MACHINE).tags
    velocity = tags["drive_end_velocity_rms"].limits
    assert (velocity.high, velocity.high_high) == (2.8, 4.5)
    assert tags["drive_end_bpfo"].limits.high == 5.0
    assert tags["drive_end_kurtosis"].limits.high == 6.0
    assert tags["drive_end_crest"].limits.high is None


def test_a_speed_that_varies_leaves_the_frequency_out_of_the_name() -> None:
    varying = replace(MACHINE, waveforms={"drive_end": replace(WAVEFORM, speed="speed")})
    assert as_watched(varying).tags["drive_end_bpfo"].name == "drive end outer race frequency"


def test_a_zone_gives_a_tag_its_conditions() -> None:
    tag = Tag("t", unit="mm/s", zone=Zone(1, "rigid"))
    machine = as_watched(Machine("fan1", tags={"vibration": tag}))
    keys = {each.key: each.limit for each in conditions_of(machine)}
    assert (keys["vibration_high"], keys["vibration_high_high"]) == (4.5, 7.1)
    own = replace(tag, limits=Limits(high=3.0))
    given = as_watched(Machine("fan1", tags={"vibration": own}))
    assert "vibration_high_high" not in {each.key for each in conditions_of(given)}
