"""Values of trees, directly and compiled."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtrace.errors import InternalFault
from backtrace.expression.evaluate import compiled, evaluate
from backtrace.expression.functions import EvaluationError
from backtrace.expression.tree import ZERO, Expr, pending, symbol
from tests.expression.formulas import FORMULAS, typed


def test_sums_are_folded_from_left_to_right() -> None:
    at = {"x": 1e16, "y": 1.0}
    assert evaluate(typed("x + y + y - x"), at.__getitem__) == 1e16 + 1.0 + 1.0 - 1e16
    assert evaluate(typed("-x + x + y"), at.__getitem__) == 1.0


def test_the_power_rule_at_zero() -> None:
    assert evaluate(typed("x^(1-1)"), lambda key: 0.0) == 1.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1/x", r"^1/0 is not defined\n  nothing can be divided by 0$"),
        ("ln(x)", r"^ln\(0\) is not defined"),
        ("x^-1", r"^\(0\)\^\(-1\) is not defined\n  0 has no negative power$"),
        ("(x-1)^0.5", r"^\(-1\)\^\(0.5\) is not defined\n  a negative number has whole powers only$"),
        ("exp(exp(exp(9)))", r"is too large for a number"),
        ("1e200*1e200", r"^a result is too large for a number$"),
        ("(1e200)^16", r"^\(1e\+200\)\^\(16\) is too large for a number$"),
    ],
)
def test_no_finite_value(text: str, words: str) -> None:
    e = typed(text)
    with pytest.raises(EvaluationError, match=words):
        evaluate(e, lambda key: 0.0)
    with pytest.raises(EvaluationError, match=words):
        compiled(e, ("x", "y"))(0.0, 0.0)


@settings(deadline=None)
@given(FORMULAS, st.floats(-3, 3), st.floats(-3, 3))
def test_compiled_gives_the_same_bits(e: Expr, x: float, y: float) -> None:
    def outcome(run: object) -> str:
        try:
            return repr(run())  # type: ignore[operator]
        except EvaluationError as error:
            return str(error)

    at = {"x": x, "y": y}
    assert outcome(lambda: compiled(e, ("x", "y"))(x, y)) == outcome(lambda: evaluate(e, lambda key: at[str(key)]))


def test_what_has_no_number() -> None:
    with pytest.raises(InternalFault, match="pending"):
        evaluate(pending(ZERO, symbol("x")), lambda key: 0.0)
    with pytest.raises(InternalFault, match="'x'"):
        compiled(symbol("x"), ("y",))
