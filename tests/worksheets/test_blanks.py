"""Worksheets: what is left blank is nowhere on the page, and the answers are what the page without gaps shows."""

from __future__ import annotations

import json
import re
from itertools import cycle, product

import pytest

import backtrace as bt
from backtrace.derivation.blanks import KINDS
from backtrace.errors import InputError, NotSupported
from backtrace.expression.tree import Given
from backtrace.network.quantity import Derivative, neutral
from backtrace.notation.spelling import Spelling
from backtrace.render.options import PageOptions
from tests.readback.cases import DETAILS, NOTATIONS, VIEWS

FIGURE = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?")
ASKED: list[tuple[str, tuple[str, ...]]] = [("mazur", ()), ("tiny", ("w1", "w5")), ("grid", ("w1",))]


def figures(page: str) -> set[float]:
    """The numbers of a page that have three digits at least, in plain spelling."""
    plain = re.sub(r"\s*\\times 10\^\{(-?\d+)\}", r"e\1", page).replace("−", "-")
    return {float(found) for found in FIGURE.findall(plain) if len(found.replace(".", "").strip("0")) >= 3}


def revealed(made: bt.api.DerivationPage, page: str) -> set[float]:
    """The blank values that the page shows. A value that a page states as given or recalls is nobody's secret."""
    lines = [step for step in made.derivation.steps() if isinstance(step.value, float)]
    secret = {step.value for step in lines if step.forms}
    known = {float(x) for x in made.derivation.values.values() if isinstance(x, Given)}
    keys = {step.left for step in lines if step.forms}
    known |= {step.value for step in lines if not step.forms and step.left not in keys}
    shown = figures(page)
    allowed = {abs(float(f"{x:.5e}")) for x in known} | {abs(x) for x in known}
    near = {abs(x): {float(f"{abs(x):.{d}e}") for d in range(5, 14)} for x in secret}
    return {x for x, spellings in near.items() if x > 0 and float(f"{x:.5e}") not in allowed and spellings & shown}


@pytest.mark.parametrize(("asked", "view", "blank"), list(product(ASKED, VIEWS, ("values", "all"))))
def test_no_blank_value_stands_on_the_page(asked: tuple[str, tuple[str, ...]], view: str, blank: str) -> None:
    network, names = asked
    number = VIEWS.index(view) + ASKED.index(asked)
    made = bt.load(network).derive(*names, view=view, notation=NOTATIONS[number], detail=DETAILS[number % 3])
    sheet = made.worksheet(blank)
    for format in ("terminal", "latex", "text"):
        assert not revealed(sheet, sheet.page(format)), format
        assert revealed(sheet, made.page(format)), f"{format} without gaps shows no value: nothing is tested"
    values = [step["value"] for step in json.loads(sheet.page("json"))["steps"] if step["symbolic"]]
    assert values and not any(values)


@pytest.mark.parametrize(("view", "notation"), list(zip(VIEWS, cycle(["mazur", "nielsen", "cs231n"]))))
def test_factors(view: str, notation: str) -> None:
    """No line that is left to be named has its name anywhere else on the page."""
    sheet = bt.load("mazur").derive("w1", view=view, notation=notation, detail="calculus").worksheet("factors")
    page = sheet.page("text")
    named = [step for step in sheet.derivation.steps() if step.gaps and step.gaps.left.op == "gap"]
    assert "________" in page
    if view in ("chain", "paths"):
        assert len(named) >= 4
    spelling = Spelling(sheet.derivation.profile, sheet.derivation.network)
    spelt = {"text": spelling.ascii, "terminal": spelling.text, "json": neutral, "latex": spelling.latex}
    for format, how in spelt.items():
        page = sheet.page(format)
        for step in named:
            key = step.left.args[0]
            assert isinstance(key, Derivative)
            assert not re.search(re.escape(how(key)) + r"(?![\w(^])", page), (format, how(key))


