"""The text that a quantisation is calibrated with."""

from __future__ import annotations

from pathlib import Path

from lamplighter.errors import ModelError
from lamplighter.model import locate
from lamplighter.model.build.recipe import Quantise


def calibration_file(quantise: Quantise) -> Path | None:
    """Return the file of the calibration text; None where the method needs none.

    Raises:
        ModelError: it is to be the one that comes with Lamplighter, and that is not there.
    """
    if quantise.method != "gptq":
        return None
    return quantise.calibration or locate.bundled_text("calibration.txt")


def calibration_tokens(quantise: Quantise, tokenizer_json: str) -> list[int]:
    """Return the tokens of the calibration text; none where the method needs none.

    Raises:
        ModelError: the text can't be read.
    """
    from tokenizers import Tokenizer

    path = calibration_file(quantise)
    if path is None:
        return []
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(path.name, f"can't be read: {error}") from error
    tokenizer = Tokenizer.from_str(tokenizer_json)
    return list(tokenizer.encode(text, add_special_tokens=False).ids)
