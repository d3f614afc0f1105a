from __future__ import annotations

import json
import shutil
from pathlib import Path

from click.testing import CliRunner, Result

from lamplighter.model import commands
from lamplighter.model.bundle import manifest as files


def run(*arguments: str) -> Result:
    return CliRunner().invoke(commands.model, arguments)


def test_verify_tells_sound_from_altered(tiny: Path, tmp_path: Path) -> None:
    sound = run("verify", str(tiny), "--json")
    assert json.loads(sound.stdout)["verified"] is True
    copy = Path(shutil.copytree(tiny, tmp_path / "copy"))
    (copy / files.TOKENIZER).write_text("{}")
    altered = run("verify", str(copy))
    assert altered.exit_code == 1
    assert "tokenizer.json is not the file that the manifest lists" in altered.output
