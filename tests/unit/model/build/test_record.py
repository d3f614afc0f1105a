from __future__ import annotations

import json
from pathlib import Path

import pytest

from lamplighter.errors import ModelError
from lamplighter.model.build.recipe import parse_recipe
from lamplighter.model.build.record import record_of

RECIPE = """\
name: mine
licence: MIT
source: {gguf: mine.gguf}
gates: {perplexity: {text: text.txt, most: 20}}
"""


def test_a_changed_text_changes_the_record(tmp_path: Path) -> None:
    recipe = parse_recipe(RECIPE, file="mine.yaml", base=tmp_path)
    with pytest.raises(ModelError, match=r"text\.txt"):
        record_of(recipe)
    (tmp_path / "text.txt").write_text("one")
    first = record_of(recipe)
    (tmp_path / "text.txt").write_text("two")
    assert record_of(recipe) != first
    assert json.loads(json.dumps(first)) == first
    assert str(tmp_path) not in str(first)
