"""Files appear whole or not at all, and never in the place of another."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backtrace.cli import output
from backtrace.cli.output import deliver, format_for, table, write_file
from backtrace.errors import InputError


def test_a_file_is_utf_8_with_plain_newlines(tmp_path: Path) -> None:
    deliver("∂E/∂w5 = 1\nE = ½", str(tmp_path / "a.txt"))
    assert (tmp_path / "a.txt").read_bytes() == "∂E/∂w5 = 1\nE = ½\n".encode()
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("where", ["", "-"])
def test_no_file_is_standard_output(where: str, capsys: pytest.CaptureFixture[str]) -> None:
    deliver("text", where)
    assert capsys.readouterr().out == "text\n"


def test_an_existing_file_is_kept_without_force(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("old")
    with pytest.raises(InputError, match="exists already") as caught:
        write_file(str(file), "new")
    assert "--force" in caught.value.hint
    assert file.read_text() == "old"
    write_file(str(file), "new", force=True)
    assert file.read_text() == "new"


@pytest.mark.parametrize("force", [False, True])
def test_a_link_is_never_written_through(tmp_path: Path, force: bool) -> None:
    (tmp_path / "target").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(InputError, match="symbolic link"):
        write_file(str(tmp_path / "link"), "new", force)
    assert (tmp_path / "target").read_text() == "old"


def test_a_dangling_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nothing")
    with pytest.raises(InputError, match="symbolic link"):
        write_file(str(tmp_path / "link"), "new")
    assert not (tmp_path / "nothing").exists()


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        write_file(str(tmp_path), "new", force=True)


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or directory"):
        write_file(str(tmp_path / "none" / "a.txt"), "new")


def test_a_name_that_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot write"):
        write_file(str(tmp_path / ("x" * 300)), "new")


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.txt"
    place = output.place

    def late(beside: str, name: str, force: bool) -> None:
        file.write_text("somebody else's")
        place(beside, name, force)

    monkeypatch.setattr(output, "place", late)
    with pytest.raises(InputError, match="exists already"):
        write_file(str(file), "new")
    assert file.read_text() == "somebody else's"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_nothing_is_left_when_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(output, "place", full)
    with pytest.raises(InputError, match="no space left"):
        write_file(str(tmp_path / "a.txt"), "new")
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.md", "markdown"), ("b/a.TEX", "latex"), ("a.json", "json"), ("a.py", "script"), ("a.txt", "terminal")],
)
def test_the_suffix_implies_the_format(name: str, expected: str) -> None:
    assert format_for(name, ("terminal", "markdown", "latex", "json", "script")) == expected


@pytest.mark.parametrize("name", ["a.pdf", "a", ".md", "a.csv"])
def test_a_suffix_without_a_format_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="cannot tell the format") as caught:
        format_for(name, ("terminal", "markdown"))
    assert ".txt, .md" in caught.value.hint


def test_table() -> None:
    assert table([("a", "bb"), ("ccc", "d")]) == "a    bb\nccc  d\n"
    assert table([]) == ""
