"""The soak's accounts: what is missing is found, whatever kind of message it was."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from tests.faults.wiretap import Tally
from tools.soak import Account, Books, balance
from tools.soak_traffic import Sender

READINGS = [json.dumps({"n": n, "t": 1.0}).encode() for n in (1, 2, 3)]
ASKS = [json.dumps({"text": "on", "id": f"ask-{n}"}).encode() for n in (1, 2)]
REPLIES = [json.dumps({"id": f"ask-{n}", "outcome": "done"}).encode() for n in (1, 2)]
ACTIONS = [json.dumps({"state": "ON", "brightness": n}).encode() for n in (1, 2)]


def accounts(tally: Tally, books: Books) -> dict[str, Account]:
    sender = Sender(1, 60)
    sender.readings, sender.asks = len(READINGS), len(ASKS)
    return {each.kind: each for each in balance(sender, {"ask-1": 1, "ask-2": 1}, tally, books)}


@pytest.fixture
def tally() -> Tally:
    came = Counter([*READINGS, *ASKS, READINGS[0]])
    left = Counter([*REPLIES, *ACTIONS, ACTIONS[0]])
    return Tally(came=came, acked=Counter([*READINGS, *ASKS]), left=left, taken=Counter(left))


@pytest.fixture
def books() -> Books:
    done = {"ask-1", "ask-2"}
    return Books(readings={1, 2, 3}, finished=done, carried_out=dict.fromkeys(done, 1))


def test_nothing_is_lost_where_all_is_there(tally: Tally, books: Books) -> None:
    found = accounts(tally, books)
    assert [each.lost for each in found.values()] == [0, 0, 0, 0]
    assert found["readings in"].duplicated == 1
    assert found["actions out"].duplicated == 1


def test_a_reading_that_was_acked_and_is_not_there_is_lost(tally: Tally, books: Books) -> None:
    books.readings.discard(2)
    assert accounts(tally, books)["readings in"].lost == 1
    books.ledger["history"] = 1
    assert accounts(tally, books)["readings in"].lost == 0


def test_a_command_that_was_acked_and_not_finished_is_lost(tally: Tally, books: Books) -> None:
    books.finished.discard("ask-2")
    assert accounts(tally, books)["commands in"].lost == 1


def test_what_was_never_acked_is_not_the_daemons_to_lose(tally: Tally, books: Books) -> None:
    del tally.acked[READINGS[2]]
    books.readings.discard(3)
    found = accounts(tally, books)["readings in"]
    assert (found.lost, found.not_acked) == (0, 1)


def test_replies_and_actions_that_the_broker_never_took_are_lost(
    tally: Tally, books: Books
) -> None:
    del tally.taken[REPLIES[0]]
    tally.taken[ACTIONS[0]] = 0
    found = accounts(tally, books)
    assert found["replies out"].lost == 1
    assert found["actions out"].lost == 1
