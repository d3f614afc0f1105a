from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lamplighter.config import Config
from lamplighter.errors import LinkError
from lamplighter.link.settings import Broker
from lamplighter.model.commands.telling import SWAP, tell_daemon
from lamplighter.model.settings import Model
from lamplighter.plugin import Publication


class FakeDaemon:
    """Answers a question on its health topic with some payloads, one after the other."""

    def __init__(self, *healths: bytes) -> None:
        self.healths = healths
        self.asked: list[tuple[Publication, dict[str, Any]]] = []

    def __call__(self, broker: Broker, publication: Publication, **facts: Any) -> bytes | None:
        assert broker == Broker()
        self.asked.append((publication, facts))
        return next((each for each in self.healths if facts["accept"](each)), None)


def is_new(health: dict[str, Any]) -> bool:
    return bool(health["version"] == "new")


def health_of(version: str) -> bytes:
    return json.dumps({"model": {"version": version}}).encode()


def test_the_daemon_is_told_and_its_health_is_awaited() -> None:
    daemon = FakeDaemon(b"{", b"[]", b'{"model": {}}', health_of("old"), health_of("new"))
    config = Config(node="n")
    assert tell_daemon(config, is_new, timeout=3.0, exchange=daemon) == "The daemon runs it."
    [(publication, facts)] = daemon.asked
    assert publication.topic == "lamplighter/n/control"
    assert json.loads(publication.payload) == SWAP
    assert facts["reply_topic"] == "lamplighter/n/health"
    assert facts["timeout"] == 3.0


def test_a_daemon_that_does_not_swap_is_told() -> None:
    told = tell_daemon(Config(), is_new, timeout=3.0, exchange=FakeDaemon(health_of("old")))
    assert "has not swapped within 3 s" in told


def test_a_daemon_that_is_away_swaps_at_its_next_start() -> None:
    def away(*_: Any, **__: Any) -> bytes | None:
        raise LinkError("here:1883", "can't connect")

    told = tell_daemon(Config(), is_new, timeout=3.0, exchange=away)
    assert "swaps at its next start" in told


def test_with_a_model_of_its_own_the_daemon_is_not_asked() -> None:
    daemon = FakeDaemon()
    config = Config(model=Model(path=Path("/mine")))
    assert "model.path is set" in tell_daemon(config, is_new, timeout=3.0, exchange=daemon)
    assert daemon.asked == []
