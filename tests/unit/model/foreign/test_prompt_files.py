from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lamplighter.errors import ModelError
from lamplighter.model.foreign.prompt_files import read_prompt_facts

EOS = {"eos_token": "</s>"}


def folder_with(folder: Path, **files: Any) -> Path:
    for name, value in files.items():
        (folder / f"{name}.json").write_text(json.dumps(value))
    return folder


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("one", "one"),
        ([{"name": "tool_use", "template": "a"}, {"name": "default", "template": "b"}], "b"),
        ([{"name": "rag", "template": "a"}], "a"),
        (None, ""),
        ([], ""),
        (7, ""),
    ],
)
def test_a_template_is_a_text_or_one_of_several(
    tmp_path: Path, template: object, expected: str
) -> None:
    settings = EOS | {"chat_template": template}
    assert read_prompt_facts(folder_with(tmp_path, tokenizer_config=settings)).template == expected


def test_a_template_in_a_file_of_its_own_comes_first(tmp_path: Path) -> None:
    settings = EOS | {"chat_template": "old"}
    folder = folder_with(
        tmp_path, tokenizer_config=settings, chat_template={"chat_template": "newer"}
    )
    assert read_prompt_facts(folder).template == "newer"
    (folder / "chat_template.jinja").write_text("newest")
    assert read_prompt_facts(folder).template == "newest"


@pytest.mark.parametrize("token", ["<e>", {"content": "<e>", "lstrip": False}])
def test_tokens_are_texts_or_objects(tmp_path: Path, token: object) -> None:
    settings = {"eos_token": token, "bos_token": token, "add_bos_token": True}
    facts = read_prompt_facts(folder_with(tmp_path, tokenizer_config=settings))
    assert (facts.bos, facts.eos, facts.adds_bos) == ("<e>", "<e>", True)


def test_tokens_may_stand_in_the_older_file(tmp_path: Path) -> None:
    facts = read_prompt_facts(
        folder_with(tmp_path, tokenizer_config={"bos_token": None}, special_tokens_map=EOS)
    )
    assert (facts.bos, facts.eos, facts.adds_bos) == ("", "</s>", None)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"generation_config": {"eos_token_id": 2}}, (2,)),
        ({"generation_config": {"eos_token_id": [128001, 128009]}}, (128001, 128009)),
        ({"config": {"eos_token_id": [4, 5]}}, (4, 5)),
        ({"generation_config": {"eos_token_id": 2}, "config": {"eos_token_id": 4}}, (2,)),
        ({"genai_config": {"model": {"eos_token_id": [6]}}, "config": {"eos_token_id": 4}}, (6,)),
        ({"generation_config": {"eos_token_id": ["x", -1, True]}}, ()),
        ({}, ()),
    ],
)
def test_all_end_tokens_are_found(
    tmp_path: Path, files: dict[str, Any], expected: tuple[int, ...]
) -> None:
    facts = read_prompt_facts(folder_with(tmp_path, tokenizer_config=EOS, **files))
    assert facts.ends == expected


def test_an_end_token_may_be_a_number_only(tmp_path: Path) -> None:
    tokenizer = {"added_tokens": [{"id": 3, "content": "<a>"}, {"id": 2, "content": "<end>"}]}
    folder = folder_with(tmp_path, config={"eos_token_id": 2}, tokenizer=tokenizer)
    assert read_prompt_facts(folder).eos == "<end>"
    folder_with(tmp_path, tokenizer={**tokenizer, "model": {"vocab": {"a": 0, "\u010a": 2}}})
    assert read_prompt_facts(folder).eos == "<end>"
    folder_with(tmp_path, tokenizer={"model": {"vocab": {"a": 0, "\u010a": 2}}})
    assert read_prompt_facts(folder).eos == "\u010a"
    folder_with(tmp_path, config={"eos_token_id": 9})
    with pytest.raises(ModelError, match="does not name the end token 9"):
        read_prompt_facts(folder)


def test_without_an_end_no_answer_would_have_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no file says which token ends an answer"):
        read_prompt_facts(tmp_path)


@pytest.mark.parametrize("text", ["{", "[]", "\udcff", "[" * 100000])
def test_broken_files_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "tokenizer_config.json").write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(ModelError, match=r"tokenizer_config\.json"):
        read_prompt_facts(tmp_path)
