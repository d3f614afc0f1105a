from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.link.events import QosLowered, Subscribed, SubscribeRefused
from lamplighter.link.subscriptions import BATCH, Ask, Subscriptions


class Bench:
    """Subscriptions beside a broker of few lines, which keeps what it is asked for."""

    def __init__(self, remembered: frozenset[str] = frozenset()) -> None:
        self.now = 0.0
        self.saved = remembered
        self.broker = set(remembered)
        self.mid = 0
        self.subscriptions = Subscriptions(
            load=lambda: self.saved, save=self._save, monotonic=lambda: self.now
        )
        self.expected = self.subscriptions.load()

    def exchange(self) -> list[Ask]:
        """Sends what is due and answers all of it with success."""
        asks = self.subscriptions.asks() if self.subscriptions.due() else []
        for ask in asks:
            self.mid += 1
            self.subscriptions.sent(self.mid, ask)
            # Before the broker may have it, it must be remembered.
            if ask.subscribe:
                assert set(ask.filters) <= self.saved
                self.broker.update(ask.filters)
                assert not self.subscriptions.subscribed(self.mid, [1] * len(ask.filters))
            else:
                self.broker.difference_update(ask.filters)
                self.subscriptions.unsubscribed(self.mid)
        return asks

    def answer(self, *codes: int) -> list[object]:
        """Sends what is due, one packet, and answers with these codes."""
        (ask,) = self.subscriptions.asks()
        self.mid += 1
        self.subscriptions.sent(self.mid, ask)
        return list(self.subscriptions.subscribed(self.mid, list(codes)))

    def _save(self, filters: frozenset[str]) -> None:
        self.saved = filters


class Seconds:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


FILTERS = st.sets(st.sampled_from([f"f/{number}" for number in range(6)]))
STEP = st.tuples(st.just("want"), FILTERS) | st.tuples(st.just("connect"), st.booleans())


@given(FILTERS, st.lists(STEP, max_size=12))
def test_the_broker_always_ends_with_what_is_wanted(
    before: set[str], steps: list[tuple[str, set[str] | bool]]
) -> None:
    bench = Bench(frozenset(before))
    bench.subscriptions.begin(session_present=True)
    wanted: set[str] = set()
    bench.exchange()
    for _, value in steps:
        if isinstance(value, bool):
            if not value:
                bench.broker.clear()
            bench.subscriptions.begin(session_present=value)
        else:
            wanted = value
            bench.subscriptions.want(value)
        bench.exchange()
        assert bench.broker == wanted == set(bench.saved)
        assert not bench.exchange()


def test_a_session_is_expected_where_filters_are_remembered() -> None:
    assert Bench(frozenset({"a"})).expected
    assert not Bench().expected


def test_an_unanswered_unsubscribe_is_sent_again_after_a_reconnect() -> None:
    bench = Bench(frozenset({"old"}))
    bench.subscriptions.begin(session_present=True)
    assert [ask.filters for ask in bench.subscriptions.asks()] == [["old"]]
    assert bench.saved == {"old"}
    bench.subscriptions.begin(session_present=True)
    assert [ask.filters for ask in bench.exchange()] == [["old"]]
    assert bench.saved == set()


def test_batches_are_bounded_and_hold_everything_once() -> None:
    bench = Bench()
    wanted = {f"f/{number}" for number in range(2 * BATCH + 1)}
    bench.subscriptions.want(wanted)
    asks = bench.exchange()
    assert [len(ask.filters) for ask in asks] == [BATCH, BATCH, 1]
    assert {one for ask in asks for one in ask.filters} == wanted


def test_a_refused_filter_is_told_and_asked_for_again_later() -> None:
    bench = Bench()
    bench.subscriptions.want({"a", "b"})
    (event,) = bench.answer(1, 0x87)
    assert event == SubscribeRefused("b", "not authorised", 60.0)
    assert bench.saved == {"a", "b"}
    assert not bench.subscriptions.due()
    bench.now = 59
    assert not bench.subscriptions.due()
    bench.now = 60
    assert bench.subscriptions.due()
    assert [ask.filters for ask in bench.exchange()] == [["b"]]
    assert not bench.subscriptions.due()


def test_a_refused_filter_that_is_not_wanted_any_more_is_forgotten() -> None:
    bench = Bench()
    bench.subscriptions.want({"a"})
    bench.answer(0x80)
    bench.subscriptions.want(set())
    assert bench.exchange() == []
    bench.now = 100
    assert not bench.subscriptions.due()


