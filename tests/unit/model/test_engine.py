from __future__ import annotations

import asyncio
import math
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lamplighter.errors import ModelError, RefusedError
from lamplighter.model.bundle import manifest as files
from lamplighter.model.decoding import grammar as g
from lamplighter.model.engine import Engine
from lamplighter.model.prompt import chat
from lamplighter.model.request import Completion, Request, Urgency
from lamplighter.model.runtime.session import Session

PREFIX = (chat.system("Name one device of the home."), chat.user("hi"), chat.assistant("lamp"))
TURNS = (chat.user("the kitchen lamp"), chat.assistant_prefix())
NAMES = g.compile_grammar(g.span(["the kitchen lamp or kettle"], max_words=3))
X = g.literal("x")
REPORT = Request(
    turns=(chat.user("tell me all"), chat.assistant_prefix()),
    max_tokens=120,
    temperature=1.0,
    seed=4,
    urgency=Urgency.REPORT,
)


@pytest.fixture
def engine(tiny: Path) -> Iterator[Engine]:
    with Engine(tiny, threads=1) as running:
        yield running


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the sizes of the model's steps so far; each takes a moment."""
    sizes: list[int] = []
    forward = Session.forward

    def slow(self: Session, tokens: Sequence[int], *, kept: int = 1) -> NDArray[np.float32]:
        sizes.append(len(tokens))
        time.sleep(0.05)  # long enough that the loop has its turn meanwhile
        return forward(self, tokens, kept=kept)

    monkeypatch.setattr(Session, "forward", slow)
    return sizes


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.001)


def result(completion: Completion) -> Completion:
    # Rounding differs where the prompt was evaluated in other chunks.
    total = round(completion.log_probability, 3)
    return replace(
        completion,
        elapsed_ms=0.0,
        waited_ms=0.0,
        cached_tokens=0,
        log_probability=total,
        confidence=round(completion.confidence, 3),
        branches=(),
    )


async def test_a_completion_parses_and_tells_its_confidence(engine: Engine) -> None:
    completion = await engine.complete(Request(prefix=PREFIX, turns=TURNS, grammar=NAMES))
    assert NAMES.parses(completion.text)
    assert completion.finished == "stop"
    assert 0 < completion.confidence < 1
    assert completion.branches
    assert completion.prompt_tokens == engine.count_tokens([*PREFIX, *TURNS])


async def test_the_prefix_is_evaluated_once_and_changes_no_result(
    tiny: Path, tmp_path: Path
) -> None:
    request = Request(prefix=PREFIX, turns=TURNS, grammar=NAMES)
    with Engine(tiny, threads=1, prefix_folder=tmp_path) as engine:
        first = await engine.complete(request)
        await engine.complete(replace(request, prefix=()))
        second = await engine.complete(request)
    with Engine(tiny, threads=1, prefix_folder=tmp_path) as engine:
        restarted = await engine.complete(request)
        length = engine.count_tokens(PREFIX)
    assert first.cached_tokens == 0
    assert second.cached_tokens == restarted.cached_tokens == length
    assert result(first) == result(second) == result(restarted)


async def test_an_urgent_request_interrupts_and_the_interrupted_result_is_unchanged(
    engine: Engine,
) -> None:
    alone = await engine.complete(REPORT)
    report = asyncio.create_task(engine.complete(REPORT))
    order: list[str] = []
    report.add_done_callback(lambda _: order.append("report"))
    await asyncio.sleep(0)
    for _ in range(3):
        command = await engine.complete(Request(prefix=PREFIX, turns=TURNS, grammar=NAMES))
        assert NAMES.parses(command.text)
        order.append("command")
    interrupted = await report
    assert order[0] == "command"
    assert result(interrupted) == result(alone)


async def test_a_report_that_is_longer_than_what_interrupts_it_is_unchanged(
    engine: Engine,
) -> None:
    # Half of it is a prefix that is kept, and a part is never overwritten.
    report = replace(
        REPORT, prefix=PREFIX, turns=(chat.user("tell me all of it " * 3), REPORT.turns[-1])
    )
    alone = await engine.complete(report)
    short = Request(turns=(chat.user("x"), chat.assistant_prefix()), grammar=NAMES, max_tokens=20)
    scored = await engine.score(PREFIX, TURNS, ["a", "bc"])
    interrupted = asyncio.create_task(engine.complete(report))
    await asyncio.sleep(0)
    for _ in range(3):
        await engine.complete(short)
        again = await engine.score(PREFIX, TURNS, ["a", "bc"])
        assert again == pytest.approx(scored, abs=1e-3)
    assert result(await interrupted) == result(alone)


