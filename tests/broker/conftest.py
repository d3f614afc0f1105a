"""Fixtures that start real brokers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.broker.brokers import (
    Certificates,
    IotCore,
    Mosquitto,
    find_mosquitto,
    make_certificates,
)
from tests.broker.links import Plain, Watched

from lamplighter.link.settings import Broker

StartMosquitto = Callable[..., Mosquitto]


@pytest.fixture
def start_mosquitto(tmp_path: Path) -> Iterator[StartMosquitto]:
    """Starts a mosquitto with the options given; all of them end with the test."""
    if find_mosquitto() is None:
        pytest.skip("mosquitto is not installed")
    started: list[Mosquitto] = []

    def start(**options: Any) -> Mosquitto:
        broker = Mosquitto(tmp_path / f"mosquitto{len(started)}", **options)
        broker.start()
        started.append(broker)
        return broker

    yield start
    for broker in started:
        broker.stop()


@pytest.fixture
def iotcore(tmp_path: Path) -> Iterator[IotCore]:
    """The embedded broker of ``./tools/run``."""
    pytest.importorskip("iotcore")
    broker = IotCore(tmp_path / "iotcore")
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def broker(request: pytest.FixtureRequest) -> Mosquitto | IotCore:
    """Any broker: mosquitto, or iotcore where that is absent."""
    if find_mosquitto() is None:
        found: IotCore = request.getfixturevalue("iotcore")
        return found
    start: StartMosquitto = request.getfixturevalue("start_mosquitto")
    return start()


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """A CA, a server's and a client's certificate, made once."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def watch() -> Iterator[Callable[..., Watched]]:
    """Makes links that end with the test."""
    made: list[Watched] = []

    def make(port: int, **options: Any) -> Watched:
        settings = {
            key: options.pop(key) for key in list(options) if key in Broker.__dataclass_fields__
        }
        client_id = settings.pop("client_id", "agent")
        watched = Watched(Broker(port=port, **settings), client_id=client_id, **options)
        made.append(watched)
        return watched

    yield make
    for watched in made:
        watched.link.stop()


@pytest.fixture
def plain() -> Iterator[Callable[..., Plain]]:
    """Makes bare clients that end with the test."""
    made: list[Plain] = []

    def make(port: int, **options: Any) -> Plain:
        client = Plain(port, **options)
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()
