"""What a build needs from the model that it starts with, whatever file that comes in."""

from __future__ import annotations

from typing import Protocol

from lamplighter.model.build.architecture import Weights


class SourceModel(Weights, Protocol):
    """Weights, and what belongs to them besides."""

    @property
    def chat_template(self) -> str:
        """The jinja2 chat template, or "" where there is none."""
        ...

    def special_tokens(self) -> dict[str, str]:
        """Return the texts of the begin token and of the token that ends a turn.

        Returns:
            They stand under ``bos`` and ``eos``.

        Raises:
            ModelError: the model does not say which they are.
        """
        ...

    def tokenizer_json(self) -> str:
        """Return the contents of the model's ``tokenizer.json``.

        Raises:
            ModelError: it has none, or its tokenizer can't be rebuilt exactly.
        """
        ...
