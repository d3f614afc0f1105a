"""Topics with raw vibration: blocks in, values of the machine's signals out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from lamplighter.errors import PayloadError
from lamplighter.faults.machines.settings import Waveform, fixed_speed
from lamplighter.plugin import Event, Message, Refused, Sample
from lamplighter_json.blocks import read_block


@dataclass(slots=True)
class WaveformTopic:
    """One waveform of one machine.

    Of its blocks, one within ``every`` seconds is looked at; the others are dropped unread, so
    that no sensor can keep the agent busy.

    Attributes:
        asset: the machine.
        key: the waveform's key.
        waveform: its configuration.
        speed_tag: the tag whose values tell its speed, or None.
    """

    asset: str
    key: str
    waveform: Waveform
    speed_tag: str | None = field(init=False)
    _next: float = field(init=False, default=-math.inf)

    def __post_init__(self) -> None:
        """Find out where the speed comes from."""
        speed = self.waveform.speed
        self.speed_tag = speed if fixed_speed(speed) is None else None

    def receive(
        self, message: Message, speed_of: Callable[[str, str], float | None]
    ) -> Iterator[Event]:
        """The features of the message's block.

        A block that is none, or no vibration, makes the RMS velocity NaN, with the reason: the
        sensor's quality is what suffers.

        Args:
            message: on the waveform's topic.
            speed_of: the speed in rpm that a tag of a machine told last, or None.
        """
        if not self._is_due(message.arrived):
            return
        # It brings numpy, which nothing else here needs.
        from lamplighter.faults.machines.waveform_features import MOST_SAMPLES, features

        try:
            block = read_block(message, self.waveform, MOST_SAMPLES)
        except PayloadError as error:
            yield self._lost(message.arrived, error.reason)
            yield Refused(error.topic, error.key, error.reason)
            return
        speed = fixed_speed(self.waveform.speed)
        if self.speed_tag is not None:
            speed = speed_of(self.asset, self.speed_tag)
        found = features(block.samples, block.rate, self.waveform, speed)
        if found.bad:
            yield self._lost(block.time, found.bad)
            yield Refused(message.topic, self.waveform.path, found.bad)
        for feature, value in found.values.items():
            yield Sample(self.asset, f"{self.key}_{feature}", value, block.time)

    def _is_due(self, now: float) -> bool:
        # A clock that was set back must not silence it.
        if now < self._next <= now + self.waveform.every:
            return False
        self._next = now + self.waveform.every
        return True

    def _lost(self, time: float, why: str) -> Sample:
        return Sample(self.asset, f"{self.key}_velocity_rms", math.nan, time, doubt=why)
