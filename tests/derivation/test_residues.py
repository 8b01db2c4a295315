"""A result that is 0 by hand and not in binary fractions is shown as it is, and explained."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import backtrace as bt
from backtrace.render.options import PageOptions
from tests.readback.pages import check

SAID = "By hand net_o1 is 0."
TENTHS = st.integers(-99, 99).map(lambda n: f"{n / 10:.1f}")


def net(w1: str, i1: str, w2: str, i2: str) -> bt.Net:
    numbers = {"w1": w1, "i1": i1, "w2": w2, "i2": i2, "b_o1": "0", "t1": "1"}
    return bt.load("2-1:relu", batch=1, seed=1, sets=[f"{name}={number}" for name, number in numbers.items()])


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_residue_of_a_sum_that_is_zero_by_hand_is_explained() -> None:
    found = net("-0.1", "3", "0.3", "1")
    for quantities in ((), ("w1",), ("E",)):
        page = found.derive(*quantities)
        assert "−5.55112×10⁻¹⁷" in page.page()
        assert words(page.page()).count(SAID) == 1
        for format in ("terminal", "markdown", "latex"):
            assert check(page.derivation, format, PageOptions()).problems == []


def test_a_small_result_that_is_not_zero_by_hand_is_left_alone() -> None:
    assert SAID not in words(net("-0.0000000001", "1", "0", "1").derive().page())
    assert SAID not in words(net("-0.1", "3", "0.31", "1").derive().page())
    assert SAID not in words(net("-0.5", "1", "0.5", "1").derive().page())  # 0 in binary fractions, too


@settings(max_examples=60)
@given(TENTHS, TENTHS, st.sampled_from(["0", "0", "0.01"]))
def test_it_is_said_exactly_where_fractions_say_zero_and_floats_do_not(w1: str, i1: str, off: str) -> None:
    w2 = f"{float(-Fraction(w1) * Fraction(i1) + Fraction(off)):.2f}"
    exact = Fraction(w1) * Fraction(i1) + Fraction(w2)
    computed = float(w1) * float(i1) + float(w2)
    assert (SAID in words(net(w1, i1, w2, "1").derive("E").page())) == (exact == 0 and computed != 0.0)


@pytest.mark.parametrize("w", ["0.1", "0.3", "0.7", "0.9"])
def test_three_tenths_that_cancel(w: str) -> None:
    text = words(net(w, "3", f"-{float(w) * 3:.1f}", "1").derive().page())
    assert (SAID in text) == (float(w) * 3 != float(f"{float(w) * 3:.1f}"))
