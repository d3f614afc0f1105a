"""Blocks of raw samples in every encoding, and what is none."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lamplighter_json
from lamplighter.config import Config
from lamplighter.errors import PayloadError
from lamplighter.faults.machines.settings import Bearing, Waveform
from lamplighter.faults.settings import Machine, Tag
from lamplighter.faults.signals.settings import Loop
from lamplighter.plugin import Context, Event, Message, Refused, Sample
from lamplighter_json.blocks import MOST_JSON_BYTES, read_block

ARRIVED = 1_772_000_000.0
RATE = 2000.0
TIME = np.arange(1000) / RATE
SINE = np.sqrt(2.0) * np.sin(2.0 * np.pi * 100.0 * TIME)
MM_PER_S = 1000.0 * 9.80665 / (2.0 * math.pi * 100.0)
WAVEFORM = Waveform("raw", rate=RATE, every=0.0)


def read(payload: bytes, waveform: Waveform, most: int = 5000) -> Any:
    return read_block(Message("raw", payload, arrived=ARRIVED), waveform, most)


def topics(waveform: Waveform, **tags: Tag) -> Any:
    machine = Machine("fan1", tags=tags, waveforms={"end": waveform})
    return lamplighter_json.create(Context({}, Config(machines=(machine,)), lambda: ARRIVED))


def receive(made: Any, payload: bytes, *, topic: str = "raw", at: float = ARRIVED) -> Any:
    found: Sequence[Event] = made.receive(Message(topic, payload, arrived=at))
    return list(found)


def values(events: Sequence[Event]) -> dict[str, float]:
    return {each.tag: each.value for each in events if isinstance(each, Sample)}


@pytest.mark.parametrize(
    ("payload", "waveform"),
    [
        (json.dumps([1.5, -2, 3]).encode(), WAVEFORM),
        (json.dumps({"a": {"b": [1.5, -2, 3]}}).encode(), replace(WAVEFORM, path="a.b")),
        (
            np.array([1.5, -2, 3], "<f4").tobytes(),
            replace(WAVEFORM, encoding="binary"),
        ),
        (
            base64.b64encode(np.array([1.5, -2, 3], "<f4").tobytes()),
            replace(WAVEFORM, encoding="base64"),
        ),
        (
            json.dumps(base64.b64encode(np.array([1.5, -2, 3], "<f4").tobytes()).decode()).encode(),
            replace(WAVEFORM, encoding="base64"),
        ),
    ],
)
def test_every_encoding_gives_the_same_samples(payload: bytes, waveform: Waveform) -> None:
    block = read(payload, waveform)
    assert block.samples.tolist() == [1.5, -2.0, 3.0]
    assert (block.rate, block.time) == (RATE, ARRIVED)


def test_whole_numbers_are_little_endian() -> None:
    waveform = replace(WAVEFORM, encoding="binary", samples="int16")
    assert read(b"\x01\x00\xff\xff\x00\x80", waveform).samples.tolist() == [1.0, -1.0, -32768.0]


def test_rate_and_time_come_from_the_payload() -> None:
    waveform = replace(WAVEFORM, path="x", rate=None, rate_path="fs", time_path="ts")
    block = read(b'{"x": [1, 2], "fs": 51200, "ts": "2026-03-01T14:05:09Z"}', waveform)
    assert (block.rate, block.time) == (51_200.0, 1_772_373_909.0)


@pytest.mark.parametrize(
    ("payload", "change", "told"),
    [
        (b"[1, 2", {}, "is no JSON"),
        (b'[1, "2"]', {}, "some samples are no numbers"),
        (b"[1, true]", {}, "some samples are no numbers"),
        (b"[[1, 2]]", {}, "some samples are no numbers"),
        (b"[1, 1" + b"0" * 400 + b"]", {}, "no numbers a sensor can measure"),
        (b'{"x": 1}', {}, "is no array"),
        (b'{"x": 1}', {"path": "y"}, "is not in the payload"),
        (b" " * (MOST_JSON_BYTES + 1), {}, "is longer than"),
        (b'{"x": [1], "fs": 0}', {"path": "x", "rate": None, "rate_path": "fs"}, "is no rate"),
        (b'{"x": [1]}', {"path": "x", "rate": None, "rate_path": "fs"}, "is not in the payload"),
        (b"\x00" * 7, {"encoding": "binary"}, "no whole number of float32"),
        (b"ab!c", {"encoding": "base64"}, "is no base64"),
        (b"[1]", {"encoding": "base64"}, "is no base64 text"),
    ],
)
def test_what_is_no_block_is_refused_with_the_reason(
    payload: bytes, change: dict[str, Any], told: str
) -> None:
    with pytest.raises(PayloadError) as caught:
        read(payload, replace(WAVEFORM, **change))
    assert told in caught.value.reason


@pytest.mark.parametrize("kind", ["float32", "int16"])
def test_of_a_longer_block_only_the_beginning_is_read(kind: str) -> None:
    data = np.arange(5000).astype("<f4" if kind == "float32" else "<i2").tobytes()
    for payload, encoding in ((data, "binary"), (base64.b64encode(data), "base64")):
        waveform = replace(WAVEFORM, encoding=encoding, samples=kind)
        assert read(payload, waveform, 1001).samples.tolist() == list(range(1001))


@given(
    st.binary(max_size=200) | st.text(max_size=60).map(str.encode),
    st.sampled_from(["json", "base64", "binary"]),
    st.sampled_from(["float32", "int16"]),
)
def test_any_payload_is_read_or_refused(payload: bytes, encoding: str, samples: str) -> None:
    try:
        block = read(payload, replace(WAVEFORM, encoding=encoding, samples=samples))
    except PayloadError as error:
        assert error.reason
    else:
        assert block.samples.dtype == np.float64


def test_a_block_becomes_values_of_signals() -> None:
    found = values(receive(topics(WAVEFORM), json.dumps(SINE.tolist()).encode()))
    assert set(found) == {"end_velocity_rms", "end_peak", "end_crest", "end_kurtosis"}
    assert found["end_velocity_rms"] == pytest.approx(MM_PER_S, rel=0.01)


def test_a_bad_block_is_the_sensors_quality() -> None:
    made = topics(replace(WAVEFORM, encoding="binary"))
    for payload in (b"abc", np.zeros(1000, "<f4").tobytes()):
        lost, refused = receive(made, payload)
        assert (lost.tag, math.isnan(lost.value)) == ("end_velocity_rms", True)
        assert isinstance(refused, Refused)
        assert lost.doubt == refused.reason != ""


def test_of_many_blocks_one_within_so_many_seconds_is_looked_at() -> None:
    made = topics(replace(WAVEFORM, every=10.0))
    payload = json.dumps(SINE.tolist()).encode()
    looked = [bool(receive(made, payload, at=ARRIVED + at)) for at in (0.0, 0.1, 9.9, 10.0, 15.0)]
    assert looked == [True, False, False, True, False]
    assert receive(made, payload, at=ARRIVED - 3600.0)


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (Tag("n", unit="rpm"), 1500.0),
        (Tag("n", unit="Hz"), 25.0),
        (Tag("n", loop=Loop(0.0, 3000.0, "rpm")), 12.0),
        (Tag("n", loop=Loop(0.0, 50.0, "Hz")), 12.0),
    ],
)
def test_the_speed_of_a_tag_tells_where_the_bearings_lines_are(tag: Tag, value: float) -> None:
    waveform = replace(WAVEFORM, speed="speed", bearing=Bearing(9, 7.94, 39.04))
    made = topics(waveform, speed=tag)
    noise = np.random.default_rng(1).standard_normal(2000).tolist()
    payload = json.dumps(noise).encode()
    assert "end_bpfo" not in values(receive(made, payload))
    receive(made, str(value).encode(), topic="n")
    found = values(receive(made, payload))
    assert (
        found["end_bpfo"]
        == values(receive(topics(replace(waveform, speed="1500")), payload))["end_bpfo"]
    )
    receive(made, b"null", topic="n")
    assert "end_bpfo" not in values(receive(made, payload))
