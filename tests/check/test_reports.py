"""The pages of a report: what they say, that they give nothing away, and that they hold together whatever was typed."""

from __future__ import annotations

import json
import re
from random import Random
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backtrace as bt
from backtrace.check.checking import check
from backtrace.check.records import RIGHT, VERDICTS, WRONG, LineReport
from backtrace.check.report.account import MARKS, Asked
from backtrace.check.report.misplaced import misplaced
from backtrace.check.report.putting_in import laid_over
from backtrace.check.report.right_lines import RightLines
from backtrace.check.report.telling import account
from backtrace.check.students.drawn import networks
from backtrace.check.students.student import Student, hand_in
from backtrace.errors import InputError
from backtrace.expression.reader import read
from backtrace.expression.rounding import rounded
from backtrace.mistakes.applied import every_slip
from backtrace.network.quantity import Quantity
from backtrace.render.options import PageOptions
from tests.check.sheets import checked, network

WORK = """net_h1 = 0.3775
out_h1 = 0.5933
out_h2 = 0.5969
out_o1 = 0.7514
out_o2 = 0.7729
delta_o1 = 0.1385
delta_o2 = -0.0381
dE/dw5 = 0.08217
delta_h1 = (0.1385*0.40 - 0.0381*0.45)*0.5933*(1 - 0.5933) = 0.009231
dE/dw1 = 0.0004616
w1+ = 0.14977
w5+ = 0.3589
"""
PAGE = """work.txt: 12 lines, 3 to 5 digits written, names read as in mazur

  1  net_h1   = 0.3775     ✓
  2  out_h1   = 0.5933     ✓
  3  out_h2   = 0.5969     ✓
  4  out_o1   = 0.7514     ✓
  5  out_o2   = 0.7729     ✓
  6  delta_o1 = 0.1385     ✓
  7  delta_o2 = -0.0381    ✓
  8  dE/dw5   = 0.08217    ✓
  9  delta_h1 = 0.009231   ✗  the first wrong line
 10  dE/dw1   = 0.0004616  ↳  follows correctly from your line 9
 11  w1+      = 0.14977    ↳  follows correctly from your line 10
 12  w5+      = 0.3589     ✓

Line 9:  delta_h1 = (0.1385*0.40 - 0.0381*0.45)*0.5933*(1 - 0.5933) = 0.009231
  The arithmetic is right: what you wrote does give 0.009231.
  The form is right too. One number that you put in does not belong there.
  Hint: Put a finger on the unit: which arrows leave it?

9 right, 2 follow, 1 wrong: 11 of 12 points.
Mend line 9 and check again; lines 10 and 11 then only need new numbers.
"""
HOSTILE = (
    """net_h1 = <script>alert(1)</script>
<b>|`x`| = 3
__import__('os').system('x') = 1
{{ 7*7 }} = {1} %s
w5+ = 9**9**9
\\input{x} = 1/0
dE/dw1 = net_h1*1e300*1e300 = 7
= 4
w5
a = `b | c` ``
delta_h1 = 5 5
"""
    + f"{'x' * 300} = {'1+' * 200}1\nnet_h1 = {'0.05*0.15+' * 100}0\n"
)


def in_commas(text: str) -> str:
    return re.sub(r"(?<=[0-9])\.(?=[0-9])", ",", text)


def test_the_page_is_the_one_that_we_want() -> None:
    assert bt.check("mazur", WORK, name="work.txt").page() == PAGE


def test_a_stronger_hint_is_another_one() -> None:
    first, second = (bt.check("mazur", WORK, hint=level).to_dict()["lines"][8]["hint"] for level in (1, 2))
    assert first != second


def test_nothing_is_revealed_unless_asked() -> None:
    plain, told = bt.check("mazur", WORK).to_dict(), bt.check("mazur", WORK, reveal=[9]).to_dict()
    assert all(line["expected"] is None and line["expected_from_own_lines"] is None for line in plain["lines"])
    assert [line["line"] for line in told["lines"] if line["expected"] is not None] == [9]
    assert told["lines"][8]["expected"] == pytest.approx(0.0087713546)
    assert "0.00877" not in bt.check("mazur", WORK).page() + bt.check("mazur", WORK).page("html")
    revealed = bt.check("mazur", WORK, reveal=[9]).page(options=PageOptions(width=200))
    assert "It should be: delta_h1 = (delta_o1*w5 + delta_o2*w7)*out_h1*(1 - out_h1) = (0.13849856*0.40" in revealed
    assert bt.check("mazur", WORK, reveal=None).page().count("It should be:") == 3


