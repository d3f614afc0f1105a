from __future__ import annotations

from collections.abc import Callable

import pytest

from lamplighter.link.liveness import Liveness

KEEPALIVE = 30


class Line:
    """A connection's life, looked at every second."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.life = Liveness(KEEPALIVE, lambda: self.now)
        self.left = 0
        self.pings: list[float] = []

    def live(
        self,
        seconds: int,
        *,
        oldest: int = 0,
        reading: bool = True,
        each: Callable[[], None] = lambda: None,
    ) -> str | None:
        for _ in range(seconds):
            self.now += 1
            each()
            reason = self.life.end(reading=reading, oldest=oldest, on_the_way=lambda: self.left)
            if reason:
                return reason
            if self.life.wants_ping():
                self.pings.append(self.now - 1000)
        return None


@pytest.fixture
def line() -> Line:
    return Line()


def test_silence_is_asked_about_once_and_ends_after_one_and_a_half_keepalives(line: Line) -> None:
    assert line.live(44) is None
    assert line.pings == [30]
    assert line.life.patience() == 1
    assert line.live(1) == "nothing heard from the broker for 45 s"


def test_the_next_look_is_not_later_than_the_end(line: Line) -> None:
    line.now += 44.75
    assert line.life.patience() == 0.25


def test_who_only_hears_still_sends(line: Line) -> None:
    assert line.live(65, each=line.life.heard) is None
    assert line.pings == [30, 60]


def test_silence_does_not_count_while_nothing_is_read(line: Line) -> None:
    assert line.live(500, reading=False) is None
    assert len(line.pings) > 10


def test_a_large_message_on_a_slow_line_is_a_sign_of_life(line: Line) -> None:
    line.left = 200

    def drain() -> None:
        line.left -= 1

    assert line.live(199, each=drain, oldest=1) is None
    # The last of it is gone: now there has to be a word.
    assert line.live(44, oldest=1) is None
    assert line.live(2, oldest=1) is not None


def test_what_does_not_move_is_no_sign_of_life(line: Line) -> None:
    line.left = 200
    assert line.live(44) is None
    assert line.live(1) is not None


def test_pings_taken_by_the_other_machine_are_no_sign_of_life(line: Line) -> None:
    def ping_comes_and_goes() -> None:
        line.left = 2 if line.left == 0 else 0

    assert line.live(44, each=ping_comes_and_goes) is None
    assert line.live(1, each=ping_comes_and_goes) is not None


def test_a_publication_without_an_answer_ends_it_though_pings_are_answered(line: Line) -> None:
    assert line.live(50, oldest=1, each=line.life.heard) is None
    # Answers in their turn are answers, however many wait.
    assert line.live(50, oldest=2, each=line.life.heard) is None
    reason = line.live(12, oldest=2, each=line.life.heard)
    assert reason == "the broker does not acknowledge a publication for 60 s"


def test_answers_are_not_missed_while_nothing_is_read(line: Line) -> None:
    assert line.live(500, oldest=1, reading=False) is None
    assert line.live(50, oldest=1, each=line.life.heard) is None
