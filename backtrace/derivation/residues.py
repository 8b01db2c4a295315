"""Says where a result that is 0 by hand is not 0 in binary fractions: 0.3 − 0.1·3 leaves −5.55112×10⁻¹⁷.

The engine goes on with what is left, so it is shown and never printed as 0; but who checks the line with pencil and
paper is told. It is said of lines whose numbers are short decimals only, where exact arithmetic leaves no doubt.
"""

from __future__ import annotations

from backtrace.derivation.steps import Remark, Section, Step
from backtrace.derivation.workspace import Worksheet
from backtrace.expression.exact import exact
from backtrace.expression.tree import Expr, Given, number, replace
from backtrace.network.quantity import Key, Quantity

SMALL = 1e-9  # more than rounding leaves of numbers that a person types


def explained(sections: list[Section], work: Worksheet) -> list[Section]:
    """The sections with a sentence after each line of which nothing but rounding is left."""
    return [
        section._replace(
            items=tuple(
                said
                for item in section.items
                for said in (item, *(_said(item, work) if isinstance(item, Step) else ()))
            )
        )
        for section in sections
    ]


def _said(step: Step, work: Worksheet) -> tuple[Remark, ...]:
    if not isinstance(step.value, float) or not 0.0 < abs(step.value) < SMALL or step.left.op != "symbol":
        return ()
    key: Key = step.left.args[0]
    form = step.forms[-1] if step.forms else _forward(key, work)
    found = exact(replace(form, lambda k: _decimal(work, k))) if form else None
    return (Remark("zero_by_hand", (key,)),) if found and not found.top else ()


def _forward(key: Key, work: Worksheet) -> Expr | None:
    """The formula of a quantity of the forward pass that is recalled without its line."""
    return work.forward_form(key) if key in work.graph.index and isinstance(key, Quantity) else None


def _decimal(work: Worksheet, key: object) -> Expr:
    """The number of a key as a person writes it: as typed, else with the digits that tell it from any other."""
    value = work.values[key]  # type: ignore[index]
    assert isinstance(value, float)
    return number(value, value.text if isinstance(value, Given) else repr(value))
