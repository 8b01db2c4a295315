"""The derivative of an activation by the rules of calculus: its formula, and its value at a point."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backtrace.errors import InputError
from backtrace.expression.calculus import derivative, differentiate
from backtrace.expression.evaluate import evaluate
from backtrace.expression.rounding import rounded
from backtrace.expression.tidying import tidy
from backtrace.expression.tree import (
    ONE,
    Expr,
    Given,
    add,
    call,
    div,
    mul,
    neg,
    number,
    operands,
    replace,
    symbol,
    symbols,
    with_operands,
)
from backtrace.network.activations import activation
from backtrace.network.quantity import Quantity
from backtrace.questions.answers import LEAST_ASKED, gated, unit
from backtrace.questions.formulas import same, typed
from backtrace.questions.making import DIGITS, read_settings, samples
from backtrace.questions.records import Formula, Instance, Kind, Numeric, Part, Say, Setting
from backtrace.questions.records import Given as GivenBlock
from backtrace.questions.sampling import TASTES, Fault, pick, tried
from backtrace.questions.seeds import Draws

X = Quantity("named", name="x")
INNER = Quantity("named", name="u")
x = symbol(X)
ACTIVATION = Setting("activation", "", "a name or a formula in x; drawn without")
POINTS = tuple(f"{sign}{n / 10:.1f}" for n in (3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15) for sign in ("", "-"))


def _by(text: str) -> Expr:
    return number(float(text), text)


def _scaled(draw: Draws) -> Expr:
    return mul(_by(pick(draw, ("0.5", "1.5", "2", "3"))), x)


FORMULAS: dict[int, tuple[Callable[[Draws], Expr], ...]] = {
    1: (
        lambda draw: call("sigmoid", x),
        lambda draw: call("tanh", x),
        lambda draw: call("ln", add(ONE, call("exp", x))),
        lambda draw: div(ONE, add(ONE, call("exp", neg(x)))),
    ),
    2: (
        lambda draw: call("sigmoid", _scaled(draw)),
        lambda draw: call("tanh", _scaled(draw)),
        lambda draw: mul(_by(pick(draw, ("2", "3", "1.5"))), call("tanh", x)),
        lambda draw: mul(x, call("sigmoid", x)),
        lambda draw: call("ln", add(ONE, call("exp", _scaled(draw)))),
    ),
    3: (
        lambda draw: mul(_by(pick(draw, ("1.7", "1.5", "2.5"))), call("tanh", _scaled(draw))),
        lambda draw: mul(x, call("sigmoid", _scaled(draw))),
        lambda draw: mul(x, call("tanh", call("ln", add(ONE, call("exp", x))))),
        lambda draw: div(ONE, add(ONE, call("exp", neg(_scaled(draw))))),
    ),
}


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Level 1: plain ones; level 2: an inner factor or a product; level 3: both."""
    chosen = read_settings(settings, (ACTIVATION, DIGITS))
    return tried(lambda: _made(draw, level, chosen))


def _made(draw: Draws, level: int, chosen: Mapping[str, object]) -> Instance:
    name = str(chosen["activation"])
    formula = _named(name) if name else pick(draw, FORMULAS[level])(draw)
    slope = derivative(formula, X)
    point = Given(pick(draw, POINTS))
    digits = int(str(chosen["digits"])) or TASTES[level].digits
    wrong = [(mistake, form) for mistake, form in mistakes(formula, slope) if not same(form, slope)]
    apart: list[tuple[str, Expr]] = []
    for mistake, form in wrong:
        if not any(same(form, other) for _, other in apart):
            apart.append((mistake, form))
    at = number(float(point), point.text)
    parts = (
        Part(Say("slope_formula"), Formula(slope, tuple(apart)), solution=_lines(formula)),
        Part(Say("slope_value", (at,)), _value(slope, point, digits, apart), solution=(_put_in(slope, at),)),
    )
    return Instance(
        "local-derivative",
        level,
        "",
        Say("slope_title"),
        (GivenBlock(say=Say("slope_given", (formula,))),),
        parts,
        settings=dict(chosen),
        note=f"local-derivative {typed(formula)} at {point.text}",
    )


