"""A model's tokenizer: text to token ids and back, and the bytes that each token stands for."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lamplighter.errors import ModelError
from lamplighter.model.prompt.chat import Piece

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_BYTE_TOKEN = re.compile(r"<0x([0-9A-F]{2})>")


class TextTokenizer:
    """Wraps a ``tokenizer.json``. May be used by several threads.

    Args:
        path: the file.
        eos: the text of the token that ends a turn.
    """

    def __init__(self, path: Path, *, eos: str) -> None:
        self.eos = -1
        self._path = path
        self._eos_text = eos
        self._tokenizer: Tokenizer | None = None
        self._bytes: list[bytes] = []
        self._lock = threading.Lock()

    def start(self) -> None:
        """Load the file.

        Raises:
            ModelError: it can't be read, or lacks the end token.
        """
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self._path))
        except Exception as error:  # the Rust library raises plain Exception
            raise ModelError(self._path.name, f"can't be read: {error}") from error
        eos = tokenizer.token_to_id(self._eos_text)
        if eos is None:
            raise ModelError(self._path.name, f"has no token {self._eos_text!r}")
        self._tokenizer, self.eos = tokenizer, eos
        self._bytes = _token_bytes(tokenizer)

    def encode(self, text: str, *, trusted: bool = False) -> list[int]:
        """Return the tokens of a text; special ones are recognised in trusted text only."""
        assert self._tokenizer is not None, "start() first"
        with self._lock:
            self._tokenizer.encode_special_tokens = not trusted
            return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def encode_pieces(self, pieces: Iterable[Piece]) -> list[int]:
        """Return the tokens of a prompt's pieces, one after the other."""
        tokens: list[int] = []
        for piece in pieces:
            tokens += self.encode(piece.text, trusted=piece.trusted)
        return tokens

    def vocabulary(self) -> list[bytes]:
        """Return the bytes of each token by its id; b"" for special and unused ids."""
        return self._bytes

    def decode(self, tokens: Iterable[int]) -> str:
        """Return the text of tokens; special ones are left out, broken UTF-8 is replaced."""
        return b"".join(self._bytes[token] for token in tokens).decode(errors="replace")


def _token_bytes(tokenizer: Tokenizer) -> list[bytes]:
    from tokenizers import decoders

    by_bytes = isinstance(tokenizer.decoder, decoders.ByteLevel)
    table = _byte_level_table()
    special = {n for n, token in tokenizer.get_added_tokens_decoder().items() if token.special}
    known = tokenizer.get_vocab()
    found = [b""] * (max(known.values()) + 1)
    for text, number in known.items():
        if number not in special:
            found[number] = (
                bytes(table[letter] for letter in text) if by_bytes else _piece_bytes(text)
            )
    return found


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
