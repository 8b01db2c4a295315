"""Derivatives line by line: the lines of the worked example, each line equal to the one before, witnesses."""

import pytest
from hypothesis import assume, given, settings

from backtrace.errors import InputError
from backtrace.expression import calculus
from backtrace.expression.algebra import to_sympy
from backtrace.expression.calculus import RULES, Line, derivative, differentiate
from backtrace.expression.functions import FUNCTIONS, EvaluationError
from backtrace.expression.reader import read
from backtrace.expression.tree import ONE, Expr, add, mul, neg, number, operands, power, sub, symbol
from tests.expression.formulas import FORMULAS, TYPED, X_VALUES, Y_VALUES, typed, value


def rules(text: str, key: str = "x") -> list[str]:
    return [line.rule for line in differentiate(read(text, lambda name: name), key)][1:]


def test_the_loss_of_the_worked_example() -> None:
    e = read("1/2*(t1-o1)^2 + 1/2*(t2-o2)^2", lambda name: name)
    lines = differentiate(e, "o1")
    assert [line.rule for line in lines] == [
        "",
        "sum rule, constant rule",
        "power rule, chain rule",
        "sum rule, constant rule, variable rule",
        "simplify",
    ]
    difference = sub(symbol("t1"), symbol("o1"))
    half = e.args[0].args[0]
    assert lines[3].expr == add(
        mul(number(2), half, power(difference, sub(number(2), ONE)), sub(number(0), ONE)), number(0)
    )
    assert lines[4].expr == neg(difference)


def test_the_net_of_the_worked_example() -> None:
    lines = differentiate(read("w5*out_h1 + w6*out_h2 + b", lambda name: name), "w5")
    assert lines[2] == Line(read("1*out_h1*w5^(1-1) + 0 + 0", lambda name: name), "power rule")
    assert lines[3] == Line(symbol("out_h1"), "simplify")


def test_sigmoid_from_its_definition() -> None:
    assert rules("1/(1+exp(-x))") == [
        "reciprocal rule",
        "sum rule, constant rule",
        "exponential rule, chain rule",
        "constant factor rule, variable rule",
        "simplify",
    ]
    assert derivative(typed("1/(1+exp(-x))"), "x") == typed("exp(-x)/(1+exp(-x))^2")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y", "0"),
        ("x", "1"),
        ("-x", "-1"),
        ("x^2", "2*x"),
        ("tanh(x)", "1-tanh(x)^2"),
        ("max(0, x)", "step(x)"),
        ("relu(x)", "step(x)"),
        ("abs(y-x)", "-sign(y-x)"),
        ("-(y*ln(x)+(1-y)*ln(1-x))", "-(y/x-(1-y)/(1-x))"),
        ("1.7159*tanh(2*x/3)", "1.7159*(1-tanh(2*x/3)^2)*(2/3)"),
        ("1/y*(y-x)^2", "-(2/y*(y-x))"),
        ("2^x", "2^x*ln(2)"),
        ("x*y", "y"),
        ("y*x", "y"),
        ("x/y", "1/y"),
        ("sign(2*x)", "0"),
        ("3*x^-2", "-(6*x^(-3))"),
    ],
)
def test_results(text: str, expected: str) -> None:
    assert derivative(typed(text), "x") == typed(expected)


def test_every_rule_is_named_somewhere() -> None:
    found = [rule for text in (*TYPED, "x*y", "(2+y)*abs(x)", "max(x, y)", "threshold(x)") for rule in rules(text)]
    named = {name for rule in found for name in rule.split(", ")}
    expected = {rule.name for rule in RULES} - {"function rule"} | {"chain rule", "simplify"}
    assert expected | {function.rule for function in FUNCTIONS.values()} <= named


def test_one_line_carries_out_the_same_rule_everywhere() -> None:
    assert len(differentiate(typed("x^2 + x^3 + x^2"), "x")) == 4


