"""The page for a terminal."""

import pytest

from backtrace.errors import InputError, InternalFault
from backtrace.network.quantity import Quantity
from backtrace.render.neutral import NeutralSpelling
from backtrace.render.options import PageOptions
from backtrace.render.routes import drawing
from backtrace.render.words import WORDS, say

VIEWS = ("chain", "paths", "delta", "gates", "matrix")
MOCKUP = """\
   ∂E/∂w5 = ∂E/∂out_o1 · ∂out_o1/∂net_o1 · ∂net_o1/∂w5

   ∂E/∂out_o1      = −(t1 − out_o1)      = −(0.01 − 0.751365)      =  0.741365
   ∂out_o1/∂net_o1 = out_o1·(1 − out_o1) = 0.751365·(1 − 0.751365) =  0.186816
   ∂net_o1/∂w5     = out_h1                                        =  0.593270

   ∂E/∂w5 = 0.7413651 · 0.1868156 · 0.5932700                      =  0.0821670
   w5⁺    = w5 − η·∂E/∂w5 = 0.40 − 0.5·0.08216704                  =  0.358916
"""


def test_the_page_we_want_to_be_proud_of(page) -> None:
    text = page("mazur", "w5", "w1", options=PageOptions(width=84))
    assert text.startswith(
        "mazur: 2 inputs, 2 hidden, 2 outputs, sigmoid; E = ½(t1−out_o1)² + ½(t2−out_o2)²\n"
        "From the forward pass (all of it: backtrace trace mazur)\n"
        "   out_h1 = 0.593270   out_o1 = 0.751365   out_o2 = 0.772928   E = 0.298371\n\n1  How"
    )
    assert MOCKUP in text
    assert "out_h1 ┬→ net_o1 → out_o1 → E\n" in text
    assert "       └→ net_o2 → out_o2 → E\n" in text
    assert "                   = (−0.2170715) · 0.1755101 · 0.50               = −0.0190491\n" in text
    assert text.endswith("=  0.149781\n")  # the sentence about digits is advice, not part of the page


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("width", [40, 60, 84, 120])
@pytest.mark.parametrize("detail", ["factors", "calculus", "result"])
def test_nothing_is_wider_than_the_page(page, view: str, detail: str, width: int) -> None:
    for ascii in (False, True):
        text = page("mazur", "w1", view=view, detail=detail, options=PageOptions(width=width, ascii=ascii))
        assert max(map(len, text.splitlines())) <= width
        assert all(line == line.rstrip() for line in text.splitlines())
        assert "\n\n\n" not in text
        assert text.isascii() or not ascii


def test_private_marks_of_boxes_never_reach_the_page(page) -> None:
    text = page("mazur", view="matrix")
    assert "⎡0.40  0.50⎤" in text
    assert not any(0xE000 <= ord(c) <= 0xF8FF for c in text)


@pytest.mark.parametrize(
    ("show", "there", "absent"),
    [
        (("symbols",), "= −(t1 − out_o1)\n", "0.741365"),
        (("numbers", "value"), "= −(0.01 − 0.751365)       =  0.741365", "−(t1 − out_o1)\n"),
        (("symbols", "value"), "= out_o1·(1 − out_o1)", "(0.01 − "),
        (("value",), "   ∂E/∂out_o1      =  0.741365", "(0.01 − "),
    ],
)
def test_show(page, show: tuple[str, ...], there: str, absent: str) -> None:
    text = page("mazur", "w5", options=PageOptions(show=show))
    assert there in text
    assert absent not in text


def test_decimal_comma_and_decimals(page) -> None:
    text = page("mazur", "w5", options=PageOptions(decimal="comma", decimals=4))
    assert "=  0,7414" in text
    assert "0.7" not in text


def test_without_numbers_only_symbols_are_shown(page) -> None:
    text = page("2-2-1", "w1")
    assert "digits" not in text
    assert "From the forward pass" not in text


def test_routes_are_drawn_from_what_they_share() -> None:
    a, b, c, e = (Quantity("net", 1, n) for n in (1, 2, 3, 4))
    spell = NeutralSpelling().text
    assert drawing([(a, b, e)], spell) == ["net1_1 → net1_2 → net1_4"]
    assert drawing([(a, b, e), (a, c, e), (a, e)], spell, ascii=True) == [
        "net1_1 +-> net1_2 -> net1_4",
        "       |-> net1_3 -> net1_4",
        "       +-> net1_4          ",
    ]
    assert drawing([], spell) == []


def test_unknown_formats_and_parts_are_refused(page) -> None:
    with pytest.raises(InputError, match="no format 'latx'") as refused:
        page("mazur", "w5", format="latx")
    assert "latex" in refused.value.hint
    with pytest.raises(InputError, match="cannot show 'valeu'"):
        page("mazur", "w5", options=PageOptions(show=("valeu",)))


def test_words() -> None:
    spell = NeutralSpelling().text
    assert say("route_count", (Quantity("loss"), Quantity("loss"), 1), spell) == "E reaches E by one route:"
    assert say("route_count", (Quantity("loss"), Quantity("loss"), 24), spell) == "E reaches E by 24 routes:"
    assert say("sample", ("{2} <b>",), spell, lambda text: text.replace("<", "&lt;")) == "sample {2} &lt;b>:"
    with pytest.raises(InternalFault, match="no words for 'nonsense'"):
        say("nonsense", (), spell)
    with pytest.raises(InternalFault, match="needs an argument 1"):
        say("sample", (), spell)
    assert not any("  " in words for key, words in WORDS.items() if not key.startswith("hint"))
