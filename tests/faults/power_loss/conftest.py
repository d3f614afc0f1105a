"""Folders in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.power_loss.replay import memory_folder


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder in memory."""
    with memory_folder() as folder:
        yield folder
