from __future__ import annotations

from typing import Any

import pytest
from tools.model_figures import targets
from tools.model_figures.rounds import OURS, THEIRS

SPEEDS = ("prefill_64_per_s", "prefill_512_per_s", "decode_per_s")
BITS = {"eight": 8, "four": 4}


def row(side: str, model: str, speed: float, **more: float) -> dict[str, Any]:
    found = {"side": side, "model": model, "threads": 2, "load_s": 0.3, "sentence_ms": 100.0}
    return {**found, **dict.fromkeys(SPEEDS, speed), **more}


def figures(ours: float) -> dict[str, Any]:
    return {
        "speeds": [row(OURS, "eight", ours), row(THEIRS, "Q8_0", 100.0), row(THEIRS, "Q4_0", 1.0)],
        "memory": [{"model": "eight", "added_mib": 180.0}],
    }


@pytest.mark.parametrize(("ours", "prefill", "decode"), [(104, False, False), (106, False, True),
                                                         (131, True, True)])  # fmt: skip
def test_a_ratio_counts_against_the_form_of_the_same_bits_alone(
    ours: float, *, prefill: bool, decode: bool
) -> None:
    found = targets.targets(figures(ours), BITS)
    ratios = {each["figure"]: each["reached"] for each in found if "against" in each["figure"]}
    assert ratios == {
        "eight against Q8_0, prefill_64, 2 threads": prefill,
        "eight against Q8_0, prefill_512, 2 threads": prefill,
        "eight against Q8_0, decode, 2 threads": decode,
    }


@pytest.mark.parametrize(("added", "reached"), [(200.0, True), (200.1, False)])
def test_memory_counts_as_what_the_daemon_grows_by(added: float, *, reached: bool) -> None:
    found = figures(200) | {"memory": [{"model": "eight", "added_mib": added}]}
    [target] = [t for t in targets.targets(found, BITS) if "memory" in t["figure"]]
    assert target["reached"] is reached


def test_perplexity_is_held_against_the_source_and_the_other_four_bit_form() -> None:
    perplexities = [
        {"side": OURS, "model": "four", "perplexity": 10.3, "source": 10.0},
        {"side": THEIRS, "model": "Q4_0", "perplexity": 5.5, "source": 5.0},
    ]
    found = targets.targets(figures(200) | {"perplexities": perplexities}, BITS)
    told = {t["figure"]: t["reached"] for t in found if t["figure"].startswith("four: ")}
    assert told == {
        "four: perplexity against the weights it came from": False,
        "four: what it costs beside what Q4_0 costs": True,
    }
