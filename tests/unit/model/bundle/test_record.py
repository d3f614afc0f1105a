from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lamplighter.errors import ModelError
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle.gate_report import GateResult
from lamplighter.model.bundle.record import (
    Record,
    find_record,
    forget_record,
    hash_of,
    make_record,
    write_record,
)

MANIFEST = b'{"name": "tiny"}'
GATES = (
    GateResult(gate="decode", measured=80.0, bound=20.0, side="least"),
    GateResult(gate="task frames", measured=0.99, bound=0.95, side="least", detail="1 miss"),
)


@pytest.fixture
def record() -> Record:
    return make_record(MANIFEST, GATES, at=5.0)


def test_a_record_is_found_beside_its_model(record: Record, tmp_path: Path) -> None:
    assert write_record(record, tmp_path, None) == tmp_path / files.RECORD
    assert find_record(tmp_path, MANIFEST, None) == record
    assert record.manifest == hash_of(MANIFEST)


def test_it_holds_for_its_manifest_only(record: Record, tmp_path: Path) -> None:
    write_record(record, tmp_path, None)
    assert find_record(tmp_path, MANIFEST + b" ", None) is None


def test_where_a_folder_can_t_be_written_it_stands_elsewhere(
    record: Record, tmp_path: Path
) -> None:
    nowhere = tmp_path / "a-file"
    nowhere.write_text("")
    place = write_record(record, nowhere, tmp_path / "state" / "verified")
    assert place == tmp_path / "state" / "verified" / f"{record.manifest}.json"
    assert find_record(nowhere, MANIFEST, place.parent) == record
    assert find_record(nowhere, MANIFEST, None) is None
    with pytest.raises(ModelError, match="can't be written"):
        write_record(record, nowhere, None)
    with pytest.raises(ModelError, match="can't be written"):
        write_record(record, nowhere, nowhere / "more")


def test_it_covers_gates_that_were_all_passed_on_such_a_machine(record: Record) -> None:
    assert record.covers(["decode"])
    assert record.covers(["decode", "task frames"])
    assert not record.covers(["decode", "perplexity"])
    failing = replace(GATES[0], measured=1.0)
    assert not replace(record, gates=(failing, GATES[1])).covers(["task frames"])
    assert not replace(record, machine="vax").covers(["decode"])


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 2}', '{"format": 1, "gates": [1]}'])
def test_a_broken_record_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / files.RECORD).write_text(content)
    assert find_record(tmp_path, MANIFEST, None) is None


def test_a_record_of_another_kind_is_none(record: Record, tmp_path: Path) -> None:
    path = write_record(record, tmp_path, None)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"more": 1}))
    assert find_record(tmp_path, MANIFEST, None) is None


def test_a_record_is_forgotten_wherever_it_is(record: Record, tmp_path: Path) -> None:
    nowhere = tmp_path / "a-file"
    nowhere.write_text("")
    elsewhere = tmp_path / "verified"
    write_record(record, tmp_path, elsewhere)
    write_record(record, nowhere, elsewhere)
    forget_record(tmp_path, MANIFEST, elsewhere)
    forget_record(tmp_path, MANIFEST, None)
    assert find_record(tmp_path, MANIFEST, elsewhere) is None
    with pytest.raises(ModelError, match="can't be removed"):
        forget_record(nowhere, MANIFEST, None)
