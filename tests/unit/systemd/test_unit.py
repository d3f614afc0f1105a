"""The systemd unit: the keys that the daemon relies on, and what systemd itself says of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from lamplighter import cli, config

ROOT = Path(__file__).resolve().parents[3]
UNIT = ROOT / "systemd" / "lamplighter.service"
# Keys that systemd before 254 passes over with a word.
NEWER = ("RestartSteps", "RestartMaxDelaySec")


def _keys(section: str) -> dict[str, list[str]]:
    """Every value of each key; systemd's format allows a key more than once."""
    found: dict[str, list[str]] = {}
    now = ""
    for line in UNIT.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            now = line.strip("[]")
        elif "=" in line and not line.startswith("#") and now == section:
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def _analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    return subprocess.run(
        ["systemd-analyze", *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("Type", "notify"),
        ("NotifyAccess", "main"),
        ("WatchdogSec", "30"),
        ("Restart", "on-failure"),
        ("StateDirectory", "lamplighter"),
        ("User", "lamplighter"),
        ("ExecReload", "/bin/kill -HUP $MAINPID"),
        ("LoadCredential", "lamplighter.mqtt-password"),
        ("ProtectSystem", "strict"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
    ],
)
def test_the_service_has_what_the_daemon_relies_on(key: str, value: str) -> None:
    assert _keys("Service")[key] == [value]


def test_a_bad_configuration_is_not_restarted() -> None:
    assert _keys("Service")["RestartPreventExitStatus"] == [str(cli.EX_CONFIG)]


def test_it_is_tried_again_for_ever_with_growing_pauses() -> None:
    # Without a limit of starts, or a disk that is read-only for minutes ends it for good.
    assert _keys("Unit")["StartLimitIntervalSec"] == ["0"]
    assert "StartLimitBurst" not in _keys("Unit")
    pause, steps, longest = (
        int(_keys("Service")[key][0])
        for key in ("RestartSec", "RestartSteps", "RestartMaxDelaySec")
    )
    # Before systemd 254 the pause stays as it is: it must not be so short that it wears out.
    assert 5 <= pause < longest <= 600
    assert steps >= 2


def test_it_reaches_brokers_and_systemd_but_no_other_kind_of_socket() -> None:
    assert _keys("Service")["RestrictAddressFamilies"] == ["AF_INET AF_INET6 AF_UNIX"]


def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    # verify wants the program to be there, and says what is wrong without a bad exit status.
    copy = tmp_path / UNIT.name
    text = UNIT.read_text(encoding="utf-8")
    copy.write_text(text.replace("/opt/lamplighter/bin/lamplighter", "/bin/true"))
    done = _analyze("verify", "--man=no", str(copy))
    complaints = [
        line
        for line in done.stderr.splitlines()
        if UNIT.name in line and not any(f"'{key}'" in line for key in NEWER)
    ]
    assert complaints == []


def test_its_exposure_is_small() -> None:
    done = _analyze("security", "--offline=true", "--threshold=15", "--no-pager", str(UNIT))
    if "nrecognized option" in done.stderr:
        pytest.skip("this systemd-analyze can't look at a file")
    assert done.returncode == 0, done.stdout[-200:]


def test_the_configuration_that_is_installed_is_valid_and_matches_the_unit() -> None:
    installed = config.read(ROOT / "systemd" / "lamplighter.yaml")
    (folder,) = _keys("Service")["StateDirectory"]
    assert installed.store.path == Path("/var/lib") / folder
    assert "--config /etc/lamplighter/lamplighter.yaml" in _keys("Service")["ExecStart"][0]
