"""What a folder is on, read from what Linux says of its mounts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.doctor import disk
from lamplighter.doctor.file_system import FileSystem, _parse, file_system_of, nearest, on_sd_card
from lamplighter.store.settings import Flash, Store

MOUNTS = """\
22 1 179:2 / / rw,noatime shared:1 - ext4 /dev/root rw
23 22 0:21 / /tmp rw,nosuid - tmpfs tmpfs rw,size=1g
24 22 8:1 / /mnt/my\\040disk rw - vfat /dev/sda1 rw
25 22 0:40 / {folder} ro - overlay overlay rw,lowerdir=/a
26 22 0:41 / {folder} rw - nfs4 server:/x rw,hard
27 22 0:42 / {folder}x rw - ext4 /dev/x rw,nobarrier
line that is none
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mountinfo"
    (tmp_path / "here").mkdir()
    path.write_text(MOUNTS.format(folder=tmp_path / "here"))
    return path


def test_the_last_of_the_deepest_mounts_counts(mounts: Path, tmp_path: Path) -> None:
    found = file_system_of(tmp_path / "here" / "not" / "yet", mounts)
    assert found is not None
    assert (found.kind, found.remote, found.volatile) == ("nfs4", True, False)


def test_a_name_that_only_begins_alike_is_another_place(mounts: Path, tmp_path: Path) -> None:
    (tmp_path / "herex").mkdir()
    found = file_system_of(tmp_path / "herex", mounts)
    assert found is not None
    assert (found.kind, found.careless) == ("ext4", True)


def test_spaces_in_names_are_read() -> None:
    found = _parse(MOUNTS.splitlines()[2])
    assert found is not None
    assert (found.mounted_at, found.fat) == (Path("/mnt/my disk"), True)


@given(st.text())
def test_any_line_is_read_or_left_out(line: str) -> None:
    found = _parse(line)
    assert found is None or found.kind is not None


def test_no_mounts_no_answer(tmp_path: Path) -> None:
    assert file_system_of(tmp_path, tmp_path / "none") is None


def test_the_real_one_is_known(tmp_path: Path) -> None:
    found = file_system_of(tmp_path)
    assert found is not None
    assert tmp_path.resolve().is_relative_to(found.mounted_at)


def test_a_card_is_told_by_its_device(tmp_path: Path) -> None:
    device = tmp_path / "devices" / "mmcblk0p2"
    device.mkdir(parents=True)
    (tmp_path / "179:2").symlink_to(device)
    card = FileSystem("ext4", Path("/"), frozenset(), "179:2")
    assert on_sd_card(card, tmp_path)
    assert not on_sd_card(FileSystem("ext4", Path("/"), frozenset(), "8:1"), tmp_path)


def test_the_nearest_folder_that_is_there(tmp_path: Path) -> None:
    assert nearest(tmp_path / "a" / "b") == tmp_path
    assert nearest(tmp_path) == tmp_path


@pytest.mark.parametrize(
    ("kind", "options", "verdict"),
    [
        ("ext4", {"rw"}, "ok"),
        ("btrfs", {"rw"}, "ok"),
        ("ext4", {"rw", "barrier=0"}, "warning"),
        ("ext4", {"rw", "data=writeback"}, "warning"),
        ("tmpfs", {"rw"}, "failed"),
        ("overlay", {"rw"}, "warning"),
        ("cifs", {"rw"}, "warning"),
        ("exfat", {"rw"}, "warning"),
    ],
)
def test_each_kind_is_judged(kind: str, options: set[str], verdict: str) -> None:
    found = FileSystem(kind, Path("/x"), frozenset(options), "0:0")
    finding = disk._kind(found, Store(path=Path("/x")))
    assert finding.verdict == verdict
    assert verdict == "ok" or (finding.why and finding.remedy)


def test_a_card_wants_its_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "on_sd_card", lambda _: True)
    card = FileSystem("ext4", Path("/"), frozenset(), "179:2")
    assert disk._kind(card, Store(path=Path("/x"))).verdict == "warning"
    spared = Store(path=Path("/x"), flash=Flash(profile="flash"))
    assert disk._kind(card, spared).verdict == "ok"
