from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import lamplighter_json
from lamplighter import config
from lamplighter.config import Config
from lamplighter.errors import PayloadError, PluginError
from lamplighter.faults.settings import LogTopic, Machine, Tag
from lamplighter.plugin import Context, Event, LogLine, Message, Refused, Sample
from lamplighter_json.extract import Found, at_path, number, timestamp

ARRIVED = 1_772_000_000.0


def plugin(*machines: Machine, settings: dict[str, Any] | None = None) -> Any:
    context = Context(settings or {}, Config(machines=machines), lambda: ARRIVED)
    return lamplighter_json.create(context)


def machine(**tags: Tag) -> Machine:
    return Machine("pump1", tags=tags)


def receive(made: Any, payload: object, topic: str = "t") -> list[Event]:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return list(made.receive(Message(topic, raw, arrived=ARRIVED)))


def test_values_of_one_payload_come_with_its_timestamp() -> None:
    made = plugin(
        machine(
            vibration=Tag("t", "sensors.0.mm_s", time_path="ts"),
            current=Tag("t", "motor.amps", time_path="ts"),
        )
    )
    events = receive(
        made,
        {"ts": "2026-03-01T14:05:09Z", "motor": {"amps": "12.5"}, "sensors": [{"mm_s": 2}]},
    )
    assert events == [
        Sample("pump1", "vibration", 2.0, 1_772_373_909.0),
        Sample("pump1", "current", 12.5, 1_772_373_909.0),
    ]


@pytest.mark.parametrize("payload", [b"4.2", b" 4.2 ", b"+4.2", b'"4.2"', b"42e-1"])
def test_a_bare_number_is_the_value_at_the_time_of_arrival(payload: bytes) -> None:
    made = plugin(machine(pressure=Tag("t")))
    assert receive(made, payload) == [Sample("pump1", "pressure", 4.2, ARRIVED)]


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"NaN", "no number a sensor can measure"),
        (b"-Infinity", "no number a sensor can measure"),
        (b"1e999", "no number a sensor can measure"),
        (b"true", "true is no number"),
        (b"null", "null is no number"),
        (b"[1]", "a list is no number"),
        (b'"4,2"', "decimal point"),
        (b"4,2", "decimal point"),
        (b"4_2", "no number"),
        (b"12 bar", "no number"),
        (b"", "no number"),
        (b"\xff\xfe", "no number"),
    ],
)
def test_what_is_no_number_is_refused_with_its_topic(payload: bytes, reason: str) -> None:
    *samples, refused = receive(plugin(machine(pressure=Tag("t"))), payload)
    assert isinstance(refused, Refused)
    assert refused.topic == "t"
    assert reason in refused.reason
    for sample in samples:
        assert isinstance(sample, Sample)
        assert (math.isnan(sample.value), sample.time) == (True, ARRIVED)
        assert reason in sample.doubt


@pytest.mark.parametrize("payload", [b"{", b"\xff", b"[" * 100_000])
def test_a_damaged_document_is_refused_and_disturbs_every_tag(payload: bytes) -> None:
    a, b, refused = receive(plugin(machine(a=Tag("t", "a"), b=Tag("t", "b"))), payload)
    assert isinstance(refused, Refused)
    for sample in (a, b):
        assert isinstance(sample, Sample)
        assert math.isnan(sample.value)
        assert sample.doubt == refused.reason


def test_an_empty_message_says_nothing_of_the_signal() -> None:
    [refused] = receive(plugin(machine(a=Tag("t", "a"))), b"")
    assert isinstance(refused, Refused)


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "null", '"bad"', "1e999"])
def test_one_number_that_is_none_leaves_the_document_readable(word: str) -> None:
    made = plugin(machine(a=Tag("t", "a"), b=Tag("t", "b")))
    a, refused, b = receive(made, b'{"a": ' + word.encode() + b', "b": 2}')
    assert isinstance(a, Sample)
    assert math.isnan(a.value)
    assert isinstance(refused, Refused)
    assert (refused.key, refused.reason) == ("a", a.doubt)
    assert b == Sample("pump1", "b", 2.0, ARRIVED)


def test_the_unit_that_a_payload_says_comes_with_the_value() -> None:
    made = plugin(machine(a=Tag("t", "v", unit="°C", unit_path="u")))
    assert receive(made, {"v": 68, "u": " °F "}) == [Sample("pump1", "a", 68.0, ARRIVED, "°F")]
    assert receive(made, {"v": 68, "u": 7}) == [Sample("pump1", "a", 68.0, ARRIVED)]
    assert receive(made, {"v": 68}) == [Sample("pump1", "a", 68.0, ARRIVED)]


def test_a_key_that_takes_a_missing_ones_place_for_good_is_named() -> None:
    made = plugin(machine(a=Tag("t", "s.vib"), b=Tag("t", "s.temp")))
    receive(made, {"s": {"vib": 1, "temp": 2, "mode": "on"}})
    for _ in range(9):
        assert len(receive(made, {"s": {"temp": 2, "mode": "on"}})) == 1
    for _ in range(4):
        assert len(receive(made, {"s": {"vib_rms": 1, "note": "x", "temp": 2}})) == 1
    renamed, b = receive(made, {"s": {"vib_rms": 1, "note": "x", "temp": 2}})
    assert isinstance(renamed, Sample)
    assert renamed.tag == "a"
    assert math.isnan(renamed.value)
    assert "'vib_rms' has come" in renamed.doubt
    assert b == Sample("pump1", "b", 2.0, ARRIVED)


