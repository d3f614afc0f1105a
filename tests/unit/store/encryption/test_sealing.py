"""Values that are encrypted: what goes in comes out, and nothing else does."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.errors import StoreKeyError, UnreadableError
from lamplighter.store.encryption.keys import make_key, read_keys, seals_of
from lamplighter.store.encryption.sealing import Seals, is_sealed
from lamplighter.store.settings import Encryption

ONE, TWO = make_key(b"1" * 32), make_key(b"2" * 32)
# Plain values may begin with what encrypted ones begin with.
MARKED = st.tuples(st.sampled_from([b"", b"\x01Lm", b"\x01LmS", b"\x01LmP"]), st.binary())
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
BOUND = st.text(max_size=20)


@given(MARKED, BOUND, st.booleans())
def test_bytes_come_back(parts: tuple[bytes, bytes], bound: str, encrypted: bool) -> None:  # noqa: FBT001
    value = b"".join(parts)
    column = Seals([ONE] if encrypted else []).column("inbox.payload")
    stored = column.seal(bound, value)
    assert column.open(bound, stored) == value
    assert is_sealed(stored) == encrypted
    assert Seals([TWO, ONE]).column("inbox.payload").open(bound, stored) == value


@given(st.sampled_from(["", "\x01Lm", "\x01LmS", "\x01LmP"]), TEXTS, BOUND, st.booleans())
def test_texts_come_back(head: str, tail: str, bound: str, encrypted: bool) -> None:  # noqa: FBT001
    column = Seals([ONE] if encrypted else []).texts("audit.data")
    stored = column.seal(bound, head + tail)
    assert column.open(bound, stored) == head + tail
    assert is_sealed(stored) == encrypted


@given(st.binary(max_size=50), st.data())
def test_what_was_changed_does_not_open(value: bytes, data: st.DataObject) -> None:
    column = Seals([ONE]).column("outbox.payload")
    stored = bytearray(column.seal("t", value))
    at = data.draw(st.integers(8, len(stored) - 1))
    stored[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(UnreadableError):
        column.open("t", bytes(stored))
    with pytest.raises(UnreadableError):
        column.open("t", bytes(stored[: data.draw(st.integers(8, len(stored) - 1))]))


def test_what_was_moved_does_not_open() -> None:
    seals = Seals([ONE])
    stored = seals.column("outbox.payload").seal("light/set", b"on")
    for column, bound in (("outbox.payload", "lock/set"), ("inbox.payload", "light/set")):
        with pytest.raises(UnreadableError):
            seals.column(column).open(bound, stored)
    text = seals.texts("audit.data").seal("lock.door", "x")
    with pytest.raises(UnreadableError):
        seals.texts("audit.data").open("lock.gate", text)
    with pytest.raises(UnreadableError):
        seals.texts("audit.data").open("lock.door", text[:-1] + "!")


def test_a_key_that_is_not_given_is_told_from_damage() -> None:
    stored = Seals([ONE]).column("a").seal("t", b"x")
    for keys in ([], [TWO]):
        with pytest.raises(StoreKeyError, match="key"):
            Seals(keys).column("a").open("t", stored)


def test_no_nonce_is_used_twice() -> None:
    seals = Seals([ONE], random_bytes=lambda count: b"\xff" * count)
    column = seals.column("a")
    nonces = {column.seal("t", b"same")[8:20] for _ in range(500)}
    # As after so many values that the count begins anew.
    seals._count = iter(range(2**32 - 2, 2**32 + 2))  # type: ignore[assignment]
    nonces |= {column.seal("t", b"same")[8:20] for _ in range(4)}
    assert len(nonces) == 504
    assert (
        Seals([ONE]).column("a").seal("t", b"")[8:16]
        != Seals([ONE]).column("a").seal("t", b"")[8:16]
    )


def test_the_key_of_a_value_is_known() -> None:
    seals = Seals([ONE])
    for stored in (seals.column("a").seal("t", b"x"), seals.texts("a").seal("t", "x")):
        assert is_sealed(stored)
        assert is_sealed(stored, ONE)
        assert not is_sealed(stored, TWO)
    assert not is_sealed("plain")
    assert not is_sealed(b"plain")


def test_keys_in_use_must_be_there() -> None:
    database, source = Path("/var/lib/it.db"), Path("/etc/keys")
    Seals().check([], database)
    Seals([ONE, TWO]).check([TWO.fingerprint], database)
    with pytest.raises(StoreKeyError) as caught:
        Seals([ONE], source=source).check([TWO.fingerprint], database)
    wanted = f"key {TWO.fingerprint}, which is not in /etc/keys: that holds {ONE.fingerprint}"
    assert str(caught.value) == f"/var/lib/it.db: is encrypted with {wanted}"
    with pytest.raises(StoreKeyError, match="no key is given"):
        Seals().check([ONE.fingerprint], database)


def keyed(path: Path, data: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(data)
    path.chmod(mode)
    return path


def test_key_files(tmp_path: Path) -> None:
    path = tmp_path / "key"
    assert read_keys(keyed(path, b"1" * 32)) == [ONE]
    old = f"# keys\n\n{(b'1' * 32).hex()}\n{(b'2' * 32).hex().upper()}\n".encode()
    assert read_keys(keyed(path, old)) == [ONE, TWO]
    assert "1111" not in repr(ONE)
    for bad in (
        b"",
        b"# none\n",
        b"1" * 31,
        b"zz" * 32,
        b"\xff" * 64,
        (b"1" * 32).hex().encode()[:-2],
    ):
        with pytest.raises(StoreKeyError):
            read_keys(keyed(path, bad))
    with pytest.raises(StoreKeyError, match="everybody"):
        read_keys(keyed(path, b"1" * 32, 0o600 | stat.S_IROTH))
    with pytest.raises(StoreKeyError, match="No such file"):
        read_keys(tmp_path / "none")


def test_the_key_is_a_credential_where_no_file_is_named(tmp_path: Path) -> None:
    keyed(tmp_path / "store-key", b"1" * 32)
    seals = seals_of(Encryption(), {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert seals.current == ONE
    with pytest.raises(StoreKeyError, match="LoadCredential"):
        seals_of(Encryption(), {})
    assert seals_of(None).current is None
