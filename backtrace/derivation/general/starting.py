"""How large the first weights should be, what happens when they are not, and why the signs of inputs matter
(LeCun, Bottou, Orr, Müller 1998, section 4.6; Glorot and Bengio 2010)."""

from __future__ import annotations

from itertools import product
from math import isclose
from typing import TYPE_CHECKING

from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.proofs import short
from backtrace.derivation.general.vanishing import size_of
from backtrace.derivation.steps import Remark, Step, Table
from backtrace.engine.run import run
from backtrace.engine.starting import SATURATED, Start, effect, with_data
from backtrace.errors import InternalFault
from backtrace.expression.evaluate import evaluate
from backtrace.expression.tree import (
    ONE,
    TWO,
    Expr,
    add,
    applied,
    call,
    div,
    mul,
    neg,
    number,
    operands,
    power,
    symbol,
    with_operands,
)
from backtrace.network.finding import load
from backtrace.network.indexed import Free, Function
from backtrace.network.made import with_batch

if TYPE_CHECKING:
    from random import Random

DEFAULT, SEED = "10-10-10-2", 1
TRIED_FAN_IN = 6
FREE_S, FREE_N, FREE_Q = Free("s"), Free("n"), Free("q")
S, N, Q = symbol(FREE_S), symbol(FREE_N), symbol(FREE_Q)
VARIANCE = Function("Var", "Var", r"\mathrm{Var}")


class Variance:
    """The variance of a net over random weights, line by line."""

    def __init__(self, on: Lecture) -> None:
        self.on = on
        self.i, self.j = on.unit("i"), on.unit("j")
        below = on.layer.plus(-1)
        self.weight = on.weight(on.layer, self.j, self.i)
        self.source = on.out(below, self.i)
        self.net = on.net(on.layer, self.j)
        self.below = below

    def sum(self, body: Expr) -> Expr:
        """Σ over the units below."""
        return self.on.over(self.i, self.below, body)

    def sides(self) -> tuple[tuple[Expr, str], ...]:
        """Var(net) = …"""
        weight, source, squares = self.weight, self.source, power(self.source, TWO)
        return (
            (applied(VARIANCE, self.sum(mul(weight, source))), "the weighted sum; the bias is 0"),
            (self.sum(applied(VARIANCE, mul(weight, source))), "the weights are drawn independently"),
            (self.sum(mul(applied(VARIANCE, weight), squares)), "the inputs are given numbers"),
            (mul(power(S, TWO), self.sum(squares)), "every weight has the standard deviation s"),
            (mul(power(S, TWO), N, Q), "n inputs whose squares are q on average"),
        )

    def write(self) -> None:
        """Puts the lines on the page."""
        left = applied(VARIANCE, self.net)
        self.on.checks.append(self.check)
        for place, (form, rule) in enumerate(self.sides()):
            step = Step(f"{self.on.topic}:variance.{place + 1}", "rule", left, (form,), rule=rule, statement=True)
            self.on.append(step._replace(stated=place > 0))

    def check(self, random: Random) -> int:
        """The lines against each other, weights being s or −s with equal chances: every pattern of signs once, so that
        the variance is exact. InternalFault where a line does not hold."""
        s = 0.1 + random.random()
        inputs = [2.0 * random.random() - 1.0 for _ in range(TRIED_FAN_IN)]
        squares = 0.0
        for x in inputs:
            squares += x * x
        known = {FREE_S: s, FREE_N: float(TRIED_FAN_IN), FREE_Q: squares / TRIED_FAN_IN}
        patterns = [[s * sign for sign in signs] for signs in product((1.0, -1.0), repeat=TRIED_FAN_IN)]

        def written(e: Expr, weights: list[float], at: int = -1) -> float:
            if e.op == "sum":
                return evaluate(add(*(number(written(e.args[1], weights, i)) for i in range(TRIED_FAN_IN))), _none)
            if e.op == "apply":
                found = [written(e.args[2], pattern, at) for pattern in patterns]
                return _variance(found)
            if e.op == "symbol":
                key = e.args[0]
                if isinstance(key, Free):
                    return known[key]
                return weights[at] if key.kind == "weight" else inputs[at]
            parts = operands(e)
            return evaluate(
                with_operands(e, tuple(number(written(p, weights, at)) for p in parts)) if parts else e, _none
            )

        first, *others = [written(form, patterns[0]) for form, _ in self.sides()]
        for place, value in enumerate(others, 2):
            if not isclose(first, value, rel_tol=1e-9):
                raise InternalFault(f"line {place} of the variance does not hold: {value!r} is not {first!r}")
        return len(others)


