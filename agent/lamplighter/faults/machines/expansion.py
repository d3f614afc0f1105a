"""A machine as it is watched: with limits from vibration zones, and a signal for each feature."""

from __future__ import annotations

from dataclasses import replace

from lamplighter.faults.machines import bearings, zones
from lamplighter.faults.machines.settings import Feature, Waveform, fixed_speed
from lamplighter.faults.settings import Limits, Machine, Tag
from lamplighter.faults.wording import exact, shown

_NAMES = {
    "velocity_rms": "vibration velocity",
    "peak": "peak",
    "crest": "crest factor",
    "kurtosis": "kurtosis",
}
_TIMES = "times the background"
_DEADBAND_SHARE = 0.1


def as_watched(machine: Machine) -> Machine:
    """The machine with all its signals and limits; it is given itself where that adds none."""
    tags = {key: _with_zone(tag) for key, tag in machine.tags.items()}
    for key, waveform in machine.waveforms.items():
        tags.update(feature_tags(key, waveform))
    return machine if tags == machine.tags else replace(machine, tags=tags)


def feature_tags(key: str, waveform: Waveform) -> dict[str, Tag]:
    """The signals that a waveform gives, by their keys: ``drive_end_velocity_rms``."""
    return {
        f"{key}_{feature}": _with_zone(_tag(key, waveform, feature))
        for feature in waveform.known_features()
    }


def _tag(key: str, waveform: Waveform, feature: str) -> Tag:
    given = waveform.features.get(feature, Feature())
    unit = "mm/s" if feature == "velocity_rms" else waveform.unit.replace("m/s2", "m/s²")
    limits = Limits(high=given.high, high_high=given.high_high, deadband=given.deadband)
    if feature in bearings.NAMES:
        unit = _TIMES
        high = waveform.bearing.high if waveform.bearing else None
        if given.high is None and given.high_high is None and high is not None:
            deadband = _DEADBAND_SHARE * high if given.deadband is None else given.deadband
            limits = Limits(high=high, deadband=deadband)
    elif feature in {"crest", "kurtosis"}:
        unit = ""
    return Tag(
        topic=waveform.topic,
        unit=unit,
        name=given.name or f"{_place(key, waveform)} {_called(waveform, feature)}",
        limits=limits,
        zone=waveform.zone if feature == "velocity_rms" else None,
    )


def _called(waveform: Waveform, feature: str) -> str:
    if feature in bearings.NAMES:
        name = f"{bearings.NAMES[feature]} frequency"
        speed = fixed_speed(waveform.speed)
        if waveform.bearing is None or speed is None:
            return name
        return f"{name} {shown(bearings.frequencies(waveform.bearing, speed)[feature])} Hz"
    if feature.startswith("band_"):
        band = waveform.bands[feature.removeprefix("band_")]
        return f"vibration {' to '.join(exact(each) for each in band)} Hz"
    return _NAMES[feature]


def _place(key: str, waveform: Waveform) -> str:
    return waveform.name or " ".join(key.replace("_", " ").replace("-", " ").split())


def _with_zone(tag: Tag) -> Tag:
    if tag.zone is None:
        return tag
    return replace(tag, limits=zones.limits_of(tag.limits, tag.zone, tag.value_unit))
