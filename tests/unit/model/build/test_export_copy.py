from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from lamplighter.errors import ModelError
from lamplighter.model.build.building import build_model
from lamplighter.model.build.opening import hash_of
from lamplighter.model.build.recipe import Recipe, Source
from lamplighter.model.bundle import manifest as files

EXPORT = Path(__file__).resolve().parents[3] / "data" / "models" / "tiny-export"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXPORT, tmp_path / "export"))


def recipe_of(path: Path) -> Recipe:
    source = Source(onnx=path)
    pinned = dataclasses.replace(source, sha256=hash_of(source, path))
    return Recipe(name="tiny", licence="CC0-1.0", source=pinned, context=4096)


def build(recipe: Recipe, target: Path) -> files.Manifest:
    return build_model(recipe, target, cache=target.parent, progress=lambda *_: None)


@pytest.mark.parametrize("named", ["", "model.onnx"])
def test_an_export_is_copied_and_gets_a_manifest(export: Path, tmp_path: Path, named: str) -> None:
    manifest = build(recipe_of(export / named), tmp_path / "tiny")
    assert files.verify(tmp_path / "tiny") == manifest
    assert (manifest.form, manifest.licence, manifest.name) == ("export", "CC0-1.0", "tiny")
    assert manifest.context < 4096
    assert "README.md" not in manifest.files
    for name in manifest.files:
        assert (tmp_path / "tiny" / name).read_bytes() == (EXPORT / name).read_bytes()


def test_an_export_that_was_altered_is_refused(export: Path, tmp_path: Path) -> None:
    recipe = recipe_of(export)
    (export / "README.md").write_text("nothing that counts")
    build(recipe, tmp_path / "tiny")
    with (export / "model.onnx").open("ab") as file:
        file.write(b"\0\0")
    with pytest.raises(ModelError, match="but the recipe pins"):
        build(recipe, tmp_path / "tiny")


def test_a_folder_without_an_export_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no ONNX file"):
        build(Recipe(name="tiny", licence="MIT", source=Source(onnx=tmp_path)), tmp_path / "tiny")