def _none(key: object) -> float:
    raise InternalFault(f"{key!r} has no number here")


def _variance(numbers: list[float]) -> float:
    mean = square = 0.0
    for x in numbers:
        mean += x / len(numbers)
        square += x * x / len(numbers)
    return square - mean * mean


def build(on: Lecture) -> None:
    """Writes the topic."""
    variance = Variance(on)
    on.section("variance_of_net", variance.net)
    on.remark("drawn_weights", S)
    on.gap()
    variance.write()
    on.gap()
    on.remark("so_one_over_root", S, div(ONE, call("sqrt", N)), Q, N)
    network = with_data(on.network(DEFAULT), SEED)
    starts = effect(network, SEED)
    on.section("too_small_too_large", network.name)
    on.remark("how_table_is_made", SEED, network.samples)
    on.append(table(on, starts))
    on.remark("saturated_means", number(SATURATED))
    said(on, starts)
    one_sign(on)


def table(on: Lecture, starts: tuple[Start, ...]) -> Table:
    """A row for each size of the weights."""
    rows = tuple(
        (
            number(one.factor),
            one.net,
            Remark("percent", (f"{100.0 * one.saturated:.1f}",)),
            one.slope,
            one.loss,
            one.gradient,
        )
        for one in starts
    )
    net = Remark("mean_net")
    heading = (Remark("times_one_over_root"), net, Remark("saturated"), Remark("size_of_slope"), on.loss)
    return Table(f"{on.topic}:effect", "", (), (*heading, size_of(on, "weight")), rows)


def said(on: Lecture, starts: tuple[Start, ...]) -> None:
    """What the table shows, in words that its numbers decide."""
    smallest, middle, largest = starts[0], starts[len(starts) // 2], starts[-1]
    if smallest.gradient and middle.gradient and 0 < smallest.gradient < middle.gradient:
        on.remark("small_weights", short(middle.gradient / smallest.gradient, 2))
    if largest.saturated > middle.saturated:
        on.remark("large_weights")
    gradients = [one.gradient for one in starts]
    best = max((g, place) for place, g in enumerate(gradients) if g is not None)[1] if any(gradients) else 0
    if (
        len(starts) // 2 < best < len(starts) - 1
        and gradients[-1] is not None
        and starts[best].saturated > middle.saturated
    ):
        share = f"{100.0 * starts[best].saturated:.1f}"
        on.remark("in_between", number(starts[best].factor), share)
    if any(g is None for g in gradients):
        on.remark("no_loss_there")


def one_sign(on: Lecture) -> None:
    """Inputs of one sign give updates of one sign (L10)."""
    layer, below = on.layer, on.layer.plus(-1)
    i, j = on.unit("i"), on.unit("j")
    weight, net, source = on.weight(layer, j, i), on.net(layer, j), on.out(below, i)
    on.section("one_sign", source)
    on.chain(
        on.d(on.loss, weight),
        (mul(on.d(on.loss, net), on.d(net, weight)), "chain rule"),
        (mul(on.d(on.loss, net), source), "the weight's factor in the weighted sum"),
    )
    on.gap()
    change = neg(mul(on.rate, on.d(on.loss, net), source))
    on.remark("same_first_factor", change, on.d(on.loss, net), str(j), source)
    on.remark("zig_zag")
    on.remark("positive_outputs")
    on.checks.append(check_signs)


def check_signs(random: Random) -> int:
    """A random network with positive inputs: the gradients of a unit's weights have one sign, in the first layer and,
    sigmoids being positive, above it. InternalFault where they have not."""
    network = with_batch(load("4-3-3-2"), 1, int(random.random() * 1000))
    assert network.inputs is not None
    network = network._replace(inputs=tuple(tuple(abs(float(x)) + 0.01 for x in row) for row in network.inputs))
    compared = 0
    for rows in run(network).first.gradients.weights:
        for row in rows:
            if not (all(g > 0.0 for g in row) or all(g < 0.0 for g in row)):
                raise InternalFault(f"gradients of one unit's weights differ in sign: {row!r}")
            compared += len(row) - 1
    return compared