async def test_commands_overtake_waiting_reports(engine: Engine) -> None:
    finished: list[str] = []

    async def ask(request: Request, name: str) -> None:
        await engine.complete(request)
        finished.append(name)

    command = Request(turns=TURNS, grammar=NAMES)
    await asyncio.gather(ask(REPORT, "r1"), ask(REPORT, "r2"), ask(command, "c"))
    assert finished == ["c", "r1", "r2"]


async def test_a_cancelled_request_stops_and_leaves_the_engine_usable(engine: Engine) -> None:
    task = asyncio.create_task(engine.complete(REPORT))
    await asyncio.sleep(0)  # it is queued now, and far from done
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    completion = await engine.complete(Request(turns=TURNS, grammar=NAMES))
    assert NAMES.parses(completion.text)


async def test_a_cancelled_prefill_ends_before_the_prompt_does(
    engine: Engine, steps: list[int]
) -> None:
    prompt = Request(turns=(chat.user("w" * 180), chat.assistant_prefix()), urgency=Urgency.REPORT)
    task = asyncio.create_task(engine.complete(prompt))
    await until(lambda: steps)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    begun = len(steps)
    command = await engine.complete(Request(turns=TURNS, grammar=g.compile_grammar(X)))
    assert command.text == "x"
    assert len(steps) == begun + 1
    assert sum(steps[:begun]) < 100


async def test_a_deadline_is_kept_in_the_row_too(engine: Engine, steps: list[int]) -> None:
    first = asyncio.create_task(engine.complete(replace(REPORT, urgency=Urgency.COMMAND)))
    await until(lambda: steps)
    # The model is at work on the first and stays there: nothing else is looked at.
    late = await engine.complete(Request(turns=TURNS, grammar=NAMES, deadline_s=0.01))
    assert (late.text, late.finished, late.prompt_tokens) == ("", "deadline", 0)
    assert late.waited_ms == late.elapsed_ms > 0
    with pytest.raises(RefusedError, match="deadline"):
        await engine.score((), TURNS, ["a"], deadline_s=0.01)
    assert not first.done()
    first.cancel()


async def pieces_of(engine: Engine, request: Request) -> tuple[list[str], Completion]:
    *pieces, completion = [piece async for piece in engine.stream(request)]
    assert isinstance(completion, Completion)
    return [piece for piece in pieces if isinstance(piece, str)], completion


async def test_a_stream_is_the_text_in_pieces_and_then_the_completion(engine: Engine) -> None:
    pieces, completion = await pieces_of(engine, REPORT)
    assert result(completion) == result(await engine.complete(REPORT))
    assert "".join(pieces) == completion.text
    assert all(pieces)
    stop = completion.text[10:12]
    pieces, cut = await pieces_of(engine, replace(REPORT, stop=(stop,)))
    assert "".join(pieces) == cut.text == completion.text[: completion.text.find(stop)]


async def test_a_stream_under_a_grammar_parses(engine: Engine) -> None:
    pieces, completion = await pieces_of(engine, Request(turns=TURNS, grammar=NAMES))
    assert "".join(pieces) == completion.text
    assert NAMES.parses(completion.text)


async def test_a_slow_reader_gets_what_has_come_in_one_piece(engine: Engine) -> None:
    stream = engine.stream(REPORT)
    first = await anext(stream)
    await engine.complete(replace(REPORT, seed=5))  # the stream's work is over before this one's
    rest = [piece async for piece in stream]
    assert len(rest) <= 3
    completion = rest[-1]
    assert isinstance(completion, Completion)
    assert completion.text == "".join(map(str, [first, *rest[:-1]]))


async def test_leaving_a_stream_early_ends_its_work(engine: Engine, steps: list[int]) -> None:
    stream = engine.stream(REPORT)
    await anext(stream)
    await stream.aclose()  # type: ignore[attr-defined]  # it is a generator
    begun = len(steps)
    other = Request(turns=TURNS, grammar=g.compile_grammar(X), urgency=Urgency.REPORT)
    assert (await engine.complete(other)).text == "x"
    assert steps[begun:].count(1) <= 1


