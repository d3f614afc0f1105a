from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lamplighter.model import commands, locate


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands.model, arguments)


@pytest.mark.model
def test_bench_measures_the_default_model(real_model: Path) -> None:
    figures = json.loads(run("bench", str(real_model), "--threads", "1", "--json").stdout)
    assert figures["model"] == locate.DEFAULT_MODEL
    assert all(value > 0 for value in figures.values() if not isinstance(value, str))
