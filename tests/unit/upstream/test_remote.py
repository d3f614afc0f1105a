"""What upstream may ask for."""

from __future__ import annotations

import pytest

from lamplighter.actions.asking import AskMessage
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Ask,
    Clarify,
    Later,
    NotUnderstood,
    Result,
    Timer,
)
from lamplighter.upstream.remote import RemotePolicy, covers
from lamplighter.upstream.settings import Remote

ACT = Act((), "")
TIMER = Later(60.0, "", "In a minute.")
STATUS, CANCEL = Timer("status"), Timer("cancel")


def asked(origin: str = "upstream", **more: float) -> AskMessage:
    return AskMessage(Ask("x", origin=origin), **more)  # type: ignore[arg-type]  # a shorthand


def objects(remote: Remote, result: Result, ask: AskMessage) -> bool:
    return RemotePolicy(lambda: remote).objection(result, ask) is not None


@pytest.mark.parametrize("result", [ACT, Answer(""), TIMER, STATUS, CANCEL])
def test_nothing_is_said_against_what_was_asked_here(result: Result) -> None:
    assert not objects(Remote(), result, asked("broker"))


@pytest.mark.parametrize("result", [ACT, TIMER, CANCEL])
def test_what_is_to_be_done_needs_an_expiry(result: Result) -> None:
    remote = Remote(allow=("*",))
    assert objects(remote, result, asked())
    assert not objects(remote, result, asked(expires_at=2e9))
    assert not objects(remote, result, asked(scheduled=7))
    assert not objects(Remote(allow=("*",), require_expiry=False), result, asked())


@pytest.mark.parametrize("result", [Answer(""), STATUS])
def test_questions_need_none_and_may_be_unwelcome(result: Result) -> None:
    assert not objects(Remote(), result, asked())
    assert objects(Remote(questions=False), result, asked())


@pytest.mark.parametrize("result", [Clarify("Which?"), NotUnderstood("", "")])
def test_what_does_nothing_is_left_alone(result: Result) -> None:
    assert not objects(Remote(), result, asked())


def test_timers_have_names_of_their_own() -> None:
    ask = asked(expires_at=2e9)
    assert objects(Remote(allow=("light.*",)), TIMER, ask)
    assert not objects(Remote(allow=("timer.start",)), TIMER, ask)
    assert objects(Remote(allow=("timer.start",)), CANCEL, ask)
    assert not objects(Remote(allow=("timer.*",)), CANCEL, ask)


@pytest.mark.parametrize(
    ("entry", "covered"),
    [
        ("*", True),
        ("cover.*", True),
        ("cover.open", True),
        ("*.open", True),
        ("cover.garage.open", True),
        ("cover.*.open", True),
        ("cover.garage.*", True),
        ("cover.close", False),
        ("light.open", False),
        ("cover.blind.open", False),
        ("cover.garage.close", False),
    ],
)
def test_what_an_entry_covers(entry: str, *, covered: bool) -> None:
    assert covers((entry,), "cover", "garage", "open") == covered


def test_nothing_is_allowed_by_nothing() -> None:
    assert not covers((), "light", None, "turn_on")
    assert not covers(("light.blind.turn_on",), "light", None, "turn_on")
