"""The upstream section in words."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from lamplighter.cli import cli

SECTION = """
upstream:
  host: cloud.example
  port: 8883
  tls: {}
  forward:
    - {topics: ['zigbee2mqtt/#'], skip: ['zigbee2mqtt/bridge/#'], on_change: true, retain: true}
    - name: readings
      topics: [plant/+/+, line/#]
      to: sites/{node}/{topic}
      sample_every: 5
      redact: [net.ip]
      expire_after: 60
      compress_above: 512
      batch: {count: 50}
  remote: {enabled: true, allow: ['light.*', 'cover.open'], control: [ack]}
"""


def words(folder: Path, text: str) -> list[str]:
    file = folder / "config.yaml"
    file.write_text(text)
    result = CliRunner().invoke(cli, ["check", str(file)])
    assert result.exit_code == 0, result.output
    return result.output.splitlines()[1:]


def test_check_tells_what_goes_up_and_what_may_come_down(tmp_path: Path) -> None:
    assert words(tmp_path, SECTION) == [
        "Upstream is cloud.example:8883, MQTT 5, by TLS.",
        (
            "zigbee2mqtt/#: what comes on zigbee2mqtt/#, but not zigbee2mqtt/bridge/#, goes to the"
            " same topic; only what changed; in lane telemetry, QoS 1, retained."
        ),
        (
            "readings: what comes on plant/+/+ and line/# goes to sites/{node}/{topic}; one of"
            " each topic within 5 s; without net.ip; in json envelopes on lamplighter/gateway-1/"
            "batch of up to 50 messages or 65536 bytes, after 5 s at the latest; compressed with"
            " zstd from 512 bytes on; in lane telemetry, QoS 1; given up after 60 s."
        ),
        (
            "After an outage what is younger than 10 s goes first; the backlog follows, 1000"
            " messages a second, after up to 10 s."
        ),
        "What was lost is told on lamplighter/gateway-1/ledger there.",
        (
            "On lamplighter/gateway-1/ask upstream may have done light.* and cover.open, each with"
            " an expiry, and is answered questions."
        ),
        "On lamplighter/gateway-1/control upstream may use ack.",
    ]


def test_little_is_told_of_little(tmp_path: Path) -> None:
    found = words(tmp_path, "upstream: {host: cloud.example, ledger: false}\n")
    assert found[1] == "No message is forwarded."
    assert found[-1] == "Nothing may be asked from upstream."
    assert words(tmp_path, "node: gw\n") == []
