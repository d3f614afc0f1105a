"""Deployments that are killed, or run out of disk: what is current is always whole and verified."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lamplighter.errors import ModelError
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.admission import Trust, admit
from lamplighter.model.bundle.deployment import Deployment
from lamplighter.model.bundle.gate_bounds import Gates
from lamplighter.model.bundle.manifest import Manifest
from lamplighter.model.bundle.signing import make_keys, sign
from lamplighter.model.bundle.versions import Versions

SIZE = 300_000

# Deploys in a child of its own, killed before its Nth call that changes something on disk; says
# for each N whether there was an Nth call.
KILLER = textwrap.dedent(
    """
    import builtins, os, shutil, signal, sys
    from pathlib import Path
    from lamplighter.model.bundle import gates
    from lamplighter.model.bundle.admission import Trust
    from lamplighter.model.bundle.deployment import Deployment
    from lamplighter.model.bundle.versions import Versions

    CALLS = ("mkdir", "rename", "replace", "unlink", "rmdir", "fsync", "open", "link", "chown")

    def kill_at(count):
        left = [count]
        def counted(call):
            def run(*arguments, **options):
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return call(*arguments, **options)
            return run
        for name in CALLS:
            setattr(os, name, counted(getattr(os, name)))

    base, source, key = (Path(each) for each in sys.argv[1:4])
    for count in range(10_000):
        store = base.with_name(f"{base.name}-{count}")
        shutil.copytree(base, store, symlinks=True)
        child = os.fork()
        if not child:
            kill_at(count)
            Deployment(Versions(store), Trust(keys=[key]), reserve=0).deploy(source)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(store, os.WIFSIGNALED(status), flush=True)
        if not os.WIFSIGNALED(status):
            sys.exit(os.WEXITSTATUS(status))
    """
)

DEPLOYER = textwrap.dedent(
    """
    import itertools, sys
    from pathlib import Path
    from lamplighter.model.bundle.admission import Trust
    from lamplighter.model.bundle.deployment import Deployment
    from lamplighter.model.bundle.versions import Versions

    store, key, *sources = (Path(each) for each in sys.argv[1:])
    print("ready", flush=True)
    for source in itertools.cycle(sources):
        Deployment(Versions(store), Trust(keys=[key]), reserve=0).deploy(source)
    """
)


class Workshop:
    """Signed models that hold nothing but numbers, and what is known of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.public, _ = make_keys(folder / "key.pem")

    def model(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        for file in (files.GRAPH, files.TOKENIZER):
            (folder / file).write_text(f"{file} of {name}")
        (folder / files.WEIGHTS).write_bytes(random.Random(name).randbytes(SIZE))  # noqa: S311 - numbers, no secret
        Manifest(
            name=name,
            licence="CC0-1.0",
            context=64,
            bos="",
            eos="e",
            architecture={},
            recipe={},
            versions={},
            files=files.list_files(folder),
            gates=Gates(),
        ).write(folder)
        sign(folder, self.folder / "key.pem", issued=5)
        return folder

    def deploy(self, source: Path, store: Path) -> None:
        Deployment(Versions(store), Trust(keys=[self.public]), reserve=0).deploy(source)

    def current(self, store: Path) -> str:
        """Return the name of the current model, which may be run, as the daemon would find it."""
        folder = Versions(store).current()
        assert folder is not None
        manifest = admit(folder, Trust(keys=[self.public])).manifest
        assert manifest is not None
        return manifest.name


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def test_killed_before_any_call_the_current_model_is_whole(
    workshop: Workshop, tmp_path: Path
) -> None:
    store = tmp_path / "models"
    workshop.deploy(workshop.model("one"), store)
    two = workshop.model("two")
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(store), str(two), str(workshop.public)],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    rounds = [line.rsplit(" ", 1) for line in done.stdout.splitlines() if line.startswith("/")]
    assert len(rounds) > 25
    found = [workshop.current(Path(place)) for place, _ in rounds]
    # Once it is there it stays: there is one call that makes the difference.
    assert found == sorted(found)
    assert set(found) == {"one", "two"}
    for place, _ in rounds[::5]:
        workshop.deploy(two, Path(place))
        assert workshop.current(Path(place)) == "two"
        assert len(list((Path(place) / "versions").iterdir())) == 2


def test_killed_at_any_time_the_current_model_is_whole(workshop: Workshop, tmp_path: Path) -> None:
    store = tmp_path / "models"
    sources = [workshop.model(name) for name in ("one", "two", "three")]
    workshop.deploy(sources[0], store)
    chance = random.Random(3)  # noqa: S311 - when the process is killed is no secret
    command = [sys.executable, "-c", DEPLOYER, str(store), str(workshop.public), *map(str, sources)]
    for _ in range(4):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(chance.random() / 4)
        process.kill()
        process.wait(20)
        process.stdout.close()
        assert workshop.current(store) in ("one", "two", "three")
    assert len(json.loads((store / "state.json").read_text())["rolled_back"]) == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, with room for one and a half models."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE * 2 + SIZE // 2}", "none", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk is not permitted here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_without_room_keeps_the_current_model(workshop: Workshop, disk: Path) -> None:
    store = disk / "models"
    workshop.deploy(workshop.model("one"), store)
    (disk / "somebody-elses").write_bytes(bytes(SIZE))
    with pytest.raises(ModelError, match="MiB are free"):
        workshop.deploy(workshop.model("two"), store)
    assert workshop.current(store) == "one"


def test_a_disk_that_fills_up_meanwhile_keeps_the_current_model(
    workshop: Workshop, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = disk / "models"
    workshop.deploy(workshop.model("one"), store)
    two = workshop.model("two")
    (disk / "somebody-elses").write_bytes(bytes(SIZE))
    roomy = os.statvfs("/")
    with monkeypatch.context() as patch:
        patch.setattr(os, "statvfs", lambda _path: roomy)
        with pytest.raises(ModelError, match="No space left"):
            workshop.deploy(two, store)
    assert workshop.current(store) == "one"
    assert len(list((store / "versions").iterdir())) == 1
    (disk / "somebody-elses").unlink()
    workshop.deploy(two, store)
    assert workshop.current(store) == "two"
