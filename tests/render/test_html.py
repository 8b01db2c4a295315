"""HTML pages: well formed, with everything in them, nothing of a name read as markup; names as elements."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

import backtrace as bt
from backtrace.errors import InternalFault
from backtrace.expression.tree import add, call, div, mul, neg, number, power, sub, symbol
from backtrace.network.quantity import Quantity
from backtrace.notation.loading import load_profile
from backtrace.notation.subject import spelling
from backtrace.render.mathml import MathmlWriter
from backtrace.render.mathml_names import name

HOSTILE = "<script>alert(1)</script> \" onload='x' & \\input{secret} {{ 7*7 }} << 7*7 >> <% include 'x' %> ]]>"
# All that MathML Core has and we use.
ELEMENTS = {
    *("math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "msub", "msup", "msubsup", "mstyle"),
    *("mover", "munder", "mtable", "mtr", "mtd"),
}


def parsed(page: str) -> ET.Element:
    """The page as XML, which only a well-formed one is."""
    start = "<!DOCTYPE html>\n"
    assert page.startswith(start)
    return ET.fromstring(page.removeprefix(start))


@pytest.mark.parametrize("view", ["chain", "paths", "delta", "gates", "matrix"])
def test_a_page_holds_everything_and_fetches_nothing(view: str) -> None:
    page = bt.load("mazur").derive(view=view, reuse=view == "chain").page("html")
    root = parsed(page)
    assert root.get("lang") == "en"
    assert not re.search(r"<script|<link|<iframe|src=|href=|url\(|@import|https?:", page)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)) > 5
    for math in root.iter("math"):
        assert {element.tag for element in math.iter()} <= ELEMENTS
        for fraction in math.iter("mfrac"):
            assert len(fraction) == 2
        for script in (*math.iter("msup"), *math.iter("msub")):
            assert len(script) == 2


def test_tables_have_headers() -> None:
    root = parsed(bt.explain("vanishing-gradient").page("html"))
    tables = [table for table in root.iter("table") if table.get("class") == "numbers"]
    assert tables
    for table in tables:
        assert all(th.get("scope") in ("col", "row") for th in table.iter("th"))
        assert table.find("thead/tr/th") is not None


@pytest.mark.parametrize("topic", [topic.name for topic in bt.topics()])
def test_every_topic_is_well_formed(topic: str) -> None:
    root = parsed(bt.explain(topic).page("html"))
    assert sum(1 for _ in root.iter("math")) > 3


def test_a_hostile_title_is_text() -> None:
    net = bt.load("mazur")
    derivation = net.derive("w1").derivation
    from backtrace.render.page import render

    hostile = derivation._replace(network=derivation.network._replace(title=HOSTILE, name=HOSTILE))  # type: ignore[union-attr]
    page = render(hostile, "html")
    root = parsed(page)
    assert root.findtext("body/main/h1") == HOSTILE
    assert root.find(".//script") is None and "<< 49" not in page and " 49 " not in page


def test_a_notebook_gets_a_part_of_a_page() -> None:
    part = bt.load("mazur").derive("w1")._repr_html_()
    root = ET.fromstring(part)
    assert root.tag == "div" and "<html" not in part and root.find(".//math") is not None


def test_expressions() -> None:
    writer = MathmlWriter(spelling(load_profile("mazur"), bt.load("mazur").network), comma=True)
    w5 = symbol(Quantity("weight", 2, 1, 1))
    half = div(number(1), number(2))
    written = writer.write(mul(half, power(sub(w5, number(-0.5)), number(2))))
    assert "<mn>0,5</mn>" in written and '<mo form="prefix">−</mo>' in written
    assert "</mstyle><msup>" in written  # no dot behind a half
    assert "<mn>1,5</mn><mo>×</mo><msup><mn>10</mn>" in writer.write(number(1.5e-9, "1.5e-9"))
    for e in (neg(add(w5, w5)), call("exp", neg(w5)), call("sqrt", w5), call("abs", w5), call("max", number(0), w5)):
        ET.fromstring(f"<math>{writer.write(e)}</math>")
    assert writer.write(call("max", number(0), w5)).count("<mo>;</mo>") == 1


@pytest.mark.parametrize(
    ("latex", "mathml"),
    [
        ("w_{5}", "<msub><mi>w</mi><mn>5</mn></msub>"),
        (r"\mathrm{net}_{h1}", "<msub><mi>net</mi><mrow><mi>h</mi><mn>1</mn></mrow></msub>"),
        (r"\mathcal{L}", "<mi>ℒ</mi>"),
        (r"\mathbf{W}", "<mi>𝐖</mi>"),
        (r"\hat{y}", '<mover accent="true"><mi>y</mi><mo stretchy="false">^</mo></mover>'),
        (r"\mathtt{a<b}", "<mi>𝚊&lt;𝚋</mi>"),
    ],
)
def test_names(latex: str, mathml: str) -> None:
    assert name(latex) == mathml


@pytest.mark.parametrize("latex", [r"\href{x}", "w}", "&"])
def test_what_no_notation_writes_is_our_fault(latex: str) -> None:
    with pytest.raises(InternalFault):
        name(latex)
