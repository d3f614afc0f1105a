"""Notes are condensed to what stands in them, and to nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.errors import PayloadError
from lamplighter.faults.evidence.notes import condense, note_of, read_note, tells_of_work
from lamplighter.faults.evidence.record import Note

TICKET = """Hi team,
hope this finds you well.
On Tuesday the night shift called because pump 3 was making a grinding noise.
- Vibration was 8.2 mm/s at the drive end, bearing temperature 84 °C.
- Oil level: ok.
The weather was nice and the coffee machine in the hall was on strike as usual, sadly enough.
Everybody was quite surprised and talked about it over lunch, which took a little while longer.
We stopped the pump at 14:20 and swapped to pump 4.
Root cause: cracked coupling spider, replaced together with the bearing.
After the restart vibration is 1.9 mm/s.
Thanks and best regards
Karl"""


def test_a_short_note_stays_as_it_is_on_one_line() -> None:
    assert condense("Coupling hot.\n  Told Bob") == "Coupling hot. Told Bob"
    assert condense("Greased it\nRuns quietly") == "Greased it; Runs quietly"
    assert condense(" \n ") == ""


def test_a_long_ticket_keeps_its_most_telling_sentences_in_order() -> None:
    told = condense(TICKET, most_words=45)
    assert len(told.split()) <= 45
    for kept in ("8.2 mm/s", "swapped to pump 4", "Root cause: cracked coupling spider"):
        assert kept in told
    for lost in ("coffee", "surprised", "Hi team", "regards"):
        assert lost not in told
    assert told.index("8.2 mm/s") < told.index("Root cause")


def test_a_single_sentence_that_is_too_long_is_cut_at_a_word() -> None:
    told = condense("the bearing " + "and the seal " * 40, most_words=10)
    assert told == "the bearing and the seal and the seal and ..."


@given(st.text(max_size=2000), st.integers(min_value=5, max_value=80))
def test_nothing_is_told_that_is_not_written(ticket: str, most: int) -> None:
    told = condense(ticket, most_words=most)
    assert len(told.split()) <= max(most, 0)
    written = set(re.split(r"\s+", " ".join(ticket.split())))
    assert {word.removesuffix(";") for word in told.split() if word != "..."} <= {
        word.removesuffix(";") for word in written
    }
    assert "\n" not in told


@given(st.lists(st.sampled_from(TICKET.splitlines()), max_size=40))
def test_the_same_text_is_always_condensed_alike(lines: list[str]) -> None:
    ticket = "\n".join(lines)
    assert condense(ticket) == condense(ticket)
    assert condense(condense(ticket)) == condense(ticket)


def test_a_note_is_kept_with_who_wrote_it() -> None:
    assert note_of('valve "V 7" stuck', " Kim  B ", 5.0) == Note("valve 'V 7' stuck", "Kim B", 5.0)
    assert note_of("hot", "", 5.0) == Note("hot", "unknown", 5.0)
    assert note_of(" ", "Kim", 5.0) is None


def test_a_note_is_read_again_or_refused() -> None:
    assert read_note({"text": "hot", "by": "kim", "at": 5.0}) == Note("hot", "kim", 5.0)
    for damaged in (None, {}, {"text": 7, "by": "", "at": 1.0}, {"text": "", "by": "", "at": "x"}):
        with pytest.raises(PayloadError):
            read_note(damaged)


@pytest.mark.parametrize(
    ("written", "work"),
    [("Replaced the belt", True), ("cleaned strainer.", True), ("it is loud", False), ("", False)],
)
def test_a_note_of_work_is_told_from_one_of_what_was_seen(written: str, *, work: bool) -> None:
    assert tells_of_work(written) is work
