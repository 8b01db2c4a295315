"""Momentum: unrolled to a weighted sum of past gradients, and its other form.

Rumelhart, Hinton, Williams 1986, section 3; Polyak 1964; Goodfellow, Bengio, Courville, Deep Learning, section 8.3.2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.proofs import Line, Meaning, Proof, prove
from backtrace.derivation.steps import Remark, Table
from backtrace.expression.tree import (
    ONE,
    TWO,
    ZERO,
    Expr,
    add,
    applied,
    div,
    mul,
    neg,
    number,
    power,
    sub,
    symbol,
    total,
)
from backtrace.network.indexed import Free, Function, Over
from backtrace.network.quantity import LOSS, RATE, Derivative

if TYPE_CHECKING:
    from random import Random

FREE_T, FREE_K, FREE_MU, FREE_G = Free("t", 3.0, 12.0), Free("k"), Free("μ"), Free("g")
T, K, MU, STEADY, ETA = symbol(FREE_T), symbol(FREE_K), symbol(FREE_MU), symbol(FREE_G), symbol(RATE)
CHANGE = Function("Δw", "Dw", r"\Delta w")
GRADIENT, VELOCITY, WEIGHT = (Function(letter, letter, letter) for letter in "gvw")
NEXT = add(T, ONE)

SHOWN_MU = 0.9
SHOWN_STEPS = (1, 2, 3, 5, 10, 20, 50, 100)
RATES = (0.1, 0.1, 0.1, 0.01, 0.01, 0.01)


def change(at: Expr) -> Expr:
    """Δw(at)."""
    return applied(CHANGE, at)


def gradient(at: Expr) -> Expr:
    """g(at)."""
    return applied(GRADIENT, at)


def velocity(at: Expr) -> Expr:
    """v(at)."""
    return applied(VELOCITY, at)


def over_k(body: Expr) -> Expr:
    """Σ over k."""
    return total(Over("k"), body)


def before(steps: int) -> Expr:
    """t − steps."""
    return sub(T, number(steps))


RULE = Proof(
    "rule",
    (
        Line(add(gradient(T), mul(MU, change(T))), "", change(NEXT)),
        Line(sub(applied(WEIGHT, T), mul(ETA, change(NEXT))), "", applied(WEIGHT, NEXT)),
    ),
)
UNROLLED = Proof(
    "unrolled",
    (
        Line(add(gradient(T), mul(MU, change(T))), "", change(NEXT)),
        Line(
            add(gradient(T), mul(MU, add(gradient(before(1)), mul(MU, change(before(1)))))),
            "the rule put in for the last change",
        ),
        Line(
            add(gradient(T), mul(MU, gradient(before(1))), mul(power(MU, TWO), change(before(1)))),
            "multiplied out",
        ),
        Line(
            add(
                gradient(T),
                mul(MU, gradient(before(1))),
                mul(power(MU, TWO), gradient(before(2))),
                mul(power(MU, number(3)), change(before(2))),
            ),
            "once more",
        ),
        Line(over_k(mul(power(MU, K), gradient(sub(T, K)))), "and so on, down to the start"),
    ),
)
GEOMETRIC = Proof(
    "geometric",
    (
        Line(
            sub(over_k(power(MU, K)), over_k(power(MU, add(K, ONE)))),
            "multiplied out",
            mul(sub(ONE, MU), over_k(power(MU, K))),
        ),
        Line(sub(ONE, power(MU, NEXT)), "all but the first and the last term cancel"),
    ),
)
STEADY_GRADIENT = Proof(
    "steady",
    (
        Line(over_k(mul(power(MU, K), STEADY)), "", change(NEXT)),
        Line(mul(STEADY, over_k(power(MU, K))), "the factor taken out of the sum"),
        Line(mul(STEADY, div(sub(ONE, power(MU, NEXT)), sub(ONE, MU))), "the sum of the powers, from above"),
    ),
)
OTHER_FORM = Proof(
    "other",
    (
        Line(sub(mul(MU, velocity(T)), mul(ETA, gradient(T))), "", velocity(NEXT)),
        Line(add(applied(WEIGHT, T), velocity(NEXT)), "", applied(WEIGHT, NEXT)),
    ),
)
SAME = Proof(
    "same",
    (
        Line(neg(mul(ETA, add(gradient(T), mul(MU, change(T))))), "the first form put in", neg(mul(ETA, change(NEXT)))),
        Line(
            sub(mul(MU, neg(mul(ETA, change(T)))), mul(ETA, gradient(T))),
            "multiplied out",
        ),
        Line(sub(mul(MU, velocity(T)), mul(ETA, gradient(T))), "true at the step before"),
        Line(velocity(NEXT), "the second form"),
    ),
)


def tried(proof: Proof, random: Random) -> Proof:
    """The proof with a random run of gradients, all equal where they are called steady, and what both forms make of
    it."""
    mu, eta = random.random(), random.random()
    gradients = [2.0 * random.random() - 1.0 for _ in range(20)]
    if proof is STEADY_GRADIENT:
        gradients = gradients[:1] * len(gradients)
    changes, velocities, weights = [0.0], [0.0], [random.random()]
    for g in gradients:
        changes.append(g + mu * changes[-1])
        velocities.append(mu * velocities[-1] - eta * g)
        weights.append(weights[-1] - eta * changes[-1])
    runs = {CHANGE: changes, GRADIENT: gradients, VELOCITY: velocities, WEIGHT: weights}

    def reading(run: list[float]) -> Meaning:
        return lambda at: run[round(at)]

    return proof._replace(
        defined={FREE_MU: number(mu), RATE: number(eta), FREE_G: number(gradients[0])},
        meanings={(function, 0): reading(run) for function, run in runs.items()},
        whole=(FREE_T,),
        sums={"k": lambda numbers: range(int(numbers[FREE_T]) + 1)},
    )


def build(on: Lecture) -> None:
    """Writes the topic."""
    i, j = on.unit("i"), on.unit("j")
    weight = on.weight(on.layer, j, i)
    on.section("momentum_rule")
    on.remark("momentum_letters", applied(WEIGHT, T), weight, gradient(T), symbol(Derivative(LOSS, weight.args[0])))
    on.remark("momentum_start", change(ZERO), ZERO, MU)
    on.gap()
    prove(on, RULE, tried)
    on.section("momentum_unrolled")
    prove(on, UNROLLED, tried)
    on.gap()
    on.remark("sum_runs", K, ZERO, T)
    on.section("momentum_steady", STEADY)
    prove(on, GEOMETRIC, tried)
    on.gap()
    prove(on, STEADY_GRADIENT, tried)
    on.gap()
    on.remark("momentum_factor", power(MU, NEXT), div(ONE, sub(ONE, MU)))
    factors = tuple((n, (1.0 - SHOWN_MU**n) / (1.0 - SHOWN_MU)) for n in SHOWN_STEPS)
    heading = (Remark("updates"), Remark("times_the_gradient"))
    limit = number(round(1.0 / (1.0 - SHOWN_MU), 12))
    on.append(Table(f"{on.topic}:factor", "momentum_table", (MU, number(SHOWN_MU), limit), heading, factors))
    on.section("momentum_other", velocity(NEXT))
    prove(on, OTHER_FORM, tried)
    on.gap()
    on.remark("momentum_claim", velocity(T), neg(mul(ETA, change(T))))
    on.gap()
    prove(on, SAME, tried)
    on.section("momentum_part")
    parting(on)


def parting(on: Lecture) -> None:
    """Both forms with a rate that changes on the way, on a gradient that is always 1."""
    rows, done, speed = [], 0.0, 0.0
    for place, eta in enumerate(RATES, 1):
        done = 1.0 + SHOWN_MU * done
        speed = SHOWN_MU * speed - eta
        rows.append((place, number(eta), -eta * done, speed))
    heading = (Remark("update_number"), ETA, neg(mul(ETA, symbol(CHANGE))), symbol(VELOCITY))
    on.append(Table(f"{on.topic}:parting", "parting_table", (MU, number(SHOWN_MU), ETA), heading, tuple(rows)))
    on.remark("parting_why")
