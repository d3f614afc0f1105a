"""Loading real (tiny) models: what is deployed, what is rolled back, what is freed."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.model.runtime.exports import copy_tiny

from lamplighter.errors import ModelError
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.admission import Admitted, Trust, admit
from lamplighter.model.bundle.gate_bounds import Gates
from lamplighter.model.bundle.gate_report import GateResult
from lamplighter.model.bundle.gates import keep_record
from lamplighter.model.bundle.signing import make_keys, sign
from lamplighter.model.bundle.versions import VERSIONS, Versions
from lamplighter.model.loading import MODELS, Loader, LoadingFailedError
from lamplighter.model.prompt import chat
from lamplighter.model.request import Request
from lamplighter.model.settings import Model, Trial
from lamplighter.model.watched import WatchedEngine

ASK = Request(turns=(chat.user("hi"), chat.assistant_prefix()), max_tokens=2)


class Shelf:
    """A store's folder in which tiny models are deployed."""

    def __init__(self, store: Path, tiny: Path) -> None:
        self.store = store
        self.tiny = tiny
        (store / MODELS / VERSIONS).mkdir(parents=True)
        self.trial = Trial(requests=4, failures=1, starts=3)

    @property
    def versions(self) -> Versions:
        """What another process would see."""
        return Versions(self.store / MODELS, self.trial)

    def deploy(self, version: str, *, damaged: bool = False) -> Path:
        folder = self.store / MODELS / VERSIONS / version
        shutil.copytree(self.tiny, folder)
        if damaged:
            (folder / files.GRAPH).write_bytes(b"no graph")
        return self.versions.install(folder, version)

    def loader(self, **settings: object) -> Loader:
        return Loader(Model(threads=1, trial=self.trial, **settings), self.store)  # type: ignore[arg-type]  # of several types


@pytest.fixture
def shelf(tmp_path: Path, tiny: Path) -> Shelf:
    return Shelf(tmp_path / "store", tiny)


def close(loader: Loader, *engines: WatchedEngine) -> None:
    for engine in engines:
        loader.close(engine)


async def test_a_configured_folder_is_loaded_and_answers(shelf: Shelf) -> None:
    loader = shelf.loader(path=shelf.tiny)
    engine = loader.open_current()
    completion = await engine.complete(ASK)
    assert completion.prompt_tokens > 0
    assert (engine.name, loader.on_trial(), loader.trial_facts()) == ("tiny", False, {})
    assert loader.needed() > 0
    assert (shelf.store / "prefixes").exists() is False  # nothing was cached
    close(loader, engine)


def test_a_folder_without_a_model_is_said_to_be_one(shelf: Shelf, tmp_path: Path) -> None:
    loader = shelf.loader(path=tmp_path / "none")
    with pytest.raises(LoadingFailedError, match="none"):
        loader.open_current()
    assert loader.needed() == 0


def test_an_altered_model_is_refused_unless_told_otherwise(shelf: Shelf, tmp_path: Path) -> None:
    altered = tmp_path / "altered"
    shutil.copytree(shelf.tiny, altered)
    with (altered / files.CHAT_TEMPLATE).open("a") as template:
        template.write(" ")
    with pytest.raises(LoadingFailedError, match=files.CHAT_TEMPLATE):
        shelf.loader(path=altered).open_current()
    loader = shelf.loader(path=altered, unverified=True)
    close(loader, loader.open_current())


def test_a_deployed_model_is_on_trial_until_its_requests_are_over(shelf: Shelf) -> None:
    shelf.deploy("v1")
    loader = shelf.loader()
    engine = loader.open_current()
    assert loader.trial_facts() == {"trial": {"good": 0, "failed": 0, "requests": 4}}
    assert [loader.note(True, "") for _ in range(2)] == ["running"] * 2
    assert loader.note(False, "it broke") == "running"
    loader.close(engine)
    engine = loader.open_current()  # it had to make room, and is no other for that
    assert loader.trial_facts()["trial"] == {"good": 2, "failed": 1, "requests": 4}
    assert loader.note(True, "") == "passed"
    assert not loader.on_trial()
    assert loader.trial_facts() == {}
    assert shelf.versions.state().trial is None
    close(loader, engine)