async def test_a_stream_that_fails_says_so(engine: Engine) -> None:
    turns = (chat.user("word " * 400), chat.assistant_prefix())
    with pytest.raises(RefusedError, match="does not fit"):
        await pieces_of(engine, Request(turns=turns))


async def test_a_deadline_that_has_passed_gives_an_empty_completion(engine: Engine) -> None:
    completion = await engine.complete(replace(REPORT, deadline_s=0.0))
    assert (completion.text, completion.tokens, completion.finished) == ("", 0, "deadline")
    with pytest.raises(ModelError, match="deadline"):
        await engine.score((), TURNS, ["a"], deadline_s=0.0)


async def test_a_prompt_that_does_not_fit_is_an_error_naming_its_length(engine: Engine) -> None:
    turns = (chat.user("word " * 400), chat.assistant_prefix())
    with pytest.raises(ModelError, match="does not fit into 256"):
        await engine.complete(Request(turns=turns))


async def test_output_is_cut_where_the_context_ends(engine: Engine) -> None:
    turns = (chat.user("w" * 150), chat.assistant_prefix())
    part = g.repeat(g.choice(g.literal("x"), g.literal("y")), minimum=500, maximum=500)
    completion = await engine.complete(
        Request(turns=turns, grammar=g.compile_grammar(part), max_tokens=900)
    )
    assert completion.finished == "length"
    assert completion.prompt_tokens + completion.tokens == 256


async def test_scores_rank_as_decoding_chooses(engine: Engine) -> None:
    options = ["x", "yx", "z"]
    sums = await engine.score(PREFIX, TURNS, options)
    again = await engine.score(PREFIX, TURNS, [options[2], options[0]])
    assert again == [sums[2], sums[0]]
    assert all(each < 0 for each in sums)
    letters = g.compile_grammar(g.choice(g.literal("x"), g.literal("z")))
    chosen = await engine.complete(Request(prefix=PREFIX, turns=TURNS, grammar=letters))
    assert chosen.text == ("x" if sums[0] > sums[2] else "z")
    share = 1 / (1 + math.exp(-abs(sums[0] - sums[2])))
    assert chosen.confidence == pytest.approx(share, abs=1e-3)


async def test_an_empty_continuation_is_refused(engine: Engine) -> None:
    with pytest.raises(ModelError, match="empty"):
        await engine.score((), TURNS, ["a", ""])


async def test_stopping_fails_what_waits(tiny: Path) -> None:
    engine = Engine(tiny, threads=1)
    engine.start()
    waiting = [asyncio.create_task(engine.complete(REPORT)) for _ in range(3)]
    await asyncio.sleep(0)
    engine.stop()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(each, ModelError | Completion) for each in outcomes)
    assert any(isinstance(each, ModelError) for each in outcomes)
    with pytest.raises(ModelError, match="not running"):
        await engine.complete(REPORT)


def test_stopping_what_never_started_is_fine(tiny: Path) -> None:
    engine = Engine(tiny, threads=1)
    engine.stop()
    assert engine.version == ""


@pytest.mark.parametrize("name", [files.WEIGHTS, files.GRAPH, files.TOKENIZER, files.CHAT_TEMPLATE])
def test_an_altered_model_is_refused(tiny: Path, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "altered"
    shutil.copytree(tiny, folder)
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)
    with pytest.raises(ModelError, match=f"{name} is not the file"):
        Engine(folder, threads=1).start()


def test_a_missing_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="holds no"):
        Engine(tmp_path / "none", threads=1).start()


@pytest.mark.model
async def test_the_default_model_finds_a_name_in_a_sentence(real_model: Path) -> None:
    sentence = "please turn on the kitchen light"
    grammar = g.compile_grammar(
        g.sequence(g.choice(g.literal("turn on"), g.literal("turn off")), g.literal("."))
    )
    turns = (
        chat.user(f"Is this to turn on or to turn off? {sentence!r}"),
        chat.assistant_prefix("It is to "),
    )
    with Engine(real_model, threads=1) as engine:
        completion = await engine.complete(Request(turns=turns, grammar=grammar))
        capital = await engine.score(
            (),
            (chat.user("What is the capital of France?"), chat.assistant_prefix("It is")),
            [" Paris", " London"],
        )
    assert completion.text == "turn on."
    assert capital[0] > capital[1] + 2
