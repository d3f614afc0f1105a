"""Reading never raises, and what it reads only asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from tests.unit.understanding.questions.conftest import Asker

_WORDS = st.sampled_from(
    [
        "is",
        "are",
        "was",
        "did",
        "has",
        "have",
        "what",
        "which",
        "how",
        "many",
        "long",
        "often",
        "warm",
        "the",
        "a",
        "all",
        "any",
        "anything",
        "hall",
        "kitchen",
        "light",
        "lights",
        "window",
        "windows",
        "door",
        "fan",
        "on",
        "off",
        "open",
        "closed",
        "locked",
        "in",
        "upstairs",
        "outside",
        "than",
        "below",
        "above",
        "-18",
        "20",
        "degrees",
        "highest",
        "lowest",
        "temperature",
        "humidity",
        "power",
        "today",
        "yesterday",
        "last",
        "night",
        "at",
        "ten",
        "and",
        "or",
        "not",
        "it",
        "here",
        "room",
        "warmest",
        "turn",
        "unlock",
        "garage",
        "pump",
        "3",
        "alarms",
        "battery",
        "who",
        "when",
        "where",
        "since",
        "why",
        "tell",
        "me",
        "if",
        "whether",
        "that",
        "can",
        "do",
    ]
)
_ASKING = st.lists(_WORDS, min_size=1, max_size=9).map(" ".join)
_ANYTHING = st.text(max_size=60)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=_ASKING | _ANYTHING, asked=st.booleans())
def test_a_question_is_answered_and_never_a_command(house: Asker, text: str, asked: bool) -> None:  # noqa: FBT001 - drawn
    said = house(text + "?" * asked, "Hall")  # asserts that every intent is a question
    assert said is None or said.strip()


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=_ASKING)
def test_reading_is_the_same_each_time(house: Asker, text: str) -> None:
    assert house.read(text) == house.read(text)
