"""Hostile names in print: a sheet for each is compiled, and the names stand in the PDF as they stand in the roster."""

from __future__ import annotations

import csv
import re
import subprocess
from pathlib import Path
from shutil import which

from tests.sheets.conftest import Make
from tests.sheets.test_sheet import HOSTILE

MORE = (
    "^^5cinput{secret}", "\\openout3=x", "\\directlua{os.exit()}", "\\def\\a{\\a\\a}\\a", "100 % _ # $ & ~ ^",
    "<< x >>", "<% x %>", "Émile Zola-Łukasz", "`tick` |bar|", "?`quoted' --- ''", "$x^2$", "{open", "close}", "a\\\\b",
)  # fmt: skip


def test_names_are_printed_literally(make: Make, tmp_path: Path, pdflatex: str) -> None:
    names = [name for name in (*HOSTILE, *MORE) if len(name) < 60 and '"' not in name]
    with (tmp_path / "class.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "name"), *[(str(n), name) for n, name in enumerate(names)]])
    (tmp_path / "secret").write_text("the secret", encoding="utf-8")
    roster = ("--roster", "class.csv", "--seed", "m", "-o", "out")
    assert make(*roster, "-f", "latex", "--per-file", "all") == 0
    [page] = (tmp_path / "out/students").glob("*.tex")
    command = [pdflatex, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", page.name]
    done = subprocess.run(command, cwd=page.parent, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stdout[-2000:]
    reader = which("pdftotext")
    assert reader, "no pdftotext; on Debian and Ubuntu: apt install poppler-utils"
    found = subprocess.run([reader, "-layout", page.with_suffix(".pdf"), "-"], capture_output=True, check=True)
    text = found.stdout.decode()
    assert "the secret" not in text and not (page.parent / "x").exists()
    printed = re.findall(r"Name: +(.*?) +Form: +[A-Z0-9]{8}", text)
    assert [plain(name) for name in printed] == [plain(name) for name in names]


def plain(name: str) -> str:
    """The name without blanks, its quotation marks as typed: print has them curved."""
    return re.sub(r"\s", "", name).translate(str.maketrans("‘’", "`'"))
