"""softmax: its Jacobian by the quotient rule, and with cross-entropy the slope p − y.

Bishop, Pattern Recognition and Machine Learning, equations 4.104 to 4.106; Goodfellow, Bengio, Courville, section
6.2.2.3. Every output depends on every net of its layer, so that both cases are tried for every pair of units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backtrace.derivation.general.checking import Known, alike
from backtrace.derivation.general.instances import Data, Instance, random_network
from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.steps import Cell, Remark, Step, Table
from backtrace.errors import InternalFault
from backtrace.expression.tree import (
    ONE,
    TWO,
    ZERO,
    Expr,
    add,
    call,
    div,
    mul,
    neg,
    number,
    pending,
    power,
    sub,
    symbol,
    total,
)
from backtrace.network.activations import SIGMOID, SOFTMAX, softmax_slope, softmax_values
from backtrace.network.indexed import Index, Over
from backtrace.network.losses import CROSS_ENTROPY
from backtrace.network.quantity import LOSS, Derivative

if TYPE_CHECKING:
    from random import Random

SIZES = (3, 4, 3)
EXAMPLE = (1.0, 2.0, 3.0)
ROUNDING = 1e-15  # what adding three slopes may leave of 0
SAME, OTHER, ANY = "same", "other", "any"  # which pairs of units a statement is about

Forms = tuple[tuple[Expr, str], ...]


def exp(e: Expr) -> Expr:
    """e^e."""
    return call("exp", e)


class Softmax:
    """The topic while it is being written."""

    def __init__(self, on: Lecture) -> None:
        self.on = on
        self.layer = on.last
        self.i, self.j, self.k = on.unit("i"), on.unit("j"), on.unit("k")
        self.powers = self.sum(self.k, exp(self.net(self.k)))

    def net(self, unit: Index) -> Expr:
        """The net of a unit of the layer."""
        return self.on.net(self.layer, unit)

    def out(self, unit: Index) -> Expr:
        """Its output."""
        return self.on.out(self.layer, unit)

    def sum(self, unit: Index, body: Expr, but: Index | None = None) -> Expr:
        """Σ over the units of the layer, all but one where that is asked for."""
        return total(Over(unit.letter, self.layer, but=but.letter if but else ""), body)

    def slope(self, of: Index, by: Index) -> Expr:
        """∂out/∂net of two units."""
        return self.on.d(self.out(of), self.net(by))

    def by_net(self, unit: Index) -> Expr:
        """∂E/∂net."""
        return symbol(Derivative(LOSS, self.net(unit).args[0]))

    def chain(self, name: str, about: str, left: Expr, *forms: tuple[Expr, str]) -> None:
        """left = form = …, each with its rule, to be tried for every pair of units that it is about."""
        self.on.checks.append(lambda random: check(self, name, about, (left, *(form for form, _ in forms)), random))
        for place, (form, rule) in enumerate(forms):
            step = Step(f"{self.on.topic}:{name}.{place + 1}", "rule", left, (form,), rule=rule, statement=True)
            self.on.append(step._replace(stated=place > 0))

    def function(self) -> None:
        """What softmax is, and that its outputs sum to 1."""
        i, powers = self.i, self.powers
        self.on.section("softmax_is")
        self.chain("function", ANY, self.out(i), (div(exp(self.net(i)), powers), ""))
        self.chain(
            "sum",
            ANY,
            self.sum(i, self.out(i)),
            (div(self.sum(i, exp(self.net(i))), powers), "all over the same denominator"),
            (ONE, "it is the same sum"),
        )
        self.on.gap()
        self.on.remark("classification_head")

    def own_net(self) -> None:
        """∂pᵢ/∂zᵢ."""
        i, powers = self.i, self.powers
        top, net = exp(self.net(i)), self.net(i)
        self.on.section("softmax_own_net")
        quotient = sub(mul(pending(top, net), powers), mul(top, pending(powers, net)))
        self.chain(
            "own",
            SAME,
            self.slope(i, i),
            (pending(div(top, powers), net), ""),
            (div(quotient, power(powers, TWO)), "quotient rule"),
            (div(sub(mul(top, powers), mul(top, top)), power(powers, TWO)), "one term of the sum holds this net"),
            (mul(div(top, powers), div(sub(powers, top), powers)), "split into two factors"),
            (mul(div(top, powers), sub(ONE, div(top, powers))), "the fraction split"),
            (mul(self.out(i), sub(ONE, self.out(i))), "written through the output"),
        )

    def other_net(self) -> None:
        """∂pⱼ/∂zᵢ."""
        i, j, powers = self.i, self.j, self.powers
        top, other, net = exp(self.net(j)), exp(self.net(i)), self.net(i)
        self.on.section("softmax_other_net", self.on.index(j), self.on.index(i))
        quotient = sub(mul(pending(top, net), powers), mul(top, pending(powers, net)))
        self.chain(
            "other",
            OTHER,
            self.slope(j, i),
            (pending(div(top, powers), net), ""),
            (div(quotient, power(powers, TWO)), "quotient rule"),
            (div(sub(mul(ZERO, powers), mul(top, other)), power(powers, TWO)), "above, this net does not occur"),
            (neg(mul(div(top, powers), div(other, powers))), "split into two factors"),
            (neg(mul(self.out(j), self.out(i))), "written through the outputs"),
        )

    def example(self) -> None:
        """The Jacobian of three numbers."""
        outs = softmax_values(EXAMPLE)
        units = range(len(outs))
        slopes = [[softmax_slope(k, n, outs) for n in units] for k in units]
        self.on.section("softmax_example")
        rows: list[tuple[Cell, ...]] = []
        for k in units:
            together = 0.0
            for slope in slopes[k]:
                together += slope
            rows.append((outs[k], *slopes[k], 0.0 if abs(together) < ROUNDING else together))
        heading: tuple[Remark | Expr, ...] = (Remark("outputs_down"), *(number(x) for x in EXAMPLE), Remark("row_sum"))
        self.on.append(Table(f"{self.on.topic}:jacobian", "softmax_jacobian_table", (), heading, tuple(rows)))
        self.on.remark("rows_sum_to_zero")

    def with_cross_entropy(self) -> None:
        """p − y."""
        on, i, j = self.on, self.i, self.j
        t, p = on.target, self.out

        def loss_by(unit: Index) -> Expr:
            return symbol(Derivative(LOSS, p(unit).args[0]))

        on.section("softmax_cross_entropy")
        self.chain("loss", ANY, symbol(LOSS), (neg(self.sum(j, mul(t(j), call("ln", p(j))))), "cross-entropy"))
        self.chain(
            "by_output",
            ANY,
            loss_by(j),
            (neg(div(t(j), p(j))), "logarithm rule, one term of the sum"),
        )
        on.gap()
        on.remark("every_output_depends", self.net(i))
        on.gap()
        self.chain(
            "joint",
            ANY,
            self.by_net(i),
            (self.sum(j, mul(loss_by(j), self.slope(j, i))), "chain rule, summed over all routes"),
            (
                add(
                    neg(mul(div(t(i), p(i)), p(i), sub(ONE, p(i)))),
                    self.sum(j, mul(neg(div(t(j), p(j))), neg(mul(p(j), p(i)))), i),
                ),
                "both cases put in",
            ),
            (add(neg(mul(t(i), sub(ONE, p(i)))), self.sum(j, mul(t(j), p(i)), i)), "the outputs cancel"),
            (add(neg(t(i)), mul(t(i), p(i)), self.sum(j, mul(t(j), p(i)), i)), "multiplied out"),
            (add(neg(t(i)), self.sum(j, mul(t(j), p(i)))), "the term left out goes back in"),
            (add(neg(t(i)), mul(p(i), self.sum(j, t(j)))), "a common factor taken out"),
            (add(neg(t(i)), mul(p(i), ONE)), "the targets sum to 1"),
            (sub(p(i), t(i)), "the terms in the other order"),
        )
        on.gap()
        on.remark("where_targets_sum", self.sum(j, t(j)), sub(mul(p(i), self.sum(j, t(j))), t(i)))


def check(topic: Softmax, name: str, about: str, sides: tuple[Expr, ...], random: Random) -> int:
    """Tries a statement on a random network for every pair of units; InternalFault where it does not hold."""
    on, units = topic.on, range(1, SIZES[-1] + 1)
    network = random_network(SIZES, (SIGMOID, SOFTMAX), CROSS_ENTROPY, Data(), random)
    instance = Instance(network, on.profile.orientation == "row", on.profile.delta_sign)
    tried = 0
    for i in units:
        for j in units:
            if (about == SAME and i != j) or (about == OTHER and i == j):
                continue
            known = Known(instance, {topic.i.letter: i, topic.j.letter: j}, {}, {})
            first, *others = [known.value(side) for side in sides]
            for place, value in enumerate(others, 1):
                if not alike(first, value):
                    raise InternalFault(f"line {place} of softmax:{name} does not hold: {first!r} is not {value!r}")
                tried += 1
    return tried


def build(on: Lecture) -> None:
    """Writes the topic."""
    topic = Softmax(on)
    topic.function()
    topic.own_net()
    topic.other_net()
    topic.example()
    topic.with_cross_entropy()
