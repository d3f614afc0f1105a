from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lamplighter.errors import ModelError
from lamplighter.faults.alarms.episodes import Due
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.checker import faithful_part
from lamplighter.faults.reports.drafting import MarkedDrafting
from lamplighter.faults.reports.prompt import figures, instructions, lines
from lamplighter.faults.reports.template_text import template_text
from lamplighter.faults.reports.writer import ReportWriter
from lamplighter.model.request import Completion, Request, Urgency

BEGUN = "Feed pump 3 (Boiler house) has had"
GOOD = (
    f"{BEGUN} a critical alarm since 14:05:09 UTC on 2026-03-01. Its vibration is high at 7.94 "
    "mm/s, above the limit of 7.1 mm/s, and rising 1.57 mm/s per minute; usually it is 2.1 mm/s. "
    "The pattern points to bearing wear. Check the bearing for noise, heat and grease."
)
MARKED = (
    "m0 has had a critical alarm since t0: s1 is at v1, above its limit of l1, and is rising by "
    "g1; usually it is u1. s2 followed at t2 with v2, above its limit of l2. o1 is steady. The "
    "pattern points to f0. First, c0."
)


class Script:
    """An engine that answers with the rest of prepared texts; None stands for a failure."""

    def __init__(
        self, *texts: str | None, seconds: float = 0.001, tasks: tuple[str, ...] = ()
    ) -> None:
        self.tasks = tasks
        self.texts = list(texts)
        self.seconds = seconds
        self.requests: list[Request] = []

    async def complete(self, request: Request) -> Completion:
        """The next text."""
        self.requests.append(request)
        text = self.texts.pop(0)
        if text is None:
            raise ModelError("fake", "out of memory")
        return Completion(
            text.removeprefix(request.turns[-1].content),
            elapsed_ms=self.seconds * 1000,
            finished="deadline" if self.seconds >= (request.deadline_s or 0.0) else "stop",
        )


def writer() -> ReportWriter:
    return ReportWriter(model="SmolLM2-135M-Instruct 1")


async def test_a_faithful_text_of_the_model_is_published(evidence: Evidence) -> None:
    good = GOOD
    engine = Script(good)
    report = await writer().write(evidence, engine)
    assert (report.written_by, report.text, report.problems) == ("model", good, ())
    assert engine.requests[0].urgency is Urgency.REPORT
    assert engine.requests[0].turns[-1].left_open


async def test_a_wrong_text_is_tried_again_with_what_was_wrong(evidence: Evidence) -> None:
    good = GOOD
    engine = Script(good.replace("7.94", "9.47"), good)
    report = await writer().write(evidence, engine)
    assert report.written_by == "model"
    assert "9.47 mm/s is not in the evidence" in report.problems[0]
    assert "9.47 mm/s is not in the evidence" in engine.requests[1].turns[0].content
    assert engine.requests[0].prefix == engine.requests[1].prefix


async def test_what_comes_after_the_first_wrong_sentence_is_left_out(evidence: Evidence) -> None:
    good = GOOD
    tail = "It is 9.9 mm/s. It is hot. It is hot"
    report = await writer().write(evidence, Script(f"{good} {tail}"))
    assert (report.written_by, report.text) == ("model", good)
    assert report.problems == ()


async def test_a_text_cut_off_in_a_repeated_number_is_not_published(evidence: Evidence) -> None:
    begun = GOOD.split("usually", maxsplit=1)[0]
    circling = f"{begun}usually 2.1 mm/s; usually 2.1 mm/s, 2.1 mm/s, 2.1 mm/s, 2."
    assert faithful_part(circling, evidence) == GOOD.split(" Its ", maxsplit=1)[0]
    report = await writer().write(evidence, Script(circling, circling))
    assert report.written_by == "template"
    assert "2.1 mm/s is said twice" in report.problems[0]


async def test_an_outdated_report_says_what_time_it_speaks_of(evidence: Evidence) -> None:
    report = writer().outdated(await writer().write(evidence, Script(GOOD)))
    assert (report.written_by, report.model) == ("model", "SmolLM2-135M-Instruct 1")
    assert report.text == f"{GOOD} This is the state as of 14:08:09 UTC."


async def test_an_outdated_report_without_room_is_the_templates(evidence: Evidence) -> None:
    report = await writer().write(evidence, Script(GOOD))
    filled = replace(report, text=f"{GOOD} {' '.join(['It', 'is', 'so.'] * 20)}")
    outdated = writer().outdated(filled)
    assert outdated.written_by == "template"
    assert "This is the state as of 14:08:09 UTC." in outdated.text
    assert outdated.reason == "alarms of the machine changed while it was written"


async def test_the_second_try_goes_on_from_the_faithful_part(evidence: Evidence) -> None:
    first = GOOD.split(" Its ", maxsplit=1)[0]
    engine = Script(f"{first} It is 9.9 mm/s.", GOOD)
    report = await writer().write(evidence, engine)
    assert report.written_by == "model"
    assert engine.requests[1].turns[-1].content == f"{first} Its vibration is"


async def test_after_two_wrong_texts_the_template_stands_in(evidence: Evidence) -> None:
    engine = Script(f"{BEGUN} no fault.", f"{BEGUN} no fault.")
    report = await writer().write(evidence, engine)
    assert (report.written_by, report.text) == ("template", template_text(evidence))
    assert len(report.problems) == 2
    assert report.reason == "the check refused the model's text"


async def test_both_tries_share_one_budget(evidence: Evidence) -> None:
    engine = Script(f"{BEGUN} no fault.", f"{BEGUN} no fault.", seconds=3.0)
    report = await ReportWriter(budget_s=8.0).write(evidence, engine)
    assert report.written_by == "template"
    assert [request.deadline_s for request in engine.requests] == [8.0, 5.0]


