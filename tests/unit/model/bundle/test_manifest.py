from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from lamplighter.errors import ModelError
from lamplighter.model.bundle import manifest as files


@pytest.fixture
def copy(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "copy"))


def alter(folder: Path, change: Any) -> None:
    path = folder / files.MANIFEST
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))


def test_a_sound_model_verifies(copy: Path) -> None:
    manifest = files.verify(copy)
    assert manifest.name == "tiny"
    assert len(manifest.version) == 12
    assert manifest.bytes == sum(
        path.stat().st_size for path in copy.iterdir() if path.name != files.MANIFEST
    )


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / files.WEIGHTS).unlink()
    with pytest.raises(ModelError, match=rf"{files.WEIGHTS} is missing"):
        files.verify(copy)


def test_a_file_outside_the_folder_is_refused(copy: Path) -> None:
    entry = {"sha256": "0" * 64, "bytes": 1}
    alter(copy, lambda value: value["files"].update({"../passwd": entry}))
    with pytest.raises(ModelError, match=r"\.\./passwd is missing"):
        files.verify(copy)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda value: value.update(format=99), "format 99 is not known"),
        (lambda value: value.pop("name"), "is broken"),
        (lambda value: value.update(more=1), "is broken"),
        (lambda value: value["files"].pop(files.TOKENIZER), "does not list tokenizer.json"),
        (lambda value: value.update(files=3), "is broken"),
    ],
)
def test_a_manifest_that_is_not_understood_is_refused(copy: Path, change: Any, reason: str) -> None:
    alter(copy, change)
    with pytest.raises(ModelError, match=reason):
        files.read_manifest(copy)


def test_a_manifest_that_is_no_json_is_refused(copy: Path) -> None:
    (copy / files.MANIFEST).write_bytes(b"\xff{")
    with pytest.raises(ModelError, match="is broken"):
        files.read_manifest(copy)
