"""The table: what is shown, in which order, and what is known of an altered model."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from tools.model import results
from tools.model.results import Notebook, Result, on_the_edge, result
from tools.model.table import as_markdown, rows, tasks_of
from tools.model.variants import VARIANTS, folder_name, named

from lamplighter.errors import ModelError
from lamplighter.model.bundle.manifest import GRAPH, TOKENIZER, WEIGHTS, FileEntry, Manifest


def figures(name: str, decode: float | None, accuracy: float | None) -> Result:
    known = {} if accuracy is None else {"frames": accuracy}
    return Result(name, "narrower", 150.4, 200.0, 1000.0, decode, 18.644, known)


FULL = figures("full", 100.0, 0.95)
FAST = figures("fast", 210.0, 0.935)
POOR = figures("poor", 150.0, 0.5)
UNKNOWN = figures("unknown", None, None)


def test_a_row_says_how_much_faster_it_is_than_the_first() -> None:
    table = rows([FULL, FAST], ["frames"])
    assert table[0] == ["full *", "150", "200", "1,000", "100", "1.00x", "18.64", "95.0"]
    assert table[1] == ["fast *", "150", "200", "1,000", "210", "2.10x", "18.64", "93.5"]


def test_what_was_not_measured_is_no_number() -> None:
    [_, row] = rows([FULL, UNKNOWN], ["frames"])
    assert row == ["unknown", "150", "200", "1,000", "-", "-", "18.64", "-"]


def test_only_variants_that_none_beats_are_marked() -> None:
    assert on_the_edge([FULL, FAST, POOR, UNKNOWN], "frames") == {"full", "fast"}
    assert on_the_edge([FULL, figures("same", 100.0, 0.95)], "frames") == {"full", "same"}


def test_markdown_has_a_line_for_each_variant_and_equal_columns() -> None:
    lines = as_markdown([FULL, UNKNOWN, POOR]).splitlines()
    assert len(lines) == 5
    assert {line.count("|") for line in lines} == {9}
    assert tasks_of([UNKNOWN, FULL]) == ["frames"]
    assert rows([], []) == []


def test_a_huge_perplexity_is_written_short() -> None:
    lost = Result("lost", "zeros", 1, None, None, None, 123456.0, {})
    assert rows([lost], [])[0][6] == "1.2e+05"


def test_models_with_other_tokens_are_compared_by_what_the_text_costs() -> None:
    known = {"quality": {"nats": 1200.0, "predicted": 500, "tasks": {}}}
    assert result("x", "y", 1, known, 400).perplexity == pytest.approx(math.exp(3))
    assert result("x", "y", 1, {}, 400).perplexity is None


def write_model(folder: Path, weights: str) -> None:
    folder.mkdir(exist_ok=True)
    files = {GRAPH: "a" * 64, WEIGHTS: weights * 64, TOKENIZER: "c" * 64}
    Manifest(
        name="x", licence="x", context=1, bos="", eos="", architecture={}, recipe={}, versions={},
        files={name: FileEntry(sha256, 1) for name, sha256 in files.items()},
    ).write(folder)  # fmt: skip


def test_figures_are_kept_until_the_model_is_another(tmp_path: Path) -> None:
    model = tmp_path / "models" / "x"
    model.parent.mkdir()
    write_model(model, "1")
    notebook = Notebook(tmp_path / "results")
    notebook.add(model, "speed", {"1": {"decode_at_300_tokens_per_s": 7.0}})
    notebook.add(model, "quality", {"nats": 3.0, "predicted": 3, "tasks": {}})
    [row] = results.collect([("x", "kind", model)], notebook)
    assert row.decode == 7.0
    assert row.perplexity == pytest.approx(math.e)
    write_model(model, "2")
    assert notebook.read(model).keys() == {"version"}


def test_variants_have_folders_of_their_own() -> None:
    assert len({folder_name(each) for each in VARIANTS}) == len(VARIANTS)
    assert folder_name(named("sparse 50 %, by inputs")) == "sparse-50-by-inputs"
    with pytest.raises(ModelError, match="8-bit, "):
        named("none")
