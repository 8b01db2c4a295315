"""What is accepted covers whatever mixture of rounding and carrying a person chooses."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from backtrace.engine.scalar import numbers_of
from backtrace.expression.rounding import rounding_to
from backtrace.expression.straight_line import StraightLine
from backtrace.network.finding import load
from backtrace.network.quantity import Key, Quantity
from backtrace.network.records import Network
from backtrace.questions.answers import Sheet
from backtrace.questions.hand import Arithmetic, Values, worked_by
from backtrace.questions.reach import half_unit, reaches, slope_of
from backtrace.questions.sampling import network_for, shaped, tried

SHAPES = [
    shaped((2, 2, 2), ("sigmoid", "sigmoid")),
    shaped((3, 2, 1), ("tanh", "identity"), "squared_error"),
    shaped((2, 2, 3), ("relu", "softmax"), "cross_entropy"),
]


def sheet_of(network: Network, keys: Sequence[Key], digits: int) -> Sheet:
    return Sheet(network, digits, lambda network, keys: lambda place: ((), ()), 1, True, keys=keys)


def mixed(network: Network, digits: int, draw: Random) -> Values:
    """A step in which some lines are rounded and some are carried."""
    rounded, how_often = rounding_to(digits), draw.random()
    numbers: Values = {key: float(value) for key, value in numbers_of(network).items()}
    rates = [network.optimizer.rate(0)]

    def carry(value: float) -> float:
        return rounded(value) if draw.random() < how_often else value

    return worked_by(Arithmetic(), network, numbers, rates, carry, draw.random() < 0.5)


def outside(shape: Network, digits: int) -> tuple[int, int]:
    """How many numbers of mixed ways, each rounded at the end, lie outside of what is accepted, and of half of it."""
    draw, whole, part = Random(4), 0, 0
    for _ in range(4):
        network = tried(lambda: network_for(draw, 2, shape, 1, "0.5"))
        ways = [mixed(network, digits, draw) for _ in range(12)]
        keys = [key for key in ways[0] if not (isinstance(key, Quantity) and key.kind in ("input", "target", "wire"))]
        sheet = sheet_of(network, keys, digits)
        for key, (low, high) in zip(keys, sheet.accepted(digits), strict=True):
            away = max(abs(rounding_to(digits)(values[key]) - (low + high) / 2) for values in ways)
            whole += away > (high - low) / 2 + 1e-15
            part += away > (high - low) / 4 + 1e-15
    return whole, part


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("digits", [2, 3, 6])
def test_every_mixture_of_rounding_and_carrying_is_accepted(shape: Network, digits: int) -> None:
    whole, part = outside(shape, digits)
    assert not whole and part


def test_the_effects_of_single_lines_are_added() -> None:
    network = load("mazur")
    outs = [Quantity("out", 1, 1), Quantity("out", 1, 2)]
    sheet = sheet_of(network, [Quantity("net", 1, 1), Quantity("net", 2, 1), *outs], 4)
    # Given numbers and an exact product of them are not rounded, so that net_h1 has half a unit and no more.
    low, high = sheet.accepted(4)[0]
    assert (low, high) == pytest.approx((0.37745, 0.37755), abs=1e-12)
    # h1 and h2 come from exact nets: each is off by what rounding does to it. Their products may be off by half a unit
    # each, and so may net_o1, which is above 1.
    e1, e2 = (abs(rounding_to(4)(sheet.value(out)) - sheet.value(out)) for out in outs)
    low, high = sheet.accepted(4)[1]
    assert high - low == pytest.approx(2 * (0.0005 + 1.001 * (0.4 * e1 + 0.45 * e2 + 0.0001)), rel=1e-6)


def test_what_occurs_twice_is_not_counted_as_two_errors() -> None:
    line = StraightLine(1)
    halved = line.put("div", 0, line.constant(3.0))
    twice = line.put("sub", halved, halved)
    square = line.put("mul", halved, halved)
    found = line.values(reaches(line, {halved}, [twice, square], 2), [1.0])
    error = 1 / 3 - 0.33
    assert found == pytest.approx((0.0, 2 / 3 * error))


def test_what_is_rounded_already_is_not_rounded_again() -> None:
    line = StraightLine(1)
    third = line.put("div", 0, line.constant(3.0))
    copy = line.put("add", line.constant(0.0), line.put("mul", line.constant(1.0), third))
    double = line.put("add", copy, copy)
    once, both = reaches(line, {third}, [double], 2), reaches(line, {third, copy}, [double], 2)
    assert line.values(once, [1.0]) == line.values(both, [1.0]) == pytest.approx((2 * (1 / 3 - 0.33),))


def test_half_a_unit_is_that_of_the_next_size_where_rounding_may_lead_there() -> None:
    assert [half_unit(3)(x) for x in (0.5, -0.5, 0.0)] == pytest.approx([0.0005, 0.0005, 0.0])
    assert half_unit(3)(0.9999) == pytest.approx(0.005)


def test_a_slope_where_the_function_ends() -> None:
    def root(x: float) -> float:
        return float(x**0.5) if x >= 0 else 1 / 0.0

    assert slope_of(root, 0)(4.0) == pytest.approx(0.25)
    assert slope_of(root, 0)(0.0) == 0.0
