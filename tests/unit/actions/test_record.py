"""What the record of an action shows."""

from __future__ import annotations

import pytest

from lamplighter.actions.record import ActionRecord
from lamplighter.plugin import Publication


def record() -> ActionRecord:
    return ActionRecord("light.a", "Lamp", "light", "turn_on", {"brightness_pct": 40})


def test_it_shows_what_the_design_says() -> None:
    sent = record()
    sent.publications = [Publication("lamp/set", b'{"state":"ON"}')]
    sent.confirmed = True
    assert sent.as_json() == {
        "device": "light.a",
        "name": "Lamp",
        "service": "light.turn_on",
        "params": {"brightness_pct": 40},
        "topic": "lamp/set",
        "payload": '{"state":"ON"}',
        "confirmed": True,
    }


def test_more_messages_and_odd_bytes_are_shown_too() -> None:
    sent = record()
    sent.publications = [Publication("a", b"1"), Publication("b", b"\xff")]
    shown = sent.as_json()
    assert (shown["topic"], shown["payload"]) == ("a", "1")
    assert shown["more"] == [{"topic": "b", "payload": "\N{REPLACEMENT CHARACTER}"}]


def test_what_was_not_sent_shows_why() -> None:
    unsent = record()
    unsent.problem = "is offline"
    shown = unsent.as_json()
    assert (shown["topic"], shown["payload"], shown["problem"]) == (None, None, "is offline")


@pytest.mark.parametrize(
    ("confirmed", "problem", "succeeded"),
    [(True, "", True), (None, "", True), (False, "", False), (None, "is offline", False)],
)
def test_success_is_confirmed_or_not_confirmable_and_sent(
    confirmed: bool | None,  # noqa: FBT001 - the field's own values
    problem: str,
    succeeded: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    one = record()
    one.confirmed, one.problem = confirmed, problem
    assert one.succeeded is succeeded
