"""Chat templates as well-known models carry them, rendered as their users know them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from lamplighter.model.prompt import chat
from lamplighter.model.prompt.chat import ChatTemplate, Piece, Role, Turn

FOLDER = Path(__file__).resolve().parents[3] / "data" / "chat_templates"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text())
# These have no system turn of their own, or put it where the cache can't keep it.
FOLDED = {"gemma", "mistral-v0.1", "mistral-v0.3"}


def template_of(name: str) -> ChatTemplate:
    source = (FOLDER / f"{name}.jinja").read_text()
    day = datetime.strptime(EXPECTED["date"], "%d %b %Y").replace(tzinfo=UTC)
    return ChatTemplate(source, bos="<s>", eos="</s>", now=lambda: day)


def conversation(roles: str) -> list[Turn]:
    contents = EXPECTED["contents"]
    return [Turn(cast("Role", role), contents[role]) for role in roles.split()]


def text_of(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def rendered() -> Iterator[tuple[str, str, str]]:
    for name, prompts in EXPECTED["prompts"].items():
        for roles, prompt in prompts.items():
            folded = name in FOLDED and roles.startswith("system") and roles != "system user"
            if prompt is not None and not folded:
                yield name, roles, prompt


@pytest.mark.parametrize(("name", "roles", "prompt"), list(rendered()))
def test_a_prompt_is_what_transformers_renders(name: str, roles: str, prompt: str) -> None:
    turns = conversation(roles)
    for count in range(len(turns)):
        first, rest = template_of(name).pieces(
            turns[:count], [*turns[count:], chat.assistant_prefix()]
        )
        assert text_of(first) + text_of(rest) == prompt
        assert bool(first) == bool(count)


@pytest.mark.parametrize("name", sorted(EXPECTED["prompts"]))
def test_only_the_templates_text_is_trusted(name: str) -> None:
    said = [chat.system("A"), chat.user("B"), chat.assistant("C"), chat.user("D")]
    first, rest = template_of(name).pieces(said[:3], [said[3], chat.assistant_prefix("E")])
    plain = [piece.text for piece in [*first, *rest] if not piece.trusted]
    assert plain == (["A\n\nB", "C", "D", "E"] if name in FOLDED else ["A", "B", "C", "D", "E"])


@pytest.mark.parametrize("name", sorted(EXPECTED["prompts"]))
def test_a_prefix_is_the_same_whatever_comes_after_it(name: str) -> None:
    template = template_of(name)
    prefix = [chat.system("A"), chat.user("B"), chat.assistant("C")]
    more = [chat.user("x"), chat.assistant("y")]
    starts = [
        template.pieces(prefix, [*turns, chat.assistant_prefix()])[0]
        for turns in ([chat.user("D")], [chat.user("other")], [*more, chat.user("z")])
    ]
    assert starts[0]
    assert starts[1:] == starts[:2]


@pytest.mark.parametrize("name", sorted(FOLDED - {"mistral-v0.3"}))
def test_a_system_turn_that_a_template_refuses_begins_the_users(name: str) -> None:
    turns = [chat.user("Dim it."), chat.assistant_prefix()]
    first, rest = template_of(name).pieces([chat.system("Be brief.")], turns)
    assert first[-1] == Piece("Be brief.\n\n", trusted=False)
    assert rest[0] == Piece("Dim it.", trusted=False)
    _, alone = template_of(name).pieces([], [chat.user("Be brief.\n\nDim it."), turns[1]])
    assert text_of(first) + text_of(rest) == text_of(alone)


def test_a_refused_system_turn_with_no_user_after_it_is_the_users() -> None:
    _, rest = template_of("gemma").pieces([], [chat.system("Hi."), chat.assistant_prefix()])
    assert Piece("Hi.", trusted=False) in rest
    assert "system" not in text_of(rest)


def test_the_frame_tells_another_date_on_another_day() -> None:
    days = [datetime(2026, 11, 22, 23, 59, tzinfo=UTC)]
    source = (FOLDER / "llama-3.2.jinja").read_text()
    template = ChatTemplate(source, now=lambda: days[-1])
    turns = [chat.user("hi"), chat.assistant_prefix()]
    assert "Today Date: 22 Nov 2026" in text_of(template.pieces([], turns)[1])
    days.append(datetime(2026, 11, 23, 0, 0, tzinfo=UTC))
    assert "Today Date: 23 Nov 2026" in text_of(template.pieces([], turns)[1])


def test_what_ends_a_conversation_does_not_keep_its_start_from_being_a_prefix() -> None:
    prefix = [chat.system("A"), chat.user("B"), chat.assistant("C")]
    first, rest = template_of("phi-3").pieces(prefix, [chat.user("D"), chat.assistant_prefix()])
    assert text_of(first).endswith("C<|end|>\n")
    assert text_of(rest).startswith("<|user|>\n")