def test_the_right_lines_can_be_read_and_are_right() -> None:
    page = bt.check("mazur", WORK, reveal=range(1, 13)).page(options=PageOptions(width=1000))
    lines = re.findall("It should be: (.*)", page)
    assert len(lines) == 12
    assert bt.check("mazur", "\n".join(lines)).verdict == RIGHT


def test_the_other_sign_of_delta_is_that_of_the_right_lines_too() -> None:
    work = "delta_o1 = -0.1385\ndelta_o2 = 0.0381\ndelta_h1 = -0.008771\ndE/dw5 = -delta_o1*out_h1 = 0.09"
    found = bt.check("mazur", work, reveal=range(1, 5))
    assert [note.id for note in found.notes] == ["sign_of_delta"]
    assert [line["expected"] for line in found.to_dict()["lines"]] == pytest.approx(
        [-0.1384986, 0.0380982, -0.00877135, 0.0821670], rel=1e-5
    )
    lines = re.findall("It should be: (.*)", found.page(options=PageOptions(width=1000)))
    assert lines[0].startswith("delta_o1 = (t1 - out_o1)*out_o1*(1 - out_o1) = (0.01 - ")
    assert lines[3].startswith("dE/dw5 = -delta_o1*out_h1 = -(-0.13")
    again = bt.check("mazur", "\n".join(lines))
    assert (again.verdict, [note.id for note in again.notes]) == (RIGHT, ["sign_of_delta"])


def test_a_line_worked_out_marks_the_slip() -> None:
    page = bt.check("mazur", WORK, explain=9).page()
    lines = page.split("\n")
    marked = next(place for place, line in enumerate(lines) if set(line.strip()) == {"^"})
    start, end = lines[marked].index("^"), lines[marked].rindex("^") + 1
    assert lines[marked - 1][start:end] == "0.45"
    assert "0.45 does not belong there: it stands in the place of w7." in page
    assert "<mark>0.45</mark>" in bt.check("mazur", WORK, explain=9).page("html")


def test_a_number_that_stands_there_twice_is_not_marked() -> None:
    work = WORK.replace("0.0381*0.45", "0.0381*0.40")
    page = bt.check("mazur", work.replace("= 0.009231", "= 0.009691"), explain=9).page()
    assert "0.40 does not belong there" in page and "^^" not in page


def test_a_work_with_commas_is_told_with_commas() -> None:
    pages = [bt.check("mazur", work, explain=9, reveal=None).page() for work in (WORK, in_commas(WORK))]
    assert in_commas(pages[0]).splitlines()[1:] == pages[1].splitlines()[2:]
    assert "0,45 does not belong there" in pages[1] and "^^^^" in pages[1]


def test_lines_that_the_person_did_not_write_are_worked_out_first() -> None:
    page = bt.check("mazur", "out_h1 = 0.5933\ndelta_o1 = 0.2", explain=2).page()
    assert [name for name in ("net_h2", "out_h2", "net_o1", "out_o1") if f"    {name}" in page] == [
        "net_h2",
        "out_h2",
        "net_o1",
        "out_o1",
    ]
    assert "From your lines: out_h1 = 0.5933 (line 1)." in page and "net_h1 =" not in page


@pytest.mark.parametrize("number", [3, 99])
def test_only_lines_that_can_be_worked_out_are(number: int) -> None:
    with pytest.raises(InputError, match=f"no line {number} that could be worked out"):
        bt.check("mazur", "net_h1 = 0.3775\n\nzz", explain=number).page()


# Which numbers do not belong there


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("delta_h1 = (0.1385*0.40 - 0.0381*0.45)*0.5933*(1 - 0.5933) = 1", ["0.45"]),
        ("delta_h1 = 0.5933*(1 - 0.5933)*(-0.0381*0.45 + 0.40*0.1385) = 1", ["0.45"]),
        ("delta_h1 = (0.1385*0.45 - 0.0381*0.55)*0.5933*(1 - 0.5933) = 1", ["0.45", "0.55"]),
        ("dE/dw5 = 0.1385*0.5969 = 1", ["0.5969"]),
        ("delta_h1 = (0.1385*0.40 - 0.0381*0.45)*0.5933*0.4067 = 1", ["0.45"]),
        ("delta_h1 = (0.0554 - 0.0381*0.45)*0.5933*0.4067 = 1", ["0.45"]),
        ("delta_h1 = (0.1385*0.40 - 0.0381*0.45)*0.5933*0.47 = 1", []),
        ("dE/dw5 = (0.7514 - 0.01)*0.5933 = 1", []),
        ("net_h1 = 0.15*0.05 + 0.25*0.10 + 0.35 = 1", ["0.25"]),
        ("net_h1 = 1*2 + 3*4 + 5 = 1", []),
        ("w5+ = 0.45 - 0.5*0.08217 = 1", ["0.45"]),
    ],
)
def test_numbers_that_do_not_belong_there(line: str, wrong: list[str]) -> None:
    report = checked(WORK.replace(WORK.split("\n")[8], "") + line)
    right = RightLines(report, network())
    assert [place.written.lstrip("-") for place in misplaced(report.lines[-1], right)] == wrong


