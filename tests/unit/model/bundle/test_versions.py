from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from lamplighter.errors import ModelError
from lamplighter.model.bundle.deployment_state import (
    STATE,
    DeploymentState,
    TrialState,
    write_state,
)
from lamplighter.model.bundle.versions import Versions
from lamplighter.model.settings import Trial

WRITE = "lamplighter.model.bundle.versions.write_state"
TRIAL = Trial(requests=6, failures=1, starts=2)


class Store:
    """A folder of deployed models, and daemons that use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "versions").mkdir(parents=True)

    def daemon(self, trial: Trial = TRIAL) -> Versions:
        return Versions(self.folder, trial, clock=lambda: 100.0)

    def deploy(self, version: str, trial: Trial = TRIAL) -> Path:
        unpacked = self.folder / "versions" / f"{version}.part"
        unpacked.mkdir()
        return self.daemon(trial).install(unpacked, version)

    def on_disk(self) -> TrialState | None:
        return self.daemon().state().trial


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "models")


@pytest.fixture
def deployed(store: Store) -> Store:
    """One proven model, and one on trial."""
    store.deploy("a", Trial(requests=0))
    store.deploy("b")
    return store


def test_where_nothing_was_deployed_nothing_is_made(tmp_path: Path) -> None:
    versions = Versions(tmp_path / "models")
    assert versions.begin_start() is None
    assert versions.current() is None
    assert not versions.on_trial()
    versions.end_start()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ModelError, match="nothing is deployed"):
        versions.rollback("why")


def test_what_is_deployed_is_current_and_on_trial(deployed: Store) -> None:
    versions = deployed.daemon()
    assert versions.current() == deployed.folder / "versions" / "b"
    assert versions.current() == versions.begin_start()
    assert versions.on_trial()
    assert versions.note(True) == "running"
    assert not (deployed.folder / "versions" / "b.part").exists()


def test_a_trial_that_went_well_is_over(deployed: Store) -> None:
    versions = deployed.daemon()
    versions.begin_start()
    said = [versions.note(ok) for ok in (True, True, False, True, True, True, True)]
    assert said == ["running"] * 5 + ["passed", "over"]
    assert not versions.on_trial()
    assert deployed.on_disk() is None
    again = deployed.daemon()
    assert again.begin_start() == deployed.folder / "versions" / "b"
    assert not again.on_trial()


def test_too_many_failures_ask_for_the_model_before(deployed: Store) -> None:
    versions = deployed.daemon()
    versions.begin_start()
    assert [versions.note(False), versions.note(True), versions.note(False)] == [
        "running",
        "running",
        "failed",
    ]
    assert versions.note(True) == "failed"
    with capture_logs() as logs:
        assert versions.rollback("2 requests failed") == deployed.folder / "versions" / "a"
    assert logs[0]["event"] == "model_rolled_back"
    assert versions.begin_start() == deployed.folder / "versions" / "a"
    assert not versions.on_trial()
    [back] = versions.state().rolled_back
    assert (back.version, back.reason, back.at) == ("b", "2 requests failed", 100.0)


def test_a_model_that_failed_its_trial_is_not_begun_again_in_the_same_process(
    deployed: Store,
) -> None:
    versions = deployed.daemon()
    versions.begin_start()
    assert [versions.note(False), versions.note(False)] == ["running", "failed"]
    # There was no memory to load the one before it, so nobody has rolled back yet.
    assert versions.begin_start() == deployed.folder / "versions" / "a"


def test_failures_count_over_starts(deployed: Store) -> None:
    first = deployed.daemon()
    first.begin_start()
    first.note(False)
    first.end_start()
    second = deployed.daemon()
    second.begin_start()
    assert second.note(False) == "failed"
    # The daemon ends before it rolls back: the next start does.
    third = deployed.daemon()
    assert third.begin_start() == deployed.folder / "versions" / "a"


def test_a_model_that_takes_the_daemon_down_is_rolled_back_at_the_next_start(
    deployed: Store,
) -> None:
    for _ in range(TRIAL.starts):
        assert deployed.daemon().begin_start() == deployed.folder / "versions" / "b"
    versions = deployed.daemon()
    assert versions.begin_start() == deployed.folder / "versions" / "a"
    assert "did not survive 2 starts" in versions.state().rolled_back[0].reason


def test_starts_that_ended_in_good_order_do_not_count(deployed: Store) -> None:
    for _ in range(5):
        versions = deployed.daemon()
        assert versions.begin_start() == deployed.folder / "versions" / "b"
        versions.end_start()
        assert not versions.on_trial()


def test_a_process_starts_once_with_a_model(deployed: Store) -> None:
    versions = deployed.daemon()
    for _ in range(TRIAL.starts + 2):
        assert versions.begin_start() == deployed.folder / "versions" / "b"
        versions.note(True)
    assert deployed.on_disk() == TrialState(4, 0, 1)
    # What is deployed anew is another matter.
    deployed.daemon().install(deployed.folder / "versions" / "b", "b")
    assert deployed.on_disk() == TrialState()
    versions.begin_start()
    assert deployed.on_disk() == TrialState(0, 0, 1)


def test_without_a_model_before_the_default_one_is_the_way_back(store: Store) -> None:
    store.deploy("a")
    versions = store.daemon()
    versions.begin_start()
    assert versions.rollback("why") is None
    assert versions.current() is None


def test_good_requests_are_written_now_and_then(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = Trial(requests=1000, failures=3)
    store.deploy("a", long)
    versions = store.daemon(long)
    versions.begin_start()
    written: list[TrialState | None] = []

    def write(folder: Path, state: DeploymentState) -> None:
        written.append(state.trial)
        write_state(folder, state)

    monkeypatch.setattr(WRITE, write)
    for _ in range(999):
        versions.note(True)
    assert [trial.good for trial in written if trial] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
    assert versions.note(False) == "passed"


def test_what_was_deployed_meanwhile_is_not_changed(deployed: Store) -> None:
    versions = deployed.daemon()
    versions.begin_start()
    deployed.deploy("c")
    versions.note(False)
    versions.end_start()
    state = deployed.daemon().state()
    assert (state.current, state.previous, state.trial) == ("c", "a", TrialState())
    # The swap looks at it again.
    assert versions.begin_start() == deployed.folder / "versions" / "c"


def test_a_disk_that_can_t_be_written_does_not_keep_the_model_from_answering(
    deployed: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(WRITE, full)
    versions = deployed.daemon()
    assert versions.begin_start() == deployed.folder / "versions" / "b"
    assert [versions.note(False), versions.note(False)] == ["running", "failed"]
    assert versions.rollback("2 failed") == deployed.folder / "versions" / "a"
    assert deployed.daemon().current() == deployed.folder / "versions" / "b"


def test_a_broken_state_is_told(deployed: Store) -> None:
    (deployed.folder / STATE).write_text("{")
    with pytest.raises(ModelError, match="is broken"):
        deployed.daemon().begin_start()


def test_taking_back_by_hand_is_done_or_told(
    deployed: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert deployed.daemon().take_back("by hand") == deployed.folder / "versions" / "a"
    state = deployed.daemon().state()
    assert (state.current, state.rolled_back[-1].reason) == ("a", "by hand")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(WRITE, full)
    with pytest.raises(ModelError, match="can't be written"):
        deployed.daemon().take_back("by hand")
    assert deployed.daemon().state() == state
    monkeypatch.undo()
    assert deployed.daemon().take_back("by hand") is None
    with pytest.raises(ModelError, match="nothing is deployed"):
        deployed.daemon().take_back("by hand")
