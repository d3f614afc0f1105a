"""The installer: taking off, and what it refuses. Installing downloads: it is no unit test."""

from __future__ import annotations

import subprocess
from pathlib import Path

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
    assert _install("--remove", "--root", str(root)).returncode == 0
    assert not (root / "opt/lamplighter").exists()
    assert not (root / "etc/systemd/system/lamplighter.service").exists()
    assert not (root / "usr/local/bin/lamplighter").is_symlink()
    assert (root / "etc/lamplighter/lamplighter.yaml").read_text() == "node: mine\n"
    assert (root / "var/lib/lamplighter").is_dir()


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


def test_wrong_usage_exits_with_2(tmp_path: Path) -> None:
    assert _install("--wrong").returncode == 2
    assert _install("--root").returncode == 2
    assert "usage" not in _install("--help").stderr
    assert not list(tmp_path.iterdir())
