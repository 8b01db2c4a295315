"""The product of a network's Jacobians, in the two orders in which it can be multiplied.

∂E/∂input = ∇E · Dσ · DL^k · … · DL^1 with ∇E = ∂E/∂out of the last layer, Dσ = ∂out/∂net of it, DL^l = ∂net of layer l
by the net of the layer below, DL^1 by the input. From the left the first factor is a row, so every product is one of a
row by a matrix; from the right all but the last multiply two matrices. Each is counted as the product of two full
matrices: (a×b)·(b×c) takes a·b·c multiplications.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from backtrace.network.records import Network


class Jacobian(NamedTuple):
    """One factor. kind: "gradient" (∇E), "activation" (Dσ of the last layer) or "layer" (DL of `layer`)."""

    kind: str
    layer: int
    rows: int
    columns: int


class Product(NamedTuple):
    """One multiplication of two matrices; `factor` is the Jacobian that comes in with it."""

    factor: Jacobian
    rows: int
    inner: int
    columns: int

    @property
    def multiplications(self) -> int:
        """Of a full matrix by a full matrix."""
        return self.rows * self.inner * self.columns


class Order(NamedTuple):
    """One order of the whole product. name: "reverse" (from the left, from the loss) or "forward" (from the right,
    from the input); start: the factor that the first product begins with."""

    name: str
    start: Jacobian
    products: tuple[Product, ...]

    @property
    def multiplications(self) -> int:
        """Of all products."""
        return sum(product.multiplications for product in self.products)


def jacobians(network: Network) -> list[Jacobian]:
    """The factors from the loss down to the input."""
    last = len(network.layers)
    outputs = network.size(last)
    layers = [Jacobian("layer", n, network.size(n), network.size(n - 1)) for n in range(last, 0, -1)]
    return [Jacobian("gradient", last, 1, outputs), Jacobian("activation", last, outputs, outputs), *layers]


def reverse_order(factors: Sequence[Jacobian]) -> Order:
    """From the left: what has been multiplied so far stands on the left."""
    rows = factors[0].rows
    return Order(
        "reverse", factors[0], tuple(Product(factor, rows, factor.rows, factor.columns) for factor in factors[1:])
    )


def forward_order(factors: Sequence[Jacobian]) -> Order:
    """From the right: what has been multiplied so far stands on the right."""
    columns = factors[-1].columns
    products = tuple(Product(factor, factor.rows, factor.columns, columns) for factor in factors[-2::-1])
    return Order("forward", factors[-1], products)
