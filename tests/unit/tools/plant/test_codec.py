"""Evidence as JSON and back, without a loss."""

from __future__ import annotations

import json

import pytest
from tools.plant import codec

from lamplighter.faults.evidence.record import Evidence


def test_what_is_read_is_what_was_written(train: list[Evidence], held_out: list[Evidence]) -> None:
    for each in [*train, *held_out]:
        read = codec.from_dict(json.loads(json.dumps(codec.to_dict(each))))
        assert read == each
        assert read.to_dict() == each.to_dict()
        assert type(read.lead.kind) is type(each.lead.kind)


def test_a_field_that_came_later_has_its_default(train: list[Evidence]) -> None:
    stored = codec.to_dict(train[0])
    del stored["window"]
    assert codec.from_dict(stored).window is None


def test_an_unknown_field_and_a_missing_one_are_errors(train: list[Evidence]) -> None:
    stored = codec.to_dict(train[0])
    with pytest.raises(KeyError):
        codec.from_dict({**stored, "colour": "red"})
    del stored["asset"]
    with pytest.raises(TypeError):
        codec.from_dict(stored)
