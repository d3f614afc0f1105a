"""What a model's own files say of prompts: chat template, begin and end tokens.

The files are those that ``transformers`` writes, and the one that ``onnxruntime-genai`` adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lamplighter.errors import ModelError
from lamplighter.model.foreign.json_files import read_json, token_ids

TOKENIZER = "tokenizer.json"
FILES = (
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "chat_template.json",
    "generation_config.json",
    "config.json",
    "genai_config.json",
)


@dataclass(frozen=True, slots=True)
class PromptFacts:
    """How a model is prompted.

    Attributes:
        template: the chat template; "" where it has none.
        bos: the text of the begin token; "" where there is none.
        eos: the text of the end token.
        ends: ids of all tokens that end an answer, as far as the files number them.
        adds_bos: whether every text begins with the begin token; None leaves it to what
            ``tokenizer.json`` does.
    """

    template: str
    bos: str
    eos: str
    ends: tuple[int, ...]
    adds_bos: bool | None


def read_prompt_facts(folder: Path) -> PromptFacts:
    """Return what the files of a folder say.

    Raises:
        ModelError: a file is broken, or none says which token ends an answer.
    """
    settings = read_json(folder / "tokenizer_config.json")
    special = read_json(folder / "special_tokens_map.json")
    ends = _ends(folder)
    eos = _token_text(settings, special, "eos_token")
    if not eos:
        if not ends:
            raise ModelError(folder.name, "no file says which token ends an answer")
        eos = _text_of(folder, ends[0])
    adds_bos = settings.get("add_bos_token")
    return PromptFacts(
        template=_template(folder, settings),
        bos=_token_text(settings, special, "bos_token"),
        eos=eos,
        ends=ends,
        adds_bos=adds_bos if isinstance(adds_bos, bool) else None,
    )


def _ends(folder: Path) -> tuple[int, ...]:
    """Return the end tokens of the first file that lists any, as ``transformers`` does."""
    genai = read_json(folder / "genai_config.json").get("model")
    listed = (
        read_json(folder / "generation_config.json").get("eos_token_id"),
        genai.get("eos_token_id") if isinstance(genai, dict) else None,
        read_json(folder / "config.json").get("eos_token_id"),
    )
    return next((ids for value in listed if (ids := token_ids(value))), ())


def _token_text(settings: dict[str, Any], special: dict[str, Any], name: str) -> str:
    """Return a special token's text; files have it as a string or as an object with details."""
    for source in (settings, special):
        value = source.get(name)
        if isinstance(value, dict):
            value = value.get("content")
        if isinstance(value, str) and value:
            return value
    return ""


def _text_of(folder: Path, number: int) -> str:
    tokenizer = read_json(folder / TOKENIZER)
    added, model = tokenizer.get("added_tokens"), tokenizer.get("model")
    for token in added if isinstance(added, list) else ():
        if isinstance(token, dict) and token.get("id") == number:
            return str(token.get("content"))
    # Some tokenizers have no special tokens, and an ordinary one ends the text.
    vocabulary = model.get("vocab") if isinstance(model, dict) else None
    if isinstance(vocabulary, dict):
        for text, place in vocabulary.items():
            if place == number:
                return str(text)
    raise ModelError(TOKENIZER, f"does not name the end token {number}")


def _template(folder: Path, settings: dict[str, Any]) -> str:
    """Return the chat template: a file of its own is newer than one among the settings."""
    path = folder / "chat_template.jinja"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        pass
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(path.name, f"can't be read: {error}") from error
    value = read_json(folder / "chat_template.json").get("chat_template")
    return _default(value) or _default(settings.get("chat_template"))


def _default(value: Any) -> str:
    """Return the template for plain conversations; several stand in a list, each with a name."""
    if isinstance(value, str):
        return value
    named = {
        str(each.get("name")): str(each.get("template", ""))
        for each in (value if isinstance(value, list) else ())
        if isinstance(each, dict)
    }
    return named.get("default") or next(iter(named.values()), "")