def _named(text: str) -> Expr:
    known = activation(text)
    if known.formula is None or known.slope is None:
        raise InputError(f"{known.name} has no derivative of one number", hint="tanh, sigmoid or a formula in x")
    return replace(known.formula, lambda key: x)


def mistakes(formula: Expr, slope: Expr) -> list[tuple[str, Expr]]:
    """What people write for the slope: the function itself, the slope at the output, without the inner derivative,
    one term of a product alone, the product of the slopes."""
    found = [("slope.value_for_slope", formula), ("slope.at_output", replace(slope, lambda key: formula))]
    outer = _without_inner(formula)
    if outer is not None:
        found.append(("slope.no_inner_derivative", outer))
    if formula.op == "mul" and sum(X in symbols(factor) for factor in formula.args) == 2:
        first, second = formula.args
        slopes = derivative(first, X), derivative(second, X)
        found.append(("slope.one_term_of_product", tidy(mul(slopes[0], second))))
        found.append(("slope.product_of_slopes", tidy(mul(*slopes))))
    return found


def _without_inner(formula: Expr) -> Expr | None:
    """The slope without the factor that comes from inside the function; None where nothing is inside."""
    inside = [e.args[1] for e in _calls(formula) if e.args[1] != x and X in symbols(e.args[1])]
    if len(inside) != 1:
        return None
    opened = _replaced(formula, inside[0], symbol(INNER))
    if X in symbols(opened):
        return None
    return replace(derivative(opened, INNER), lambda key: inside[0])


def _calls(e: Expr) -> list[Expr]:
    return [*([e] if e.op == "call" else []), *(found for part in operands(e) for found in _calls(part))]


def _replaced(e: Expr, old: Expr, new: Expr) -> Expr:
    if e == old:
        return new
    return with_operands(e, tuple(_replaced(part, old, new) for part in operands(e))) if operands(e) else e


def _value(slope: Expr, point: float, digits: int, wrong: list[tuple[str, Expr]]) -> Numeric:
    value = evaluate(slope, lambda key: point)
    if abs(value) < LEAST_ASKED:
        raise Fault("the slope is smaller than 0.001")
    values = [evaluate(form, lambda key: point) for _, form in wrong]

    def interval(count: int) -> tuple[float, float]:
        ways = [value, line_by_line(slope, point, count)]
        slack = 0.5 * unit(value, count) * (1 + 1e-9)
        return min(ways) - slack, max(ways) + slack

    return gated(value, digits, interval, [mistake for mistake, _ in wrong], values)


def line_by_line(e: Expr, point: float, digits: int) -> float:
    """The value with every intermediate result rounded to so many digits."""
    if e.op in ("number", "symbol"):
        return evaluate(e, lambda key: point)
    parts = tuple(number(line_by_line(part, point, digits)) for part in operands(e))
    return rounded(evaluate(with_operands(e, parts), lambda key: point), digits)


def _lines(formula: Expr) -> tuple[Say, ...]:
    lines = differentiate(formula, X)
    found = [Say("slope_first", (lines[0].expr,))]
    for line in lines[1:]:
        names = [Say(f"rule_{name.replace(' ', '_')}") for name in line.rule.split(", ")]
        reason = names[0]
        for name in names[1:]:
            reason = Say("rule_and", (reason, name))
        found.append(Say("slope_line", (line.expr, reason)))
    return tuple(found)


def _put_in(slope: Expr, at: Expr) -> Say:
    value = evaluate(slope, lambda key: float(at.args[0]))
    return Say("slope_put_in", (replace(slope, lambda key: at), rounded(value, 6)))


KIND = Kind("local-derivative", "the slope of an activation by rules", (ACTIVATION, DIGITS), make, samples)