def test_at_corners() -> None:
    for text in ("max(0, x)", "max(x, 0)", "relu(x)", "abs(x)"):
        assert value(derivative(typed(text), "x"), {"x": 0.0}) == 0.0
    assert value(derivative(typed("max(x, x)"), "x"), {"x": 0.0}) == 1.0


def is_finished(e: Expr) -> bool:
    return e.op != "pending" and all(map(is_finished, operands(e)))


def lines_agree(lines: tuple[Line, ...], at: dict[str, float]) -> bool:
    """Whether all lines have the same value at a point where they have one."""
    values = [value(line.expr, at) for line in lines]
    return all(one == pytest.approx(values[-1], rel=1e-7, abs=1e-7) for one in values)


@settings(deadline=None)
@given(FORMULAS, X_VALUES, Y_VALUES)
def test_every_line_equals_the_one_before(e: Expr, x: float, y: float) -> None:
    lines = differentiate(e, "x")
    assert is_finished(lines[-1].expr)
    try:
        assert lines_agree(lines, {"x": x, "y": y})
    except EvaluationError:
        assume(False)


@pytest.mark.parametrize("text", TYPED)
def test_every_line_of_typed_formulas(text: str) -> None:
    assert lines_agree(differentiate(typed(text), "x"), {"x": 0.37, "y": 0.8})


def central_difference(e: Expr, x: float, y: float, h: float) -> float:
    return (value(e, {"x": x + h, "y": y}) - value(e, {"x": x - h, "y": y})) / (2 * h)


@settings(deadline=None)
@given(FORMULAS, X_VALUES, Y_VALUES)
def test_against_central_differences(e: Expr, x: float, y: float) -> None:
    try:
        coarse, fine = central_difference(e, x, y, 1e-4), central_difference(e, x, y, 1e-5)
        found = value(derivative(e, "x"), {"x": x, "y": y})
    except EvaluationError:
        assume(False)
    # Where two step sizes disagree there is a corner or a pole nearby, and differences witness nothing.
    assume(abs(coarse - fine) <= 1e-5 * max(1.0, abs(fine)) and abs(fine) < 1e6)
    assert found == pytest.approx(fine, rel=1e-4, abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(FORMULAS, X_VALUES, Y_VALUES)
def test_against_sympy(e: Expr, x: float, y: float) -> None:
    import sympy

    try:
        theirs = sympy.diff(to_sympy(e, str), sympy.Symbol("x"))
        # SymPy leaves the derivatives of what has corners open on the complex plane.
        assume(not theirs.has(sympy.Derivative, sympy.DiracDelta, sympy.zoo, sympy.nan, sympy.Subs))
        ours = value(derivative(e, "x"), {"x": x, "y": y})
    except EvaluationError:
        assume(False)
    there = complex(theirs.subs({"x": sympy.Float(x), "y": sympy.Float(y)}).evalf())
    assume(there == there and abs(there) < 1e6)
    assert ours == pytest.approx(there.real, rel=1e-6, abs=1e-6)


def test_a_planted_fault_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def exponent_kept(e: Expr, x: Expr) -> Expr:
        return mul(e.args[1], e)

    broken = tuple(
        rule if rule.name != "power rule" else calculus.Rule(rule.name, rule.says, rule.fits, exponent_kept)
        for rule in RULES
    )
    honest = value(derivative(typed("x^3"), "x"), {"x": 0.7})
    monkeypatch.setattr(calculus, "RULES", broken)
    assert value(derivative(typed("x^3"), "x"), {"x": 0.7}) != pytest.approx(honest)


def test_too_large() -> None:
    long = "x" + "/x" * 199
    with pytest.raises(InputError, match="too large to be differentiated"):
        differentiate(typed(long), "x")


def test_a_wide_net_is_not_too_large() -> None:
    net = add(*[mul(symbol(f"w{k}"), symbol(f"i{k}")) for k in range(784)], symbol("b"))
    assert derivative(net, "w5") == symbol("i5")
