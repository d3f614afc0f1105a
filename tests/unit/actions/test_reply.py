"""The reply: its payload, and what it says where actions failed."""

from __future__ import annotations

import pytest

from lamplighter.actions.record import ActionRecord
from lamplighter.actions.reply import (
    Reply,
    concluded,
    expired,
    in_progress,
    reply_of_actions,
    waits,
)
from lamplighter.understanding.interpretation import Act, Interpretation

MEANT = Interpretation(Act((), "Done."), "rules", 0.98765, "by name")


def action(name: str, problem: str = "", *, confirmed: bool | None = True) -> ActionRecord:
    record = ActionRecord(f"light.{name.lower()}", name, "light", "turn_on", {})
    record.confirmed, record.problem = (False if problem else confirmed), problem
    return record


def said(*records: ActionRecord) -> tuple[str, str]:
    reply = reply_of_actions("1", "all on", "Done.", MEANT, records)
    return reply.outcome, reply.speech


def test_the_payload_is_what_the_design_says() -> None:
    reply = reply_of_actions("1", "all on", "Done.", MEANT, [action("A")])
    payload = reply.as_json(12.3456)
    assert payload.pop("actions") == [action("A").as_json()]
    assert payload == {
        "id": "1",
        "text": "all on",
        "outcome": "done",
        "speech": "Done.",
        "via": "rules",
        "confidence": 0.988,
        "explain": "by name",
        "elapsed_ms": 12.3,
    }


def test_options_are_shown_where_there_are_some() -> None:
    reply = Reply("1", "on", "clarify", "Which?", options=("A", "B"))
    assert reply.as_json(0.0)["options"] == ["A", "B"]
    assert reply.as_json(0.0)["via"] is None


@pytest.mark.parametrize(
    ("records", "outcome", "speech"),
    [
        ([action("A"), action("B", confirmed=None)], "done", "Done."),
        ([], "failed", "Done."),
        ([action("A", "is offline")], "failed", "A is offline."),
        ([action("A", confirmed=False)], "failed", "A did not confirm."),
        (
            [action("A", "is offline"), action("B", "is offline"), action("C")],
            "failed",
            "A and B are offline. The other one is done.",
        ),
        (
            [action("the fan", "did not confirm"), action("B"), action("C")],
            "failed",
            "The fan did not confirm. The other 2 are done.",
        ),
        (
            [action("A", "is offline"), action("B", "did not confirm")],
            "failed",
            "A is offline; B did not confirm.",
        ),
        (
            [action(name, "is waiting for the broker") for name in ("A", "B", "C")],
            "failed",
            "A, B and C are waiting for the broker.",
        ),
    ],
)
def test_it_says_which_did_not_and_why(
    records: list[ActionRecord], outcome: str, speech: str
) -> None:
    assert said(*records) == (outcome, speech)


def test_a_kept_reply_is_concluded_with_what_became_of_its_actions() -> None:
    kept = {"id": "1", "outcome": "failed", "speech": "A did not confirm.", "via": "cache"}
    done = concluded(kept, "Done.", [action("A")])
    assert (done["outcome"], done["speech"], done["via"]) == ("done", "Done.", "cache")
    assert done["actions"] == [action("A").as_json()]
    failed = concluded(kept, "Done.", [action("A", "is offline")])
    assert (failed["outcome"], failed["speech"]) == ("failed", "A is offline.")


def test_what_still_moves_is_told_as_moving() -> None:
    said = "Opened the Garage Door, closed 3 blinds and set the Loft Blind to 40 %."
    assert in_progress(said) == (
        "Opening the Garage Door, closing 3 blinds and set the Loft Blind to 40 %."
    )
    assert in_progress("Turned on the Hallway Light.") == "Turned on the Hallway Light."


def test_what_waited_and_expired_is_told_and_nothing_else_is_changed() -> None:
    kept = {
        "id": "1",
        "outcome": "failed",
        "speech": "Some are waiting.",
        "actions": [
            {"name": "A", "topic": "a/set", "problem": "is waiting for the broker"},
            {"name": "B", "topic": "b/set", "problem": "did not confirm"},
            {
                "name": "C",
                "topic": "c/set",
                "more": [{"topic": "c/also"}],
                "problem": "is waiting for the broker",
            },
            {"name": "D", "topic": None, "problem": "is offline"},
        ],
    }
    assert waits(kept)
    assert expired(kept, {"b/set", "x"}) is None
    first = expired(kept, {"c/also", "b/set"})
    assert first is not None
    assert first["speech"] == "The command for C expired before it could be sent."
    assert [each["problem"] for each in first["actions"]] == [
        "is waiting for the broker",
        "did not confirm",
        "expired before it could be sent",
        "is offline",
    ]
    assert expired(first, {"c/also"}) is None
    last = expired(first, {"a/set", "c/set"})
    assert last is not None
    assert last["speech"] == "The command for A expired before it could be sent."
    assert (last["id"], last["outcome"]) == ("1", "failed")
    assert not waits(last)
    assert expired({"id": "1"}, {"a/set"}) is None
