"""Commands: done once in effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamplighter.plugin import Publication
from lamplighter.store.commands import Progress
from lamplighter.store.lanes import Lane

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
