"""A folder of sheets that was changed by hand between two runs: what makes no sense is refused with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backtrace.cli import sheet_folder
from backtrace.errors import InputError
from tests.sheets.conftest import SHEET, Make

RECORD, RUN = "out/teacher/instances/copy-0001.json", "out/teacher/run.json"
CHANGES = {
    RECORD: [
        {"student": 3},
        {"student": {"id": 1}},
        {"number": "x"},
        {"files": 3},
        {"files": []},
        {"key": 3},
        {"key": [{}]},
        {"note": [1]},
        {"stem": "../../../elsewhere"},
    ],
    RUN: [{"fingerprint": 3}, {"formats": [3]}, {"formats": []}, {"per_file": "x"}, {"forms": "x"}, {"of": None}],
}


def change(path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    edit(data)
    path.write_text(json.dumps(data), encoding="utf-8")


@pytest.mark.parametrize("name", CHANGES)
def test_what_was_changed_by_hand_is_refused(
    name: str, make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make("--copies", "1", "-o", "out") == 0
    good = (tmp_path / name).read_bytes()
    for fields in CHANGES[name]:
        change(tmp_path / name, lambda data, fields=fields: data.update(fields))  # type: ignore[misc]
        capsys.readouterr()
        assert make("--copies", "2", "-o", "out") == 2, fields
        assert capsys.readouterr().err == f"error: {name}: this is not one of our files\n  was it changed by hand?\n"
        (tmp_path / name).write_bytes(good)
    assert make("--copies", "2", "-o", "out") == 0


def test_a_number_that_cannot_be_shown_is_refused(make: Make, tmp_path: Path) -> None:
    assert make("--copies", "1", "-o", "out") == 0
    for answer, digits in (("nan", "3"), ("0.5", "999"), ("x", "3")):
        change(tmp_path / RECORD, lambda d, a=answer, n=digits: d["key"][0].update(answer=a, digits=n, sort="numeric"))  # type: ignore[misc]
        assert make("--copies", "2", "-o", "out") == 2
    change(tmp_path / RECORD, lambda d: d["key"][0].update(answer="0.5", digits="3"))
    assert make("--copies", "2", "-o", "out") == 0


def test_a_file_where_a_folder_was_is_refused(make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make("--copies", "1", "-o", "out") == 0
    for path in (tmp_path / "out/teacher/answers").iterdir():
        path.unlink()
    (tmp_path / "out/teacher/answers").rmdir()
    (tmp_path / "out/teacher/answers").write_text("", encoding="utf-8")
    assert make("--copies", "2", "-o", "out") == 2
    assert "cannot make the folder 'out/teacher/answers'" in capsys.readouterr().err


def test_what_the_system_refuses_is_said_with_the_file() -> None:
    with (
        pytest.raises(InputError, match="cannot remove 'out/x': permission denied"),
        sheet_folder.reached("out/x", "remove"),
    ):
        raise PermissionError(13, "Permission denied")


def test_a_notation_file_that_has_changed_is_not_continued(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "week.toml").write_text(SHEET.replace("[page]", '[page]\nnotation = "own.toml"'), encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text('extends = "nielsen"\n', encoding="utf-8")
    assert make("--copies", "1", "-o", "out") == 0
    assert make("--copies", "2", "-o", "out") == 0
    own.write_text('extends = "nielsen"\ndelta_sign = -1\n', encoding="utf-8")
    assert make("--copies", "3", "-o", "out") == 2
    assert "another notation file" in capsys.readouterr().err
    assert make("--copies", "3", "-o", "out", "--force") == 0


def test_a_network_file_that_has_changed_is_not_continued(
    make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "[data]\ninputs = [0.5, 0.8]\ntargets = [0.9]\n[[layers]]\nunits = 1\nweights = [[0.2, -0.6]]\nbias = 0.1\n"
    (tmp_path / "week.toml").write_text(SHEET.replace('"2-1:sigmoid"', '"own.toml"'), encoding="utf-8")
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    assert make("--copies", "1", "-o", "out") == 0
    assert make("--copies", "2", "-o", "out") == 0
    (tmp_path / "own.toml").write_text(text.replace("0.2", "0.3"), encoding="utf-8")
    assert make("--copies", "3", "-o", "out") == 2
    assert "or a file it names" in capsys.readouterr().err


def test_an_empty_option_is_not_taken_for_none(make: Make, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (("--roster", ""), ("--roster", "class.csv", "--only", ""), ("--seed", "")):
        assert make(*words, "-o", "out") == 2
        assert "is empty" in capsys.readouterr().err
    assert make("-o", "") == 2
    assert not (tmp_path / "students").exists()
