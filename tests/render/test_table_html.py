"""Counts, traces and costs as HTML: header cells, formulas as MathML, nothing of a name read as markup."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import backtrace as bt
from backtrace.cli.main import main
from backtrace.render.options import PageOptions
from backtrace.render.table_html import formula, tables_page
from backtrace.render.tables import Table

COMMANDS = (
    "count 1024-20-15-10 --batch 50 --samples 5000",
    "count K-L-M-N",
    "count vgg16 --orientation column",
    "cost mazur",
    "cost mazur --depths 1-3",
    "trace mazur --notation nielsen --set optimizer=adam --decimal comma",
    "trace perceptron",
    "trace logistic --side-by-side --epochs 2",
    "trace 2-2-1",
    "trace --expr f=(x+y)*z --at x=1,y=2,z=3",
)


def parsed(page: str) -> ET.Element:
    """The page as XML, which only a well-formed one is."""
    return ET.fromstring(page.removeprefix("<!DOCTYPE html>\n"))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_page_holds_everything_and_its_tables_have_headers(command: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    if command == "trace 2-2-1":
        command += " --batch 2 --seed 1"
    assert main([*command.split(), "-o", str(file)]) == 0
    page = file.read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|<iframe|src=|href=|url\(|@import|https?:", page)
    root = parsed(page)
    tables = list(root.iter("table"))
    assert tables and root.get("lang") == "en"
    for table in tables:
        columns = len(table.findall("thead/tr/th"))
        assert all(th.get("scope") == "col" for th in table.findall("thead/tr/th"))
        for row in table.findall("tbody/tr"):
            assert row[0].get("scope") == "row" and len(row) == columns
    assert next(root.iter("math"), None) is not None


def test_the_html_says_what_the_other_pages_say() -> None:
    found = bt.count("1024-20-15-10", batch=50)
    text = "".join(parsed(found.page("html")).itertext())
    for cell in ("1024×20+20=20500", "20500+315+160=20975", "(1024×50)(50×20)=1024×20", "50×1024"):
        assert cell in text
    assert "20 outputs" not in text


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("w5", "<msub><mi>w</mi><mi>5</mi></msub>"),
        ("out_h1", "<msub><mi>out</mi><mi>h1</mi></msub>"),
        ("a²₁", "<msubsup><mi>a</mi><mi>1</mi><mi>2</mi></msubsup>"),
        ("−2.5×10⁻⁵", "<mo>−</mo><mn>2.5</mn><mo>×</mo><msup><mn>10</mn><mn>−5</mn></msup>"),
        ("⌊(32 − 5)/4⌋", "<mn>32</mn><mo>−</mo><mn>5</mn>"),
        ("E⁺ = 0.29", "<msup><mi>E</mi><mi>+</mi></msup><mo>=</mo><mn>0.29</mn>"),
    ],
)
def test_formulas_are_mathematics(text: str, holds: str) -> None:
    assert holds in formula(text)


@pytest.mark.parametrize(
    "text", ["dense", "layer 1", "not needed", "18 paths", "–", "", "<b>x</b>", "1 × 2 from C1", "a b"]
)
def test_words_are_not(text: str) -> None:
    assert formula(text) == ""


def test_names_are_text() -> None:
    hostile = "<script>alert(1)</script> \" onload='x' & << 7*7 >> <% include 'x' %>"
    page = tables_page([Table(hostile, (hostile,), [[hostile]]), hostile], hostile, PageOptions())
    root = parsed(page)
    assert "".join(root.itertext()).count(hostile) == 6 and "script" not in {element.tag for element in root.iter()}


def test_a_name_in_a_column_of_words_is_no_formula() -> None:
    page = tables_page([Table("", ("layer", "size"), [["C1", "6×28"]], (0,))], "t", PageOptions())
    assert '<th scope="row">C1</th>' in page and "<mn>28</mn>" in page
