"""What is configured of a machine as a whole, and of its vibration."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

BEARING_FEATURES = ("bpfo", "bpfi", "bsf", "ftf")
FEATURES = ("velocity_rms", "peak", "crest", "kurtosis")
_TOPIC = r"[^+#\x00]+"
_GREATEST = 10_000_000.0
_RATES = {"min": 10, "max": 10_000_000}


@dataclass(frozen=True, slots=True)
class Zone:
    """Vibration zones of a signal with RMS velocity, by ISO 20816-3 (formerly ISO 10816-3).

    Attributes:
        group: 1: large machines (rated above 300 kW, motors with a shaft height from 315 mm),
            2: medium ones (above 15 kW up to 300 kW, shaft height from 160 mm).
        mount: how the machine stands: ``rigid``, or ``flexible``.
        bounds: own bounds A|B, B|C and C|D in the signal's unit, in place of the standard's.
    """

    group: int = field(default=2, metadata={"min": 1, "max": 2})
    mount: str = field(default="rigid", metadata={"choices": ("rigid", "flexible")})
    bounds: tuple[float, ...] = ()

    def problems(self) -> Iterator[tuple[str, str]]:
        """Bounds that are no three rising ones."""
        rising = all(low < high for low, high in itertools.pairwise((0.0, *self.bounds)))
        rising = rising and max(self.bounds, default=0.0) <= _GREATEST
        if self.bounds and (len(self.bounds) != 3 or not rising):
            yield "bounds", "must be three rising numbers: A|B, B|C and C|D"


@dataclass(frozen=True, slots=True)
class Running:
    """When a machine runs: its pattern is learned and watched only then.

    Attributes:
        tag: the signal that tells.
        above: it runs while that signal is above this.
    """

    tag: str
    above: float = 0.0


@dataclass(frozen=True, slots=True)
class Pattern:
    """How the machine's signals are watched together.

    Attributes:
        enabled: whether they are.
        step: seconds from one comparison to the next; None: 5 s, or as slow as a third of the
            signals are.
        leave_out: signals that mean nothing here, such as counters and set points.
        on_delay: seconds that the pattern must be unusual.
        off_delay: seconds that it must be usual again.
        accept_after: seconds after which an unusual pattern, the machine's only alarm, is learned
            as a new usual one; None: never.
    """

    enabled: bool = True
    step: float | None = field(default=None, metadata={"min": 1, "max": 3600})
    leave_out: tuple[str, ...] = ()
    on_delay: float = field(default=180.0, metadata={"min": 0, "max": 86400})
    off_delay: float = field(default=180.0, metadata={"min": 0, "max": 86400})
    accept_after: float | None = field(default=28_800.0, metadata={"min": 600})


@dataclass(frozen=True, slots=True)
class Bearing:
    """A rolling bearing's geometry, as its maker's data sheet has it.

    Attributes:
        balls: how many balls or rollers a row has.
        ball_diameter: in the unit of ``pitch_diameter``.
        pitch_diameter: of the circle through the balls' centres.
        contact_angle: in degrees.
        high: so many times the background of the envelope spectrum raise an alarm; None: only
            what was learned does.
    """

    balls: int = field(metadata={"min": 3, "max": 200})
    ball_diameter: float = field(metadata={"min": 0.1, "max": 1000})
    pitch_diameter: float = field(metadata={"min": 1, "max": 10_000})
    contact_angle: float = field(default=0.0, metadata={"min": 0, "max": 89})
    high: float | None = field(default=5.0, metadata={"min": 1.5, "max": 1e6})

    def problems(self) -> Iterator[tuple[str, str]]:
        """Balls that would not fit."""
        if self.ball_diameter >= self.pitch_diameter:
            reason = f"must be below pitch_diameter ({self.pitch_diameter:g})"
            yield "ball_diameter", f"{reason}, not {self.ball_diameter:g}"


@dataclass(frozen=True, slots=True)
class Feature:
    """Bounds of a feature of a waveform, and what people call it, where other than by default."""

    name: str = ""
    high: float | None = None
    high_high: float | None = None
    deadband: float | None = field(default=None, metadata={"min": 0})


@dataclass(frozen=True, slots=True)
class Waveform:
    """A topic with blocks of raw vibration.

    Attributes:
        topic: where the blocks arrive.
        path: dotted path of the samples in the JSON payload; "" where it is the payload itself.
        time_path: dotted path of the block's timestamp, or None: the time of arrival counts.
        rate: samples per second, where the payload does not say it.
        rate_path: dotted path of the samples per second in the JSON payload.
        encoding: ``json`` (an array of numbers), ``base64`` (a text in a JSON payload, or the
            payload itself), or ``binary`` (the payload).
        samples: what base64 and binary hold, little-endian: ``float32`` or ``int16``.
        scale: what one of the payload's units is in ``unit``.
        unit: of the samples: ``g``, ``m/s²`` or ``mm/s``.
        name: what people call the place of the sensor; "" means the waveform's key in words.
        every: of all blocks, one within so many seconds is looked at.
        speed: the shaft's speed in rpm, or the key of the tag that tells it.
        bearing: the bearing next to the sensor.
        zone: the vibration zones of its RMS velocity.
        bands: frequency bands in Hz whose RMS is a signal, by name.
        envelope: the band in Hz whose envelope is looked at; none: the most impulsive octave.
        features: bounds and names of single features.
    """

    topic: str = field(metadata={"pattern": _TOPIC, "hint": "must be a topic without wildcards"})
    path: str = ""
    time_path: str | None = None
    rate: float | None = field(default=None, metadata=_RATES)
    rate_path: str | None = None
    encoding: str = field(default="json", metadata={"choices": ("json", "base64", "binary")})
    samples: str = field(default="float32", metadata={"choices": ("float32", "int16")})
    scale: float = 1.0
    unit: str = field(default="g", metadata={"choices": ("g", "m/s²", "m/s2", "mm/s")})
    name: str = ""
    every: float = field(default=10.0, metadata={"min": 0, "max": 86400})
    speed: str | None = None
    bearing: Bearing | None = None
    zone: Zone | None = None
    bands: dict[str, tuple[float, ...]] = field(default_factory=dict)
    envelope: tuple[float, ...] = ()
    features: dict[str, Feature] = field(default_factory=dict)

    def known_features(self) -> tuple[str, ...]:
        """The keys of the features that it gives, in the order in which they are told."""
        bearing = BEARING_FEATURES if self.bearing else ()
        return (*bearing, *FEATURES, *(f"band_{name}" for name in self.bands))

    def problems(self) -> Iterator[tuple[str, str]]:
        """What can't be together."""
        if (self.rate is None) == (self.rate_path is None):
            yield "", "needs either rate or rate_path"
        elif self.encoding == "binary" and self.rate is None:
            yield "rate_path", "a binary payload has no paths: it needs rate"
        if self.encoding == "binary" and (self.path or self.time_path):
            yield "encoding", "a binary payload has no paths"
        if self.bearing and self.speed is None:
            yield "bearing", "needs speed, in rpm or as the key of a tag"
        fixed = fixed_speed(self.speed)
        if fixed is not None and not 0.0 < fixed <= _GREATEST:
            yield "speed", f"must be above 0 rpm, not {self.speed}"
        yield from self._wrong_bands()
        known = self.known_features()
        for name in self.features:
            if name not in known:
                yield f"features.{name}", f"no such feature; there are {', '.join(known)}"

    def _wrong_bands(self) -> Iterator[tuple[str, str]]:
        wrong = "must be two rising frequencies in Hz"
        if self.envelope and not _is_band(self.envelope):
            yield "envelope", wrong
        for name, band in self.bands.items():
            if not _is_band(band):
                yield f"bands.{name}", wrong
            if any(character in name for character in "/+# "):
                yield f"bands.{name}", "must be one topic level without spaces"


def fixed_speed(speed: str | None) -> float | None:
    """The speed in rpm where it is a number, or None."""
    try:
        return None if speed is None else float(speed)
    except ValueError:
        return None


def _is_band(band: tuple[float, ...]) -> bool:
    return len(band) == 2 and 0 <= band[0] < band[1] <= _GREATEST