@pytest.mark.parametrize("blank", KINDS)
@pytest.mark.parametrize("view", VIEWS)
def test_answers_fill_the_page(view: str, blank: str) -> None:
    """The answers put into the gaps, by their numbers, make the page without gaps (but for digits it adds)."""
    made = bt.load("mazur").derive("w5", "w1", view=view)
    sheet = made.worksheet(blank)
    options = PageOptions(ascii=True, width=1000)
    page, whole = sheet.page("terminal", options), made.page("terminal", options)
    key = made.worksheet(blank, answers=True).page("terminal", options)
    answers = dict(re.findall(r"^ *\((\d+)\) += +(.*)$", key, re.M))
    gaps = [int(n) for n in re.findall(r"\((\d+)\)_{4,}", page)]
    count = int(re.search(r"^(\d+) gaps", page, re.M)[1])
    assert set(gaps) == set(map(int, answers)) == set(range(1, count + 1))
    assert list(dict.fromkeys(gaps)) == sorted(set(gaps)), "they are counted as they are met"
    for answer in answers.values():
        for part in re.split(r" += +", answer):
            assert part.strip("() ").replace(" ", "") in whole.replace(" ", ""), part


def test_the_same_quantity_has_the_same_number() -> None:
    page = bt.load("mazur").derive("w5").worksheet("values").page()
    assert "①________ · ②________ · ③________" in page
    assert "0.5·④________" in page.replace(" · ④", "·④")


def test_widths_do_not_tell() -> None:
    for blank in KINDS:
        page = bt.load("mazur").derive(view="paths").worksheet(blank).page("text")
        assert len(set(re.findall("_{4,}", page))) == 1


def test_more_decimals_more_room() -> None:
    page = bt.load("mazur").derive("w5").worksheet("values").page("text", PageOptions(digits=12))
    assert "______________" in page


def test_json_marks_gaps() -> None:
    data = json.loads(bt.load("mazur").derive("w5", notation="nielsen").worksheet("all").page("json"))
    assert data["blank"] == "all" and data["gaps"] == max(n for step in data["steps"] for n in step.get("gaps", [0]))
    blank = [step for step in data["steps"] if step.get("blank")]
    assert len(blank) >= 5 and all(step["gaps"] for step in blank)
    assert [step["value"] for step in blank] == [None] * len(blank)
    assert data["steps"][0]["name"] == "out1_1" and not data["steps"][0].get("blank")


def test_other_pages() -> None:
    circuit = bt.circuit("q = x + y; f = q*z", at="x=-2, y=5, z=-4").derive("x").worksheet("all")
    assert "________" in circuit.page() and "(1)" in circuit.page("terminal", PageOptions(ascii=True))
    reuse = bt.load("mazur").derive(reuse=True, view="delta").worksheet("values").page()
    assert "used 3 times" in reuse or "used 2 times" in reuse
    assert "________" in bt.load("mazur").derive("w5", closed_form=True).worksheet("values").page()
    assert "________" in bt.load("mazur").derive("w5", step=2, carry="rounded").worksheet("values").page()
    assert "________" in bt.load("2-2-1").derive("w1").worksheet("factors").page()
    standalone = bt.load("mazur").derive("w5").worksheet("values").page("latex", PageOptions(standalone=True))
    assert r"\boxed{{\scriptstyle 1}\,\phantom{" in standalone and r"\documentclass" in standalone


def test_circled_numbers_go_up_to_fifty() -> None:
    page = bt.load("grid").derive().worksheet("all").page()
    for mark in "①⑳㉑㉟㊱㊿":
        assert f"{mark}________" in page
    assert "(51)________" in page


def test_refusals() -> None:
    made = bt.load("mazur").derive("w5")
    with pytest.raises(InputError, match="nothing called 'factor' to leave blank"):
        made.worksheet("factor")
    with pytest.raises(NotSupported, match="a script computes every number"):
        made.worksheet("values").page("script")
    with pytest.raises(InputError, match="nothing to leave blank: --blank values finds no gap") as refused:
        bt.load("mazur").derive("E").worksheet("values").page("terminal", PageOptions(show=("symbols",)))
    assert refused.value.hint == "the page shows symbols only; leave out --show"
    with pytest.raises(InputError, match="nothing to leave blank") as refused:
        bt.load("2-2-1").derive("w1").worksheet("values").page()
    assert "factors" in refused.value.hint


def test_typed_gaps_have_their_numbers_behind_the_line() -> None:
    page = bt.load("mazur").derive("w5", "w1").worksheet("factors").page("text")
    assert "dE/dw5 = ________ * ________ * ________  # (1) (2) (3)\n" in page
    # What a sentence refers to by its number has that number.
    assert "# 1  How does E change with w5?" in page and "factors known from 1:" in page