def test_a_failed_trial_brings_the_model_before_it_back(shelf: Shelf) -> None:
    first = shelf.deploy("v1")
    loader = shelf.loader()
    engine = loader.open_current()
    for _ in range(4):
        loader.note(True, "")
    loader.close(engine)
    shelf.deploy("v2")
    engine = loader.open_current()
    assert loader.on_trial()
    loader.note(True, "")
    loader.note(False, "it broke")
    assert loader.note(False, "it broke again") == "failed"
    loader.close(engine)
    engine = loader.open_previous()
    assert shelf.versions.current() == first
    assert not loader.on_trial()
    told = loader.trial_facts()["rolled_back"]
    assert told["model"] == "v2"
    assert told["reason"] == (
        "2 of its first 3 requests failed, the last one because it broke again"
    )
    close(loader, engine)


def test_a_deployed_model_that_cannot_be_loaded_is_rolled_back_at_once(shelf: Shelf) -> None:
    first = shelf.deploy("v1")
    loader = shelf.loader()
    engine = loader.open_current()
    for _ in range(4):
        loader.note(True, "")
    loader.close(engine)
    shelf.deploy("v2", damaged=True)
    engine = loader.open_current()
    assert shelf.versions.current() == first
    assert "it can't be loaded" in loader.trial_facts()["rolled_back"]["reason"]
    assert loader.opened == loader.fingerprint()  # it is not loaded again for that
    close(loader, engine)


