"""The product of Jacobians, and the two orders in which it can be multiplied.

Goodfellow, Bengio, Courville, Deep Learning, section 6.5.2; Griewank and Walther, Evaluating Derivatives, chapter 3.
"""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING

from backtrace.derivation.general.instances import Data, Instance, random_network
from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.proofs import short
from backtrace.derivation.steps import Cell, Remark, Step, Table
from backtrace.engine.orders import Jacobian, Order, forward_order, jacobians, reverse_order
from backtrace.errors import InternalFault
from backtrace.expression.tree import Expr, applied, mul, symbol
from backtrace.network.activations import SIGMOID
from backtrace.network.indexed import Free, Function
from backtrace.network.losses import HALF_SQUARED_ERROR
from backtrace.network.quantity import LOSS, Derivative, Quantity

if TYPE_CHECKING:
    from random import Random

    from backtrace.network.records import Network

DEFAULT = "784-128-10"
MOST_PRODUCTS = 8  # listed of one order; of more, the first and the last ones
TRIED = (4, 3, 5, 2)
X = symbol(Free("x"))
WHOLE = Function("D(f∘g)", "D(f o g)", r"D(f \circ g)")
OUTER, OUTER_SLOPE = Function("f", "f", "f"), Function("Df", "Df", "Df")
INNER, INNER_SLOPE = Function("g", "g", "g"), Function("Dg", "Dg", "Dg")
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

Rows = list[list[float]]


def build(on: Lecture) -> None:
    """Writes the topic."""
    general_rule(on)
    of_a_network(on)
    network = on.network(DEFAULT)
    factors = jacobians(network)
    on.section("both_orders", network.name)
    on.remark("product_of_jacobians", chain(on, factors))
    on.remark("full_matrices")
    for order in (reverse_order(factors), forward_order(factors)):
        on.append(table(on, order))
    reverse, forward = (order(factors).multiplications for order in (reverse_order, forward_order))
    if reverse == forward:
        on.remark("orders_equal", reverse)
    elif reverse < forward:
        on.remark("reverse_is_less", reverse, forward, short(forward / reverse))
    else:
        on.remark("forward_is_less", forward, reverse, short(reverse / forward))
    on.remark("why_reverse")
    on.checks.append(lambda random: check(on, random))


def general_rule(on: Lecture) -> None:
    """D(f∘g) = Df·Dg, by components."""
    on.section("jacobian_rule")
    product = Expr("matmul", (applied(OUTER_SLOPE, applied(INNER, X)), applied(INNER_SLOPE, X)))
    # Tried below, as the product of a whole network's Jacobians.
    on.append(Step(f"{on.topic}:rule", "rule", applied(WHOLE, X), (product,), statement=True))
    on.gap()
    layer, above, below = on.layer, on.layer.plus(1), on.layer.plus(-1)
    n, j, q = on.unit("n"), on.unit("j"), on.unit("q")
    on.remark("by_components", on.index(n), on.index(q))
    on.gap()
    net = on.net
    left, right = on.d(net(above, n), net(layer, j)), on.d(net(layer, j), net(below, q))
    on.line(on.d(net(above, n), net(below, q)), on.over(j, layer, mul(left, right)), "a row times a column")


def of_a_network(on: Lecture) -> None:
    """The entries of a layer's Jacobian."""
    on.section("entries_of_a_layer")
    layer, below = on.layer, on.layer.plus(-1)
    n, j = on.unit("n"), on.unit("j")
    net, out = on.net(layer, n), on.out(below, j)
    on.chain(
        on.d(net, on.net(below, j)),
        (mul(on.d(net, out), on.d(out, on.net(below, j))), "chain rule"),
        (mul(on.weight(layer, n, j), on.f(on.net(below, j), 1)), "a weight times a slope"),
    )


def sign(on: Lecture, factor: Jacobian) -> Expr:
    """∇E, Dσ or DL³; numbers of layers as the notation counts them."""
    if factor.kind == "gradient":
        letters = on.profile.patterns["loss"].letter
        return symbol(Function(f"∇{letters}", f"grad {letters}", rf"\nabla {letters}"))
    if factor.kind == "activation":
        return symbol(Function("Dσ", "Dsigma", r"D\sigma"))
    number = str(factor.layer + on.profile.input_index)
    return symbol(Function(f"DL{number.translate(RAISED)}", f"DL^{number}", f"DL^{{{number}}}"))


