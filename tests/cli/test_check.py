"""`backtrace check` on the command line: where the work comes from, exit statuses, refusals."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from backtrace.cli import streams
from backtrace.cli.main import main

RIGHT, WRONG = "dE/dw5=0.0822", "dE/dw5=0.0722"


class Typed(io.BytesIO):
    """Standard input as bytes."""

    @property
    def buffer(self) -> io.BytesIO:
        return self

    def isatty(self) -> bool:
        return False


@pytest.mark.parametrize(
    ("words", "status", "verdict"),
    [
        (["-e", RIGHT], 0, "right"),
        (["-e", WRONG], 1, "mistake"),
        (["-e", WRONG, "-e", "zz"], 1, "mistake"),
        (["-e", RIGHT, "-e", "zz"], 0, "right"),
        (["-e", "zz"], 2, "unreadable"),
        (["-e", "w5+ ="], 2, "unreadable"),
        (["-e", ""], 2, "unreadable"),
    ],
)
def test_the_exit_status_and_the_json(
    words: list[str], status: int, verdict: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "mazur", *words, "-f", "json"]) == status
    found = json.loads(capsys.readouterr().out)
    assert (found["version"], found["verdict"]) == (1, verdict)
    assert found["first_mistake"] == (1 if verdict == "mistake" else None)


def test_what_a_line_of_the_json_holds(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "mazur", "-e", "dE/dw2 = delta_h1*i1 = 0.00043857", "-f", "json"])
    (line,) = json.loads(capsys.readouterr().out)["lines"]
    assert line == {
        "line": 1,
        "text": "dE/dw2 = delta_h1*i1 = 0.00043857",
        "name": "dE/dw2",
        "given": 0.00043857,
        "expected": None,
        "expected_from_own_lines": None,
        "verdict": "wrong",
        "mistakes": [{"id": "weight_gradient.other_signal", "hint": "Where does the arrow with this weight start?"}],
        "hint": "Where does the arrow with this weight start?",
        "follows": [],
        "parts": {"formula": False, "arithmetic": True, "value": False},
        "notes": [],
        "error": None,
    }


def test_work_from_a_file_and_from_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "work.txt").write_text(WRONG, encoding="utf-16")
    assert main(["check", "mazur", str(tmp_path / "work.txt")]) == 1
    from_file = capsys.readouterr().out.partition("\n\n")[2]
    for words in (["-"], []):
        monkeypatch.setattr(sys, "stdin", Typed(WRONG.encode()))
        assert main(["check", "mazur", *words]) == 1
        assert capsys.readouterr().out.partition("\n\n")[2] == from_file


@pytest.mark.parametrize("end", ["\n", ""])
def test_without_work_a_terminal_asks_for_lines(
    end: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stdin = Typed(f"{RIGHT}\n{WRONG}\n{end}".encode())
    monkeypatch.setattr(sys, "stdin", stdin)
    monkeypatch.setattr(Typed, "isatty", lambda self: True)
    assert main(["check", "mazur"]) == 1
    out, error = capsys.readouterr()
    assert "an empty line ends them" in error and error.endswith("> > > ")
    assert "your work: 2 lines" in out


def test_lines_that_are_no_text_are_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Typed(b"net_h1 = \xff\n\n"))
    monkeypatch.setattr(Typed, "isatty", lambda self: True)
    assert main(["check", "mazur"]) == 2
    assert "UTF-8" in capsys.readouterr().err


def test_hints_are_for_a_person_at_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", "mazur", "-e", WRONG])
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(streams, "advising", lambda: True)
    main(["check", "mazur", "-e", WRONG])
    out, error = capsys.readouterr()
    assert "--hint 2" in error and "--explain 1" in error and "--reveal 1" in error
    assert "--" not in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mazur", "work.txt", "-e", RIGHT], "WORK and -e are both given"),
        (["-", "-"], "'-' can stand for one of them only"),
        (["mazur", "no/such.txt"], "there is no such file"),
        (["mazur", RIGHT], "there is no file 'dE/dw5=0.0822'\n  a single line goes behind -e"),
        (["mazur", "-e", RIGHT, "--reveal", "x"], "--reveal: 'x' does not name lines"),
        (["mazur", "-e", RIGHT, "--hint", "3"], "--hint"),
        (["mazur", "-e", RIGHT, "--explain", "2"], "there is no line 2 that could be worked out\n  there is: line 1"),
        (["mazur", "-e", RIGHT, "--exercise", "2"], "--exercise is for the record of a sheet"),
        (["mazur", "-e", RIGHT, "--language", "fr"], "there is no 'fr'"),
        (["mazur", "-e", "a\x1bb = 1"], "the character U+001B cannot stand in a text"),
        (["2-2-2", "-e", RIGHT], "has no numbers"),
        (["sheet.json", "-e", RIGHT], "the record cannot be read"),
        (["given-X.txt", "-e", RIGHT], "there is no such file"),
    ],
)
def test_refusals(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", *words]) == 2
    out, error = capsys.readouterr()
    assert out == "" and said in error


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sheet with two exercises, each with a network of its own."""
    folder = tmp_path_factory.mktemp("sheet")
    kinds = "".join(f'[[items]]\nkind = "{kind}"\n' for kind in ("forward-pass", "output-delta"))
    (folder / "s.toml").write_text(f'title = "T"\n[sheet]\nself_check = true\n{kinds}', encoding="utf-8")
    assert main(["sheet", str(folder / "s.toml"), "--seed", "5", "-o", str(folder / "out")]) == 0
    return folder / "out"


def test_the_record_of_a_sheet_names_the_network(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = sheet / "teacher" / "instances" / "copy-0001.json"
    key = next(part for part in json.loads(record.read_text("utf-8"))["key"] if part["part"] == "2a")
    line = f"{key['asked']} = {key['answer']}"
    assert main(["check", str(record), "--exercise", "2", "-e", line]) == 0
    assert main(["check", str(record), "--exercise", "1", "-e", line]) != 0
    capsys.readouterr()
    assert main(["check", str(record), "-e", line]) == 2
    assert "say which with --exercise: 1, 2" in capsys.readouterr().err
    assert main(["check", str(record), "--exercise", "7", "-e", line]) == 2
    assert "exercise 7 of this sheet has no network\n  there is: 1, 2" in capsys.readouterr().err
    assert main(["check", str(record), "--exercise", "2", "--set", "w1=2", "-e", line]) == 2


def test_a_file_of_given_numbers_names_the_network(sheet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (given,) = (path for path in (sheet / "students").glob("given-*-2.txt"))
    rows = (sheet / "teacher" / "key.csv").read_text("utf-8").splitlines()
    row = next(row.split(",") for row in rows if ",2a," in row)
    assert main(["check", str(given), "-e", f"{row[4]} = {row[6]}"]) == 0
    answers = next((sheet / "students").glob("answers-*.txt"))
    filled = [f"{row.split(',')[2]} {row.split(',')[4]} = {row.split(',')[6]}" for row in rows[1:]]
    (sheet / "filled.txt").write_text(answers.read_text("utf-8").split("\n1a")[0] + "\n" + "\n".join(filled), "utf-8")
    capsys.readouterr()
    for path in (sheet / "students").glob("given-*.txt"):
        assert main(["check", str(path), str(sheet / "filled.txt")]) == 0
        assert " right: 2 of 2 points." in capsys.readouterr().out
    (sheet / "given-plain.txt").write_text("i1 = 0.5\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["check", str(sheet / "given-plain.txt"), "-e", RIGHT]) == 2
    assert "does not say to which network its numbers belong" in capsys.readouterr().err
