"""A class and a small sheet, and a way to make the sheets of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from backtrace.cli.main import main

Make = Callable[..., int]

SHEET = """title = "Homework"
[page]
course = "Networks"
instructions = "Work alone."
[[networks]]
id = "net1"
network = "2-1:sigmoid"
level = 1
[[items]]
kind = "loss"
network = "net1"
points = 2
[[items]]
bank = "backprop-is-not-descent"
[sheet]
self_check = true
"""

CLASS = "id;name\ns1;Ada Lovelace\ns2;Alan Turing\ns3;Grace Hopper\ns4;Emmy Noether\n"


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """make("-o", "out", …): the exit status of `backtrace sheet week.toml …` in a folder with a sheet and a class."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "week.toml").write_text(SHEET, encoding="utf-8")
    (tmp_path / "class.csv").write_text(CLASS, encoding="utf-8")

    def run(*words: str) -> int:
        return main(["sheet", "week.toml", *words])

    return run


def files(folder: Path) -> dict[str, bytes]:
    """Every file of the folder by its path in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
