from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from lamplighter.errors import ModelError, RefusedError
from lamplighter.model.decoding import grammar as g
from lamplighter.model.prompt import chat
from lamplighter.model.request import Completion, Request
from lamplighter.model.watched import WatchedEngine

ASK = Request(turns=(chat.user("hi"), chat.assistant_prefix()))
ON = Request(turns=ASK.turns, grammar=g.compile_grammar(g.literal("on")))


class Script:
    """An engine that gives what it is told to give."""

    name, version = "tiny", "1"
    tasks: tuple[str, ...] = ("frames",)

    def __init__(self, *answers: Completion | ModelError) -> None:
        self.answers = list(answers)

    def stop(self) -> None:
        raise NotImplementedError

    async def complete(self, request: Request) -> Completion:
        assert request
        answer = self.answers.pop(0)
        if isinstance(answer, ModelError):
            raise answer
        return answer

    async def stream(self, request: Request) -> AsyncIterator[str | Completion]:
        yield "o"
        yield await self.complete(request)

    async def score(self, *_: object, **__: object) -> list[float]:
        await self.complete(ASK)
        return [-1.0]

    def count_tokens(self, turns: object) -> int:
        return 7 if turns else 0


class Watch:
    """A watched engine and what it told."""

    def __init__(
        self, *answers: Completion | ModelError, before: float | None = None, load: float = 0.5
    ) -> None:
        self.told: list[tuple[bool, str]] = []
        self.engine = WatchedEngine(
            Script(*answers),
            outcome=lambda ok, problem: self.told.append((ok, problem)),
            before=before,
            load=lambda: (load, 2),
        )


def took(ms: float, *, finished: str = "stop", waited: float = 0.0) -> Completion:
    late = finished == "deadline"
    return Completion(
        text="" if late else "on",
        tokens=0 if late else 2,
        prompt_tokens=10,
        cached_tokens=2,
        elapsed_ms=ms + waited,
        waited_ms=waited,
        finished="deadline" if late else "stop",
    )


async def test_a_good_answer_is_one() -> None:
    watch = Watch(took(10), took(10), took(10))
    assert (await watch.engine.complete(ON)).text == "on"
    assert [piece async for piece in watch.engine.stream(ON)] == ["o", took(10)]
    assert await watch.engine.score((), ASK.turns, ["a"]) == [-1.0]
    assert watch.told == [(True, "")] * 2
    assert watch.engine.count_tokens(ASK.turns) == 7
    assert (watch.engine.name, watch.engine.version) == ("tiny", "1")
    assert watch.engine.tasks == ("frames",)


async def test_an_error_of_the_model_counts_and_is_passed_on() -> None:
    broken = ModelError("logits", "are no finite numbers")
    watch = Watch(broken, broken, broken)
    with pytest.raises(ModelError):
        await watch.engine.complete(ASK)
    with pytest.raises(ModelError):
        [piece async for piece in watch.engine.stream(ASK)]
    with pytest.raises(ModelError):
        await watch.engine.score((), ASK.turns, ["a"])
    assert watch.told == [(False, "logits: are no finite numbers")] * 3


async def test_a_request_that_is_refused_says_nothing_of_the_model() -> None:
    watch = Watch(RefusedError("prompt", "does not fit"))
    with pytest.raises(RefusedError):
        await watch.engine.complete(ASK)
    assert watch.told == []


async def test_an_output_that_does_not_parse_counts() -> None:
    watch = Watch(Completion(text="of"))
    await watch.engine.complete(ON)
    assert watch.told == [(False, "its output 'of' does not parse")]


async def test_a_deadline_says_nothing_unless_the_model_is_far_slower() -> None:
    late = took(3000, finished="deadline")
    waited = took(3000, finished="deadline", waited=9000)
    slow = [took(400), took(400), took(400)]
    cases = {
        "nobody knows the model before": Watch(*slow, late),
        "it is slower, but not by far": Watch(*slow, late, before=20.0),
        "it waited for others": Watch(*slow, waited, before=5.0),
        "the machine is busy": Watch(*slow, late, before=5.0, load=2.5),
        "too few requests": Watch(slow[0], late, before=5.0),
    }
    for why, watch in cases.items():
        script = watch.engine.engine
        assert isinstance(script, Script)
        while script.answers:
            await watch.engine.complete(ASK)
        assert all(ok for ok, _ in watch.told), why
    watch = Watch(*slow, late, before=5.0)
    for _ in range(4):
        await watch.engine.complete(ASK)
    assert watch.told[-1] == (False, "it is far slower than the model before")
