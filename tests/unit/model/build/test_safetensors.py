from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from lamplighter.errors import ModelError
from lamplighter.model.build.safetensors import open_safetensors, read_safetensors

WriteSafetensors = Callable[..., None]
# With few enough bits that every format keeps them.
VALUES = st.integers(-128, 127).map(lambda value: value / 4)
TENSORS = st.dictionaries(
    st.text(min_size=1, max_size=8).filter(lambda name: name != "__metadata__"),
    arrays.arrays(
        np.float32, arrays.array_shapes(min_dims=0, max_side=5, min_side=0), elements=VALUES
    ),
    max_size=4,
)


@given(tensors=TENSORS, kind=st.sampled_from(["F32", "F16", "BF16"]))
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    write_safetensors: WriteSafetensors,
    tensors: dict[str, np.ndarray[Any, np.dtype[np.float32]]],
    kind: str,
) -> None:
    path = tmp_path_factory.mktemp("safetensors") / "some.safetensors"
    write_safetensors(path, tensors, kind)
    found = read_safetensors(path)
    assert found.keys() == tensors.keys()
    for name, tensor in tensors.items():
        np.testing.assert_array_equal(found[name], tensor)
        assert found[name].dtype == np.float32


@given(data=st.binary(max_size=80), at=st.integers(0, 200))
def test_whatever_a_file_holds_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory,
    write_safetensors: WriteSafetensors,
    data: bytes,
    at: int,
) -> None:
    path = tmp_path_factory.mktemp("safetensors") / "some.safetensors"
    write_safetensors(path, {"a": np.ones((3, 4), np.float32)})
    whole = path.read_bytes()
    path.write_bytes(whole[:at] + data + whole[at + len(data) :])
    try:
        read_safetensors(path)
    except ModelError as error:
        assert error.model == path.name


def entry(**changes: Any) -> bytes:
    value = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **changes}
    text = json.dumps({"a": value}).encode()
    return len(text).to_bytes(8, "little") + text + bytes(8)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff" * 20,
        (2).to_bytes(8, "little") + b"[]",
        (3).to_bytes(8, "little") + b'{"a',
        (8).to_bytes(8, "little") + b'{"a": 1}',
        entry(data_offsets=[0, 9]),
        entry(data_offsets=[4, 0]),
        entry(data_offsets=[-8, 0]),
        entry(data_offsets=[0]),
        entry(shape=[-2]),
        entry(shape=[True, 2]),
        entry(shape=2),
    ],
)
def test_a_file_that_is_no_safetensors_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "lora.safetensors"
    path.write_bytes(data)
    with pytest.raises(ModelError, match="is no safetensors file"):
        open_safetensors(path)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"dtype": "I64", "shape": [1]}, "a: number format I64 is not known"),
        ({"shape": [3]}, "a: its length does not fit its shape"),
    ],
)
def test_a_tensor_that_can_not_be_read_is_named(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    path = tmp_path / "some.safetensors"
    path.write_bytes(entry(**changes))
    file = open_safetensors(path)
    with pytest.raises(ModelError, match=reason):
        file.read("a")
    with pytest.raises(ModelError, match="has no tensor b"):
        file.read("b")


def test_a_file_that_shrank_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "some.safetensors"
    path.write_bytes(entry())
    file = open_safetensors(path)
    path.write_bytes(entry()[:-4])
    with pytest.raises(ModelError, match="ended while it was read"):
        file.read("a")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.safetensors"):
        open_safetensors(tmp_path / "none.safetensors")
