"""FaultSum is what was frozen, and is what its description says."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest
from tools.plant import codec, faultsum
from tools.plant.held_out import of_held_out_fault
from tools.plant.readable import readable


def test_the_frozen_cases_are_read_and_stratified() -> None:
    cases = faultsum.read()
    strata = faultsum.strata(cases)
    assert len(cases) == faultsum.COUNT
    assert strata["reports"] == {"opened": 150, "changed": 60, "closed": 90}
    assert len(strata["classes"]) >= 20
    assert min(strata["difficulty"].values()) >= 45
    assert sum(of_held_out_fault(each.fault or "") for each in cases) >= 45
    assert [codec.from_dict(codec.to_dict(each)) for each in cases] == cases


def test_a_changed_case_is_noticed(tmp_path: Path) -> None:
    shutil.copytree(faultsum.FOLDER, tmp_path, dirs_exist_ok=True)
    text = gzip.decompress((tmp_path / faultsum.CASES).read_bytes())
    (tmp_path / faultsum.CASES).write_bytes(gzip.compress(text.replace(b"1", b"2", 1)))
    with pytest.raises(ValueError, match="frozen"):
        faultsum.read(tmp_path)


def test_facts_for_people_hold_the_names_and_numbers() -> None:
    for each in faultsum.read()[:30]:
        text = readable(each)
        assert each.name in text
        for signal in each.signals:
            assert signal.name in text
