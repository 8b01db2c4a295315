"""Under output_first the lines of calculus end in the old weight, and the page says that the new one takes over."""

from __future__ import annotations

import pytest

import backtrace as bt

SET = ["order=output_first"]
SAID = "order output_first puts"


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("view", ["chain", "gates", "paths"])
def test_the_page_says_where_the_new_weight_takes_the_place_of_the_old(view: str) -> None:
    text = words(bt.load("tiny", sets=SET).derive("w1", view=view, detail="calculus").page())
    assert "The rules end in w5; order output_first puts w5⁺ in its place." in text
    assert text.count(SAID) == 1
    assert "= w5 (simplify)" in text


def test_lines_still_end_in_the_form_through_the_output() -> None:
    text = words(bt.load("tiny", sets=SET).derive("w1", detail="calculus").page())
    assert "= out_h1·(1 − out_h1) (written through the output) = 0.689974·(1 − 0.689974)" in text


def test_nothing_is_said_in_the_usual_order_or_without_lines() -> None:
    assert SAID not in bt.load("tiny").derive("w1", detail="calculus").page()
    assert SAID not in bt.load("tiny", sets=SET).derive("w1").page()
