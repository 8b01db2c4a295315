"""The table of functions: every value, derivative and domain."""

import pytest

from backtrace.expression.evaluate import evaluate
from backtrace.expression.functions import FUNCTIONS, EvaluationError, apply

POINTS = (0.3, 0.7, 1.4)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_derivatives_agree_with_central_differences(name: str) -> None:
    function = FUNCTIONS[name]
    h = 1e-6
    for point in POINTS:
        arguments = [point, point + 0.25][: function.arity]
        at = {"u": arguments[0]} | {f"u{k}": argument for k, argument in enumerate(arguments, 1)}
        for position, slope in enumerate(function.derivative):
            up, down = list(arguments), list(arguments)
            up[position] += h
            down[position] -= h
            measured = (apply(name, *up) - apply(name, *down)) / (2 * h)
            assert evaluate(slope, lambda key, at=at: at[str(key)]) == pytest.approx(measured, abs=1e-8)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_record_is_complete(name: str) -> None:
    function = FUNCTIONS[name]
    assert function.name == name
    assert len(function.derivative) == function.arity
    assert len(function.joint) in (0, function.arity)
    assert function.rule.endswith(" rule")
    assert function.text
    assert function.latex


def test_sigmoid_does_not_overflow_and_is_accurate_far_out() -> None:
    assert apply("sigmoid", 1000.0) == 1.0
    assert apply("sigmoid", -1000.0) == 0.0
    assert apply("sigmoid", -700.5) == pytest.approx(apply("exp", -700.5), rel=1e-15)
    assert apply("sigmoid", 1.10590596705977) == pytest.approx(0.751365069552316, rel=1e-14)


def test_slopes_at_corners() -> None:
    assert apply("step", 0.0) == 0.0
    assert apply("sign", 0.0) == 0.0


@pytest.mark.parametrize(
    ("name", "argument", "words"),
    [
        ("ln", 0.0, r"^ln\(0\) is not defined\n  ln needs a number above 0$"),
        ("sqrt", -1.0, r"^sqrt\(-1\) is not defined\n"),
        ("exp", 1000.0, r"^exp\(1000\) is too large for a number$"),
        ("cosh", -1000.0, r"^cosh\(-1000\) is too large for a number$"),
    ],
)
def test_outside_the_domain(name: str, argument: float, words: str) -> None:
    with pytest.raises(EvaluationError, match=words):
        apply(name, argument)