def test_a_number_is_held_to_the_digits_it_was_copied_from() -> None:
    report = checked("out_h1 = 0.5933\ndE/dw5 = 0.14*0.59 = 1")
    assert misplaced(report.lines[1], RightLines(report, network())) == ()


def test_a_line_of_another_form_is_not_laid_over() -> None:
    right = read("a*b + c", lambda name: Quantity(name))
    assert laid_over(read("2*3*4", lambda name: None), right, lambda key, number: True) is None


def test_long_sums_are_laid_over_in_time() -> None:
    names = [f"x{n}" for n in range(40)]
    right = read(" + ".join(f"{name}*y{name}" for name in names), lambda name: Quantity(name))
    written = read(" + ".join("1.5*2.5" for _ in names), lambda name: None)
    laid = laid_over(written, right, lambda key, number: number.value == 1.5)
    assert laid is not None and (len(laid.misplaced), laid.fitting) == (40, 40)


# Nothing is given away


def given_away(said: str, one: LineReport) -> list[str]:
    """What stands in the words of a report beside what the person wrote: the right number, names of quantities."""
    own = one.line.text
    assert one.expected is not None
    numbers = {f"{abs(rounded(one.expected, digits)):.15g}" for digits in range(2, 16)}
    names = re.findall(r"\b(?:w|b_|out_|net_|delta|dE|E_)\w*\d\w*", said)
    return [*(n for n in numbers if n in said and n not in own), *(name for name in names if name not in own)]


@pytest.mark.parametrize("place", range(3))
def test_what_is_said_of_a_wrong_line_gives_nothing_away(place: int) -> None:
    draw, on = Random(place), networks(3)[place]
    seen = 0
    keys = [line.key for line in hand_in(on, Student(), Random(0)).lines if line.key is not None]
    for planted in draw.sample(keys, 8):
        slips = [slip for slip in every_slip(on, planted) if slip.form is not None]
        for slip in draw.sample(slips, min(1, len(slips))):
            report = check(hand_in(on, Student(formulas=draw.random() < 0.5), draw, {planted: slip}), on)
            right = RightLines(report, on)
            for one in report.lines:
                if one.verdict != WRONG or one.expected is None:
                    continue
                for asked in (Asked(1), Asked(2), Asked(1, language="de"), Asked(2, language="de")):
                    page = account(report, right, asked, lambda _: "")
                    block = next(block for block in page.blocks if block.head.endswith(f" {one.line.line}"))
                    assert given_away(" ".join((*block.said, block.hint)), one) == []
                    seen += 1
    assert seen > 10


def test_what_gives_something_away_would_be_found() -> None:
    one = checked(WORK).lines[8]
    assert given_away("It is 0.00877.", one) == ["0.00877"]
    assert given_away("Look at w7.", one) == ["w7"]
    assert given_away("delta_h1 is not 0.009231.", one) == []


# Whatever was typed


def pages_of(text: str) -> dict[str, str]:
    found = bt.check("mazur", text, language="de", reveal=None, name="\x1b[31m<i>.txt")
    return {format: found.page(format) for format in ("terminal", "markdown", "html", "json")}


def test_hostile_text_is_printed_literally() -> None:
    pages = pages_of(HOSTILE)
    assert all("\x1b" not in page for page in pages.values())
    assert "<script" not in pages["html"] and "<i>" not in pages["html"] and "&lt;script&gt;" in pages["html"]
    ElementTree.fromstring(pages["html"].removeprefix("<!DOCTYPE html>"))
    assert "49" not in pages["html"].replace("0.49", "")
    assert json.loads(pages["json"])["lines"][0]["text"].endswith("</script>")
    table = [line for line in pages["markdown"].split("\n") if line.startswith("|")]
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 5 for line in table)


