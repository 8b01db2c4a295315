"""What can go wrong with a line: a closed table of operators, and the operations on formulas behind them.

A mistake names its operator. Those on formulas take a right formula apart and give a wrong one; those on the procedure
have the step run again in another way. The names and the division follow the repair theory of J. S. Brown and
K. VanLehn 1980: a rule with one part left out, doubled or replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from backtrace.expression.tree import ONE, Expr, add, mul, neg, operands, replace, with_operands
from backtrace.network.quantity import Quantity


class Operator(NamedTuple):
    """A way of going wrong. on: "formula", "procedure" or "writing"."""

    name: str
    says: str
    on: str = "formula"


OPERATORS: dict[str, Operator] = {
    operator.name: operator
    for operator in (
        Operator("drop_factor", "a factor of a product is left out"),
        Operator("drop_term", "a term of a sum is left out"),
        Operator("extra_factor", "a factor stands in the product that does not belong there"),
        Operator("extra_term", "a term, or a function, is put in that does not belong there"),
        Operator("wrong_index", "the value of a neighbour is taken: another unit, weight, target, layer or axis"),
        Operator("wrong_quantity", "another quantity of the same place is taken: net for out, a value for its slope"),
        Operator("wrong_sign", "a sign is turned round or lost"),
        Operator("wrong_function", "another function is applied, or the right one is keyed in wrongly"),
        Operator("derivative_at_wrong_point", "the right derivative is taken at a wrong place"),
        Operator("sum_product_confusion", "what should be added is multiplied, or the other way round"),
        Operator("wrong_aggregation", "a mean is taken for a sum, one for all, all for one"),
        Operator("wrong_order", "right operations are carried out in a wrong order"),
        Operator(
            "stale_or_updated_value", "a value of another moment is used: before, or after, an update", "procedure"
        ),
        Operator("other_procedure", "the whole step is run by another rule than the one given", "procedure"),
        Operator("writing_slip", "the right number is written down, or read, wrongly", "writing"),
    )
}


def without_factor(form: Expr, which: Callable[[Expr], bool]) -> Expr | None:
    """The product without its first factor of a kind; None where it has none."""
    factors = factors_of(form)
    for position, factor in enumerate(factors):
        if which(factor):
            return mul(*factors[:position], *factors[position + 1 :])
    return None


def factors_of(form: Expr) -> tuple[Expr, ...]:
    """The factors of a product; anything else is its own only factor, and 1 has none."""
    return () if form == ONE else form.args if form.op == "mul" else (form,)


def terms_of(form: Expr) -> tuple[Expr, ...]:
    """The terms of a sum; anything else is its own only term."""
    return form.args if form.op == "add" else (form,)


def without_term(form: Expr, position: int) -> Expr | None:
    """The sum without the term at a position; None where nothing would be left."""
    terms = terms_of(form)
    if len(terms) < 2:
        return None
    return add(*(term for n, term in enumerate(terms) if n != position % len(terms)))


def with_turned_sign(form: Expr, position: int) -> Expr | None:
    """The sum with the sign of one term turned; None where there is only one."""
    terms = terms_of(form)
    if len(terms) < 2:
        return None
    at = position % len(terms)
    return add(*(turned(term) if n == at else term for n, term in enumerate(terms)))


def turned(form: Expr) -> Expr:
    """The formula with the other sign."""
    return form.args[0] if form.op == "neg" else neg(form)


def exchanged(form: Expr, pairs: Mapping[Quantity, Expr]) -> Expr | None:
    """The formula with symbols replaced all at once; None where that changes nothing."""
    new = replace(form, lambda key: pairs.get(key) if isinstance(key, Quantity) else None)
    return None if new == form else new


def rewritten(form: Expr, change: Callable[[Expr], Expr | None]) -> Expr | None:
    """The formula with each part for which `change` gives something replaced by it, from outside in; None where it
    gives nothing at all."""
    new = _rewritten(form, change)
    return None if new == form else new


def _rewritten(form: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    found = change(form)
    if found is not None:
        return found
    parts = operands(form)
    return with_operands(form, tuple(_rewritten(part, change) for part in parts)) if parts else form
