from __future__ import annotations

from pathlib import Path

import pytest

from lamplighter.errors import ModelError
from lamplighter.model import locate


def test_a_configured_folder_goes_before_the_default() -> None:
    assert locate.model_folder(Path("/models/mine")) == Path("/models/mine")
    expected = Path("/env/share/lamplighter/models") / locate.DEFAULT_MODEL
    assert locate.model_folder(environment=Path("/env")) == expected


def test_only_folders_with_a_manifest_are_models(tmp_path: Path) -> None:
    for name, file in (("b", "manifest.json"), ("a", "manifest.json"), (".c.build-1", "x")):
        folder = locate.models_folder(tmp_path) / name
        folder.mkdir(parents=True)
        (folder / file).write_text("{}")
    assert [path.name for path in locate.built_models(tmp_path)] == ["a", "b"]


def test_recipes_are_found_by_path_by_name_and_in_the_environment(tmp_path: Path) -> None:
    assert locate.find_recipe("some/file.yaml") == Path("some/file.yaml")
    assert locate.find_recipe(locate.DEFAULT_MODEL).is_file()
    installed = tmp_path / "share" / "lamplighter" / "config" / "models"
    installed.mkdir(parents=True)
    (installed / "extra.yaml").write_text("")
    assert locate.find_recipe("extra", environment=tmp_path) == installed / "extra.yaml"
    with pytest.raises(ModelError, match="known are extra, "):
        locate.find_recipe("nonesuch", environment=tmp_path)
