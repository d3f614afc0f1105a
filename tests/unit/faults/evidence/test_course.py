from __future__ import annotations

from dataclasses import replace

import pytest

from lamplighter.errors import PayloadError
from lamplighter.faults.evidence.course import Course
from lamplighter.faults.evidence.record import Evidence


def test_what_moved_and_returned_is_known_later(evidence: Evidence) -> None:
    pressure = replace(evidence.others[0], move="down")
    course = Course().after(replace(evidence, others=(pressure,)))
    logs = evidence.logs
    assert course == Course(evidence.episode, frozenset(), {"pressure": "down"}, logs)
    lead = replace(evidence.lead, active=False)
    later = course.after(replace(evidence, signals=(lead, *evidence.signals[1:])))
    assert later == Course(evidence.episode, frozenset({"vibration"}), {"pressure": "down"}, logs)
    assert later.of(evidence.episode) is later
    assert later.of("another") == Course("another")


def test_a_course_is_read_again_or_refused(evidence: Evidence) -> None:
    course = Course().after(evidence)
    assert Course.from_dict(course.to_dict()) == replace(course, earlier=evidence.logs)
    for damaged in (None, {}, {"episode": "e", "returned": [7], "moved": {}},
                    {"episode": "e", "returned": [], "moved": {"a": "sideways"}}):  # fmt: skip
        with pytest.raises(PayloadError):
            Course.from_dict(damaged)
