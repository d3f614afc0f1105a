"""The installer: taking off, and what it refuses. Installing downloads: it is no unit test."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

INSTALL = Path(__file__).resolve().parents[3] / "tools" / "install"


def _install(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([INSTALL, *arguments], capture_output=True, text=True, check=False)


def _staged(root: Path) -> Path:
    for name in ("opt/lamplighter/bin", "etc/lamplighter", "var/lib/lamplighter"):
        (root / name).mkdir(parents=True)
    (root / "etc/lamplighter/lamplighter.yaml").write_text("node: mine\n")
    (root / "etc/systemd/system").mkdir(parents=True)
    (root / "etc/systemd/system/lamplighter.service").write_text("[Unit]\n")
    (root / "usr/local/bin").mkdir(parents=True)
    (root / "usr/local/bin/lamplighter").symlink_to("/opt/lamplighter/bin/lamplighter")
    return root


def test_removing_keeps_configuration_and_data(tmp_path: Path) -> None:
    root = _staged(tmp_path / "tree")
    (root / "var/lib/lamplighter/store.db").touch()
    assert _install("--remove", "--root", str(root)).returncode == 0
    assert not (root / "opt/lamplighter").exists()
    assert not (root / "etc/systemd/system/lamplighter.service").exists()
    assert not (root / "usr/local/bin/lamplighter").is_symlink()
    assert (root / "etc/lamplighter/lamplighter.yaml").read_text() == "node: mine\n"
    assert (root / "var/lib/lamplighter/store.db").exists()


def test_purging_removes_them_too_and_may_be_repeated(tmp_path: Path) -> None:
    root = _staged(tmp_path / "tree")
    for _ in range(2):
        assert _install("--remove", "--purge", "--root", str(root)).returncode == 0
    assert not (root / "etc/lamplighter").exists()
    assert not (root / "var/lib/lamplighter").exists()


def test_somebody_elses_command_of_that_name_is_left_alone(tmp_path: Path) -> None:
    root = _staged(tmp_path / "tree")
    link = root / "usr/local/bin/lamplighter"
    link.unlink()
    link.write_text("#!/bin/sh\n")
    assert _install("--remove", "--root", str(root)).returncode == 0
    assert link.exists()


def test_removing_twice_says_that_there_is_nothing(tmp_path: Path) -> None:
    root = _staged(tmp_path / "tree")
    first, second = (_install("--remove", "--root", str(root)) for _ in range(2))
    assert "nothing to remove" not in first.stdout
    assert "nothing to remove" in second.stdout
    assert "removed" not in second.stdout
    # The state folder was empty: only the configuration is kept.
    assert f"kept       {root}/etc/lamplighter (" in second.stdout
    assert "/var/lib/lamplighter" not in second.stdout


def test_removing_what_was_never_there_makes_no_folder(tmp_path: Path) -> None:
    done = _install("--remove", "--root", str(tmp_path / "none"))
    assert done.returncode == 0
    assert done.stdout == "There is nothing to remove.\n"
    assert not list(tmp_path.iterdir())


def test_empty_folders_go_where_installing_made_them(tmp_path: Path) -> None:
    root = _staged(tmp_path / "tree")
    made = "etc\netc/systemd\netc/systemd/system\n"
    (root / "opt/lamplighter/.made-folders").write_text(made)
    assert _install("--remove", "--root", str(root)).returncode == 0
    assert not (root / "etc/systemd").exists()
    assert (root / "etc/lamplighter/lamplighter.yaml").exists()
    # Nobody noted that installing made this one.
    assert (root / "usr/local/bin").is_dir()


@pytest.mark.parametrize(
    "arguments",
    [["--wrong"], ["--root"], ["--purge"], ["--purge", "--no-model"], ["--remove", "--prune"]],
)
def test_wrong_usage_exits_with_2_before_anything_is_done(
    tmp_path: Path, arguments: list[str]
) -> None:
    done = _install("--root", str(tmp_path / "tree"), *arguments)
    assert done.returncode == 2
    assert "tools/install --remove --purge" in done.stderr
    assert not done.stdout
    assert not list(tmp_path.iterdir())


def test_help_is_no_error() -> None:
    done = _install("--help")
    assert done.returncode == 0
    assert "--purge" in done.stdout
    assert not done.stderr