def test_too_little_memory_is_not_the_model_s_fault(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = shelf.deploy("v1")
    loader = shelf.loader()

    def no_room(*_: object, **__: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr("lamplighter.model.engine.open_model", no_room)
        with pytest.raises(LoadingFailedError, match="not enough memory"):
            loader.open_current()
    assert shelf.versions.current() == place
    close(loader, loader.open_current())


NARROW = """
import resource, sys
from pathlib import Path
import numpy, onnxruntime, tokenizers
from lamplighter.model.engine import Engine
from lamplighter.model.loading import Loader, LoadingFailedError
from lamplighter.model.settings import Model

status = Path("/proc/self/status").read_text().splitlines()
size = next(int(row.split()[1]) for row in status if row.startswith("VmSize")) * 1024
loader = Loader(Model(path=Path(sys.argv[1]), threads=1), Path(sys.argv[2]))
whole = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (size + int(sys.argv[3]), whole[1]))
try:
    loader.open_current()
except LoadingFailedError as error:
    resource.setrlimit(resource.RLIMIT_AS, whole)
    print(error, "|", loader.open_current().name)
"""


@pytest.mark.model
@pytest.mark.parametrize("mib", [60, 150])
def test_a_process_that_may_not_grow_goes_on_without_the_model(
    real_model: Path, tmp_path: Path, mib: int
) -> None:
    command = [sys.executable, "-c", NARROW, str(real_model), str(tmp_path), str(mib << 20)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    refused, _, name = done.stdout.partition(" | ")
    assert refused == "not enough memory to load it"
    assert name.strip()


def test_a_library_that_fails_in_its_own_way_is_a_failed_load(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("in the depths")

    monkeypatch.setattr("lamplighter.model.engine.open_model", broken)
    with pytest.raises(LoadingFailedError, match="in the depths"):
        shelf.loader(path=shelf.tiny).open_current()


def test_a_model_that_takes_the_daemon_down_is_rolled_back_at_a_later_start(shelf: Shelf) -> None:
    first = shelf.deploy("v1")
    loader = shelf.loader()
    close(loader, loader.open_current())
    for _ in range(4):
        loader.note(True, "")
    loader.ended_well()
    shelf.deploy("v2")
    for _ in range(3):  # a daemon each, that never says that it ended
        loader = shelf.loader()
        close(loader, loader.open_current())
        assert loader.on_trial()
    loader = shelf.loader()
    close(loader, loader.open_current())
    assert shelf.versions.current() == first
    assert "did not survive" in loader.trial_facts()["rolled_back"]["reason"]


def test_daemons_that_end_well_do_not_count(shelf: Shelf) -> None:
    place = shelf.deploy("v1")
    for _ in range(6):
        loader = shelf.loader()
        close(loader, loader.open_current())
        loader.ended_well()
    assert shelf.versions.current() == place


def test_what_is_deployed_or_built_anew_changes_the_fingerprint(
    shelf: Shelf, make_tiny: Callable[..., Path], tmp_path: Path
) -> None:
    loader = shelf.loader()
    seen = {str(loader.fingerprint())}
    shelf.deploy("v1")
    seen.add(str(loader.fingerprint()))
    engine = loader.open_current()
    loader.note(True, "")
    assert str(loader.fingerprint()) in seen
    close(loader, engine)
    folder = make_tiny(tmp_path / "own")
    own = shelf.loader(path=folder)
    before = own.fingerprint()
    assert own.fingerprint() == before
    shutil.rmtree(folder)
    make_tiny(folder, seed=8)
    assert own.fingerprint() != before


def test_what_lets_a_refused_model_be_run_changes_the_fingerprint_once(
    shelf: Shelf, make_tiny: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_tiny(tmp_path / "own")
    replace(files.read_manifest(folder), gates=Gates(decode=0.1)).write(folder)
    loader = shelf.loader(path=folder)
    with pytest.raises(LoadingFailedError, match="gates were not passed"):
        loader.open_current()
    assert loader.fingerprint() == loader.opened
    passed = GateResult(gate="decode", measured=1.0, bound=0.1, side="least")
    keep_record(folder, (passed,), clock=lambda: 1.0)
    assert loader.fingerprint() != loader.opened
    close(loader, loader.open_current())
    keep_record(folder, (passed,), clock=lambda: 2.0)
    assert loader.fingerprint() == loader.opened
    (folder / files.RECORD).unlink()
    assert loader.fingerprint() == loader.opened
    make_keys(tmp_path / "key")
    sign(folder, tmp_path / "key", issued=1)
    assert loader.fingerprint() != loader.opened


def test_a_disk_that_fails_is_a_failed_load(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    loader = shelf.loader(path=shelf.tiny)
    monkeypatch.setattr("lamplighter.model.loading.Path.rglob", broken)
    with pytest.raises(LoadingFailedError, match="Input/output error"):
        loader.open_current()
    assert loader.needed() == 0
    assert loader.fingerprint() == loader.opened


@pytest.mark.parametrize("form", ["decoder", "export"])
def test_a_graph_may_stand_for_its_model(
    shelf: Shelf, make_tiny: Callable[..., Path], tmp_path: Path, form: str
) -> None:
    folder = tmp_path / "own"
    folder = make_tiny(folder) if form == "decoder" else copy_tiny(folder)
    loader = shelf.loader(path=folder / files.GRAPH, unverified=True)
    engine = loader.open_current()
    assert loader.needed() > 0
    assert engine.version
    close(loader, engine)
    os.utime(folder / files.GRAPH, (1, 1))
    assert loader.fingerprint() != loader.opened


def test_the_room_that_one_model_took_is_not_asked_for_another(
    shelf: Shelf, make_tiny: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_tiny(tmp_path / "own")
    size = (folder / files.WEIGHTS).stat().st_size
    with (folder / files.GRAPH).open("ab") as graph:
        graph.truncate(graph.tell() + (200 << 20))  # a hole: nothing that can be loaded
    loader = shelf.loader(path=folder)
    large = loader.needed()
    assert large > 200 << 20
    shutil.rmtree(folder)
    make_tiny(folder)
    close(loader, loader.open_current())
    taken = loader.needed()
    shutil.rmtree(folder)
    make_tiny(folder, seed=8)
    assert size < loader.needed() < large
    assert loader.needed() != taken


@pytest.mark.parametrize("name", [files.GRAPH, files.TOKENIZER, "more.txt"])
def test_a_signed_model_that_changes_while_it_is_loaded_is_not_run(
    shelf: Shelf,
    make_tiny: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    folder = make_tiny(tmp_path / "own")
    public, _ = make_keys(tmp_path / "key")
    sign(folder, tmp_path / "key", issued=1)
    loader = shelf.loader(path=folder, keys=(public,))
    close(loader, loader.open_current())

    def admit_and_alter(place: Path, trust: Trust) -> Admitted:
        admitted = admit(place, trust)
        content = (folder / name).read_bytes() if (folder / name).exists() else b""
        (folder / name).unlink(missing_ok=True)
        (folder / name).write_bytes(content)
        return admitted

    monkeypatch.setattr("lamplighter.model.loading.admit", admit_and_alter)
    with pytest.raises(LoadingFailedError, match="was changed while it was loaded"):
        loader.open_current()


def test_a_state_that_cannot_be_read_falls_back_to_the_default_model(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf.deploy("v1")
    (shelf.store / MODELS / "state.json").write_text("{")
    monkeypatch.setattr("lamplighter.model.loading.model_folder", lambda path: path or shelf.tiny)
    loader = shelf.loader()
    close(loader, loader.open_current())
    assert "the default model is used" in loader.remark
    assert not loader.on_trial()
    assert loader.fingerprint()
    with pytest.raises(ModelError):
        shelf.versions.state()
