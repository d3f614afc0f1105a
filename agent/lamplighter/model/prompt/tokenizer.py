"""A model's tokenizer: text to token ids and back, and the bytes that each token stands for."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lamplighter.errors import ModelError
from lamplighter.model.prompt.chat import Piece
from lamplighter.model.prompt.spacing import Spacing, take_spacing
from lamplighter.model.prompt.token_bytes import token_bytes

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class TextTokenizer:
    """Wraps a ``tokenizer.json``. May be used by several threads.

    Args:
        path: the file.
        eos: the text of the token that ends a turn.
        ends: ids of further tokens that do; of those that the file lacks none is kept.
        bos: the text of the token that begins a prompt; "" where there is none.
        adds_bos: whether prompts begin with it even where their text does not; None does as the
            file does.

    Attributes:
        eos: the id of the token that ends a turn.
        ends: the ids of all that do, that one first.
    """

    def __init__(
        self,
        path: Path,
        *,
        eos: str,
        ends: Sequence[int] = (),
        bos: str = "",
        adds_bos: bool | None = None,
    ) -> None:
        self.eos = -1
        self.ends: tuple[int, ...] = ()
        self._path = path
        self._eos_text = eos
        self._more_ends = ends
        self._bos_text = bos
        self._adds_bos = adds_bos
        self._tokenizer: Tokenizer | None = None
        self._begin: list[int] = []
        self._spacing = Spacing()
        self._added: frozenset[int] = frozenset()
        self._bytes: list[bytes] = []
        self._lock = threading.Lock()

    def start(self) -> None:
        """Load the file.

        Raises:
            ModelError: it can't be read, is of an unknown kind, or lacks the end token.
        """
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self._path))
        except Exception as error:  # the Rust library raises plain Exception
            raise ModelError(self._path.name, f"can't be read: {error}") from error
        eos = tokenizer.token_to_id(self._eos_text)
        if eos is None:
            raise ModelError(self._path.name, f"has no token {self._eos_text!r}")
        self._bytes = token_bytes(tokenizer)
        more = [number for number in self._more_ends if number < len(self._bytes)]
        self.eos, self.ends = eos, tuple(dict.fromkeys((eos, *more)))
        self._begin = self._begin_of(tokenizer)
        self._spacing = take_spacing(tokenizer)
        self._added = _close(tokenizer)
        self._tokenizer = tokenizer

    def encode(self, text: str, *, trusted: bool = False) -> list[int]:
        """Return the tokens of a text that stands behind another.

        Special tokens are recognised in trusted text only.
        """
        return self._join(self._split(text)) if trusted else self._plain(text)

    def encode_pieces(self, pieces: Iterable[Piece], *, after: Sequence[Piece] = ()) -> list[int]:
        """Return the tokens of a prompt's pieces, one after the other.

        They are those of the joined text, but for what only looks like a special token.

        Args:
            pieces: of a prompt, or of its rest.
            after: the pieces before these, where they are the rest of a prompt.
        """
        parts: list[str | int] = []
        for piece in pieces:
            parts += self._split(piece.text) if piece.trusted else [piece.text]
        if after:
            last = after[-1]
            before = self._split(last.text)[-1:] if last.trusted else [last.text]
            return self._join(parts, spaced=isinstance(before[0], int))
        tokens = self._join(parts, spaced=True, first=True)
        begun = tokens[: len(self._begin)] == self._begin
        return tokens if begun else self._begin + tokens

    def vocabulary(self) -> list[bytes]:
        """Return the bytes of each token by its id; b"" for special and unused ids."""
        return self._bytes

    def decode(self, tokens: Iterable[int]) -> str:
        """Return the text of tokens; special ones are left out, broken UTF-8 is replaced."""
        return b"".join(self._bytes[token] for token in tokens).decode(errors="replace")

    def _split(self, text: str) -> list[str | int]:
        """Return a trusted text as its special tokens and the plain text between them."""
        assert self._tokenizer is not None, "start() first"
        with self._lock:
            self._tokenizer.encode_special_tokens = False
            found = self._tokenizer.encode(text, add_special_tokens=False)
        parts: list[str | int] = []
        at = 0
        for number, (start, end) in zip(found.ids, found.offsets, strict=True):
            if number in self._added:
                parts += [text[at:start], number]
                at = end
        parts.append(text[at:])
        return [part for part in parts if part != ""]

    def _join(
        self, parts: Iterable[str | int], *, spaced: bool = False, first: bool = False
    ) -> list[int]:
        """Return the tokens of plain texts and special tokens; neighbouring texts are one.

        Args:
            parts: of a prompt.
            spaced: they begin where the tokenizer may add its space.
            first: nothing stands before them.
        """
        tokens: list[int] = []
        run = ""
        for part in [*parts, None]:
            if isinstance(part, str):
                run += part
                continue
            if run:
                tokens += self._plain(self._spacing.spaced(run, first=first) if spaced else run)
            run = ""
            if part is not None:
                tokens.append(part)
                spaced, first = True, False
        return tokens

    def _plain(self, text: str) -> list[int]:
        """Return the tokens of a text in which nothing is special."""
        assert self._tokenizer is not None, "start() first"
        # Half a surrogate pair, as JSON can hold, is no text: it becomes a question mark.
        text = text.encode(errors="replace").decode()
        with self._lock:
            self._tokenizer.encode_special_tokens = True
            tokens = list(self._tokenizer.encode(text, add_special_tokens=False).ids)
            if self._added.isdisjoint(tokens):
                return tokens
            # Some vocabularies hold special tokens as words too: none is spelled by letters.
            rows = [self._tokenizer.encode(letter, add_special_tokens=False) for letter in text]
        return [number for row in rows for number in row.ids if number not in self._added]

    def _begin_of(self, tokenizer: Tokenizer) -> list[int]:
        """Return the token that every prompt begins with, if any."""
        bos = tokenizer.token_to_id(self._bos_text) if self._bos_text else None
        if bos is None:
            return []
        adds = self._adds_bos
        if adds is None:
            adds = tokenizer.encode("", add_special_tokens=True).ids[:1] == [bos]
        return [bos] if adds else []


def _close(tokenizer: Tokenizer) -> frozenset[int]:
    """Make every added token a special one, but for rows of spaces; return their ids.

    Frames may be of added tokens that their model does not call special; text that looks like
    them has to stay text all the same.
    """
    closed = []
    for number, token in tokenizer.get_added_tokens_decoder().items():
        if token.content.strip():
            closed.append(number)
            if not token.special:
                token.special = True
                tokenizer.add_special_tokens([token])
    return frozenset(closed)
