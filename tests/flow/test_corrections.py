"""What people put right is kept where that is wanted, and exported as training samples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.flow.talking import Talk, talk

from lamplighter.actions import corrections as kept_corrections
from lamplighter.actions.corrections import PREFIX, exported
from lamplighter.cli import main


async def put_right(found: Talk) -> None:
    await found.say("turn on the hall light", user="ann", area="Hall")
    await found.say("no, the bedside lamp", user="ann", area="Hall")
    found.house.parts.store.writer.submit(lambda _connection: None).result(10)


def kept(found: Talk) -> list[dict[str, object]]:
    return exported(found.house.parts.store.snapshots.starting_with(PREFIX))


async def test_nothing_is_kept_unless_that_is_wanted(tmp_path: Path) -> None:
    async with talk(tmp_path) as found:
        await put_right(found)
        assert kept(found) == []


async def test_a_correction_says_what_was_said_read_and_meant(tmp_path: Path) -> None:
    async with talk(tmp_path) as found:
        found.house.parts.commander.corrections.enabled = True
        await put_right(found)
        [sample] = kept(found)
        assert (sample["said"], sample["corrected"]) == (
            "turn on the hall light",
            "no, the bedside lamp",
        )
        assert [each["entity_id"] for each in sample["read_steps"]] == ["light.hall"]  # type: ignore[attr-defined]  # JSON
        assert [each["entity_id"] for each in sample["meant_steps"]] == ["light.bedside"]  # type: ignore[attr-defined]  # JSON
        assert sample["names"]["light.bedside"] == {  # type: ignore[index]  # JSON
            "name": "Bedside lamp",
            "domain": "light",
            "device_class": None,
            "area": "Bedroom",
            "floor": "Upstairs",
        }
        assert "ann" not in json.dumps(sample)


async def test_what_is_not_put_right_is_not_kept(tmp_path: Path) -> None:
    async with talk(tmp_path) as found:
        found.house.parts.commander.corrections.enabled = True
        await found.all("turn on the hall light", "and the bedside lamp", "undo that", "no")
        found.house.parts.store.writer.submit(lambda _connection: None).result(10)
        assert kept(found) == []


async def test_their_number_is_bounded_and_the_oldest_go_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_corrections, "MOST", 2)
    async with talk(tmp_path) as found:
        found.house.parts.commander.corrections.enabled = True
        for value in ("21", "22", "23"):
            await found.all("set the bedroom to 19 degrees", f"no, {value}")
        found.house.parts.store.writer.submit(lambda _connection: None).result(10)
        assert [each["corrected"] for each in kept(found)] == ["no, 22", "no, 23"]


async def test_they_are_exported_line_by_line_and_forgotten_when_told_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "lamplighter.yaml"
    config.write_text(f"store: {{path: {tmp_path / 'store'}}}\n")
    async with talk(tmp_path / "store") as found:
        found.house.parts.commander.corrections.enabled = True
        await put_right(found)
        capsys.readouterr()
        main(["corrections", "export", "--config", str(config)])
        main(["corrections", "export", "--forget", "--config", str(config)])
        main(["corrections", "export", "--config", str(config)])
        first, second = capsys.readouterr().out.splitlines()
        assert first == second
        assert json.loads(first)["said"] == "turn on the hall light"
        await put_right(found)
        assert len(kept(found)) == 1
