"""``lamplighter doctor``: looks at broker, disk, model, clock and permissions of this node."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import click

from lamplighter.commands.options import (
    config_option,
    json_option,
    print_json,
    print_table,
    read_config,
)
from lamplighter.config import Config
from lamplighter.errors import LinkError, ModelError, StoreError

_RELEASED = 1767225600.0  # 2026-01-01: a clock before that was never set
_MODEL_MIB = 420


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: ``ok``, ``warning`` (works, but) or ``failed``, and what to do."""

    about: str
    verdict: Literal["ok", "warning", "failed"]
    detail: str


@click.command()
@config_option
@json_option
def doctor(*, config_path: Path | None, as_json: bool) -> None:
    """Look for what could be wrong with this node; exits with 1 where something is."""
    config = read_config(config_path)
    findings = [
        *_broker(config),
        *_files(config),
        *_disk(config.store.path),
        *_model(config),
        *_memory(),
        *_clock(),
    ]
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        signs = {"ok": "ok", "warning": "WARN", "failed": "FAIL"}
        print_table(
            ("", "ABOUT", "FOUND"),
            [(signs[each.verdict], each.about, each.detail) for each in findings],
            empty="",
        )
    sys.exit(1 if any(finding.verdict == "failed" for finding in findings) else 0)


def _broker(config: Config) -> Iterator[Finding]:
    from lamplighter.link.exchange import probe

    where = f"{config.broker.host}:{config.broker.port}"
    started = time.monotonic()
    try:
        granted = probe(config.broker)
    except LinkError as error:
        yield Finding("broker", "failed", str(error))
        return
    took = (time.monotonic() - started) * 1000
    detail = f"{where} accepts MQTT {config.broker.protocol} in {took:.0f} ms"
    yield Finding("broker", "ok", detail)
    if config.broker.protocol != "5":
        return
    expiry = granted.get("SessionExpiryInterval")
    if expiry is not None and expiry < config.broker.session_expiry:
        yield Finding(
            "broker session",
            "warning",
            f"the broker keeps our session only {expiry} s, not {config.broker.session_expiry} s: "
            "messages sent during a longer absence are lost",
        )
    largest = granted.get("MaximumPacketSize")
    if largest is not None and largest < 65536:
        yield Finding(
            "broker packets",
            "warning",
            f"the broker takes packets of at most {largest} bytes; large device announcements and "
            "reports may not fit",
        )
    if granted.get("RetainAvailable", 1) == 0:
        yield Finding("broker retain", "failed", "the broker keeps no retained messages")


def _files(config: Config) -> Iterator[Finding]:
    broker = config.broker
    files = {"broker.password_file": broker.password_file}
    if broker.tls is not None:
        files |= {
            "broker.tls.ca": broker.tls.ca,
            "broker.tls.certificate": broker.tls.certificate,
            "broker.tls.key": broker.tls.key,
        }
    for key, path in files.items():
        if path is not None:
            yield _file(key, path, secret=key.endswith(("password_file", "key")))


def _file(key: str, path: Path, *, secret: bool) -> Finding:
    if not os.access(path, os.R_OK):
        return Finding(key, "failed", f"{path} can't be read by {_user()}")
    if secret and path.stat().st_mode & stat.S_IROTH:
        return Finding(key, "warning", f"{path} can be read by everyone: chmod o-r {path}")
    return Finding(key, "ok", str(path))


def _disk(folder: Path) -> Iterator[Finding]:
    from lamplighter.commands.stored import stored_in

    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    if not os.access(place, os.W_OK):
        yield Finding("store", "failed", f"{folder} can't be written by {_user()}")
        return
    free = shutil.disk_usage(place).free
    verdict: Literal["ok", "warning"] = "warning" if free < 256 * 1024 * 1024 else "ok"
    yield Finding("disk", verdict, f"{free // (1024 * 1024)} MiB free at {place}")
    if not (folder / "lamplighter.db").exists():
        yield Finding("store", "ok", f"nothing kept yet in {folder}")
        return
    try:
        with stored_in(folder) as stored:
            waiting = sum(each.rows for each in stored.outbox.depth())
    except StoreError as error:
        yield Finding("store", "failed", str(error))
        return
    yield Finding("store", "ok", f"{folder} opens; {waiting} messages wait to be sent")
    for kept in sorted(folder.glob("*.corrupt-*")):
        if not kept.name.endswith(("-wal", "-shm")):
            yield Finding("store", "warning", f"a damaged database is kept as {kept}")


def _model(config: Config) -> Iterator[Finding]:
    if not config.model.enabled:
        yield Finding("model", "ok", "switched off: rules and templates only")
        return
    from lamplighter.model.locate import model_folder
    from lamplighter.model.manifest import verify

    try:
        folder = model_folder(config.model.path)
        manifest = verify(folder)
    except ModelError as error:
        verdict: Literal["failed", "warning"] = "failed" if config.model.path else "warning"
        yield Finding("model", verdict, f"{error}; without it rules and templates answer")
        return
    yield Finding("model", "ok", f"{manifest.name} in {folder}: every hash fits")


def _memory() -> Iterator[Finding]:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return
    sizes = {line.split(":")[0]: int(line.split()[1]) // 1024 for line in lines}
    available = sizes.get("MemAvailable", 0)
    verdict: Literal["ok", "warning"] = "warning" if available < _MODEL_MIB else "ok"
    yield Finding("memory", verdict, f"{available} MiB available; with the model {_MODEL_MIB} MiB")


def _clock() -> Iterator[Finding]:
    now = time.time()
    if now < _RELEASED:
        yield Finding("clock", "failed", f"says {time.strftime('%Y-%m-%d', time.gmtime(now))}")
    elif Path("/run/systemd/timesync/synchronized").exists():
        yield Finding("clock", "ok", "set from the network")
    elif Path("/run/systemd/system").exists():
        yield Finding("clock", "warning", "not synchronised by systemd-timesyncd")
    else:
        shown = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(now))
        yield Finding("clock", "ok", f"{shown}; who sets it is not known here")


def _user() -> str:
    import getpass

    return getpass.getuser()
