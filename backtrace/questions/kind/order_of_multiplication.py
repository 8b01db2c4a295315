"""The product of a network's Jacobians, multiplied from the left and from the right: what does each cost?"""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.engine.orders import Order, Product, forward_order, jacobians, reverse_order
from backtrace.expression.tree import Expr, add, mul, number
from backtrace.questions.counting import sizes_of, whole, written
from backtrace.questions.kind.parameter_count import NETWORK
from backtrace.questions.making import read_settings, samples
from backtrace.questions.records import Choice, Given, Instance, Kind, Option, Part, Say, Whole
from backtrace.questions.sampling import Fault, pick, shaped, shuffled, tried
from backtrace.questions.seeds import Draws


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """One hidden layer at level 1, two at level 2, three at level 3."""
    settings = read_settings(settings, KIND.settings)
    return tried(lambda: _made(draw, level, settings))


def _made(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    given = settings.get("network") or ""
    sizes = sizes_of(given) if given else [pick(draw, range(2, 11 if level > 1 else 7)) for _ in range(level + 2)]
    network = shaped(sizes, ["sigmoid"] * (len(sizes) - 1))
    factors = jacobians(network)
    left, right = reverse_order(factors), forward_order(factors)
    if left.multiplications >= right.multiplications and not given:
        raise Fault("multiplying from the right is as cheap")
    matrices = ", ".join(f"{factor.rows}×{factor.columns}" for factor in factors)
    parts = [
        Part(Say("order_left"), _answer(left, right, bool(given)), solution=_lines(left)),
        Part(Say("order_right"), _answer(right, left, bool(given)), solution=_lines(right)),
        _cheaper(draw, left.multiplications, right.multiplications),
    ]
    return Instance(
        "order-of-multiplication",
        level,
        "",
        Say("order_title"),
        (Given(say=Say("order_given", (written(sizes), len(factors), matrices))), Given(say=Say("order_rule"))),
        tuple(parts),
        settings={"network": written(sizes)},
        note=f"order-of-multiplication {written(sizes)}",
    )


def _answer(order: Order, other: Order, given: bool) -> Whole:
    """The multiplications of an order. given: the sizes are not drawn, so that a mistake that comes to the same for
    them cannot be drawn anew."""
    wrong = [
        ("order.other_direction", other.multiplications),
        ("order.entries_of_results", sum(product.rows * product.columns for product in order.products)),
        ("order.added_not_multiplied", sum(p.rows + p.inner + p.columns for p in order.products)),
    ]
    # A row times a matrix takes as many multiplications as the matrix has entries: from the left that is no mistake.
    if any(product.rows > 1 for product in order.products):
        wrong.append(("order.entries_of_factors", sum(p.factor.rows * p.factor.columns for p in order.products)))
    value = order.multiplications
    return whole(value, [one for one in wrong if one[1] != value] if given else wrong)


def _lines(order: Order) -> tuple[Say, ...]:
    shapes = [
        Say("order_line", (f"({p.rows}×{p.inner})·({p.inner}×{p.columns})", _product(p), p.multiplications))
        for p in order.products
    ]
    total: Expr = add(*[number(p.multiplications) for p in order.products])
    return (*shapes, Say("count_line", (total, order.multiplications)))


def _product(p: Product) -> Expr:
    return mul(number(p.rows), number(p.inner), number(p.columns))


def _cheaper(draw: Draws, left: int, right: int) -> Part:
    """Which order costs less."""
    texts = (Say("order_from_left"), Say("order_from_right"))
    cheap = (left <= right, left > right)
    options = [
        Option(text, right_one, "" if right_one else "order.other_direction")
        for text, right_one in zip(texts, cheap, strict=True)
    ]
    return Part(Say("order_which"), Choice(tuple(shuffled(draw, options))), solution=(Say("order_why"),))


KIND = Kind("order-of-multiplication", "the order in which Jacobians are multiplied", (NETWORK,), make, samples)
