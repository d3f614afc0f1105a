from __future__ import annotations

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lamplighter.errors import ModelError
from lamplighter.model.bundle import archive
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.archive import Announced, announced_in, pack, unpack
from lamplighter.model.hashing import sha256_of


def anything(_announced: Announced) -> None:
    """Accept whatever comes."""


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture(scope="module")
def packed(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("packed") / "tiny.tar"
    pack(tiny, file)
    return file


def test_a_model_comes_out_as_it_went_in(tiny: Path, packed: Path, tmp_path: Path) -> None:
    shares: list[float] = []
    announced = unpack(packed, tmp_path, anything, progress=shares.append)
    assert content(tmp_path) == content(tiny)
    assert announced == announced_in(packed)
    assert announced.parsed == files.verify(tmp_path)
    assert announced.signature is None
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_the_same_model_gives_the_same_file(tiny: Path, packed: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(tiny, tmp_path / "copy"))
    (copy / files.TOKENIZER).chmod(0o600)
    pack(copy, tmp_path / "again.tar")
    assert (tmp_path / "again.tar").read_bytes() == packed.read_bytes()


def test_a_signature_goes_with_it_and_a_record_stays(tiny: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(tiny, tmp_path / "copy"))
    (copy / files.SIGNATURE).write_text("signed")
    (copy / files.RECORD).write_text("{}")
    pack(copy, tmp_path / "signed.tar")
    (tmp_path / "out").mkdir()
    assert unpack(tmp_path / "signed.tar", tmp_path / "out", anything).signature == b"signed"
    assert set(content(tmp_path / "out")) == set(content(copy)) - {files.RECORD}
    with tarfile.open(tmp_path / "signed.tar") as tar:
        assert tar.getnames()[:2] == [files.MANIFEST, files.SIGNATURE]


def test_an_altered_model_is_not_packed(tiny: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(tiny, tmp_path / "copy"))
    (copy / files.GRAPH).write_bytes(b"altered")
    with pytest.raises(ModelError, match="is not the file"):
        pack(copy, tmp_path / "x.tar")
    with pytest.raises(ModelError, match="can't be packed"):
        pack(tiny, tmp_path / "none" / "x.tar")
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_what_is_not_accepted_is_not_written(packed: Path, tmp_path: Path) -> None:
    def refuse(announced: Announced) -> None:
        raise ModelError(announced.parsed.name, "no")

    with pytest.raises(ModelError, match="tiny: no"):
        unpack(packed, tmp_path, refuse)
    assert list(tmp_path.iterdir()) == []


Member = tuple[str, bytes, bytes]


def as_tar(members: list[Member]) -> bytes:
    """Write members (name, type, content) as a tar, whatever they are."""
    out = io.BytesIO()
    for name, kind, data in members:
        info = tarfile.TarInfo(name)
        info.type = kind
        info.size = len(data)
        info.linkname = "/etc/passwd"
        out.write(info.tobuf(tarfile.USTAR_FORMAT, "utf-8", "surrogateescape"))
        out.write(data + bytes(-len(data) % 512))
    return out.getvalue() + bytes(1024)


def manifest_of(tiny: Path, names: dict[str, bytes]) -> bytes:
    """Return a manifest that lists files beside those that it needs, whatever their names are."""
    value = json.loads((tiny / files.MANIFEST).read_text())
    for name, data in names.items():
        path = tiny.parent / "listed"
        path.write_bytes(data)
        value["files"][name] = {"sha256": sha256_of(path), "bytes": len(data)}
    return json.dumps(value).encode()


@pytest.fixture
def refused(tmp_path: Path) -> Callable[[bytes], str]:
    """Return what unpacks bytes that are refused, and says why."""

    def why(raw: bytes) -> str:
        (tmp_path / "bad.tar").write_bytes(raw)
        with TemporaryDirectory() as out, pytest.raises(ModelError) as caught:
            unpack(tmp_path / "bad.tar", Path(out), anything)
        return caught.value.reason

    return why


def test_what_is_no_packed_model_is_refused(
    tiny: Path, packed: Path, refused: Callable[[bytes], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = packed.read_bytes()
    manifest = (files.MANIFEST, tarfile.REGTYPE, (tiny / files.MANIFEST).read_bytes())
    assert "first file is not manifest.json" in refused(as_tar([("a", tarfile.REGTYPE, b"")]))
    assert "first file is not manifest.json" in refused(bytes(1024))
    assert "is no packed model" in refused(b"x" * 2048)
    assert refused(b"") == "is cut off"
    assert refused(raw[:-5000]) == "is cut off"
    assert "lacks chat_template.jinja, model.onnx" in refused(as_tar([manifest]))
    assert "is too large" in refused(
        as_tar([(files.MANIFEST, tarfile.REGTYPE, bytes(files.LARGEST + 1))])
    )
    assert "does not list" in refused(as_tar([manifest, ("more.bin", tarfile.REGTYPE, b"")]))
    assert "does not list" in refused(as_tar([manifest, manifest]))
    short = (files.TOKENIZER, tarfile.REGTYPE, b"{}")
    assert "has not the length" in refused(as_tar([manifest, short]))
    data = bytes((tiny / files.TOKENIZER).stat().st_size)
    assert "is not the file" in refused(as_tar([manifest, (files.TOKENIZER, short[1], data)]))
    monkeypatch.setattr(archive, "LARGEST", 1000)
    assert "at most 1000 can be unpacked" in refused(raw)


@pytest.mark.parametrize(
    "kind",
    [
        tarfile.SYMTYPE,
        tarfile.LNKTYPE,
        tarfile.DIRTYPE,
        tarfile.FIFOTYPE,
        tarfile.CHRTYPE,
        tarfile.BLKTYPE,
        tarfile.CONTTYPE,
        tarfile.GNUTYPE_SPARSE,
        tarfile.GNUTYPE_LONGNAME,
        tarfile.XHDTYPE,
        tarfile.XGLTYPE,
    ],
)
def test_only_plain_files_are_taken(
    tiny: Path, refused: Callable[[bytes], str], kind: bytes
) -> None:
    manifest = (files.MANIFEST, tarfile.REGTYPE, (tiny / files.MANIFEST).read_bytes())
    assert "is no plain file" in refused(as_tar([manifest, (files.TOKENIZER, kind, b"")]))
    assert "is no plain file" in refused(as_tar([(files.MANIFEST, kind, b"")]))


NAMES = st.one_of(
    st.sampled_from(
        ["../out", "/tmp/out", "a/../../out", "a", "a/b", "a/b/c/d", "..", "~/x", "a\\b", ""]  # noqa: S108 - names that must not be written
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
    st.lists(st.sampled_from(["..", ".", "a", "", "/"]), max_size=5).map("/".join),
)


@given(names=st.lists(NAMES, max_size=3, unique=True), kind=st.sampled_from([b"0", b"2", b"5"]))
@example(names=["../escaped"], kind=b"0")
@settings(deadline=None)
def test_no_member_ever_leaves_the_folder(tiny: Path, names: list[str], kind: bytes) -> None:
    """Whatever its name is, and though the manifest lists it: it is refused, or stays inside."""
    raw = manifest_of(tiny, dict.fromkeys(names, b"here"))
    members: list[Member] = [(files.MANIFEST, b"0", raw)]
    members += [(name, kind, b"here") for name in names]
    with TemporaryDirectory() as place:
        (Path(place) / "packed.tar").write_bytes(as_tar(members))
        folder = Path(place) / "deep" / "folder"
        folder.mkdir(parents=True)
        # Never complete: the model's own files are not in it.
        with pytest.raises((ModelError, OSError)):
            unpack(Path(place) / "packed.tar", folder, anything)
        everything = set(Path(place).rglob("*"))
        outside = {path for path in everything if not path.is_relative_to(folder)}
        assert {path.name for path in outside} == {"packed.tar", "deep"}
        assert not any(path.is_symlink() for path in everything)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_an_altered_byte_is_refused_or_changes_nothing(
    tiny: Path, packed: Path, data: st.DataObject
) -> None:
    raw = bytearray(packed.read_bytes())
    # Headers and the manifest are few bytes of many, and the ones that decide.
    start = data.draw(st.sampled_from([0, 0, 0, len(raw)]))
    place = data.draw(st.integers(0, min(start + 4000, len(raw)) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    with TemporaryDirectory() as name:
        file, folder = Path(name) / "x.tar", Path(name) / "out"
        file.write_bytes(raw)
        folder.mkdir()
        try:
            unpack(file, folder, anything)
            files.verify(folder)
        except ModelError:
            return
        unsigned = {files.MANIFEST}
        found, sound = content(folder), content(tiny)
        assert {name: found[name] for name in set(sound) - unsigned} == {
            name: sound[name] for name in set(sound) - unsigned
        }
