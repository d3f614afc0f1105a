"""The configuration: working defaults, bounds, contradictions."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from lamplighter import config as configuration
from lamplighter.errors import ConfigError
from lamplighter.faults.settings import Rate
from lamplighter.named_files import absence
from lamplighter.store.settings import Lanes, default_store


def reasons(text: str) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        configuration.parse(text)
    return {problem.key: problem.reason for problem in caught.value.problems}


def test_an_empty_file_is_the_defaults() -> None:
    config = configuration.parse("# nothing\n")
    assert config == configuration.Config()
    assert config.root == "lamplighter/gateway-1"
    assert "lock.unlock" in config.policy.confirm


def test_the_designs_example_is_read() -> None:
    text = """
node: gateway-1
broker: {host: 127.0.0.1, port: 1883}
upstream: null
store: {path: /var/lib/lamplighter, max_bytes: 536870912}
home: {areas: [{name: Kitchen, floor: Ground, aliases: [cookhouse]}], units: metric}
discovery: {prefix: homeassistant}
model: {path: null, threads: 2}
policy: {confirm: [lock.unlock, cover.garage.open, alarm_control_panel.disarm]}
machines: []
plugins: {}
"""
    config = configuration.parse(text)
    assert config.home.areas[0].aliases == ("cookhouse",)
    assert config.store.path == Path("/var/lib/lamplighter")


def test_a_machine_is_read_with_its_tags() -> None:
    text = """
machines:
  - asset: pump-3
    class: pump
    tags:
      vibration:
        topic: plant/pump-3
        path: vibration.rms
        unit: mm/s
        limits: {high: 4.5, high_high: 7.1, deadband: 0.3, on_delay: 5}
        rate: {rise: 2, per: 60}
        stale_after: 30
    logs: [{topic: plant/pump-3/log}]
