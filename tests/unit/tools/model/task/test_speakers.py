"""The ways in which people say things."""

from __future__ import annotations

import random

from tools.model.task.speakers import Speakers


def test_what_everything_hangs_on_stays_as_it_is() -> None:
    speakers = Speakers(random.Random(3))  # noqa: S311 - a seeded draw
    for _ in range(300):
        said = speakers.say("could you turn on the mirror lamp for me", ("mirror lamp",))
        assert "mirror lamp" in said.casefold()


def test_people_say_it_in_many_ways() -> None:
    speakers = Speakers(random.Random(3))  # noqa: S311 - a seeded draw
    said = {speakers.say("turn on the mirror lamp", ("mirror lamp",)) for _ in range(200)}
    assert len(said) > 60
    assert "turn on the mirror lamp" in said
