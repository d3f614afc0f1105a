"""Which checks a configuration brings, and what they ask the brokers for."""

from __future__ import annotations

from pathlib import Path

import pytest

from lamplighter.config import Config, Metrics
from lamplighter.doctor import rounds
from lamplighter.doctor.rounds import _announces, _exposed, _filters
from lamplighter.link.settings import Broker
from lamplighter.store.settings import Encryption, Store
from lamplighter.upstream.settings import Forward, Remote, Upstream


def upstream(*, remote: bool) -> Upstream:
    return Upstream(
        host="cloud.example",
        forward=(Forward(topics=("plant/#", "home/+/state")),),
        remote=Remote(enabled=remote),
    )


def test_an_upstream_broker_is_looked_at_like_the_local_one(tmp_path: Path) -> None:
    store = Store(path=tmp_path)
    alone = [each.about for each in rounds.rounds(Config(store=store), messages=0)]
    both = Config(store=store, upstream=upstream(remote=False))
    found = [each.about for each in rounds.rounds(both, messages=0)]
    assert set(found) - set(alone) == {"upstream", "upstream files"}


def test_what_is_forwarded_must_be_readable_here() -> None:
    config = Config(node="n", upstream=upstream(remote=False))
    wanted = _filters(config, "broker")
    assert {"plant/#", "home/+/state", "lamplighter/n/ask"} <= set(wanted)


@pytest.mark.parametrize("remote", [True, False])
def test_upstream_is_asked_for_commands_only_where_they_are_allowed(*, remote: bool) -> None:
    config = Config(node="n", upstream=upstream(remote=remote))
    wanted = ["lamplighter/n/ask", "lamplighter/n/control"] if remote else []
    assert list(_filters(config, "upstream")) == wanted


@pytest.mark.parametrize(
    ("settings", "asked"), [({}, True), (None, True), ({"enabled": False}, False)]
)
def test_announcing_is_tried_where_the_plugin_does_it(settings: object, *, asked: bool) -> None:
    config = Config(node="n", plugins={"homeassistant": settings})
    assert _announces(config, "upstream") == []
    assert bool(_announces(config, "broker")) is asked
    assert bool(_announces(Config(), "broker"))


@pytest.mark.parametrize(
    ("host", "port", "warned"),
    [
        ("127.0.0.1", 9464, False),
        ("::1", 9464, False),
        ("localhost", 9464, False),
        ("0.0.0.0", 9464, True),  # noqa: S104 - it is what is warned of
        ("gateway.example", 9464, True),
        ("0.0.0.0", None, False),  # noqa: S104 - nothing is opened
    ],
)
def test_figures_for_everyone_are_warned_of(host: str, port: int | None, *, warned: bool) -> None:
    found = list(_exposed(Config(metrics=Metrics(port=port, host=host))))
    assert [each.verdict for each in found] == ["warning"] * warned


def test_the_key_of_the_store_is_for_nobody_else(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_bytes(b"x" * 32)
    key.chmod(0o604)
    config = Config(store=Store(path=tmp_path, encryption=Encryption(key_file=key)))
    assert [each.verdict for each in _exposed(config)] == ["failed"]
    key.chmod(0o600)
    assert [each.verdict for each in _exposed(config)] == ["ok"]
    key.write_bytes(b"too short")
    assert [each.verdict for each in _exposed(config)] == ["failed"]


def test_two_brokers_have_two_clients() -> None:
    seen: list[str] = []

    class RefusedError(Exception):
        pass

    def look(_broker: Broker, *, client_id: str, about: str) -> list[object]:
        del about
        seen.append(client_id)
        raise RefusedError

    patch = pytest.MonkeyPatch()
    patch.setattr(rounds, "look_at_broker", look)
    config = Config(node="n", upstream=upstream(remote=False))
    for check in rounds.rounds(config, messages=0):
        if check.about in ("broker", "upstream"):
            with pytest.raises(RefusedError):
                list(check.look())
    patch.undo()
    assert seen == ["lamplighter-n-doctor", "lamplighter-n-upstream-doctor"]
