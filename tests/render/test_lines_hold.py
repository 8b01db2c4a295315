"""Every line with numbers put in, evaluated as printed, rounds to the printed result, in every view."""

import pytest

from backtrace.derivation.matrices import evaluate_matrix
from backtrace.expression.evaluate import evaluate
from backtrace.expression.tree import Expr, operands, symbol, with_operands
from backtrace.render.body import numbers
from backtrace.render.numbers import figure
from backtrace.render.options import PageOptions


def nothing_left(key: object) -> float:
    raise AssertionError(f"{key!r} was not put in")


@pytest.mark.parametrize("view", ["chain", "paths", "delta", "gates"])
@pytest.mark.parametrize("network", ["mazur", "tiny", "grid", "linear"])
@pytest.mark.parametrize("digits", [3, 6, 12])
@pytest.mark.parametrize("carry", ["full", "rounded"])
def test_scalar_lines(derivation, network: str, view: str, digits: int, carry: str) -> None:
    made = derivation(network, view=view, carry=carry, digits=digits)
    options = PageOptions(digits=digits)
    checked = 0
    for step in made.steps():
        substituted, value = numbers(step, made, options)
        if substituted is not None and value is not None:
            checked += 1
            assert float(figure(evaluate(substituted, nothing_left), options.style)) == float(value.args[1]), step.id
    assert checked > 3


@pytest.mark.parametrize("notation", ["mazur", "nielsen"])
@pytest.mark.parametrize("network", ["mazur", "grid"])
def test_matrix_lines(derivation, network: str, notation: str) -> None:
    made = derivation(network, view="matrix", notation=notation)
    options = PageOptions()
    checked = 0
    for step in made.steps():
        substituted, value = numbers(step, made, options)
        if substituted is None or value is None or value.op != "matrix":
            continue
        printed: dict[object, tuple[tuple[float, ...], ...]] = {}
        result = evaluate_matrix(named(substituted, printed), lambda key, found=printed: found[key])
        assert isinstance(result, tuple)
        shown = [[float(figure(x, options.style)) for x in row] for row in result]
        assert shown == [[float(entry.args[1]) for entry in row] for row in value.args[0]], step.id
        checked += 1
    assert checked > 3


def named(e: Expr, printed: dict[object, tuple[tuple[float, ...], ...]]) -> Expr:
    """The expression with each matrix replaced by a symbol for it."""
    if e.op == "matrix":
        key = len(printed)
        printed[key] = tuple(tuple(float(entry.args[0]) for entry in row) for row in e.args[0])
        return symbol(key)
    return e if e.op == "number" else with_operands(e, tuple(named(part, printed) for part in operands(e)))
