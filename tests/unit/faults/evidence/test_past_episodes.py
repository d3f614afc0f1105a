"""Earlier episodes like the present one come with what helped; others do not come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flow.parts import Clock
from tests.unit.core.stand_ins import settled, store_in

from lamplighter.faults.condition import Kind
from lamplighter.faults.evidence.fault_tables import load
from lamplighter.faults.evidence.past_episodes import FLOOR, PastEpisodes
from lamplighter.faults.evidence.record import ActionTaken, Evidence
from lamplighter.store.store import Store

DAY = 86400.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = store_in(tmp_path, Clock())
    store.start()
    yield store
    store.stop()


@pytest.fixture
def past(store: Store) -> PastEpisodes:
    return PastEpisodes(store.episodes, load(None).measured_by)


def over(evidence: Evidence, name: str, days_ago: float, **changes: object) -> Evidence:
    """An episode like this, on another pump, some days ago."""
    started = evidence.started - days_ago * DAY
    kept = replace(
        evidence, kind="closed", episode=name, asset=name, started=started, ended=started + 600.0
    )
    return replace(kept, **changes)  # type: ignore[arg-type]


def test_an_episode_like_it_is_told_with_what_helped(
    store: Store, past: PastEpisodes, evidence: Evidence
) -> None:
    done = ActionTaken("Replaced the bearing", "kim", evidence.started - DAY + 500.0)
    past.keep(over(evidence, "old", 1.0, ended_by=done))
    settled(store)
    [found] = past.known(evidence).similar
    assert (found.id, found.fault, found.duration) == ("old", "bearing wear", 600.0)
    assert (found.helped, found.name) == ("Replaced the bearing", "Feed pump 3")
    assert found.similarity > 0.9
    assert found.same[:2] == ("vibration up", "bearing temperature up")
    store.episodes.put_helped("old", "New coupling").result(20)
    assert past.similar(evidence)[0].helped == "New coupling"


def test_what_is_called_otherwise_is_the_same_signal(
    store: Store, past: PastEpisodes, evidence: Evidence
) -> None:
    one, two = evidence.signals
    renamed = (replace(one, tag="vib_x", name="vib DE"), replace(two, tag="t9", name="brg temp"))
    past.keep(over(evidence, "old", 1.0, signals=renamed))
    settled(store)
    assert past.similar(evidence)[0].similarity > 0.9


def test_what_is_unlike_or_of_another_class_or_the_same_episode_is_not_told(
    store: Store, past: PastEpisodes, evidence: Evidence
) -> None:
    low = tuple(
        replace(signal, kind=Kind.LOW, name="outlet pressure", tag=f"p{at}", unit="bar")
        for at, signal in enumerate(evidence.signals)
    )
    past.keep(over(evidence, "unlike", 1.0, signals=low, fault="blocked discharge", logs=()))
    past.keep(over(evidence, "fan", 1.0, machine_class="fan"))
    past.keep(over(evidence, evidence.episode, 0.0))
    stale = tuple(replace(signal, kind=Kind.STALE) for signal in evidence.signals)
    past.keep(over(evidence, "signals", 1.0, signals=stale))
    settled(store)
    assert past.similar(evidence) == ()
    assert past.known(replace(evidence, signals=stale)).similar == ()
    assert store.episodes.get("signals") is None


def test_at_most_three_are_told_those_with_what_helped_first(
    store: Store, past: PastEpisodes, evidence: Evidence
) -> None:
    past.similar(evidence)  # the index is made before they come
    for days in range(1, 6):
        past.keep(over(evidence, f"e{days}", float(days)))
    settled(store)
    store.episodes.put_helped("e4", "Greased").result(20)
    found = past.similar(evidence)
    assert [each.id for each in found] == ["e4", "e1", "e2"]
    assert all(each.similarity >= FLOOR for each in found)
    again = PastEpisodes(store.episodes, load(None).measured_by)
    assert again.similar(evidence) == found


def test_an_index_of_rows_that_are_others_by_now_is_made_anew(
    store: Store, past: PastEpisodes, evidence: Evidence
) -> None:
    past.keep(over(evidence, "old", 1.0))
    settled(store)
    assert [each.id for each in past.similar(evidence)] == ["old"]
    store.submit(lambda connection: connection.execute("DELETE FROM episodes")).result(20)
    low = tuple(replace(signal, kind=Kind.LOW) for signal in evidence.signals)
    PastEpisodes(store.episodes, load(None).measured_by).keep(
        over(evidence, "other", 2.0, signals=low, fault=None)
    )
    settled(store)
    assert past.similar(evidence) == ()
    assert [each.id for each in past.similar(replace(evidence, signals=low))] == ["other"]


def test_a_store_that_can_not_be_read_delays_no_report(
    store: Store, past: PastEpisodes, evidence: Evidence
) -> None:
    past.keep(over(evidence, "old", 1.0))
    settled(store)
    store.readers.close()
    store.place.database.unlink()
    assert past.known(evidence) == evidence
