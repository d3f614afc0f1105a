from __future__ import annotations

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.errors import ModelError
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.gate_bounds import Gates, PerplexityBound, TaskBound


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
    with pytest.raises(ModelError, match=r"'\.\./passwd' can't be the name"):
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


@pytest.mark.parametrize("name", ["extra.bin", "sub/extra.bin", ".hidden"])
def test_a_file_that_is_not_listed_is_refused(copy: Path, name: str) -> None:
    (copy / name).parent.mkdir(exist_ok=True)
    (copy / name).write_bytes(b"")
    with pytest.raises(ModelError, match=f"{name} is not listed"):
        files.verify(copy)


def test_a_link_that_is_not_listed_is_refused(copy: Path) -> None:
    (copy / "elsewhere").symlink_to("/", target_is_directory=True)
    with pytest.raises(ModelError, match="elsewhere is not listed"):
        files.verify(copy)


def test_what_is_said_about_a_manifest_need_not_be_listed(copy: Path) -> None:
    (copy / files.SIGNATURE).write_text("{}")
    (copy / files.RECORD).write_text("{}")
    (copy / f".{files.RECORD}.part").write_text("{")
    assert files.verify(copy).name == "tiny"
    assert files.list_files(copy) == files.read_manifest(copy).files


def test_a_manifest_is_read_as_it_was_written(copy: Path) -> None:
    (copy / "text.txt").write_text("once")
    gates = Gates(
        perplexity=PerplexityBound(text="text.txt", most=20.5),
        tasks=(TaskBound(name="frames", cases="text.txt", least=0.9),),
        memory=400.0,
    )
    manifest = replace(
        files.read_manifest(copy), gates=gates, tasks=("frames",), files=files.list_files(copy)
    )
    manifest.write(copy)
    assert files.verify(copy) == manifest


def test_format_1_has_no_gates(copy: Path) -> None:
    def to_format_1(value: dict[str, Any]) -> None:
        value["format"] = 1
        for key in ("gates", "tasks", "form"):
            del value[key]

    alter(copy, to_format_1)
    manifest = files.verify(copy)
    assert (manifest.form, manifest.tasks, bool(manifest.gates)) == ("decoder", (), False)


def test_an_export_is_known_by_all_its_files(copy: Path) -> None:
    (copy / "onnx").mkdir()
    (copy / files.GRAPH).rename(copy / "onnx" / "decoder.onnx")
    (copy / files.WEIGHTS).unlink()
    alter(
        copy,
        lambda value: value.update(
            form="export",
            files={name: asdict(entry) for name, entry in files.list_files(copy).items()},
        ),
    )
    before = files.verify(copy).version
    assert len(before) == 12
    entry = {"sha256": "0" * 64, "bytes": 1}
    alter(copy, lambda value: value["files"].update({files.TOKENIZER: entry}))
    assert files.read_manifest(copy).version != before


def test_a_gate_s_file_must_be_listed(copy: Path) -> None:
    gates = {"perplexity": {"text": "text.txt", "most": 20.0}}
    alter(copy, lambda value: value.update(gates=gates))
    with pytest.raises(ModelError, match=r"does not list text\.txt"):
        files.read_manifest(copy)


def test_what_is_too_large_to_be_a_manifest_is_not_read(copy: Path) -> None:
    with (copy / files.MANIFEST).open("ab") as file:
        file.truncate(files.LARGEST + 1)
    with pytest.raises(ModelError, match="too large"):
        files.read_manifest(copy)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


@given(st.data())
@settings(deadline=None)
def test_any_value_of_any_key_is_read_or_refused_with_a_reason(
    tiny: Path, data: st.DataObject
) -> None:
    value = json.loads((tiny / files.MANIFEST).read_text())
    key = data.draw(st.sampled_from(sorted(value)))
    value[key] = data.draw(JSON_VALUES)
    try:
        files.parse_manifest(json.dumps(value).encode(), "tiny")
    except ModelError as error:
        assert error.reason


@given(st.binary(max_size=60))
def test_any_bytes_are_a_manifest_or_refused(raw: bytes) -> None:
    with pytest.raises(ModelError):
        files.parse_manifest(raw, "tiny")
