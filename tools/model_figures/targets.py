"""What the model's figures have to reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tools.model_figures.rounds import OURS, THEIRS

# (our bits, their form, figure, least ratio)
RATIOS = (
    (8, "Q8_0", "prefill_64_per_s", 1.3),
    (8, "Q8_0", "prefill_512_per_s", 1.3),
    (8, "Q8_0", "decode_per_s", 1.05),
    (8, "Q4_1", "prefill_64_per_s", 2.7),
    (8, "Q4_1", "prefill_512_per_s", 2.7),
    (8, "Q4_1", "decode_per_s", 1.1),
    (4, "Q4_0", "prefill_64_per_s", 1.0),
    (4, "Q4_0", "prefill_512_per_s", 1.0),
    (4, "Q4_0", "decode_per_s", 1.0),
)
LOAD_S = 0.5
MEMORY_MIB = {8: 200.0, 4: 150.0}
SENTENCE_MS = 180.0
PERPLEXITY = {8: 1.005, 4: 1.02}


def targets(found: Mapping[str, Any], bits: Mapping[str, int]) -> list[dict[str, Any]]:
    """Each target that something was measured for.

    Args:
        found: what was measured.
        bits: of our models, by name.
    """
    return [
        *_ratios(found["speeds"], bits),
        *_bounds(found["speeds"]),
        *_memory(found["memory"], bits),
        *_fidelity(found, bits),
    ]


def _ratios(rows: list[dict[str, Any]], bits: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    theirs = {(row["model"], row["threads"]): row for row in rows if row["side"] == THEIRS}
    for row in rows:
        for our_bits, form, figure, least in RATIOS:
            other = theirs.get((form, row["threads"]))
            if row["side"] != OURS or bits[row["model"]] != our_bits or other is None:
                continue
            ratio = row[figure] / other[figure]
            yield _target(
                f"{row['model']} against {form}, {figure.removesuffix('_per_s')}, "
                f"{row['threads']} threads",
                f"{ratio:.2f}x",
                f"at least {least:g}x",
                reached=ratio >= least,
            )


def _bounds(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        if row["side"] != OURS:
            continue
        where = f"{row['model']}, {row['threads']} threads"
        yield _target(
            f"{where}: load",
            f"{row['load_s']:.2f} s",
            f"at most {LOAD_S:g} s",
            reached=row["load_s"] <= LOAD_S,
        )
        if row["threads"] == 2:
            yield _target(
                f"{where}: 20 tokens in and 20 out on a cached prefix",
                f"{row['sentence_ms']:.0f} ms",
                f"at most {SENTENCE_MS:g} ms",
                reached=row["sentence_ms"] <= SENTENCE_MS,
            )


def _memory(rows: list[dict[str, Any]], bits: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    for row in rows:
        most = MEMORY_MIB[bits[row["model"]]]
        yield _target(
            f"{row['model']}: memory that it adds to the daemon",
            f"{row['added_mib']:.0f} MiB",
            f"at most {most:g} MiB",
            reached=row["added_mib"] <= most,
        )


def _fidelity(found: Mapping[str, Any], bits: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    rows = found.get("perplexities", [])
    theirs = {row["model"]: row for row in rows if row["side"] == THEIRS}
    for row in rows:
        if row["side"] != OURS:
            continue
        ratio = row["perplexity"] / row["source"]
        most = PERPLEXITY[bits[row["model"]]]
        yield _target(
            f"{row['model']}: perplexity against the weights it came from",
            f"{ratio:.4f}x",
            f"at most {most:g}x",
            reached=ratio <= most,
        )
        if bits[row["model"]] == 4 and "Q4_0" in theirs:
            other = theirs["Q4_0"]["perplexity"] / theirs["Q4_0"]["source"]
            yield _target(
                f"{row['model']}: what it costs beside what Q4_0 costs",
                f"{ratio:.4f}x",
                f"at most {other:.4f}x",
                reached=ratio <= other,
            )


def _target(figure: str, measured: str, target: str, *, reached: bool) -> dict[str, Any]:
    return {"figure": figure, "measured": measured, "target": target, "reached": reached}
