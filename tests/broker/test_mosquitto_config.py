"""The drop-in for mosquitto keeps the broker's half of the promise, counted on a real one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.broker.brokers import Mosquitto, find_mosquitto
from tests.broker.links import Plain, Watched

pytestmark = pytest.mark.broker

DROP_IN = Path(__file__).parents[2] / "config" / "mosquitto" / "lamplighter.conf"
# Mosquitto's own bounds are 1,000 that wait, and 20 on their way.
WAITING = 3000

Watch = Callable[..., Watched]


class Installed(Mosquitto):
    """A mosquitto as Debian sets it up, with the drop-in beside."""

    def _config(self) -> list[str]:
        return [
            "persistence true",
            f"persistence_location {self.folder}/",
            f"listener {self.port} 127.0.0.1",
            "allow_anonymous true",
            "user root",
            f"include_dir {DROP_IN.parent}",
        ]


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installed]:
    if find_mosquitto() is None:
        pytest.skip("mosquitto is not installed")
    broker = Installed(tmp_path / "mosquitto")
    broker.start()
    yield broker
    broker.stop()


def test_mosquitto_has_nothing_to_say_against_it(installed: Installed) -> None:
    installed.stop()
    assert "Error" not in installed.log()
    assert "Unknown" not in installed.log()


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_all_that_waits_outlives_a_restart(
    installed: Installed, watch: Watch, protocol: str
) -> None:
    watch(installed.port, protocol=protocol).start("t").link.stop()
    sender = Plain(installed.port)
    sender.publish("t", [str(number).encode() for number in range(WAITING)])
    sender.close()
    installed.stop()
    installed.start()
    after = watch(installed.port, protocol=protocol).start("t")
    after.await_messages(WAITING)
    assert after.payloads() == [str(number).encode() for number in range(WAITING)]


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_a_commit_may_hold_a_thousand_messages(
    installed: Installed, watch: Watch, protocol: str
) -> None:
    link = watch(installed.port, protocol=protocol, acks=False).start("t")
    sender = Plain(installed.port)
    sender.publish("t", [b"x"] * 1500)
    sender.close()
    link.await_messages(1000)
    assert len(link.received) == 1000
    link.ack(link.received[:500])
    link.await_messages(1500)
