"""Documents in every format: what stands in them stands on the page, hostile text is text, sheets compile."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

import backtrace as bt
from backtrace.errors import InputError
from backtrace.expression.tree import add, mul, number, symbol
from backtrace.network.quantity import LOSS, Derivative, Quantity
from backtrace.network.records import Network
from backtrace.notation.loading import load_profile
from backtrace.notation.subject import spelling
from backtrace.questions.words import labels, language
from backtrace.render.diagram import drawn, svg, tikz
from backtrace.render.document import (
    Box,
    Break,
    Choices,
    Diagram,
    Document,
    DocumentOptions,
    Group,
    Heading,
    Lines,
    Maths,
    Number,
    Paragraph,
    Strong,
    Subheading,
    Table,
)
from backtrace.render.documents import DOCUMENT_FORMATS, write, write_all
from backtrace.render.options import PageOptions
from backtrace.render.pages import check_folder

PROFILE = load_profile("mazur")
DERIVED = bt.load("mazur").derive("w1").derivation
NETWORK = DERIVED.network
assert isinstance(NETWORK, Network)
W1, W5 = Quantity("weight", 1, 1, 1), Quantity("weight", 2, 1, 1)
HOSTILE = (
    r"Ann \input{../secret} \csname input\endcsname ^^5cinput \end{document} % _ # & ~ $x$ "
    r"<script>alert(1)</script> x\" onmouseover=\"y {{ 7*7 }} {% include 'x' %} << 7*7 >> <% if %> ` * | [a](b:c)"
)


def options(**page: object) -> DocumentOptions:
    return DocumentOptions(PROFILE, PageOptions(**page))  # type: ignore[arg-type]


def sheet(text: str = "plain") -> Document:
    """A sheet with every kind of block."""
    asked = Derivative(LOSS, W5)
    numbers = Table(
        (("parameter",), ("value",)), (((W1,), (Number("0.15"),)), ((W5,), (Number("-12.5"),)), ((W5,), (Number("3"),)))
    )
    first = Group(
        (
            Heading("1", ("One step, ", text), 4),
            Paragraph(("Given ", W1, " = ", Number("0.10"), ". ", text)),
            Diagram(NETWORK),  # type: ignore[arg-type]
            numbers,
            Subheading(("A part ", text)),
            Paragraph(("Compute ", asked, " to ", Strong("four digits " + text), "."), "(a)", 1.5),
            Box((asked, " =")),
            Box((), 4),
        ),
        NETWORK,
    )
    options_ = (("12",), (Maths(add(mul(number(2), symbol(W1)), number(2))),), (text,))
    second = Group((Heading("2", ("Choose",), 1), Choices(options_, True), Table((), ((("a",), (text,)),))), NETWORK)
    third = Group((Lines(DERIVED.sections, DERIVED.values),), NETWORK)
    return Document(
        f"Sheet {text}", (text,), "7F3K", text, blocks=(first, second, Break(), third), instructions=(text,)
    )


@pytest.mark.parametrize("format", DOCUMENT_FORMATS)
def test_everything_stands_on_the_page_and_twice_the_same(format: str) -> None:
    page = write(sheet(), format, options(standalone=True))
    assert page == write(sheet(), format, options(standalone=True))
    for piece in ("7F3K", "four digits plain", "0.10", "0.000438568", "Choose"):
        assert piece in page, piece


def test_text() -> None:
    page = write(sheet(), "text", options(width=70))
    assert "(a) Compute ∂E/∂w5 to four digits plain. (1.5 points)" in page
    assert "    w1            0.15\n    w5          −12.5\n    w5            3\n" in page
    assert "B  2·w1 + 2" in page and max(map(len, page.splitlines())) <= 84
    assert write(sheet(), "text", options(ascii=True)).isascii()


def test_a_german_sheet_has_commas_and_its_own_words() -> None:
    german = options(decimal="comma")._replace(labels=labels(language("de")))
    for format, piece in (("text", "0,10"), ("markdown", "$0{,}10$"), ("latex", "$0{,}10$"), ("html", "<mn>0,10</mn>")):
        page = write(sheet(), format, german)
        assert piece in page and "1,5 Punkte" in page and "Aufgabe" in page
        assert not re.search(
            r"\d\.\d",
            re.sub(
                r"<style>.*?</style>|<svg.*?</svg>|\\begin{tikz.*?\\end{tikz|initial-scale=1|\d+\.\d+(em|ex|\\)|1\.\d+}|{0\.\d+",
                "",
                page,
                flags=re.S,
            ),
        ), format


def test_json_does_not_depend_on_notation_or_decimal_sign() -> None:
    other = DocumentOptions(load_profile("nielsen"), PageOptions(decimal="comma"))
    page = write(sheet(HOSTILE), "json", options())
    assert page == write(sheet(HOSTILE), "json", other)
    data = json.loads(page)
    assert data["version"] == 1 and data["documents"][0]["name"] == HOSTILE
    assert data["documents"][0]["blocks"][0]["blocks"][1]["runs"][1] == {"quantity": "w1_1_1"}


def test_hostile_text_is_text_in_html() -> None:
    page = write(sheet(HOSTILE), "html", options(standalone=True))
    root = ET.fromstring(page.removeprefix("<!DOCTYPE html>\n"))
    assert root.findtext("body/article/h1") == f"Sheet {HOSTILE}"
    assert root.find(".//script") is None and not any("onmouseover" in e.attrib for e in root.iter())
    assert " 49 " not in page and not re.search(r"https?:(?!//www\.w3\.org/2000/svg)", page)
    assert all(figure.find(".//{http://www.w3.org/2000/svg}title") is not None for figure in root.iter("figure"))


def test_hostile_text_is_text_in_markdown() -> None:
    page = write(sheet(HOSTILE), "markdown", options())
    assert r"\$x\$" in page and "&lt;script&gt;" in page and r"\[a\](b:c)" in page and "7\\*7" in page
    assert "<script" not in page


needs_tex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")


def compiled(folder: Path, page: str, name: str = "sheet") -> str:
    """The page through pdflatex, which may read and write nothing else; its log."""
    (folder / f"{name}.tex").write_text(page, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", f"{name}.tex"],
        cwd=folder,
        capture_output=True,
        timeout=120,
        env={**os.environ, "openin_any": "p", "openout_any": "p"},
    )
    log = done.stdout.decode("latin-1")
    assert done.returncode == 0, log[-2000:]
    return log


@needs_tex
def test_sheets_compile_and_begin_on_odd_pages(tmp_path: Path) -> None:
    two = write_all([sheet(HOSTILE), sheet()], "latex", options(standalone=True, paper="letter"))
    log = compiled(tmp_path, two)
    pages = re.search(r"\((\d+) pages", log)
    assert pages and "[1" in log
    one = compiled(tmp_path, write(sheet(HOSTILE), "latex", options(standalone=True)), "one")
    alone = re.search(r"\((\d+) pages", one)
    assert alone and int(pages[1]) == int(alone[1]) + int(alone[1]) % 2 + 2


@needs_tex
def test_the_body_stands_under_another_class(tmp_path: Path) -> None:
    (tmp_path / "body.tex").write_text(write(sheet(HOSTILE), "latex", options()), encoding="utf-8")
    own = r"\documentclass{report}\usepackage{amsmath,amssymb,tikz}\begin{document}\input{body}\end{document}"
    assert "pages" in compiled(tmp_path, own)


def test_an_exercise_is_not_divided() -> None:
    assert r"\setbox0=\vbox" in write(sheet(), "latex", options())
    assert ".whole { break-inside: avoid; }" in write(sheet(), "html", options())


@pytest.mark.parametrize("space", ["lines", "none"])
def test_room_for_answers(space: str) -> None:
    page = write(sheet(), "latex", options()._replace(answer_space=space))
    assert r"\framebox" not in page and (r"\rule[-0.4ex]" in page) == (space == "lines")


def test_a_table_of_long_words_is_no_wider_than_its_line() -> None:
    long = Group((Table((("a",), ("b",)), ((("short",), ("words " * 30,)),)),))
    page = write(sheet()._replace(blocks=(long,)), "latex", options())
    assert re.search(r"\\begin{tabular}{lp{0\.[5-9]\d*\\linewidth}}", page)


def test_refusals() -> None:
    with pytest.raises(InputError, match="there is no format 'pdf'"):
        write(sheet(), "pdf", options())
    with pytest.raises(InputError, match="there is no paper 'a5'"):
        write(sheet(), "html", options(paper="a5"))
    with pytest.raises(InputError, match="there is no answer space 'some'"):
        write(sheet(), "html", options()._replace(answer_space="some"))
    with pytest.raises(InputError, match="cannot read a picture with this name"):
        write(sheet()._replace(logo="a b}.png"), "latex", options(standalone=True))
    with pytest.raises(InputError, match="this kind of picture cannot stand in a page"):
        write(sheet()._replace(logo="logo.svg"), "html", options())
    with pytest.raises(InputError, match="the logo cannot be read"):
        write(sheet()._replace(logo="nowhere.png"), "html", options())


def test_a_logo_stands_in_the_page(tmp_path: Path) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(b"\x89PNG")
    assert 'src="data:image/png;base64,iVBORw=="' in write(sheet()._replace(logo=str(logo)), "html", options())


def test_templates_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "sheet.md.j2").write_text("<% for s in sheets %><< s.head.title >>/<< s.blocks | length >><% endfor %>")
    check_folder(str(tmp_path))
    assert write(sheet("{{ 1 }} << 1 >>"), "markdown", options(templates=str(tmp_path))) == (
        r"Sheet \{\{ 1 \}\} &lt;&lt; 1 &gt;&gt;/4"
    )
    assert "mazur" in bt.load("mazur").derive("w1").page("markdown", PageOptions(templates=str(tmp_path)))
    (tmp_path / "sheet.md.j2").write_text("<% for s in sheets %><< s.nothing >><% endfor %>")
    with pytest.raises(InputError, match=r"the template sheet\.md\.j2 cannot be filled"):
        write(sheet(), "markdown", options(templates=str(tmp_path)))


def test_a_folder_that_replaces_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such folder of templates"):
        check_folder(str(tmp_path / "nowhere"))
    with pytest.raises(InputError, match="no template in this folder"):
        check_folder(str(tmp_path))
    (tmp_path / "shet.md.j2").write_text("")
    with pytest.raises(InputError, match=r"there is no template 'shet\.md\.j2' to replace"):
        check_folder(str(tmp_path))


@pytest.mark.parametrize(
    ("sizes", "circles", "dots", "arrows"), [("2-2-1", 5, 0, 6), ("6-6", 12, 0, 36), ("7-2", 6, 1, 8)]
)
def test_diagrams(sizes: str, circles: int, dots: int, arrows: int) -> None:
    network = bt.load(sizes).network
    names = spelling(PROFILE, network)
    drawing = drawn(network)
    assert (len(drawing.circles), len(drawing.dots), len(drawing.arrows)) == (circles, dots, arrows)
    root = ET.fromstring(svg(network, names))
    shapes = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert shapes.count("circle") == circles and root.get("aria-label")
    assert tikz(network, names).count(r"\draw[->]") == arrows
    places = [(a.name_x, a.name_y) for a in drawing.arrows]
    assert all(abs(x - p) > 24 or abs(y - q) > 12 for n, (x, y) in enumerate(places) for p, q in places[:n])


@pytest.mark.parametrize("level", [1, 2, 3])
def test_formulas_about_any_network_are_data_too(level: int) -> None:
    made = bt.exercise("derivation-to-write", seed=1, level=level)
    text = made.page("json", show="solution")
    assert '"formula"' in text and json.loads(text)["version"] == 1
