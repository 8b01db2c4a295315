"""Rounding without text gives what rounding on text gives, bit for bit."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from backtrace.expression.rounding import BY_HAND, as_float, cut, decimal15, exponent, rounded, rounding_to

# Numbers of few digits are in the middle between two neighbours as often as not.
SHORT = st.builds(lambda whole, places: whole / 10**places, st.integers(-(10**8), 10**8), st.integers(0, 14))
NEAR_SHORT = st.builds(lambda x, part: x * (1 + part), SHORT, st.floats(-1e-14, 1e-14))
NUMBERS = st.one_of(st.floats(allow_nan=False, allow_infinity=False), SHORT, NEAR_SHORT, st.floats(-1, 1))


@settings(max_examples=500)
@given(NUMBERS, st.integers(1, 9))
@example(2.675, 3)
@example(0.15, 1)
@example(0.99999999999999995, 3)
@example(9.995, 3)
@example(999999.5, 6)
@example(-0.0, 3)
@example(1e-8, 2)
def test_the_quick_way_is_the_same_as_on_text(x: float, digits: int) -> None:
    assert repr(rounded(x, digits)) == repr(as_float(cut(decimal15(x), digits)))


@settings(max_examples=300)
@given(NUMBERS)
@example(1.0)
@example(0.1)
@example(1000.0)
@example(0.99999999999999995)
def test_the_exponent_is_that_of_the_text(x: float) -> None:
    assert exponent(x) == decimal15(x).exponent


def test_half_goes_away_from_zero_though_the_float_is_below() -> None:
    assert [rounded(x, 3) for x in (2.675, -2.675, 1.005)] == [2.68, -2.68, 1.01]
    assert float(f"{2.675:.2f}") == 2.67  # what rounding the float itself would give


def test_what_cancelling_leaves_behind_the_twelfth_digit_is_no_reason_to_round_down() -> None:
    noisy = 0.050034999999999  # 0.050035 by hand
    assert rounding_to(4)(noisy) == 0.05003
    assert rounding_to(4, BY_HAND)(noisy) == 0.05004
    assert rounding_to(4, BY_HAND)(0.0500349999) == 0.05003
