from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.link.outgoing import DELIVERED, LOST, QUOTA_EXCEEDED, Fate, Outcome
from lamplighter.link.topic_order import Flight, TopicOrder
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import OutboxRow

AGAIN = Outcome(Fate.REFUSED, QUOTA_EXCEEDED)


def row(number: int, topic: str) -> OutboxRow:
    return OutboxRow(number, "broker", Lane.STATES, 0, None, 0.0, Publication(topic, b""))


def stays(flight: Flight) -> bool:
    return flight.outcome != DELIVERED


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from([DELIVERED, DELIVERED, AGAIN, LOST])),
        min_size=1,
        max_size=10,
    ),
    st.randoms(use_true_random=False),
)
def test_whatever_order_answers_come_in_a_topic_keeps_its_order(
    sent: list[tuple[str, Outcome]], random: object
) -> None:
    order = TopicOrder()
    flights = [order.add(row(number, topic)) for number, (topic, _) in enumerate(sent)]
    shuffled = list(flights)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis types it as object
    settled: list[Flight] = []
    for flight in shuffled:
        settled.extend(order.settle(flight, sent[flight.row.id][1], stays=stays))
    assert len(order) == 0
    assert {flight.row.id for flight in settled} == set(range(len(sent)))
    for topic in "ab":
        own = [flight for flight in settled if flight.row.publication.topic == topic]
        assert [flight.row.id for flight in own] == sorted(flight.row.id for flight in own)
        # Done is a beginning of what was sent: nothing is done behind what has to go again.
        kept = [flight.stays for flight in own]
        assert kept == sorted(kept)


def test_a_row_withdrawn_leaves_nothing() -> None:
    order = TopicOrder()
    first, second = order.add(row(1, "a")), order.add(row(2, "a"))
    order.withdraw(second)
    assert list(order.ids()) == [1]
    assert list(order.settle(first, DELIVERED, stays=stays)) == [first]
    assert not order._topics
