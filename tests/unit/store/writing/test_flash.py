"""How long rows wait for company, and when messages are committed before a window is full."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.link.received import Received
from lamplighter.plugin import Message
from lamplighter.store.settings import Flash
from lamplighter.store.writing.flash import Company, Pace
from lamplighter.store.writing.wear import Wear

DAY = 86400.0


@dataclass
class Now:
    """A monotonic clock that the test moves."""

    time: float = 100.0

    def __call__(self) -> float:
        return self.time


def busy(pace: Pace, now: Now, rate: float, seconds: float = 60) -> None:
    """So many rows a second, for a while."""
    for _ in range(int(seconds * 10)):
        now.time += 0.1
        pace.came(round(rate / 10)) if rate >= 10 else pace.came(int(now.time * 10) % 10 < rate)
        pace.committed()


def test_a_disk_never_waits() -> None:
    now = Now()
    pace = Pace(Flash(longest_commit=3.0), now)
    busy(pace, now, 1000)
    assert (pace.longest(), pace.patience()) == (0.0, 0.0)


@pytest.mark.parametrize(("profile", "longest"), [("flash", 0.25), ("battery", 2.0)])
def test_who_expects_no_company_does_not_wait(profile: str, longest: float) -> None:
    now = Now()
    pace = Pace(Flash(profile=profile), now)
    assert pace.patience() == 0.0
    assert pace.longest() == longest
    waited = []
    for rate in (10, 100, 1000):
        busy(pace, now, rate)
        waited.append(pace.patience())
    assert waited == sorted(waited)
    assert 0 < waited[0] < waited[-1] < longest
    assert waited[-1] > 0.95 * longest
    busy(pace, now, 0)
    assert pace.patience() == 0.0


def test_it_waits_longer_the_further_the_budget_runs_out() -> None:
    now, clock, total = Now(), Now(10 * DAY + DAY / 2), [0]
    wear = Wear(clock=clock, budget=100_000_000, counter=lambda: total[0])
    wear.begin(None)
    pace = Pace(Flash(bytes_per_day=100_000_000), now, wear)
    waits = []
    for used in (0, 50, 57, 60, 64, 70, 101):
        total[0] = used * 1_000_000
        pace.sample()
        waits.append(pace.longest())
    assert waits[:2] == [0.0, 0.0]
    assert waits == sorted(waits)
    assert 0 < waits[2] < waits[3] < waits[4] < 2.0
    assert waits[5:] == [2.0, 2.0]


def message(mid: int, epoch: int = 1, topic: str = "t", link: str = "broker") -> Received:
    return Received(Message(topic, b"x", link=link), epoch, mid)


def crowd(rate: float = 1000) -> tuple[Company, Pace, Now]:
    now = Now()
    pace = Pace(Flash(profile="battery"), now)
    busy(pace, now, rate)
    return Company(pace, now, lambda each: each.topic == "ask", 1000), pace, now


def test_the_first_message_says_when() -> None:
    company, pace, now = crowd()
    assert company.due() == math.inf
    assert company.joins(message(1), 1)
    began = now.time
    while company.due() > now.time + 0.001:
        now.time += 0.001
        assert not company.joins(message(2), 2)
    assert now.time == pytest.approx(began + pace.patience(), abs=0.002)
    company.left(some_remain=False)
    assert company.due() == math.inf


@pytest.mark.parametrize(
    ("received", "size"), [(message(2, topic="ask"), 2), (message(2), 1000)], ids=["urgent", "much"]
)
def test_what_can_not_wait_makes_all_go(received: Received, size: int) -> None:
    company, _, _ = crowd()
    company.joins(message(1), 1)
    assert company.joins(received, size)
    assert company.due() == -math.inf
    company.left(some_remain=True)
    assert company.due() == -math.inf


def test_messages_without_an_ack_fill_no_window() -> None:
    company, _, _ = crowd()
    for _ in range(500):
        company.joins(message(0), 1)
    assert company.due() > 0


def test_when_nothing_more_comes_the_window_is_full() -> None:
    company, pace, now = crowd()
    for mid in range(1, 9):
        company.joins(message(mid), 1)
    now.time = company.due()
    assert now.time < 100 + 60 + 0.1 * pace.patience()
    company.left(some_remain=False)
    company.acked([message(mid) for mid in range(1, 9)])
    for mid in range(1, 6):
        assert company.joins(message(mid), 1) == (mid == 1)
        assert company.due() > 0
    assert company.joins(message(6), 1)
    assert company.due() == -math.inf


def test_another_connection_has_a_window_of_its_own() -> None:
    company, _, now = crowd()
    company.joins(message(1), 1)
    now.time = company.due()
    company.left(some_remain=False)
    company.acked([message(1)])
    company.joins(message(1, link="upstream"), 1)
    company.joins(message(1, epoch=2), 1)
    assert company.due() > 0


@dataclass
class Broker:
    """Sends at a rate, with at most so many messages unacknowledged; simulated in time."""

    window: int
    rate: float
    commit_s: float
    now: Now = field(default_factory=Now)

    def run(self, company: Company, pace: Pace, seconds: float) -> tuple[int, int]:
        """Messages acknowledged, and commits."""
        end = self.now.time + seconds
        next_at, unacked, total, commits = self.now.time, 0, 0, 0
        waiting: deque[Received] = deque()
        committing: list[Received] = []
        done_at = math.inf
        while self.now.time < end:
            if not committing and company.due() <= self.now.time and waiting:
                committing = list(waiting)
                waiting.clear()
                company.left(some_remain=False)
                done_at = self.now.time + self.commit_s
            arrival = next_at if unacked < self.window else math.inf
            due = company.due() if waiting and not committing else math.inf
            self.now.time = max(self.now.time, min(arrival, done_at, due))
            if done_at <= self.now.time:
                company.acked(committing)
                pace.committed()
                unacked -= len(committing)
                total, commits = total + len(committing), commits + 1
                committing, done_at = [], math.inf
                next_at = max(next_at, self.now.time)
            elif arrival <= self.now.time:
                unacked += 1
                waiting.append(message(1))
                company.joins(waiting[-1], len(waiting))
                next_at = self.now.time + 1 / self.rate
        return total, commits


@pytest.mark.parametrize(("window", "commit_s"), [(20, 0.02), (20, 0.002), (5, 0.005), (1, 0.005)])
def test_a_narrow_window_does_not_starve(window: int, commit_s: float) -> None:
    """With a window that lets 20 through, a second of waiting would let 20 a second through."""
    now = Now()
    pace = Pace(Flash(profile="battery"), now)
    company = Company(pace, now, lambda _: False, 1 << 20)
    broker = Broker(window, 500.0, commit_s, now)
    broker.run(company, pace, 30)
    total, _ = broker.run(company, pace, 30)
    # No waiting could be faster than a window for each commit and round trip.
    fastest = min(500.0, window / (commit_s + window / 500.0))
    assert total / 30 > 0.6 * fastest


def test_a_wide_window_is_used() -> None:
    now = Now()
    pace = Pace(Flash(profile="battery"), now)
    company = Company(pace, now, lambda _: False, 1 << 20)
    broker = Broker(5000, 1000.0, 0.004, now)
    broker.run(company, pace, 60)
    total, commits = broker.run(company, pace, 30)
    assert total > 27_500
    assert total / commits > 400


@given(
    st.lists(
        st.tuples(st.sampled_from(["come", "left", "acked", "time"]), st.integers(1, 40)),
        max_size=80,
    )
)
def test_no_message_waits_longer_than_the_longest(steps: list[tuple[str, int]]) -> None:
    company, pace, now = crowd(200)
    since = math.inf
    inside: list[Received] = []
    waiting: list[Received] = []
    for step, number in steps:
        if step == "come":
            for _ in range(number):
                waiting.append(message(1))
                company.joins(waiting[-1], len(waiting))
            since = min(since, now.time)
        elif step == "left":
            inside, waiting, since = inside + waiting, [], math.inf
            company.left(some_remain=False)
        elif step == "acked":
            company.acked(inside)
            inside = []
        else:
            now.time += number / 100
        assert company.due() <= since + pace.longest()
        assert (company.due() == math.inf) == (not waiting)
