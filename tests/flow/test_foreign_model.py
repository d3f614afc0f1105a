"""Another tool's ONNX export in place of the built model, from the configuration to an answer."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from lamplighter.config import parse
from lamplighter.model.decoding import grammar as g
from lamplighter.model.engine import Engine
from lamplighter.model.prompt import chat
from lamplighter.model.request import Request
from lamplighter.model_service import ModelService

TINY = Path(__file__).resolve().parents[1] / "data" / "models" / "tiny-export"
EXPECTED: dict[str, Any] = json.loads((TINY / "expected.json").read_text())
PREFIX = (chat.system("Name one device of the home."), chat.user("hi"), chat.assistant("lamp"))
TURNS = (chat.user("the kitchen lamp"), chat.assistant_prefix())
NAMES = g.compile_grammar(g.span(["the kitchen lamp or kettle"], max_words=3))


def service_of(text: str, folder: Path) -> ModelService:
    return ModelService(parse(text, file="test").model, folder)


async def test_an_export_answers_where_the_configuration_names_it(tmp_path: Path) -> None:
    service = service_of(f"model: {{path: {TINY}, unverified: true, threads: 1}}", tmp_path)
    await service.start()
    try:
        assert service.engine is not None, service.reason
        assert service.health()["name"] == "tiny-export"
        completion = await service.engine.complete(Request(turns=TURNS, grammar=NAMES))
        assert NAMES.parses(completion.text)
    finally:
        await asyncio.to_thread(service.stop)


async def test_a_graph_in_transformers_js_layout_answers_too(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(TINY, folder)
    (folder / "onnx").mkdir()
    graph = (folder / "model.onnx").rename(folder / "onnx" / "model_q4.onnx")
    for path in (folder, graph):
        service = service_of(f"model: {{path: {path}, unverified: true}}", tmp_path)
        await service.start()
        try:
            assert service.engine is not None, service.reason
            assert (await service.engine.complete(Request(turns=TURNS, max_tokens=3))).tokens
        finally:
            await asyncio.to_thread(service.stop)


@pytest.mark.parametrize("path", [TINY, TINY / "model.onnx"])
async def test_an_export_is_not_run_unless_told(path: Path, tmp_path: Path) -> None:
    service = service_of(f"model: {{path: {path}}}", tmp_path)
    await service.start()
    assert service.engine is None
    assert service.health()["state"] == "missing"
    assert "model.unverified: true" in service.reason
    assert "{onnx: FOLDER}" in service.reason


async def test_prompts_are_those_of_the_models_own_template() -> None:
    messages = EXPECTED["chat"]["messages"]
    turns = [chat.Turn(each["role"], each["content"]) for each in messages]
    with Engine(TINY, threads=1, unverified=True) as engine:
        assert engine.count_tokens([*turns, chat.assistant_prefix()]) == len(
            EXPECTED["chat"]["tokens"]
        )


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_is_drawn_parses(seed: int) -> None:
    request = Request(prefix=PREFIX, turns=TURNS, grammar=NAMES, temperature=2.0, seed=seed)
    with Engine(TINY, threads=1, unverified=True) as engine:
        assert NAMES.parses((await engine.complete(request)).text)


async def test_an_evaluated_prefix_outlives_a_restart(tmp_path: Path) -> None:
    request = Request(prefix=PREFIX, turns=TURNS, max_tokens=8)
    texts = []
    for cached in (False, True):
        with Engine(TINY, threads=1, unverified=True, prefix_folder=tmp_path) as engine:
            completion = await engine.complete(request)
            assert bool(completion.cached_tokens) == cached
            texts.append(completion.text)
    assert texts[0] == texts[1]
