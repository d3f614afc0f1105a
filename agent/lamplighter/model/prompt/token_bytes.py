"""The bytes that each token of a tokenizer stands for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from lamplighter.errors import ModelError
from lamplighter.model.prompt.spacing import steps

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_BYTE_TOKEN = re.compile(r"<0x([0-9A-F]{2})>")
# Decoders that put tokens together in other ways than one behind the other.
_OTHERS = frozenset({"WordPiece", "BPEDecoder", "CTC"})


def token_bytes(tokenizer: Tokenizer) -> list[bytes]:
    """Return the bytes of each token by its id; b"" for special and unused ids.

    Raises:
        ModelError: it is no tokenizer by bytes, nor one in SentencePiece's way.
    """
    kinds = _kinds(tokenizer)
    if kinds & _OTHERS:
        other = ", ".join(sorted(kinds & _OTHERS))
        raise ModelError("tokenizer", f"decodes in a way that is not understood: {other}")
    table = _byte_level_table() if "ByteLevel" in kinds else None
    added = tokenizer.get_added_tokens_decoder()
    known = tokenizer.get_vocab()
    found = [b""] * (max(known.values()) + 1)
    for text, number in known.items():
        token = added.get(number)
        if token is None:
            found[number] = _letters_bytes(text, table) if table else _piece_bytes(text)
        elif not token.special:
            found[number] = token.content.encode()
    return found


def _kinds(tokenizer: Tokenizer) -> set[str]:
    """Return the kinds of steps that decode; where there are none, those that split."""
    part = tokenizer.decoder or tokenizer.pre_tokenizer
    state = json.loads(part.__getstate__()) if part is not None else {}
    return {str(step.get("type")) for step in steps(state)}


def _letters_bytes(text: str, table: Mapping[str, int]) -> bytes:
    """Return what a token by bytes stands for; some that are never read are written plainly."""
    try:
        return bytes(table[letter] for letter in text)
    except KeyError:
        return text.encode()


def _piece_bytes(text: str) -> bytes:
    """Return what a SentencePiece token stands for."""
    byte = _BYTE_TOKEN.fullmatch(text)
    return bytes([int(byte[1], 16)]) if byte else text.replace("\u2581", " ").encode()


def _byte_level_table() -> dict[str, int]:
    """Return the byte of each letter that byte-level BPE writes bytes with (GPT-2, 2019).

    Printable Latin-1 letters stand for themselves; the other bytes are numbered from U+0100.
    """
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    table = {chr(byte): byte for byte in plain}
    others = [byte for byte in range(256) if byte not in set(plain)]
    table.update({chr(0x100 + number): byte for number, byte in enumerate(others)})
    return table