"""
    machine = configuration.parse(text).machines[0]
    assert machine.machine_class == "pump"
    assert machine.tags["vibration"].limits.high_high == 7.1
    assert machine.tags["vibration"].rate == Rate(rise=2.0, per=60.0)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("node: a/b", "node"),
        ("broker: {port: 70000}", "broker.port"),
        ("broker: {protocol: 4}", "broker.protocol"),
        (f"broker: {{tls: {{certificate: {__file__}}}}}", "broker.tls"),
        ("broker: {tls: {ca: none.pem}}", "broker.tls.ca"),
        ("broker: {username: a, password_file: /none}", "broker.password_file"),
        ("upstream: {host: a, username: a, password_file: /none}", "upstream.password_file"),
        ("policy: {confirm: [unlock]}", "policy.confirm[0]"),
        ("home: {areas: [{name: Hall}, {name: hall}]}", "home.areas"),
        ("home: {units: stone}", "home.units"),
        ("discovery: {prefix: 'a/#'}", "discovery.prefix"),
        ("model: {threads: 0}", "model.threads"),
        ("store: {max_bytes: 1}", "store.max_bytes"),
        ("machines: [{asset: a}, {asset: a}]", "machines"),
        (
            "machines: [{asset: a, tags: {t: {topic: x, limits: {low: 5, high: 4}}}}]",
            "machines[0].tags.t.limits.high",
        ),
        ("machines: [{asset: a, tags: {t/u: {topic: x}}}]", "machines[0].tags.t/u"),
    ],
)
def test_a_mistake_is_found_where_it_stands(text: str, key: str) -> None:
    assert set(reasons(text)) == {key}


def test_a_file_that_is_not_there_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        configuration.read(tmp_path / "none.yaml")


MACHINE = "machines:\n  - {asset: p1, class: %s}\n"


def test_an_unknown_class_of_machine_is_told_with_the_known_ones() -> None:
    with pytest.raises(ConfigError) as caught:
        configuration.parse(MACHINE % "pmup", file="c.yaml")
    [problem] = caught.value.problems
    assert (problem.line, problem.key) == (2, "machines")
    assert problem.reason.startswith("p1: unknown class 'pmup'; known are compressor, ")
    assert configuration.parse(MACHINE % "pump").machines[0].machine_class == "pump"


def test_own_fault_tables_make_a_class_known(tmp_path: Path) -> None:
    (tmp_path / "mixer.yaml").write_text("class: mixer\n", encoding="utf-8")
    faults = f"faults: {{tables: {tmp_path}}}\n"
    assert configuration.parse(faults + MACHINE % "mixer").faults.tables == tmp_path
    with pytest.raises(ConfigError) as caught:
        configuration.parse(faults + MACHINE % "mxier")
    assert "mixer" in caught.value.problems[0].reason


def test_a_wrong_fault_table_is_told_with_its_own_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "mixer.yaml").write_text("class: mixer\nfalts: []\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        configuration.parse(f"faults:\n  tables: {tmp_path}\n", file="c.yaml")
    [problem] = caught.value.problems
    assert (problem.file, problem.line, problem.key) == ("c.yaml", 2, "faults.tables")
    assert f"{tmp_path}/mixer.yaml:2: falts: unknown key" in problem.reason


def test_the_store_is_where_the_daemon_may_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert default_store({"STATE_DIRECTORY": "/a:/b"}) == Path("/a")
    monkeypatch.setattr("os.access", lambda *_: False)
    assert default_store({"HOME": "/h"}) == Path("/h/.local/state/lamplighter")
    given = default_store({"HOME": "/h", "XDG_STATE_HOME": str(tmp_path)})
    assert given == tmp_path / "lamplighter"
    monkeypatch.setattr("os.access", lambda *_: True)
    assert default_store({"HOME": "/h"}) == Path("/var/lib/lamplighter")


def test_relative_paths_begin_at_the_file(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    file = tmp_path / "c.yaml"
    file.write_text("broker: {tls: {ca: ca.pem}}\nstore: {path: kept}\nmodel: {path: /m}\n")
    config = configuration.read(file)
    assert config.broker.tls is not None
    assert config.broker.tls.ca == tmp_path / "ca.pem"
    assert (config.store.path, config.model.path) == (tmp_path / "kept", Path("/m"))


@pytest.mark.parametrize("lane", ["commands", "alarms", "states", "telemetry"])
def test_a_lane_keeps_its_own_defaults_for_what_is_not_set(lane: str) -> None:
    lanes = configuration.parse(f"store: {{lanes: {{{lane}: {{max_rows: 50}}}}}}").store.lanes
    usual = Lanes()
    assert lanes == replace(usual, **{lane: replace(getattr(usual, lane), max_rows=50)})
    assert configuration.parse(f"store: {{lanes: {{{lane}: }}}}").store.lanes == usual


@pytest.mark.parametrize("when_full", ["drop", "thin", "coalesce"])
def test_commands_can_only_be_refused(when_full: str) -> None:
    found = reasons(f"store: {{lanes: {{commands: {{when_full: {when_full}}}}}}}")
    assert list(found) == ["store.lanes.commands.when_full"]
    assert "must be refuse" in found["store.lanes.commands.when_full"]


def test_a_lane_holds_no_more_than_the_store() -> None:
    store = "store: {max_bytes: 10000000, lanes: {alarms: {max_bytes: %d}}}"
    assert configuration.parse(store % 10_000_000).store.lanes.alarms.max_bytes == 10_000_000
    assert list(reasons(store % 10_000_001)) == ["store.lanes.alarms.max_bytes"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "'::'"])  # noqa: S104
def test_the_metrics_port_is_not_a_brokers(host: str) -> None:
    for broker in ("broker: {host: localhost, port: 7}", "upstream: {host: localhost, port: 7}"):
        found = reasons(f"metrics: {{port: 7, host: {host}}}\n{broker}\n")
        assert list(found) == ["metrics.port"]
    configuration.parse(f"metrics: {{port: 7, host: {host}}}\nbroker: {{host: far, port: 7}}\n")


def test_what_only_the_service_sees_is_left_to_it(tmp_path: Path) -> None:
    credential = "/run/credentials/lamplighter.service/lamplighter.mqtt-password"
    text = f"broker: {{username: a, password_file: {credential}}}\nstore: {{encryption: {{}}}}\n"
    assert configuration.parse(text).broker.password_file == Path(credential)
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0)
    assert absence(tmp_path / "none") == f"there is no file {tmp_path / 'none'}"
    if os.geteuid() != 0:
        assert absence(hidden / "none") == ""
