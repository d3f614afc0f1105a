from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.errors import ModelError
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.admission import Trust, admit
from lamplighter.model.bundle.gate_bounds import Gates
from lamplighter.model.bundle.gate_report import GateResult
from lamplighter.model.bundle.record import make_record, write_record
from lamplighter.model.bundle.signing import make_keys, sign

UNVERIFIED = Trust(unverified=True)


@pytest.fixture
def copy(tiny: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny, tmp_path / "copy"))


@pytest.fixture
def gated(copy: Path) -> Path:
    """A model with a gate."""
    replace(files.read_manifest(copy), gates=Gates(memory=100.0)).write(copy)
    return copy


def pass_gates(folder: Path, elsewhere: Path | None = None) -> None:
    passed = GateResult(gate="memory", measured=50.0, bound=100.0, side="most")
    record = make_record(files.manifest_bytes(folder), [passed], at=1.0)
    write_record(record, folder, elsewhere)


def test_a_sound_model_without_gates_may_be_run(tiny: Path) -> None:
    admitted = admit(tiny, Trust())
    assert admitted.manifest is not None
    assert admitted.manifest.name == "tiny"
    assert (admitted.doubts, admitted.record, admitted.signature) == ((), None, None)


def test_an_altered_model_may_not_unless_told_so(copy: Path) -> None:
    (copy / files.TOKENIZER).write_text("{}")
    with pytest.raises(ModelError, match=r"tokenizer\.json is not the file"):
        admit(copy, Trust())
    admitted = admit(copy, UNVERIFIED)
    assert admitted.manifest is not None
    assert "tokenizer.json is not the file" in admitted.doubts[0]


def test_a_model_whose_gates_were_not_passed_may_not_unless_told_so(gated: Path) -> None:
    with pytest.raises(ModelError, match=f"lamplighter model verify {gated}"):
        admit(gated, Trust())
    assert "gates were not passed here" in admit(gated, UNVERIFIED).doubts[0]
    pass_gates(gated)
    admitted = admit(gated, Trust())
    assert admitted.doubts == ()
    assert admitted.record is not None


def test_passed_gates_hold_for_these_gates_only(gated: Path) -> None:
    pass_gates(gated)
    replace(files.read_manifest(gated), gates=Gates(memory=20.0)).write(gated)
    with pytest.raises(ModelError, match="gates were not passed here"):
        admit(gated, Trust())


def test_a_record_may_stand_elsewhere(gated: Path, tmp_path: Path) -> None:
    records = tmp_path / "records"
    pass_gates(gated, None)
    records.mkdir()
    (gated / files.RECORD).rename(
        records / f"{make_record(files.manifest_bytes(gated), [], at=0.0).manifest}.json"
    )
    assert admit(gated, Trust(records=records)).record is not None
    with pytest.raises(ModelError):
        admit(gated, Trust(records=tmp_path / "none"))


def test_an_export_without_a_manifest_may_be_run_when_told_so(tmp_path: Path) -> None:
    (tmp_path / "onnx").mkdir()
    (tmp_path / "onnx" / "model.onnx").write_bytes(b"")
    for path in (tmp_path, tmp_path / "onnx" / "model.onnx"):
        with pytest.raises(ModelError, match=r"model\.unverified: true"):
            admit(path, Trust())
        admitted = admit(path, UNVERIFIED)
        assert admitted.manifest is None
        assert "no manifest.json" in admitted.doubts[0]


def test_no_model_is_no_model_whatever_is_told(tmp_path: Path) -> None:
    for trust in (Trust(), UNVERIFIED):
        with pytest.raises(ModelError, match="holds no model"):
            admit(tmp_path / "none", trust)
    with pytest.raises(ModelError, match=r"holds no model \(no manifest.json\)$"):
        admit(tmp_path, Trust())


def test_a_signature_that_is_asked_for_is_asked_for_whatever_is_told(
    gated: Path, tmp_path: Path
) -> None:
    public, key = make_keys(tmp_path / "key.pem")
    strict = Trust(keys=[public])
    lenient = Trust(keys=[public], unverified=True)
    for trust in (strict, lenient):
        with pytest.raises(ModelError, match="is not signed"):
            admit(gated, trust)
    sign(gated, tmp_path / "key.pem", issued=7)
    with pytest.raises(ModelError, match="gates were not passed here"):
        admit(gated, strict)
    assert admit(gated, lenient).doubts
    pass_gates(gated)
    admitted = admit(gated, strict)
    assert admitted.signature is not None
    assert (admitted.signature.key, admitted.signature.issued) == (key, 7)
    (gated / files.TOKENIZER).write_text("{}")
    for trust in (strict, lenient):
        with pytest.raises(ModelError, match="is not the file"):
            admit(gated, trust)


@pytest.fixture(scope="module")
def signed(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a signed model to be altered and put right again, and the public key."""
    folder = Path(shutil.copytree(tiny, tmp_path_factory.mktemp("altered") / "tiny"))
    public, _ = make_keys(folder.parent / "key.pem")
    sign(folder, folder.parent / "key.pem", issued=7)
    return folder, public


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_altered_byte_of_any_file_is_found(
    signed: tuple[Path, Path], data: st.DataObject
) -> None:
    folder, public = signed
    path = data.draw(st.sampled_from(sorted(folder.iterdir())))
    sound = path.read_bytes()
    raw = bytearray(sound)
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(raw)
    try:
        with pytest.raises(ModelError):
            admit(folder, Trust(keys=[public]))
    finally:
        path.write_bytes(sound)
