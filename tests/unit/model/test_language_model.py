from __future__ import annotations

import time
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from lamplighter.errors import RefusedError
from lamplighter.model.bundle import manifest as files
from lamplighter.model.decoding import grammar as g
from lamplighter.model.decoding.automaton import Automaton
from lamplighter.model.language_model import LanguageModel, open_model
from lamplighter.model.prompt import chat
from lamplighter.model.request import Completion, Request, Urgency
from lamplighter.model.runtime.session import Session

PREFIX = (chat.system("Name one device of the home, please, and nothing but a device of it."),)
TURNS = (chat.user("the lamp"), chat.assistant_prefix())
WORDS = g.compile_grammar(g.names(["lamp", "kettle"]))


@pytest.fixture
def evaluated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return every token that a model was given, in order."""
    tokens: list[int] = []
    forward = Session.forward

    def noted(self: Session, row: Sequence[int], *, kept: int = 1) -> NDArray[np.float32]:
        tokens.extend(row)
        return forward(self, row, kept=kept)

    monkeypatch.setattr(Session, "forward", noted)
    return tokens


def started(folder: Path, prefixes: Path | None) -> LanguageModel:
    manifest = files.verify(folder)
    model = open_model(
        folder, manifest, threads=1, context=256, prefix_folder=prefixes, clock=time.monotonic
    )
    model.start()
    return model


def finish(steps: Generator[str, None, Any]) -> Any:
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value


def complete(model: LanguageModel, request: Request) -> Completion:
    completion = finish(model.complete(request, time.monotonic()))
    assert isinstance(completion, Completion)
    return completion


@pytest.mark.parametrize("urgency", list(Urgency))
def test_after_a_restart_no_token_of_the_prefix_is_evaluated(
    tiny: Path, tmp_path: Path, evaluated: list[int], urgency: Urgency
) -> None:
    request = Request(prefix=PREFIX, turns=TURNS, grammar=WORDS, urgency=urgency)
    first = started(tiny, tmp_path)
    before = complete(first, request)
    length = first.count_tokens(PREFIX)
    assert len(evaluated) >= before.prompt_tokens
    first.stop()
    evaluated.clear()
    after = complete(started(tiny, tmp_path), request)
    assert after.cached_tokens == length
    assert after.text == before.text
    assert len(evaluated) <= after.prompt_tokens - length + after.tokens


def test_several_prefixes_are_kept(tiny: Path, evaluated: list[int]) -> None:
    model = started(tiny, None)
    others = [(chat.system(f"Number {number} of the prefixes."),) for number in range(3)]
    requests = [Request(prefix=prefix, turns=TURNS, grammar=WORDS) for prefix in others]
    for request in requests:
        complete(model, request)
    evaluated.clear()
    again = [complete(model, request) for request in requests]
    assert all(each.cached_tokens for each in again)
    new = sum(each.prompt_tokens - each.cached_tokens + each.tokens for each in again)
    assert len(evaluated) <= new


def test_a_report_is_evaluated_in_short_steps_and_a_command_at_once(tiny: Path) -> None:
    model = started(tiny, None)
    turns = (chat.user("w" * 60), chat.assistant_prefix())
    steps = []
    for urgency in Urgency:
        request = Request(turns=turns, grammar=WORDS, max_tokens=1, urgency=urgency)
        steps.append(len(list(model.complete(request, time.monotonic()))))
    assert steps[Urgency.REPORT] > steps[Urgency.COMMAND] == 0


def test_a_prompt_that_does_not_fit_is_refused(tiny: Path) -> None:
    model = started(tiny, None)
    request = Request(turns=(chat.user("w" * 300), chat.assistant_prefix()))
    with pytest.raises(RefusedError, match="does not fit into 256"):
        complete(model, request)


def test_the_masks_of_a_grammar_are_made_once(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = started(tiny, None)
    made: list[object] = []
    walk = Automaton.without

    def noted(self: Automaton, missing: frozenset[int]) -> Automaton:
        made.append(self)
        return walk(self, missing)

    monkeypatch.setattr(Automaton, "without", noted)
    request = Request(turns=TURNS, grammar=WORDS)
    texts = {complete(model, request).text for _ in range(3)}
    assert len(texts) == len(made) == 1


def test_free_decoding_writes_no_figure_that_it_was_not_given(tiny: Path) -> None:
    model = started(tiny, None)
    seen: set[str] = set()
    for seed in range(12):
        drawn = Request(turns=TURNS, temperature=3.0, seed=seed, max_tokens=24)
        free = complete(model, drawn).text
        held = complete(model, replace(drawn, figures=("v1", "7.5"))).text
        seen |= {letter for letter in free if letter.isdigit()}
        assert not {letter for letter in held if letter.isdigit()} - {"1", "7", "5"}
    assert seen - {"1", "7", "5"}
    model.stop()
