from __future__ import annotations

import pytest

from lamplighter.faults.evidence.ending import ended_by
from lamplighter.faults.evidence.record import ActionTaken, Note

START, END = 1000.0, 5000.0


@pytest.mark.parametrize(
    ("text", "op", "at", "ends"),
    [
        ("Valve: close", "", 4900.0, True),
        ("Valve: close", "", 900.0, False),
        ("Valve: close", "", 5001.0, False),
        ("Valve: close", "", 3100.0, True),
        ("Valve: close", "", 2000.0, False),
        ("vibration high: acknowledged", "ack", 4900.0, False),
        ("vibration high: shelved", "shelve", 4900.0, False),
    ],
)
def test_an_action_on_the_machine_shortly_before_the_end_ended_it(
    text: str, op: str, at: float, *, ends: bool
) -> None:
    action = ActionTaken(text, "kim", at, op)
    assert ended_by([action], [], started=START, ended=END) == (action if ends else None)


def test_a_note_of_work_is_an_action_and_the_last_one_counts() -> None:
    seen, done = Note("it is loud", "kim", 4990.0), Note("Replaced the belt", "bob", 4950.0)
    action = ActionTaken("Valve: close", "kim", 4900.0)
    found = ended_by([action], [seen, done], started=START, ended=END)
    assert found == ActionTaken("Replaced the belt", "bob", 4950.0)
