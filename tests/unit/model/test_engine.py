from __future__ import annotations

import asyncio
import math
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lamplighter.errors import ModelError
from lamplighter.model.bundle import manifest as files
from lamplighter.model.decoding import grammar as g
from lamplighter.model.engine import Engine
from lamplighter.model.prompt import chat
from lamplighter.model.request import Completion, Request, Urgency

PREFIX = (chat.system("Name one device of the home."), chat.user("hi"), chat.assistant("lamp"))
TURNS = (chat.user("the kitchen lamp"), chat.assistant_prefix())
NAMES = g.compile_grammar(g.span(["the kitchen lamp or kettle"], max_words=3))
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


def result(completion: Completion) -> Completion:
    return replace(completion, elapsed_ms=0.0, cached_tokens=0)


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
    with pytest.raises(ModelError, match="holds no model"):
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
