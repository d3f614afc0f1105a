"""Commands: done once in effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.records.commands import Progress

if TYPE_CHECKING:
    import sqlite3

    from tests.unit.store.conftest import Open, Opened

NOW = 1000.0


def finish(opened: Opened, key: str, reply: str = "{}") -> None:
    def work(connection: sqlite3.Connection) -> None:
        opened.store.outbox.insert(connection, Publication("t", b""), Lane.COMMANDS, command=key)
        opened.store.commands.finish(connection, key, reply, NOW)

    opened.store.submit(work).result(20)


def test_a_command_is_new_then_running_then_finished(opened: Opened) -> None:
    commands = opened.store.commands
    assert commands.begin("k", NOW, 60).progress is Progress.NEW
    assert commands.begin("k", NOW, 60).progress is Progress.RUNNING
    finish(opened, "k", '{"text":"done"}')
    status = commands.begin("k", NOW + 1, 60)
    assert (status.progress, status.reply) == (Progress.FINISHED, '{"text":"done"}')


def test_an_abandoned_command_is_new(opened: Opened) -> None:
    opened.store.commands.begin("k", NOW, 60)
    opened.store.commands.abandon("k")
    assert opened.store.commands.begin("k", NOW, 60).progress is Progress.NEW


def test_after_its_window_the_same_key_is_another_command(opened: Opened) -> None:
    opened.store.commands.begin("k", NOW, 60)
    finish(opened, "k")
    assert opened.store.commands.begin("k", NOW + 59, 60).progress is Progress.FINISHED
    assert opened.store.commands.begin("k", NOW - 86400, 60).progress is Progress.FINISHED
    assert opened.store.commands.begin("k", NOW + 60, 60).progress is Progress.NEW


def test_what_ran_when_the_daemon_died_runs_again(open_store: Open) -> None:
    first = open_store()
    first.store.commands.begin("dies", NOW, 60)
    first.store.commands.begin("ends", NOW, 60)
    finish(first, "ends")
    first.store.stop()
    second = open_store().store
    assert second.commands.begin("dies", NOW, 60).progress is Progress.NEW
    assert second.commands.begin("ends", NOW, 60).progress is Progress.FINISHED
    assert [row.command for row in second.outbox.rows()] == ["ends"]


def test_the_end_and_the_action_are_one(opened: Opened) -> None:
    def work(connection: sqlite3.Connection) -> None:
        opened.store.commands.finish(connection, "k", "{}", NOW)
        opened.store.outbox.insert(connection, Publication("t", b""), Lane.COMMANDS)
        raise LookupError("after both")

    opened.store.commands.begin("k", NOW, 60)
    assert isinstance(opened.store.submit(work).exception(20), LookupError)
    assert opened.store.outbox.rows() == []
    assert opened.store.commands.begin("k", NOW, 60).progress is Progress.NEW


def test_old_commands_are_forgotten(opened: Opened) -> None:
    finish(opened, "k")
    opened.store.trim(NOW + 8 * 86400).result(20)
    assert opened.store.readers.rows("SELECT key FROM commands") == []


@pytest.mark.parametrize("reason", ["uncertain", "refused: not authorised"])
def test_what_was_given_up_of_a_command_is_known_with_its_end(opened: Opened, reason: str) -> None:
    store = opened.store

    def send(connection: sqlite3.Connection) -> list[int]:
        store.commands.finish(connection, "id:1", "{}", NOW)
        return [
            store.outbox.insert(connection, Publication(topic, b""), Lane.COMMANDS, command="id:1")
            for topic in ('a"b', "c", "d")
        ]

    first, second, _ = store.submit(send).result(20)
    store.outbox.drop([first], reason).result(20)
    store.outbox.drop([second], "expired").result(20)
    status = store.commands.begin("id:1", NOW, 60.0)
    assert status.lost == {'a"b': reason, "c": "expired"}
    # Once it is concluded, that is told in its reply.
    store.submit(lambda conn: store.commands.finish(conn, "id:1", "{}", NOW)).result(20)
    assert store.commands.begin("id:1", NOW, 60.0).lost == {}
