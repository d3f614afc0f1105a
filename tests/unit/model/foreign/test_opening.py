from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.model.runtime.exports import TINY, copy_tiny

from lamplighter.errors import ModelError
from lamplighter.model.bundle.manifest import list_files
from lamplighter.model.engine import Engine
from lamplighter.model.foreign.export import describe_export
from lamplighter.model.foreign.opening import manifest_or_description


def test_an_export_is_refused_unless_told_and_both_ways_are_named() -> None:
    with pytest.raises(ModelError) as caught:
        manifest_or_description(TINY, unverified=False)
    assert "model.unverified: true" in str(caught.value)
    assert "{onnx: FOLDER}" in str(caught.value)
    assert manifest_or_description(TINY, unverified=True).form == "export"


def test_an_export_with_a_manifest_is_checked_by_it(tmp_path: Path) -> None:
    folder = copy_tiny(tmp_path / "tiny")
    manifest = replace(describe_export(folder), name="adopted", files=list_files(folder))
    manifest.write(folder)
    with Engine(folder, threads=1) as engine:
        assert (engine.name, engine.version) == ("adopted", manifest.version)
        assert engine.context == 256
    (folder / "config.json").write_text("{}")
    with pytest.raises(ModelError, match=r"config\.json is not the file"):
        manifest_or_description(folder, unverified=False)


def test_a_folder_with_nothing_in_it_holds_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no ONNX file"):
        manifest_or_description(tmp_path, unverified=True)
