"""The two-branch rule: what feeds two things that meet again sends a derivative along each.

The proof is that of the multivariate chain rule: the change of h is split into a change along f and one along g
(Goodfellow, Bengio, Courville, Deep Learning, section 6.5.2; Spivak, Calculus on Manifolds, theorem 2-9).
"""

from __future__ import annotations

from collections.abc import Hashable
from math import exp
from typing import Any

from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.proofs import Line, Proof, a, numbers, prove
from backtrace.errors import InternalFault
from backtrace.expression.tree import (
    ONE,
    TWO,
    Expr,
    Given,
    add,
    call,
    div,
    mul,
    number,
    pending,
    power,
    replace,
    sub,
    symbol,
)
from backtrace.network.indexed import Free, Function
from backtrace.network.quantity import Derivative

FREE_X, FREE_F, FREE_G, FREE_H = Free("x"), Free("f"), Free("g"), Free("h")
FREE_DX, FREE_DF, FREE_DG = Free("Δx", 0.1, 0.5), Free("Δf"), Free("Δg")
X, F, G, H, DX, DF, DG = map(symbol, (FREE_X, FREE_F, FREE_G, FREE_H, FREE_DX, FREE_DF, FREE_DG))
NAME = Function("h", "h", "h")


def d(of: Any, by: Any) -> Expr:
    """The symbol ∂of/∂by."""
    return symbol(Derivative(of, by))


def along(u: Expr, v: Expr) -> Expr:
    """h(u, v)."""
    return a(NAME, u, v)


RULE = add(mul(d(FREE_H, FREE_F), d(FREE_F, FREE_X)), mul(d(FREE_H, FREE_G), d(FREE_G, FREE_X)))
CHANGED, MIDDLE, START = along(add(F, DF), add(G, DG)), along(F, add(G, DG)), along(F, G)

# What the rule is tried with: f = x² + 1, g = sin x, h(u, v) = u·e^v.
_F, _G = add(power(X, TWO), ONE), call("sin", X)


def _later(e: Expr) -> Expr:
    return replace(e, lambda key: add(X, DX) if key == FREE_X else None)


TRIED: dict[Hashable, Expr] = {
    FREE_F: _F,
    FREE_G: _G,
    FREE_DF: sub(_later(_F), _F),
    FREE_DG: sub(_later(_G), _G),
    Derivative(FREE_F, FREE_X): pending(_F, X),  # type: ignore[arg-type]
    Derivative(FREE_G, FREE_X): pending(_G, X),  # type: ignore[arg-type]
    Derivative(FREE_H, FREE_F): call("exp", G),  # type: ignore[arg-type]
    Derivative(FREE_H, FREE_G): mul(F, call("exp", G)),  # type: ignore[arg-type]
    Derivative(FREE_H, FREE_X): pending(mul(_F, call("exp", _G)), X),  # type: ignore[arg-type]
}
MEANINGS = {(NAME, 0): lambda u, v: u * exp(v)}

STATED = Proof("rule", (Line(RULE, "", d(FREE_H, FREE_X)),), TRIED, MEANINGS)
SPLIT = Proof(
    "split",
    (
        Line(
            add(sub(CHANGED, MIDDLE), sub(MIDDLE, START)),
            "the middle taken away and added",
            sub(CHANGED, START),
        ),
        Line(
            add(
                mul(div(sub(CHANGED, MIDDLE), DF), div(DF, DX)),
                mul(div(sub(MIDDLE, START), DG), div(DG, DX)),
            ),
            "divided; each term times its own change, above and below",
            div(sub(CHANGED, START), DX),
        ),
    ),
    TRIED,
    MEANINGS,
)
LIMIT = Proof("limit", (Line(RULE, "the limit of both sides", d(FREE_H, FREE_X)),), TRIED, MEANINGS)


def build(on: Lecture) -> None:
    """Writes the topic."""
    on.section("two_branches_rule", X, F, G, H)
    prove(on, STATED)
    on.gap()
    on.remark("each_route_once", X)
    on.section("two_branches_proof")
    on.remark("when_x_changes", X, DX, F, DF, G, DG)
    on.gap()
    prove(on, SPLIT)
    on.gap()
    on.remark("differences_become_derivatives", DX, DF, DG)
    on.gap()
    prove(on, LIMIT)
    on.gap()
    on.remark("no_change_no_term", DF)
    example(on)
    on.section("more_branches")
    on.remark("sum_over_branches")


def example(on: Lecture) -> None:
    """Numbers, and the same slope without the rule."""
    on.section("with_numbers")
    squared, tripled = power(X, TWO), mul(number(3), X)
    on.remark("example_functions", F, squared, G, tripled, H, mul(F, G), X, TWO)
    on.gap()
    on.values[FREE_X] = Given("2")
    numbers(on, "f", F, squared)
    numbers(on, "g", G, tripled)
    numbers(on, "df_dx", d(FREE_F, FREE_X), mul(TWO, X))
    numbers(on, "dg_dx", d(FREE_G, FREE_X), number(3))
    numbers(on, "dh_df", d(FREE_H, FREE_F), G)
    numbers(on, "dh_dg", d(FREE_H, FREE_G), F)
    found = numbers(on, "dh_dx", d(FREE_H, FREE_X), RULE)
    whole = mul(number(3), power(X, number(3)))
    on.gap()
    on.remark("put_into_each_other", H, whole)
    on.gap()
    again = numbers(on, "again", pending(whole, X), mul(number(9), power(X, TWO)))
    if found != again:
        raise InternalFault(f"two ways to a slope give {found} and {again}")
