"""The exercises alone stand in a document of somebody else's class."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.sheets.conftest import Make

CLASS = r"""\documentclass{report}
\usepackage[utf8]{inputenc}
\usepackage{amsmath,amssymb,tikz}
\begin{document}
\chapter{A department's own head}
\input{%s}
\par\typeout{NAME=\sheetname, FORM=\sheetform, TITLE=\sheettitle}
\end{document}
"""


def test_a_body_is_set_under_a_class_of_ones_own(make: Make, tmp_path: Path, pdflatex: str) -> None:
    assert make("--roster", "class.csv", "--only", "s1", "-o", "out", "-f", "latex-body,latex") == 0
    [body] = (tmp_path / "out/students").glob("*-body.tex")
    text = body.read_text(encoding="utf-8")
    assert "documentclass" not in text and "begin{document}" not in text
    assert len(list((tmp_path / "out/students").glob("*.tex"))) == 2
    (body.parent / "class.tex").write_text(CLASS % body.name, encoding="utf-8")
    command = [pdflatex, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "class.tex"]
    done = subprocess.run(command, cwd=body.parent, capture_output=True, text=True, errors="replace", timeout=120)
    assert done.returncode == 0, done.stdout[-2000:]
    [form] = [path.stem.removeprefix("answers-") for path in body.parent.glob("answers-*.txt")]
    assert f"NAME=Ada Lovelace, FORM={form}, TITLE=Homework" in done.stdout
    assert f"Form {form}" in text