def chain(on: Lecture, factors: list[Jacobian]) -> Expr:
    """The whole product, dots for what is too long."""
    shown = factors if len(factors) <= MOST_PRODUCTS else [*factors[:4], factors[-1]]
    signs = [sign(on, factor) for factor in shown]
    if len(shown) < len(factors):
        signs.insert(4, symbol(Function("…", "...", r"\dots")))
    return Expr("matmul", tuple(signs))


def table(on: Lecture, order: Order) -> Table:
    """The products of one order, one below the other."""
    so_far = sign(on, order.start)
    rows: list[tuple[Cell, ...]] = []
    for one in order.products:
        new = sign(on, one.factor)
        pair = (so_far, new) if order.name == "reverse" else (new, so_far)
        sizes = f"({one.rows}×{one.inner})·({one.inner}×{one.columns})"
        rows.append((Expr("matmul", pair), Remark("plain", (sizes,)), one.multiplications))
        so_far = symbol(Function("(…)", "(...)", r"(\dots)"))
    if len(rows) > MOST_PRODUCTS:
        half = MOST_PRODUCTS // 2
        left_out = (Remark("products_left_out", (len(rows) - 2 * half,)), None, None)
        rows = [*rows[:half], left_out, *rows[-half:]]
    rows.append((Remark("in_all"), None, order.multiplications))
    heading = (Remark("product"), Remark("sizes"), Remark("multiplications"))
    return Table(f"{on.topic}:{order.name}", f"order_{order.name}", (), heading, tuple(rows))


def check(on: Lecture, random: Random) -> int:
    """Both orders on a random network, with the numbers of its Jacobians: the same as what the engine has for ∂E by the
    inputs, and as many multiplications as the table counts. InternalFault where they are not."""
    network = random_network(TRIED, [SIGMOID] * (len(TRIED) - 1), HALF_SQUARED_ERROR, Data(), random)
    engine = Instance(network, True, 1)
    matrices = numbers(network, engine)
    factors = jacobians(network)
    inputs = range(1, network.input_size + 1)
    expected = [engine.value(Derivative(LOSS, Quantity("input", 0, i))) for i in inputs]
    for order, from_left in ((reverse_order(factors), True), (forward_order(factors), False)):
        found, multiplications = multiplied(matrices, from_left)
        if multiplications != order.multiplications:
            raise InternalFault(f"the {order.name} order takes {multiplications}, not {order.multiplications}")
        for a, b in zip(found[0], expected, strict=True):
            if not isinstance(b, float) or not isclose(a, b, rel_tol=1e-9, abs_tol=1e-12):
                raise InternalFault(f"the {order.name} order gives {a!r} where the engine has {b!r}")
    return 2 * len(expected)


def numbers(network: Network, engine: Instance) -> list[Rows]:
    """The Jacobians from the loss down to the input, each entry from a sweep of the engine."""

    def entry(of: Quantity, by: Quantity) -> float:
        found = engine.value(Derivative(of, by))
        assert isinstance(found, float)
        return found

    def entries(of: str, layer: int, by: str, below: int) -> Rows:
        rows, columns = range(1, network.size(layer) + 1), range(1, network.size(below) + 1)
        return [[entry(Quantity(of, layer, n), Quantity(by, below, j)) for j in columns] for n in rows]

    last = len(network.layers)
    gradient = [entry(LOSS, Quantity("out", last, n)) for n in range(1, network.size(last) + 1)]
    layers = [entries("net", n, "net" if n > 1 else "input", n - 1) for n in range(last, 0, -1)]
    return [[gradient], entries("out", last, "net", last), *layers]


def multiplied(matrices: list[Rows], from_left: bool) -> tuple[Rows, int]:
    """The product in one order, and how many multiplications it took."""
    count = 0

    def product(a: Rows, b: Rows) -> Rows:
        nonlocal count
        found = []
        for row in a:
            new = []
            for column in zip(*b, strict=True):
                total = 0.0
                for x, y in zip(row, column, strict=True):
                    total += x * y
                    count += 1
                new.append(total)
            found.append(new)
        return found

    order = matrices if from_left else matrices[::-1]
    so_far = order[0]
    for matrix in order[1:]:
        so_far = product(so_far, matrix) if from_left else product(matrix, so_far)
    return so_far, count