def test_keys_that_come_in_turn_do_not_take_each_others_place() -> None:
    made = plugin(machine(a=Tag("t", "vib")))
    for _ in range(20):
        assert receive(made, {"vib": 1}) == [Sample("pump1", "a", 1.0, ARRIVED)]
        assert receive(made, {"hum": 1}) == [Refused("t", "vib", "is not in the payload")]
    for _ in range(4):
        receive(made, {"vib": 1})
        assert receive(made, {"hum": 1}) == [Refused("t", "vib", "is not in the payload")]


def test_one_bad_value_does_not_hurt_the_others_and_names_its_key() -> None:
    made = plugin(machine(a=Tag("t", "x.a"), b=Tag("t", "x.b")))
    bad, refused, sample = receive(made, {"x": {"a": False, "b": 1}})
    assert isinstance(bad, Sample)
    assert bad.doubt == "false is no number"
    assert refused == Refused("t", "x.a", "false is no number")
    assert isinstance(sample, Sample)
    assert sample.tag == "b"


def test_a_part_of_the_tags_is_no_error_but_none_of_them_is() -> None:
    made = plugin(machine(a=Tag("t", "a"), b=Tag("t", "b")))
    assert receive(made, {"b": 1}) == [Sample("pump1", "b", 1.0, ARRIVED)]
    assert receive(made, {"c": 1}) == [
        Refused("t", "a", "is not in the payload"),
        Refused("t", "b", "is not in the payload"),
    ]


def test_a_wrong_timestamp_is_refused_and_the_arrival_stands_in() -> None:
    made = plugin(machine(a=Tag("t", "a", time_path="ts")))
    sample, refused = receive(made, {"a": 1, "ts": "yesterday"})
    doubt = "its timestamp is wrong: 'yesterday' is no ISO 8601 time"
    assert sample == Sample("pump1", "a", 1.0, ARRIVED, doubt=doubt)
    assert isinstance(refused, Refused)
    assert refused.key == "ts"


@pytest.mark.parametrize(
    "raw",
    [
        1_772_373_909,
        1_772_373_909_000,
        1_772_373_909_000_000,
        1_772_373_909 * 10**9,
        "1772373909",
        "2026-03-01T14:05:09Z",
        "2026-03-01T14:05:09",
        "2026-03-01T15:05:09+01:00",
        "2026-03-01 14:05:09.000",
    ],
)
def test_every_form_of_timestamp_is_the_same_moment(raw: object) -> None:
    assert timestamp("t", raw, "ts") == pytest.approx(1_772_373_909.0)


@pytest.mark.parametrize("raw", [0, -1, 1e30, "1999-01-01", "", None, True, "2026-13-01"])
def test_no_moment_is_refused(raw: object) -> None:
    with pytest.raises(PayloadError):
        timestamp("t", raw, "ts")


def test_log_lines_are_text_or_json_with_a_level() -> None:
    made = plugin(Machine("pump1", logs=(LogTopic("plain"), LogTopic("json", "m", level_path="l"))))
    assert receive(made, b"bearing  hot\n", "plain") == [
        LogLine("pump1", "bearing hot", "", ARRIVED)
    ]
    assert receive(made, {"m": "bearing hot", "l": "ERROR"}, "json") == [
        LogLine("pump1", "bearing hot", "error", ARRIVED)
    ]
    assert receive(made, {"m": "bearing hot"}, "json") == [
        LogLine("pump1", "bearing hot", "", ARRIVED)
    ]
    [refused] = receive(made, {"m": None}, "json")
    assert refused == Refused("json", "m", "null is no text")
    assert receive(made, b"  ", "plain") == []


def test_only_configured_topics_are_subscribed_and_read() -> None:
    made = plugin(machine(a=Tag("t/a"), b=Tag("t/b", "b")))
    assert made.filters() == {"t/a", "t/b"}
    assert receive(made, b"1", "t/c") == []


def test_settings_are_refused() -> None:
    with pytest.raises(PluginError, match="speed"):
        plugin(settings={"speed": 1})


def test_the_sample_configuration_is_read_whole() -> None:
    folder = Path(lamplighter_json.__file__).parent
    made = plugin(*config.read(folder / "sample.yaml").machines)
    document = {
        "ts": "2026-03-01T14:05:09Z",
        "motor": {"amps": 12.1},
        "sensors": [{"mm_s": 2.1}, {"celsius": 41.0}],
    }
    events = receive(made, document, "plant/pump1/values")
    assert [event.tag for event in events if isinstance(event, Sample)] == [
        "vibration",
        "temperature",
        "current",
    ]
    [line] = receive(made, {"level": "warning", "message": "hot"}, "plant/pump1/log")
    assert isinstance(line, LogLine)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_payload_raises_and_what_is_no_number_says_why(payload: bytes) -> None:
    made = plugin(
        Machine(
            "pump1",
            tags={"a": Tag("t", "a", time_path="b"), "b": Tag("t", "b.0")},
            logs=(LogTopic("t", "a"),),
        )
    )
    for event in receive(made, payload):
        assert not isinstance(event, Sample) or math.isfinite(event.value) or event.doubt


@given(st.lists(st.sampled_from(["a", "b", "0", "1"]), max_size=4), JSON)
def test_a_value_is_found_where_it_was_put(path: list[str], value: object) -> None:
    document: object = value
    for part in reversed(path):
        document = {part: document}
    found = at_path(document, ".".join(path))
    assert found is not None
    assert found.value is value


@pytest.mark.parametrize("key", ["a", "a.b", "a[0]", "a.b.c"])
def test_a_key_is_found_as_it_stands(key: str) -> None:
    found = at_path({key: 7, "a.b.c": 7}, key)
    assert found is not None
    assert found.value == 7
    assert at_path({"": 7}, "") == Found({"": 7})


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_survives_as_text(value: float) -> None:
    assert number("t", str(value), "k") == value
    assert number("t", value, "k") == value
