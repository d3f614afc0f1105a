from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lamplighter.errors import GateError, ModelError
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.admission import Trust, admit
from lamplighter.model.bundle.archive import pack
from lamplighter.model.bundle.deployment import Deployed, Deployment
from lamplighter.model.bundle.deployment_state import STATE
from lamplighter.model.bundle.gate_bounds import Gates
from lamplighter.model.bundle.signing import make_keys, sign
from lamplighter.model.bundle.versions import Versions
from lamplighter.model.settings import Trial

PROVEN = Trial(requests=0)


class Store:
    """A store that models are deployed into, and models to deploy."""

    def __init__(self, folder: Path, tiny: Path) -> None:
        self.folder = folder
        self.tiny = tiny
        self.models = folder / "store" / "models"

    def versions(self, trial: Trial = PROVEN) -> Versions:
        return Versions(self.models, trial)

    def model(self, name: str) -> Path:
        """Return a model's folder, one that differs from those of other names."""
        folder = self.folder / name
        if not folder.exists():
            shutil.copytree(self.tiny, folder)
            replace(files.read_manifest(folder), name=name).write(folder)
        return folder

    def deploy(
        self,
        source: Path,
        *,
        trial: Trial = PROVEN,
        keys: tuple[Path, ...] = (),
        force: bool = False,
        reserve: int = 0,
    ) -> Deployed:
        trust = Trust(keys=keys)
        deployment = Deployment(
            self.versions(trial), trust, threads=1, force=force, reserve=reserve
        )
        return deployment.deploy(source)

    def names(self) -> tuple[str, str]:
        """Return the names of the current model and of the one before it."""
        state = self.versions().state()
        return self._name(state.current), self._name(state.previous)

    def kept(self) -> set[str]:
        return {place.name for place in (self.models / "versions").iterdir()}

    def _name(self, version: str | None) -> str:
        place = self.versions().place(version)
        return "" if place is None else files.verify(place).name


@pytest.fixture
def store(tmp_path: Path, tiny: Path) -> Store:
    return Store(tmp_path, tiny)


@pytest.mark.parametrize("packed", [False, True])
def test_a_deployed_model_is_current_and_may_be_run(store: Store, *, packed: bool) -> None:
    source = store.model("one")
    if packed:
        pack(source, store.folder / "one.tar")
        source = store.folder / "one.tar"
    done = store.deploy(source, trial=Trial())
    assert (done.changed, done.before, done.manifest.name) == (True, None, "one")
    assert store.versions().current() == done.folder
    assert store.versions().state().trial is not None
    assert admit(done.folder, Trust()).doubts == ()
    assert store.kept() == {done.version}


def test_the_current_model_and_the_one_before_it_are_kept(store: Store) -> None:
    for name in ("one", "two", "three"):
        store.deploy(store.model(name))
    assert store.names() == ("three", "two")
    assert len(store.kept()) == 2


def test_deploying_the_current_model_changes_nothing(store: Store) -> None:
    store.deploy(store.model("one"))
    store.deploy(store.model("two"))
    before = store.versions().state()
    assert not store.deploy(store.model("two")).changed
    assert store.versions().state() == before


def test_deploying_the_model_before_swaps_the_two(store: Store) -> None:
    for name in ("one", "two", "one"):
        store.deploy(store.model(name))
    assert store.names() == ("one", "two")


def test_a_damaged_current_model_is_repaired_beside_it(store: Store) -> None:
    first = store.deploy(store.model("one"))
    (first.folder / files.WEIGHTS).write_bytes(b"damaged")
    again = store.deploy(store.model("one"))
    assert again.folder != first.folder
    # The damaged one is nothing to go back to.
    assert store.names() == ("one", "")


def test_what_was_left_behind_is_removed(store: Store) -> None:
    done = store.deploy(store.model("one"))
    (store.models / "versions" / "x.part").mkdir()
    (store.models / "versions" / "unused").mkdir()
    store.deploy(store.model("one"))
    assert store.kept() == {done.version}


def test_a_model_that_misses_its_gates_changes_nothing(
    store: Store, make_gated: Callable[..., Path]
) -> None:
    store.deploy(store.model("one"))
    hard = make_gated(store.folder / "hard", Gates(memory=1.0))
    before = store.versions().state()
    with pytest.raises(GateError, match="memory"):
        store.deploy(hard)
    assert store.versions().state() == before
    assert store.kept() == {before.current}


