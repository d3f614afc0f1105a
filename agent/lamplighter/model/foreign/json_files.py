"""JSON files that lie beside a model's weights; any of them may be missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lamplighter.errors import ModelError

LARGEST = 256 * 1024 * 1024


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON object; an empty one where there is no such file.

    Raises:
        ModelError: the file can't be read, or holds no object.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ModelError(path.name, "is too large to be what its name says")
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(path.name, f"can't be read: {error}") from error
    if not isinstance(value, dict):
        raise ModelError(path.name, "holds no JSON object")
    return value


def whole_number(value: Any) -> int | None:
    """Return a positive whole number, or None for whatever else a file has there."""
    return value if type(value) is int and value > 0 else None


def token_ids(value: Any) -> tuple[int, ...]:
    """Return token ids that a file gives as one number, as a list, or not at all."""
    listed = value if isinstance(value, list) else [value]
    return tuple(number for number in listed if type(number) is int and number >= 0)
