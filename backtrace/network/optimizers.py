"""The optimizers: one frozen record each, with the settings a file may give them and the update rule.

The rule is a tree in the symbols "w" (the parameter), "eta" (the learning rate) and "g" (its gradient).
"""

from __future__ import annotations

from typing import NamedTuple

from backtrace.expression.tree import Expr, mul, sub, symbol

ORDERS = ("simultaneous", "output_first")


class Setting(NamedTuple):
    """A setting of an optimizer. kind: "number" (0 or more), "boolean" or "choice" (one of `choices`)."""

    name: str
    kind: str
    choices: tuple[str, ...] = ()


class OptimizerKind(NamedTuple):
    """A way of updating parameters."""

    name: str
    settings: tuple[Setting, ...]
    update: Expr


OPTIMIZERS: dict[str, OptimizerKind] = {
    o.name: o
    for o in (
        OptimizerKind(
            "sgd",
            (
                Setting("learning_rate", "number"),
                Setting("update_biases", "boolean"),
                Setting("order", "choice", ORDERS),
            ),
            sub(symbol("w"), mul(symbol("eta"), symbol("g"))),
        ),
    )
}
