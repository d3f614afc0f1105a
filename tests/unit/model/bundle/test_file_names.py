from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lamplighter.model.bundle.file_names import is_plain

PARTS = st.sampled_from(["a", "..", ".", "", "/", "\\", "b.c", "\0", "~", " "]) | st.text(
    max_size=4
)


@pytest.mark.parametrize("name", ["model.onnx", "model.onnx.data", "onnx/model_q4.onnx", "a-b+c@1"])
def test_names_that_models_have_are_plain(name: str) -> None:
    assert is_plain(name)


@pytest.mark.parametrize("name", ["", "..", "a/../b", "/a", "a//b", ".a", "a/b/c/d", "a" * 101])
def test_names_that_could_lead_elsewhere_or_hide_are_not(name: str) -> None:
    assert not is_plain(name)


@given(st.lists(PARTS, max_size=5).map("/".join))
@example("a\n")
def test_a_plain_name_never_leaves_its_folder(name: str) -> None:
    folder = Path("/models/tiny")
    if is_plain(name):
        assert (folder / name).resolve().is_relative_to(folder)
        assert (folder / name) != folder
        assert name.isprintable()
