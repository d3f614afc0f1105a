from __future__ import annotations

import sys

import pytest

from lamplighter.model.commands.progress import gate_progress


def test_without_a_terminal_each_step_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    with gate_progress(shown=True) as progress:
        for step, share in (("load", 0.0), ("task frames", 0.5), ("task frames", 1.0)):
            progress(step, share)
    assert capsys.readouterr().err == "load …\ntask frames …\n"


def test_nothing_is_told_where_json_is_wanted(capsys: pytest.CaptureFixture[str]) -> None:
    with gate_progress(shown=False) as progress:
        progress("load", 0.0)
    assert capsys.readouterr().err == ""


def test_on_a_terminal_it_is_a_bar(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with gate_progress(shown=True) as progress:
        progress("load", 0.5)
    assert "…" not in capsys.readouterr().err
