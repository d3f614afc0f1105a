"""What the documentation shows can be used as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lamplighter.config import parse
from lamplighter.errors import ConfigError
from lamplighter.faults.evidence.table_files import parse_table, parse_words
from lamplighter.model.build.recipe import parse_recipe

ROOT = Path(__file__).resolve().parents[3]
PAGES = (ROOT / "README.md", *sorted((ROOT / "config" / "docs").glob("*.md")))


def _blocks() -> list[tuple[str, str]]:
    return [
        (f"{page.name}-{number}", block)
        for page in PAGES
        for number, block in enumerate(
            re.findall(r"```yaml\n(.*?)```", page.read_text(), re.DOTALL)
        )
    ]


def test_there_are_pages_with_configuration() -> None:
    assert len(_blocks()) >= 7


@pytest.mark.parametrize(("name", "block"), _blocks())
def test_configuration_that_is_shown_is_right(name: str, block: str) -> None:
    try:
        if block.startswith("name: "):
            parse_recipe(block, file=name, base=Path())
        elif block.startswith("class: "):
            parse_table(block, file=name)
        elif block.startswith("short: "):
            parse_words(block, file=name)
        else:
            parse(block, file=name)
    except ConfigError as error:
        wrong = [
            each for each in error.problems if not each.reason.startswith("there is no file /")
        ]
        assert not wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_is_linked_is_there(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing
