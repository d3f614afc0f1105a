from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.errors import ModelError
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle import signing
from lamplighter.model.bundle.signing import Signature, check_signature, make_keys, sign


class Keys:
    """A pair of keys on disk."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.private = folder / "key.pem"
        self.public, self.id = make_keys(self.private)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys") / "ours")


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys") / "others")


@pytest.fixture(scope="module")
def signed(tiny: Path, keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a signed model; tests that alter it copy it first."""
    folder = Path(shutil.copytree(tiny, tmp_path_factory.mktemp("signed") / "tiny"))
    sign(folder, keys.private, issued=1_790_000_000)
    return folder


def check(folder: Path, *public: Path) -> Signature:
    raw = files.manifest_bytes(folder)
    return check_signature(raw, signing.read_signature(folder), public, "tiny")


def test_a_signature_is_known_by_its_key_and_time(signed: Path, keys: Keys, others: Keys) -> None:
    expected = Signature(keys.id, 1_790_000_000)
    assert check(signed, keys.public) == expected
    assert check(signed, others.public, keys.public) == expected
    assert signing.claimed(signed) == expected
    assert files.verify(signed).name == "tiny"


def test_the_private_key_is_for_nobody_else(keys: Keys) -> None:
    assert keys.private.stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE" not in keys.public.read_bytes()


def test_keys_are_never_overwritten(keys: Keys) -> None:
    before = keys.private.read_bytes()
    with pytest.raises(ModelError, match="no keys are made: name another file"):
        make_keys(keys.private)
    assert keys.private.read_bytes() == before


def test_no_private_key_is_left_where_a_public_one_is_there(tmp_path: Path) -> None:
    (tmp_path / "mine.pub").write_text("somebody's")
    with pytest.raises(ModelError, match=r"mine\.pub: is there already"):
        make_keys(tmp_path / "mine")
    assert not (tmp_path / "mine").exists()
    assert (tmp_path / "mine.pub").read_text() == "somebody's"


def test_another_key_s_signature_is_refused(signed: Path, keys: Keys, others: Keys) -> None:
    with pytest.raises(ModelError, match=rf"with key {keys.id}; model.keys has {others.id}"):
        check(signed, others.public)


def test_a_forged_key_id_does_not_help(
    signed: Path, others: Keys, keys: Keys, tmp_path: Path
) -> None:
    forged = Path(shutil.copytree(signed, tmp_path / "forged"))
    sign(forged, others.private, issued=5)
    path = forged / files.SIGNATURE
    path.write_text(path.read_text().replace(others.id, keys.id))
    with pytest.raises(ModelError, match="does not fit"):
        check(forged, keys.public)


def test_a_model_without_a_signature_is_refused(tiny: Path, keys: Keys) -> None:
    with pytest.raises(ModelError, match="is not signed"):
        check(tiny, keys.public)
    assert signing.claimed(tiny) is None


def test_an_altered_model_is_not_signed(tiny: Path, keys: Keys, tmp_path: Path) -> None:
    altered = Path(shutil.copytree(tiny, tmp_path / "altered"))
    (altered / files.TOKENIZER).write_text("{}")
    with pytest.raises(ModelError, match="is not the file"):
        sign(altered, keys.private, issued=1)
    assert not (altered / files.SIGNATURE).exists()


def test_what_is_no_key_is_named(signed: Path, keys: Keys, tmp_path: Path) -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    public = curve.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "curve.pem").write_bytes(public)
    (tmp_path / "text.pem").write_text("no key")
    with pytest.raises(ModelError, match=r"curve.pem: of model.keys is no public Ed25519 key"):
        check(signed, tmp_path / "curve.pem")
    # One key that is broken is an error, though another one would do.
    for name in ("text.pem", "none.pem"):
        with pytest.raises(ModelError, match=rf"{name}: of model.keys can't be read"):
            check(signed, keys.public, tmp_path / name)
    with pytest.raises(ModelError, match="can't be read"):
        check(signed, keys.private)
    with pytest.raises(ModelError, match="can't be used to sign"):
        sign(signed, keys.public, issued=1)


def test_without_the_package_nothing_passes(
    signed: Path, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(ModelError, match=r"pip install 'lamplighter\[encryption\]'"):
        check(signed, keys.public)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"key": 7},
        {"issued": -1},
        {"issued": 1 << 70},
        {"issued": "now"},
        {"signature": "??"},
        {"more": 1},
    ],
)
def test_a_broken_signature_is_told(
    signed: Path, keys: Keys, tmp_path: Path, change: dict[str, object]
) -> None:
    broken = Path(shutil.copytree(signed, tmp_path / "broken"))
    path = broken / files.SIGNATURE
    path.write_text(json.dumps(json.loads(path.read_text()) | change, indent=2) + "\n")
    with pytest.raises(ModelError, match=r"manifest\.sig is broken"):
        check(broken, keys.public)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_any_altered_byte_of_manifest_or_signature_is_found(
    signed: Path, keys: Keys, data: st.DataObject
) -> None:
    both = [(signed / files.MANIFEST).read_bytes(), (signed / files.SIGNATURE).read_bytes()]
    which = data.draw(st.integers(0, 1))
    raw = bytearray(both[which])
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    both[which] = bytes(raw)
    with pytest.raises(ModelError):
        check_signature(both[0], both[1], [keys.public], "tiny")


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_no_signature(keys: Keys, raw: bytes) -> None:
    with pytest.raises(ModelError):
        check_signature(b"{}", raw, [keys.public], "tiny")
