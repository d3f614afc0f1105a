"""Which messages of a topic are let through."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.upstream.sampling import Sampler


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def make(
    every: float | None = None, *, on_change: bool = False, most: int = 100
) -> tuple[Sampler, Time]:
    time = Time()
    return Sampler(every=every, on_change=on_change, monotonic=time, most=most), time


def test_one_within_each_interval_of_each_topic() -> None:
    sampler, time = make(10.0)
    assert sampler.takes("a", b"1")
    assert sampler.takes("b", b"1")
    time.now += 9.9
    assert not sampler.takes("a", b"2")
    time.now += 0.1
    assert sampler.takes("a", b"3")


def test_only_what_changed() -> None:
    sampler, _ = make(on_change=True)
    taken = [sampler.takes("a", payload) for payload in (b"1", b"1", b"2", b"1")]
    assert taken == [True, False, True, True]


def test_a_change_that_came_too_soon_is_let_through_later() -> None:
    sampler, time = make(10.0, on_change=True)
    assert sampler.takes("a", b"1")
    time.now += 1
    assert not sampler.takes("a", b"2")
    time.now += 10
    assert sampler.takes("a", b"2")
    time.now += 10
    assert not sampler.takes("a", b"2")


def test_topics_remembered_are_bounded() -> None:
    sampler, _ = make(on_change=True, most=2)
    for topic in ("a", "b", "c"):
        assert sampler.takes(topic, b"1")
    assert not sampler.takes("c", b"1")
    assert sampler.takes("a", b"1")


MESSAGES = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from([b"1", b"2"]), st.integers(0, 7)), max_size=40
)


@given(messages=MESSAGES, on_change=st.booleans())
def test_never_two_within_an_interval_and_never_the_same_twice(
    messages: list[tuple[str, bytes, int]], *, on_change: bool
) -> None:
    sampler, time = make(5.0, on_change=on_change)
    last: dict[str, tuple[float, bytes]] = {}
    for topic, payload, pause in messages:
        time.now += pause
        taken = sampler.takes(topic, payload)
        due = topic not in last or time.now - last[topic][0] >= 5.0
        new = topic not in last or not on_change or last[topic][1] != payload
        assert taken == (due and new)
        if taken:
            last[topic] = (time.now, payload)
