"""What comes with the package is found in a clone, else where the package is installed."""

from __future__ import annotations

from pathlib import Path

from lamplighter.shipped import shipped_folders

ROOT = Path(__file__).resolve().parents[3]


def test_a_clone_comes_before_what_is_installed() -> None:
    assert shipped_folders("faults", Path("/env")) == [
        ROOT / "config" / "faults",
        Path("/env/share/lamplighter/config/faults"),
    ]


def test_every_folder_that_is_looked_for_is_there_and_is_packaged() -> None:
    packaged = (ROOT / "pyproject.toml").read_text()
    for name in ("faults", "models"):
        assert shipped_folders(name)[0].is_dir()
        assert f'"config/{name}" = "share/lamplighter/config/{name}"' in packaged
