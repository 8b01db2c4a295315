"""The lines of an update that all parameters share, or that stand before an optimizer's rule: the count, the rate of a
schedule, the norm of all gradients, what clipping makes of them."""

from __future__ import annotations

from backtrace.engine.updating import is_updated
from backtrace.expression.tree import ONE, TWO, Expr, add, call, div, mul, neg, number, power, replace, symbol
from backtrace.network.quantity import (
    COUNT,
    FACTOR,
    LOSS,
    NORM,
    RATE,
    SCHEDULED,
    Derivative,
    Quantity,
    is_kept,
    parameter_of,
)
from backtrace.network.records import Network

CLIPPED = "g"


def count_line(updates: int) -> Expr | None:
    """The count of the updates done before so many; at the first nothing has been counted."""
    return number(updates) if updates else None


def shared_line(network: Network, key: Quantity) -> Expr | None:
    """The line of the first update for such a quantity; None for any other."""
    optimizer = network.optimizer
    by_norm = optimizer.value("clip_norm") is not None
    if key == SCHEDULED and optimizer.schedule:
        named = {"t": symbol(COUNT), "eta": symbol(RATE)}
        return replace(optimizer.schedule.formula, lambda name: named[str(name)])
    if key == NORM and by_norm:
        used = [p for p in network.parameters() if is_updated(network, p)]
        return call("sqrt", add(*(power(symbol(Derivative(LOSS, p)), TWO) for p in used)))
    if key == FACTOR and by_norm:
        return call("min", ONE, div(symbol(Quantity("setting", name="clip_norm")), symbol(NORM)))
    if not is_kept(key) or key.name != CLIPPED or not optimizer.clips:
        return None
    gradient = symbol(Derivative(LOSS, parameter_of(key)._replace(updates=0)))
    if by_norm:
        return mul(symbol(FACTOR), gradient)
    limit = symbol(Quantity("setting", name="clip_value"))
    return call("max", neg(limit), call("min", limit, gradient))
