"""Orders read back as they were kept, whatever they say."""

from __future__ import annotations

import json
from datetime import date, time

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.orders.codec import order_from_json, order_to_json
from lamplighter.orders.order import Fact, Hours, Order
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.timing.when import Delay, Moment, SunMoment

WORDS = st.text(max_size=12)
SUN = st.sampled_from(["sunrise", "sunset", "dawn", "dusk", "noon"])
POINTS = st.one_of(st.none(), st.times(), SUN)
FACTS = st.builds(
    Fact,
    entities=st.lists(WORDS, min_size=1, max_size=3).map(tuple),
    comparison=st.sampled_from(["is", "is_not", "above", "below", "at_least", "at_most"]),
    value=st.one_of(WORDS, st.floats(allow_nan=False, allow_infinity=False)),
    attribute=WORDS,
    every=st.booleans(),
    held_s=st.floats(0, 1e6),
)
HOURS = st.builds(
    Hours, start=POINTS, end=POINTS, days=st.frozensets(st.integers(0, 6), min_size=1)
)
INTENTS = st.builds(
    Intent, name=WORDS, slots=st.dictionaries(WORDS, st.one_of(WORDS, st.integers(0, 100)))
)
UNTIL = st.one_of(
    st.none(),
    st.builds(Delay, st.floats(1, 1e6)),
    st.builds(Moment, st.dates(), st.times()),
    st.builds(SunMoment, st.dates(), SUN),
)
ORDERS = st.builds(
    Order,
    trigger=st.lists(FACTS, max_size=2).map(tuple),
    conditions=st.lists(FACTS, max_size=2).map(tuple),
    hours=st.lists(HOURS, max_size=2).map(tuple),
    intents=st.lists(INTENTS, max_size=2).map(tuple),
    tell=WORDS,
    deed=WORDS,
    until=UNTIL,
    text=WORDS,
    area=st.one_of(st.none(), WORDS),
    user=st.one_of(st.none(), WORDS),
)


@given(ORDERS)
def test_what_is_read_back_is_equal(order: Order) -> None:
    assert order_from_json(json.loads(json.dumps(order_to_json(order)))) == order


def test_an_order_of_this_version_reads_for_good() -> None:
    kept = (
        '{"trigger":[{"of":["sensor.freezer"],"is":"above","value":-12.0,"attribute":"",'
        '"every":false,"held":600.0}],"conditions":[],"hours":[{"from":"sunset","to":"06:30:00",'
        '"days":[0,1,2,3,4,5,6]}],"intents":[{"name":"HassTurnOn","slots":{"name":"siren"}}],'
        '"tell":"","deed":"turn on the Siren","until":{"day":"2026-03-01","at":"22:00:00"},'
        '"text":"if ...","area":"Hall","user":null}'
    )
    assert order_from_json(json.loads(kept)) == Order(
        trigger=(Fact(("sensor.freezer",), "above", -12.0, held_s=600.0),),
        hours=(Hours("sunset", time(6, 30)),),
        intents=(Intent("HassTurnOn", {"name": "siren"}),),
        deed="turn on the Siren",
        until=Moment(date(2026, 3, 1), time(22)),
        text="if ...",
        area="Hall",
    )
