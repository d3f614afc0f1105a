from __future__ import annotations

from tools.understanding_figures.measure import LOOSE
from tools.understanding_figures.retrieved import (
    ALL,
    FRAMES,
    NOTHING,
    Meant,
    Read,
    choice_of,
    prompt_of,
    retrieved,
    row_of,
    sentences,
)

from lamplighter.model.decoding.grammar import compile_grammar
from lamplighter.understanding.model_parser import Thresholds


def test_what_is_meant_is_nearly_always_among_what_is_retrieved() -> None:
    missed = []
    every = [each for path in (FRAMES, LOOSE) for each in sentences(path)]
    for each in every:
        devices = {entity.id for entity in retrieved(each.mentions, each.names)}
        if not each.right.entities <= devices:
            missed.append(each.text)
    assert len(every) > 380
    assert len(missed) < 0.04 * len(every), missed


def test_the_grammar_admits_the_devices_and_no_others() -> None:
    each = next(each for each in sentences(FRAMES) if each.text == "cut the den lights")
    devices = retrieved(each.mentions, each.names)
    assert prompt_of(devices, each.text) == "Devices: Den lights (light)\nSaid: cut the den lights"
    grammar = compile_grammar(choice_of(devices, each.mentions, wide=False))
    assert grammar.parses("off|Den lights|")
    assert grammar.parses(f"off|{ALL}|")
    assert not grammar.parses("off|Hall lamp|")
    assert not grammar.parses("unlock|Den lights|")


def test_the_row_counts_by_confidence() -> None:
    each = next(each for each in sentences(FRAMES) if each.text == "cut the den lights")
    other = Meant("off", frozenset({"light.garage"}))
    found = [
        (each, Read(each.right, 0.9, 10, 5.0)),
        (each, Read(other, 0.9, 10, 5.0)),
        (each, Read(other, 0.6, 10, 5.0)),
        (each, Read(NOTHING, 0.9, 30, 5.0)),
    ]
    row = row_of(found, Thresholds(act=0.8, ask=0.5))
    counts = [row[key] for key in ("sentences", "acted_rightly", "wrong_actions", "asked")]
    assert counts == [4, 1, 1, 1]
    assert row["prompt_tokens"] == 15
