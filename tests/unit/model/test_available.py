from __future__ import annotations

from pathlib import Path

import pytest

from lamplighter.model.available import Available, MemorySource

MIB = 1024 * 1024


class System:
    """A proc and control groups in a folder."""

    def __init__(self, folder: Path, own: str = "/system.slice/lamplighter.service") -> None:
        self.proc = folder / "proc"
        self.groups = folder / "groups"
        self.put(self.proc / "self" / "cgroup", f"0::{own}\n")
        self.put(
            self.proc / "meminfo",
            "MemTotal:  4000000 kB\nMemFree: 1 kB\nMemAvailable:   2048000 kB\n",
        )

    @staticmethod
    def put(path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def group(self, name: str, *, used: int, idle: int = 0, **limits: str) -> None:
        folder = self.groups / name
        self.put(folder / "memory.current", f"{used * MIB}\n")
        self.put(folder / "memory.stat", f"anon 5\ninactive_file {idle * MIB}\nactive_file 7\n")
        for limit, text in limits.items():
            self.put(folder / f"memory.{limit}", f"{text}\n")

    def look(self) -> Available | None:
        return MemorySource(self.proc, self.groups).look()


@pytest.fixture
def system(tmp_path: Path) -> System:
    return System(tmp_path)


def test_without_limits_it_is_what_the_machine_has(system: System) -> None:
    system.group("system.slice/lamplighter.service", used=100, max="max", high="max")
    assert system.look() == Available(2048000 * 1024, "the machine")


def test_the_tightest_limit_on_the_way_up_counts(system: System) -> None:
    system.group("system.slice/lamplighter.service", used=100, max=str(512 * MIB), high="max")
    system.group("system.slice", used=900, max="max", high=str(1000 * MIB))
    assert system.look() == Available(100 * MIB, "the control group /system.slice")


def test_cache_that_the_kernel_would_give_up_counts_as_available(system: System) -> None:
    limit = str(512 * MIB)
    system.group("system.slice/lamplighter.service", used=500, idle=300, max=limit, high="max")
    found = system.look()
    assert found is not None
    assert found.bytes == 312 * MIB


def test_above_a_soft_limit_nothing_is_available(system: System) -> None:
    system.group("system.slice/lamplighter.service", used=300, max="max", high=str(256 * MIB))
    found = system.look()
    assert found is not None
    assert found.bytes == 0


def test_a_group_that_is_the_root_of_its_namespace_may_have_a_limit(tmp_path: Path) -> None:
    system = System(tmp_path, own="/")
    system.group("", used=100, max=str(160 * MIB), high="max")
    assert system.look() == Available(60 * MIB, "the control group /")


def test_the_time_that_tasks_wait_is_told(system: System) -> None:
    text = "some avg10=12.50 avg60=1.00 avg300=0.00 total=1\nfull avg10=3.00 total=1\n"
    system.put(system.proc / "pressure" / "memory", text)
    found = system.look()
    assert found is not None
    assert found.stalled == 12.5


@pytest.mark.parametrize("text", ["", "nonsense", "some avg10=x", "0::", "MemAvailable: -3 kB"])
def test_files_of_another_form_tell_nothing(tmp_path: Path, text: str) -> None:
    system = System(tmp_path)
    for name in ("meminfo", "pressure/memory", "self/cgroup"):
        system.put(system.proc / name, text)
    assert system.look() is None


def test_a_system_without_any_of_it_tells_nothing(tmp_path: Path) -> None:
    assert MemorySource(tmp_path / "no", tmp_path / "no").look() is None


def test_this_machine_tells_something_that_can_be() -> None:
    found = MemorySource().look()
    assert found is None or 0 <= found.bytes < 1 << 50
