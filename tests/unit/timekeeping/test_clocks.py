"""What the host says of time."""

from __future__ import annotations

import time
from pathlib import Path

from lamplighter.timekeeping.clocks import boot_id, host_clocks, is_synchronised, uptime


def test_the_boot_has_an_id(tmp_path: Path) -> None:
    file = tmp_path / "boot_id"
    file.write_text("99c13069-ddd3\n")
    assert boot_id(file) == "99c13069-ddd3"
    assert boot_id() == boot_id() == host_clocks().boot


def test_without_a_boot_id_the_time_of_the_boot_stands_in(tmp_path: Path) -> None:
    assert boot_id(tmp_path / "none").startswith("since-")


def test_uptime_goes_on() -> None:
    before = uptime()
    time.sleep(0.01)
    assert before < uptime() < before + 60


def test_the_host_can_be_asked(tmp_path: Path) -> None:
    # What it says depends on the host; that asking sets nothing and raises nothing does not.
    assert is_synchronised(tmp_path / "none") in (True, False)
    assert abs(host_clocks().wall() - time.time()) < 60