@pytest.mark.parametrize(("width", "ascii"), [(40, True), (40, False), (84, False)])
@pytest.mark.parametrize("text", [WORK, HOSTILE, "net_h1 = 0.3\n" * 200, "\n".join(f"w{n}+ = 1" for n in range(1, 9))])
def test_no_line_is_wider_than_the_page(text: str, width: int, ascii: bool) -> None:
    for language in ("en", "de"):
        found = bt.check("mazur", text, explain=1 if text != HOSTILE else 0, language=language, reveal=None)
        page = found.page(options=PageOptions(width=width, ascii=ascii))
        assert max(map(len, page.split("\n"))) <= width
        assert not ascii or page.isascii()


@settings(max_examples=12, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=120), st.integers(0, 11))
def test_any_text_in_a_line_makes_pages(text: str, place: int) -> None:
    lines = WORK.split("\n")
    lines[place] = text
    try:
        found = bt.check("mazur", "\n".join(lines))
    except InputError:
        return
    page = found.page(options=PageOptions(width=40))
    assert max(map(len, page.split("\n"))) <= 40
    ElementTree.fromstring(found.page("html").removeprefix("<!DOCTYPE html>"))
    json.loads(found.page("json"))
    found.page("markdown")


def test_every_verdict_has_a_mark() -> None:
    assert set(MARKS) == set(VERDICTS)


def test_runs_of_lines_are_named_by_their_ends() -> None:
    page = bt.check("mazur", "net_h1 = 0.31\nnet_h2 = 0.52\nnet_o1 = 7.3\nE = 77").page()
    assert "Mend lines 1 to 4 and check again." in page


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n"])
def test_an_empty_work_says_so(text: str) -> None:
    found = bt.check("mazur", text)
    assert found.verdict == "unreadable" and found.score == 0.0
    assert found.page() == "your work: 0 lines, names read as in mazur\n\nThere is no line in it to check.\n"
    assert all("There is no line in it" in found.page(format) for format in ("markdown", "html"))


def test_of_many_wrong_lines_the_first_are_told() -> None:
    found = bt.check("mazur", "\n".join(f"{'w5' if n % 2 else 'E'}+ = {n}.5" for n in range(1, 31)))
    page = found.page()
    assert page.count("Hint: ") == 20 and "10 more lines are wrong" in page
    assert "Line 30:" not in page and "Line 30:" in found._replace(asked=Asked(reveal=[30])).page()
    assert sum(line["hint"] is not None for line in found.to_dict()["lines"]) == 30


def test_of_many_lines_the_first_are_named() -> None:
    page = bt.check(
        "mazur", "\n".join(f"net_h{1 + n % 2} = {'0.3775' if n % 2 == 0 else '7.5'}" for n in range(60))
    ).page()
    assert "Mend lines 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24 and others" in page


def test_a_row_of_the_table_for_each_line() -> None:
    rows = bt.check("mazur", "net_h1 = 0.3775\n-1+1 = 3\n\ndE/dw2 = delta_h1*i1 = 0.00043857").page("csv").splitlines()
    assert rows[0] == "line,name,given,verdict,point,mistakes,notes"
    assert rows[1] == "1,net_h1,0.3775,right,1,,"
    assert rows[-1] == "4,dE/dw2,0.00043857,wrong,0,weight_gradient.other_signal,"
    assert rows[2].startswith("2,'-1+1,3.0,wrong,0")


def test_the_json_does_not_depend_on_the_notation() -> None:
    work = "# notation: nielsen\n" + "w^2_11 = 0.40"
    one = bt.check("mazur", "delta1_1 = 0.00877\ndE/dw2_1_1 = 0.08", notation="nielsen").to_dict()
    two = bt.check("mazur", "delta1_1 = 0.00877\ndE/dw2_1_1 = 0.08", notation="mazur").to_dict()
    assert work and one == two


def test_a_notebook_shows_the_report() -> None:
    found = bt.check("mazur", WORK)
    assert "<html" not in found._repr_html_() and "delta_h1" in found._repr_html_()
    assert found._repr_markdown_() == found.page("markdown")
    assert str(found) == found.page()
    assert (found.verdict, found.first_mistake, found.score) == ("mistake", 9, 11 / 12)
    with pytest.raises(AttributeError):
        found.report = None  # type: ignore[misc]


def test_check_is_the_function_whatever_was_imported() -> None:
    import backtrace.check.records

    assert backtrace.check("mazur", "net_h1 = 0.3775").verdict == RIGHT
    assert bt.check is backtrace.check


def test_unknown_formats_and_hints_are_refused() -> None:
    with pytest.raises(InputError, match="no format 'pdf'"):
        bt.check("mazur", WORK).page("pdf")
    with pytest.raises(InputError, match="no hint 3"):
        bt.check("mazur", WORK, hint=3)
