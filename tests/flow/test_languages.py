"""A question back is answered in the language of the one who was asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.flow.parts import Room, ask

from lamplighter.actions.settings import Policy
from lamplighter.understanding.interpretation import Act, Result, Step

KNOWN: dict[str, Result] = {"a an": Act((Step("switch.a", "turn_on"),), "A: an.")}
RISKY = Policy(confirm=("switch.turn_on",))


@pytest.mark.parametrize(
    ("answer", "language", "sent"),
    [
        ("Ja, bitte!", "de", ["set/switch.a"]),
        ("好的", "zh-CN", ["set/switch.a"]),
        ("yes", "de", ["set/switch.a"]),
        ("Nein danke", "de", []),
        ("certo", "en", []),
    ],
)
async def test_yes_and_no(answer: str, language: str, sent: list[str], tmp_path: Path) -> None:
    room = Room(tmp_path, KNOWN, RISKY)
    room.start()
    await room.commander.handle(ask("a an", language=language))
    [question] = room.replies()
    assert question["outcome"] == "confirm"
    await room.commander.handle(ask(answer, language=language))
    topics = [each.topic for each in room.send_all()]
    assert [topic for topic in topics if topic.startswith("set/")] == sent
    room.stop()
