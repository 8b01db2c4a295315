"""Rounding, spelling, and lines that are true as printed."""

from decimal import ROUND_HALF_UP, Context, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backtrace.errors import InputError
from backtrace.expression.evaluate import evaluate
from backtrace.expression.tree import Expr, Given, add, mul, neg, sub, symbol
from backtrace.render import numbers
from backtrace.render.numbers import NumberStyle, figure, put_in

SIX = NumberStyle()
NUMBERS = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-12)


@pytest.mark.parametrize(
    ("x", "shown"),
    [
        (0.741365069552316, "0.741365"),
        (0.593269992107187, "0.593270"),
        (-0.217071534678537, "-0.217072"),
        (0.3775, "0.3775"),
        (0.1 + 0.2, "0.3"),
        (60.0, "60"),
        (0.0, "0"),
        (-0.0, "0"),
        (0.000100000049, "0.000100000"),
        (0.0000999999, "9.99999e-5"),
        (0.00009999999, "0.000100000"),
        (999999.4, "999999"),
        (999999.5, "1.00000e6"),
        (1e6, "1e6"),
        (5e-324, "4.94066e-324"),
        (2.675, "2.675"),
    ],
)
def test_six_digits(x: float, shown: str) -> None:
    assert figure(x, SIX) == shown


@pytest.mark.parametrize(
    ("x", "decimals", "shown"),
    [
        (2.675, 2, "2.68"),
        (0.006, 2, "0.01"),
        (0.004, 2, "0.004"),
        (99.999, 2, "100.00"),
        (0.5, 4, "0.5"),
        (1e-9, 4, "1e-9"),
        (123.456, 0, "123"),
        (9.96, 1, "10.0"),
        (9.98e-6, 4, "1e-5"),
    ],
)
def test_decimals(x: float, decimals: int, shown: str) -> None:
    assert figure(x, NumberStyle(decimals=decimals)) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [("0.40", "0.40"), ("1e-7", "1e-7"), ("1E+3", "1e3"), ("+5", "5"), ("-0", "0"), ("1_000", "1000")],
)
def test_typed_numbers_stay_as_typed(text: str, shown: str) -> None:
    assert figure(Given(text), NumberStyle(digits=2)) == shown


@given(NUMBERS, st.integers(1, 15))
def test_half_away_from_zero_after_fifteen_digits(x: float, digits: int) -> None:
    fifteen = Context(prec=15).create_decimal(Decimal(f"{x:.14e}"))
    expected = Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal(fifteen)
    assert Decimal(figure(x, NumberStyle(digits))) == expected


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 15), st.integers(0, 18))
def test_never_zero_for_what_is_not_zero_and_never_minus_zero(x: float, decimals: int, more: int) -> None:
    shown = figure(x, NumberStyle(decimals=decimals), more)
    assert (float(shown) == 0) == (x == 0)
    assert not (float(shown) == 0 and shown.startswith("-"))


@given(NUMBERS)
def test_the_page_range_is_plain(x: float) -> None:
    shown = figure(x, SIX)
    assert ("e" in shown) == (x != 0 and not 1e-4 <= abs(float(shown)) < 1e6)


@pytest.mark.parametrize("style", [(0, None), (16, None), (6, -1), (6, 16)])
def test_impossible_styles_are_refused(style: tuple[int, int | None]) -> None:
    with pytest.raises(InputError, match="cannot show"):
        NumberStyle(*style)


def test_operands_show_more_digits_where_the_result_needs_them() -> None:
    factors = mul(symbol("a"), symbol("b"), symbol("c"))
    values = {"a": 0.7413650695523157, "b": 0.18681560180895948, "c": 0.5932699921071872}
    put = put_in(factors, values, SIX, 0.08216704056423078)
    assert [leaf.args[1] for leaf in put.expr.args] == ["0.7413651", "0.1868156", "0.5932700"]
    assert put.result == "0.0821670"


def test_typed_operands_are_never_extended() -> None:
    form = sub(symbol("w"), mul(symbol("eta"), symbol("g")))
    put = put_in(form, {"w": Given("0.40"), "eta": Given("0.5"), "g": 0.08216704056423078}, SIX, 0.35891647971788465)
    assert put.expr == sub(leaf("0.40"), mul(leaf("0.5"), leaf("0.08216704")))
    assert put.result == "0.358916"


def leaf(text: str) -> Expr:
    return Expr("number", (float(text), text))


def forms() -> st.SearchStrategy[Expr]:
    leaves = st.sampled_from([symbol(name) for name in "abcd"])
    return st.recursive(
        leaves,
        lambda e: st.one_of(st.tuples(e, e).map(lambda p: add(*p)), st.tuples(e, e).map(lambda p: mul(*p)), e.map(neg)),
        max_leaves=6,
    )


@given(forms(), st.tuples(*[st.floats(-50, 50).filter(lambda x: abs(x) > 1e-3)] * 4), st.integers(2, 10))
def test_every_line_is_true_as_printed(form: Expr, numbers: tuple[float, ...], digits: int) -> None:
    values = dict(zip("abcd", numbers, strict=True))
    style = NumberStyle(digits)
    result = evaluate(form, lambda key: values[str(key)])
    put = put_in(form, values, style, result)
    again = evaluate(put.expr, lambda key: values[str(key)])
    assert float(figure(again, style)) == float(put.result)


def test_a_planted_fault_is_seen() -> None:
    """The check above would notice operands that are cut to the result's own digits."""
    values = {"a": 0.7413650695523157, "b": 0.18681560180895948, "c": 0.5932699921071872}
    short = evaluate(mul(*[leaf(figure(values[key], SIX)) for key in "abc"]), lambda key: 0.0)
    assert figure(short, SIX) != "0.0821670"


SHORT = st.tuples(st.integers(1, 10**9), st.integers(-3, 12), st.sampled_from((0.0, 1e-9, -1e-9, 1e-5)))


@given(st.one_of(NUMBERS, SHORT.map(lambda one: one[0] / 10 ** one[1] * (1 + one[2]))), st.integers(1, 8))
def test_what_is_spelled_quickly_is_spelled_alike(x: float, digits: int) -> None:
    """Numbers of any size, and those close to where rounding is a question."""
    exact = numbers.exactly(x, digits)
    assert numbers.quickly(x, digits) in ("", exact)
    assert numbers.significant([x, 0.5, x], [digits] * 3) == [exact, numbers.exactly(0.5, digits), exact]


def test_most_numbers_are_spelled_quickly() -> None:
    assert [numbers.quickly(x, 6) for x in (0.7413650695523157, 0.5)] == ["0.741365", ""]