def test_a_model_that_passes_its_gates_carries_the_record(
    store: Store, make_gated: Callable[..., Path]
) -> None:
    steps: list[tuple[str, str, float]] = []
    deployment = Deployment(store.versions(), Trust(), threads=1, reserve=0)
    done = deployment.deploy(make_gated(store.folder / "easy"), lambda *step: steps.append(step))
    assert admit(done.folder, Trust()).record is not None
    assert [result.gate for result in done.results][-1] == "task lights"
    assert list(dict.fromkeys(step for step, _, _ in steps)) == ["unpack", "gates", "switch"]


def test_with_keys_only_a_signed_model_is_deployed(store: Store) -> None:
    public, _ = make_keys(store.folder / "key.pem")
    other, _ = make_keys(store.folder / "other.pem")
    source = store.model("one")
    with pytest.raises(ModelError, match="is not signed"):
        store.deploy(source, keys=(public,))
    sign(source, store.folder / "key.pem", issued=100)
    with pytest.raises(ModelError, match=r"is signed with key"):
        store.deploy(source, keys=(other,))
    assert store.kept() == set()
    done = store.deploy(source, keys=(public,))
    assert admit(done.folder, Trust(keys=(public,))).signature is not None


def test_an_older_signature_needs_force(store: Store) -> None:
    public, _ = make_keys(store.folder / "key.pem")
    for name, issued in (("new", 200), ("old", 100)):
        sign(store.model(name), store.folder / "key.pem", issued=issued)
    store.deploy(store.model("new"), keys=(public,))
    with pytest.raises(ModelError, match="was signed before the current model"):
        store.deploy(store.model("old"), keys=(public,))
    assert store.names() == ("new", "")
    store.deploy(store.model("old"), keys=(public,), force=True)
    assert store.names() == ("old", "new")


def test_a_model_that_was_rolled_back_needs_force(store: Store) -> None:
    store.deploy(store.model("one"))
    store.deploy(store.model("two"))
    store.versions().rollback("it mumbled")
    assert store.names() == ("one", "")
    with pytest.raises(ModelError, match=r"was rolled back \(it mumbled\)"):
        store.deploy(store.model("two"))
    store.deploy(store.model("two"), force=True)
    assert store.names() == ("two", "one")


def test_what_was_rolled_back_can_be_deployed_from_where_it_lies(store: Store) -> None:
    store.deploy(store.model("one"))
    folder = store.deploy(store.model("two")).folder
    store.versions().take_back("by hand")
    with pytest.raises(ModelError, match="was rolled back"):
        store.deploy(folder)
    store.deploy(folder, force=True)
    assert store.names() == ("two", "one")
    store.versions().take_back("by hand")
    pack(folder, folder / "two.tar")
    store.deploy(folder / "two.tar", force=True)
    assert store.names() == ("two", "one")


def test_an_altered_model_is_not_deployed(store: Store) -> None:
    source = store.model("one")
    (source / files.TOKENIZER).write_text("{}")
    with pytest.raises(ModelError, match="is not the file"):
        store.deploy(source)
    (source / files.TOKENIZER).unlink()
    with pytest.raises(ModelError, match="is missing"):
        store.deploy(source)
    with pytest.raises(ModelError, match="can't be read"):
        store.deploy(store.folder / "none")
    assert store.kept() == set()


def test_a_model_must_leave_room_for_messages(store: Store) -> None:
    with pytest.raises(ModelError, match="MiB are free"):
        store.deploy(store.model("one"), reserve=1 << 60)
    assert store.kept() == set()


def test_two_deployments_do_not_run_at_once(store: Store) -> None:
    store.models.mkdir(parents=True)
    with (store.models / "deploy.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(ModelError, match="another deployment runs"):
            store.deploy(store.model("one"))


def test_a_broken_state_is_made_anew(store: Store) -> None:
    store.deploy(store.model("one"))
    (store.models / STATE).write_text("{")
    store.deploy(store.model("two"))
    assert store.names() == ("two", "")
    assert len(store.kept()) == 1


def test_a_broken_state_and_a_killed_deployment_together_are_no_dead_end(store: Store) -> None:
    version = store.deploy(store.model("one")).version
    shutil.rmtree(store.models / "versions" / version)
    (store.models / "versions" / f"{version}.part").mkdir()
    (store.models / STATE).write_text("{")
    store.deploy(store.model("one"))
    assert store.names() == ("one", "")


def test_a_file_in_the_store_s_place_is_told(store: Store) -> None:
    (store.folder / "store").write_text("")
    with pytest.raises(ModelError, match="can't be deployed"):
        store.deploy(store.model("one"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_what_root_deploys_belongs_to_the_store_s_owner(store: Store) -> None:
    store.models.parent.mkdir()
    os.chown(store.models.parent, 12345, 12346)
    store.deploy(store.model("one"))
    owners = {(path.stat().st_uid, path.stat().st_gid) for path in store.models.rglob("*")}
    assert owners == {(12345, 12346)}
