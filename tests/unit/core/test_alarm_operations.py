"""The alarms' commands: what they ask of the daemon, what they print, how they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lamplighter.commands.alarms import alarms
from lamplighter.errors import PayloadError
from lamplighter.link import exchange as exchanging
from lamplighter.plugin import Publication


class Daemon:
    """Answers as it was told to, and keeps what it was asked."""

    def __init__(self, answer: dict[str, Any] | None) -> None:
        self.answer = answer
        self.asked: list[dict[str, Any]] = []
        self.topics: list[str] = []

    def exchange(self, _broker: object, publication: Publication, **about: Any) -> bytes | None:
        op = json.loads(publication.payload)
        self.asked.append(op)
        self.topics += [publication.topic, about["reply_topic"]]
        if self.answer is None:
            return None
        assert not about["accept"](b'{"id": "of another"}')
        answer = json.dumps({"id": op["id"], **self.answer}).encode()
        assert about["accept"](answer)
        return answer


def run(
    monkeypatch: pytest.MonkeyPatch, folder: Path, answer: dict[str, Any] | None, *words: str
) -> tuple[Result, Daemon]:
    daemon = Daemon(answer)
    monkeypatch.setattr(exchanging, "exchange", daemon.exchange)
    config = folder / "c.yaml"
    config.write_text("node: n\n")
    return CliRunner().invoke(alarms, ["--config", str(config), *words]), daemon


DONE = {"ok": True, "changed": 1, "alarms": [{"asset": "p", "condition": "bar_low"}], "left": []}

WINDOW = {"ok": True, "changed": 2, "windows": [{"asset": "p", "window": "cleaning"}]}


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("ack p bar_low", {"op": "ack", "asset": "p", "condition": "bar_low"}),
        ("reset *", {"op": "reset", "asset": "*"}),
        ("shelve p", {"op": "shelve", "asset": "p", "minutes": 60.0}),
        ("shelve p --for 90", {"op": "shelve", "asset": "p", "minutes": 90.0}),
        ("shelve p --for 2h", {"op": "shelve", "asset": "p", "minutes": 120.0}),
        ("shelve p --for 1d", {"op": "shelve", "asset": "p", "minutes": 1440.0}),
        ("return p", {"op": "return_to_service", "asset": "p"}),
        ("out-of-service p", {"op": "out_of_service", "asset": "p"}),
        ("window end p", {"op": "end_window", "asset": "p"}),
        (
            "window start p cleaning --for 45min",
            {"op": "window", "asset": "p", "name": "cleaning", "minutes": 45.0},
        ),
        ("note p Seal replaced.", {"op": "note", "asset": "p", "text": "Seal replaced."}),
    ],
)
def test_what_is_asked_of_the_daemon(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: str, asked: dict[str, Any]
) -> None:
    answer = WINDOW if words.startswith("window") else DONE
    result, daemon = run(monkeypatch, tmp_path, answer, *words.split(), "--user", "ann")
    assert result.exit_code == 0, result.output
    [op] = daemon.asked
    assert op.pop("id")
    assert op == {**asked, "user": "ann"}
    assert daemon.topics == ["lamplighter/n/control", "lamplighter/n/control/reply"]


def test_what_was_done_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer = {**DONE, "changed": 3}
    result, _ = run(monkeypatch, tmp_path, answer, "ack", "p")
    assert result.output == "p/bar_low: acknowledged\nand 2 more\n"
    result, _ = run(monkeypatch, tmp_path, answer, "ack", "p", "--json")
    assert json.loads(result.output) == answer


def test_where_nothing_changed_the_reason_is_told_and_the_code_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    left = [{"asset": "p", "condition": "bar_low", "reason": "it is not shelved"}]
    answer = {"ok": True, "changed": 0, "alarms": [], "left": left}
    result, _ = run(monkeypatch, tmp_path, answer, "unshelve", "p", "bar_low")
    assert result.exit_code == 4
    assert "p/bar_low: it is not shelved" in result.output


def test_many_alarms_that_were_left_for_one_reason_are_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    left = [{"asset": "p", "condition": f"c{n}", "reason": "it is not latched"} for n in range(4)]
    left.append({"asset": "p", "condition": "bar_low", "reason": "it has to be acknowledged first"})
    left.append({"asset": "p", "condition": "bar_high", "reason": ""})
    answer = {"ok": True, "changed": 0, "alarms": [], "left": left}
    result, _ = run(monkeypatch, tmp_path, answer, "reset", "p")
    assert result.output.splitlines() == [
        "4 alarms: it is not latched",
        "p/bar_low: it has to be acknowledged first",
        "Nothing changed.",
    ]


def test_a_refusal_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    answer = {"ok": False, "error": "control: asset: no machine 'p'"}
    result, _ = run(monkeypatch, tmp_path, answer, "ack", "p")
    assert isinstance(result.exception, PayloadError)
    assert str(result.exception) == "n: refused: asset: no machine 'p'"
    result, _ = run(monkeypatch, tmp_path, answer, "ack", "p", "--json")
    assert (result.exit_code, json.loads(result.output)["ok"]) == (1, False)


def test_a_daemon_that_does_not_answer_is_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    result, _ = run(monkeypatch, tmp_path, None, "ack", "p", "--timeout", "3")
    assert "no answer from n within 3 s" in str(result.exception)


def test_a_length_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    result, daemon = run(monkeypatch, tmp_path, DONE, "shelve", "p", "--for", "a while")
    assert (result.exit_code, daemon.asked) == (2, [])
    assert "is no length of time" in result.output
