"""The recorder, built once, and folders in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.power_loss.replay import memory_folder
from tests.faults.preload.interposer import build, find_compiler


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if find_compiler() is None:
        pytest.skip("there is no C compiler (cc) to build the recorder with")
    return build(tmp_path_factory.mktemp("preload"))


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder in memory."""
    with memory_folder() as folder:
        yield folder
