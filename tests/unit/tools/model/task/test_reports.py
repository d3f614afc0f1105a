"""Report samples: the daemon's prompts, with texts that its checker lets through."""

from __future__ import annotations

from tools.faults_figures.cases import MACHINES as MEASURED
from tools.model.task.reports import MACHINES, samples


def test_most_texts_are_faithful_and_go_on_from_the_given_start() -> None:
    found = list(samples(4, 5))
    assert len(found) >= 3
    for each in found:
        assert each["answer"].startswith(" ")
        machine = each["turns"][0][1].splitlines()[1].removeprefix("machine: ")
        assert each["start"].startswith(machine)


def test_the_same_seed_gives_the_same_samples() -> None:
    assert list(samples(2, 5)) == list(samples(2, 5))


def test_no_machine_is_one_that_reports_are_measured_on() -> None:
    assert not {name for name, _, _ in MACHINES} & {name for name, _, _ in MEASURED}