def test_qos_0_granted_is_told() -> None:
    bench = Bench()
    bench.subscriptions.want({"a"})
    assert bench.answer(0) == [QosLowered("a", 0)]


def test_retained_messages_are_asked_for_once_a_run_and_on_refresh() -> None:
    bench = Bench()
    bench.subscriptions.want({"a"})
    assert [ask.retained for ask in bench.exchange()] == [True]
    bench.subscriptions.begin(session_present=True)
    assert [ask.retained for ask in bench.exchange()] == [False]
    bench.subscriptions.refresh({"a", "unknown"})
    assert bench.exchange() == [Ask(["a"], subscribe=True, retained=True)]


def test_a_filter_that_ends_connections_is_found_and_the_others_are_subscribed() -> None:
    seconds = Seconds()
    subscriptions = Subscriptions(load=list, save=lambda _filters: None, monotonic=seconds)
    subscriptions.want(["a", "b", "poison", "z"])
    held: set[str] = set()
    refused: list[SubscribeRefused] = []
    ends = 0

    def connection() -> bool:
        """One connection; False where it ended over what it was asked for."""
        subscriptions.begin(session_present=True)
        for turn in range(20):
            refused.extend(
                each for each in subscriptions.problems() if isinstance(each, SubscribeRefused)
            )
            asks = subscriptions.asks() if subscriptions.due() else []
            for number, ask in enumerate(asks):
                subscriptions.sent(mid := 100 * turn + number, ask)
                if "poison" in ask.filters:
                    return False
                held.update(ask.filters)
                subscriptions.subscribed(mid, [1] * len(ask.filters))
        return True

    while not connection():
        ends += 1
        assert ends < 10
    assert held == {"a", "b", "z"}
    assert ends == 4
    assert [each.retry_in for each in refused] == [2]
    # On the same connection and on others it is asked for again, more and more seldom.
    seconds.now += 2
    assert not connection()
    assert connection()
    seconds.now += 3.9
    assert connection()
    seconds.now += 0.1
    assert not connection()
    assert connection()
    assert [each.retry_in for each in refused] == [2, 4, 8]
    # Somebody cures it: then it is held like all others.
    subscriptions.want(["a", "b", "z"])
    assert connection()


def test_an_unsubscribe_that_ends_connections_is_given_up() -> None:
    subscriptions = Subscriptions(
        load=lambda: ["poison"], save=lambda _filters: None, monotonic=Seconds()
    )
    subscriptions.load()
    subscriptions.want([])
    tries = 0
    for _ in range(10):
        subscriptions.begin(session_present=True)
        for ask in subscriptions.asks():
            subscriptions.sent(1, ask)
            tries += 1
    assert tries == 4


def test_what_no_broker_takes_is_not_unsubscribed_either() -> None:
    subscriptions = Subscriptions(
        load=lambda: ["a", "b\x01"], save=lambda _filters: None, monotonic=Seconds()
    )
    assert subscriptions.load()
    subscriptions.want([])
    subscriptions.begin(session_present=True)
    assert [ask.filters for ask in subscriptions.asks()] == [["a"]]


def test_an_invalid_filter_is_told_once_and_never_sent() -> None:
    bench = Bench()
    bench.subscriptions.want({"a#", "b"})
    (problem,) = bench.subscriptions.problems()
    assert isinstance(problem, SubscribeRefused)
    assert problem.topic_filter == "a#"
    assert bench.subscriptions.problems() == []
    assert [ask.filters for ask in bench.exchange()] == [["b"]]


def test_an_answer_to_nothing_is_ignored() -> None:
    bench = Bench()
    assert bench.subscriptions.subscribed(7, [0x80]) == []
    bench.subscriptions.unsubscribed(7)
    assert bench.saved == set()


def test_it_is_told_once_a_connection_that_everything_has_its_answer() -> None:
    bench = Bench()
    subscriptions = bench.subscriptions
    subscriptions.begin(session_present=False)
    subscriptions.want([f"f/{number}" for number in range(BATCH + 1)])
    assert subscriptions.completed() is None
    first, second = subscriptions.asks()
    subscriptions.sent(1, first)
    subscriptions.sent(2, second)
    subscriptions.subscribed(1, [1] * BATCH)
    assert subscriptions.completed() is None
    subscriptions.subscribed(2, [0x87])
    assert subscriptions.completed() == Subscribed(BATCH)
    assert subscriptions.completed() is None
    subscriptions.begin(session_present=True)
    bench.exchange()
    assert subscriptions.completed() == Subscribed(BATCH + 1)