async def test_too_little_time_is_no_second_try(evidence: Evidence) -> None:
    engine = Script(f"{BEGUN} no fault.", GOOD, seconds=7.0)
    report = await ReportWriter(budget_s=8.0).write(evidence, engine)
    assert report.written_by == "template"
    assert len(engine.requests) == 1


async def test_a_text_cut_by_time_says_so(evidence: Evidence) -> None:
    engine = Script(f"{BEGUN} a critical alarm si", seconds=8.0)
    report = await ReportWriter(budget_s=8.0).write(evidence, engine)
    assert (report.written_by, report.reason) == ("template", "the time for it ran out")


async def test_a_model_that_fails_leaves_it_to_the_template(evidence: Evidence) -> None:
    report = await writer().write(evidence, Script(None))
    assert report.written_by == "template"
    assert report.problems == (("fake: out of memory",),)
    assert report.reason == "the model failed"


async def test_without_a_model_the_template_writes(evidence: Evidence) -> None:
    report = await writer().write(evidence, None)
    assert (report.written_by, report.model, report.problems) == ("template", "", ())
    assert report.reason == "no model is loaded"


async def test_a_model_trained_for_it_writes_with_marks(evidence: Evidence) -> None:
    engine = Script(MARKED, tasks=("frames", "marked reports"))
    report = await writer().write(evidence, engine)
    assert (report.written_by, report.reason, report.problems) == ("model", "", ())
    assert report.text.startswith("Feed pump 3 (Boiler house) has had a critical alarm since 14:05")
    assert "Vibration" not in report.text
    assert engine.requests[0].figures is not None
    assert "v1" in engine.requests[0].figures
    assert not any(figure.isdigit() for figure in engine.requests[0].figures)


async def test_where_it_got_worse_the_model_goes_on_from_the_beginning(evidence: Evidence) -> None:
    begun = "m0 has had an alarm since t0, which became critical at w0:"
    engine = Script(
        MARKED.replace("m0 has had a critical alarm since t0:", begun), tasks=("marked reports",)
    )
    report = await writer().write(replace(evidence, worsened=evidence.started + 40), engine)
    assert report.written_by == "model"
    assert "since 14:05:09 UTC on 2026-03-01, which became critical at 14:05:49:" in report.text
    assert engine.requests[0].turns[-1].content == begun


async def test_a_wrong_sentence_with_marks_is_left_out(evidence: Evidence) -> None:
    engine = Script(f"{MARKED} s2 is below its limit of l2.", tasks=("marked reports",))
    report = await writer().write(evidence, engine)
    assert report.written_by == "model"
    assert "below" not in report.text
    assert len(engine.requests) == 1


def test_of_too_many_words_the_least_important_sentences_go(evidence: Evidence) -> None:
    assert "steady" in MarkedDrafting(evidence).read(MARKED).texts[0]
    wordy = MARKED.replace("First, c0", f"First, {'and then ' * 13}c0")
    read = MarkedDrafting(evidence).read(wordy).texts[0]
    assert "steady" not in read
    assert read.endswith("noise, heat and grease.")


async def test_too_little_with_marks_is_gone_on_from(evidence: Evidence) -> None:
    first, rest = MARKED.split(". ", maxsplit=1)
    engine = Script(f"{first}. s1 is low at v1.", f"{first}. {rest}", tasks=("marked reports",))
    report = await writer().write(evidence, engine)
    assert report.written_by == "model"
    assert "vibration is said to be low" in " ".join(report.problems[0])
    again = engine.requests[1]
    assert again.turns[-1].content == f"{first}."
    assert again.turns[0].content.endswith("wrong: s1 is low at v1.")


async def test_the_payload_holds_text_and_evidence(evidence: Evidence) -> None:
    report = await writer().write(evidence, None)
    payload = json.loads(json.dumps(report.payload(), allow_nan=False))
    assert payload["id"] == "pump3-20260301T140509Z-1"
    assert payload["kind"] == "opened"
    assert payload["started"] == "2026-03-01T14:05:09Z"
    assert payload["ended"] is None
    assert payload["conditions"] == ["vibration_high", "vibration_high_high", "temp_high"]
    assert payload["evidence"]["signals"][1]["onset"] == "2026-03-01T14:05:49Z"
    assert payload["evidence"]["signals"][0]["status"] == "good"


def test_the_figures_of_the_prompt_are_those_of_its_lines(evidence: Evidence) -> None:
    found = figures(evidence)
    assert {"14:05:09", "2026-03-01", "7.94", "75", "12", "3"} <= set(found)
    assert all(any(map(str.isdigit, figure)) for figure in found)


def test_the_prompt_holds_what_a_report_needs(evidence: Evidence) -> None:
    assert lines(evidence).splitlines() == [
        "report: opened",
        "machine: Feed pump 3",
        "area: Boiler house",
        "severity: critical",
        "started: 14:05:09 UTC on 2026-03-01",
        (
            "first: vibration high, 7.94 mm/s, limit 7.1 mm/s, usually 2.1 mm/s, "
            "rising 1.57 mm/s per minute"
        ),
        "then at 14:05:49: bearing temperature high, 78.5 °C, limit 75 °C, usually 50.2 °C",
        "steady: discharge pressure 4.2 bar",
        'log: "bearing <n> above <n> C" 12 times',
        "likely fault: bearing wear",
        "check: Check the bearing for noise, heat and grease.",
    ]


@pytest.mark.parametrize("kind", ["opened", "changed", "closed"])
def test_the_prompts_examples_do_not_pass_for_another_machine(
    evidence: Evidence, kind: Due
) -> None:
    for role, content in instructions(kind):
        assert role != "assistant" or not faithful_part(content, evidence)
