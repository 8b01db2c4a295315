"""The shapes of matrix lines about any network: n_{l+1}×N in letters, or in numbers for a network that is named."""

from __future__ import annotations

from typing import cast

from backtrace.derivation.matrices import SCALAR, Shape, shape_of, shapes_text
from backtrace.errors import InternalFault
from backtrace.expression.tree import Expr
from backtrace.network.indexed import Index, Ones, parts_of
from backtrace.network.quantity import Derivative, Quantity
from backtrace.network.records import Network


class Shapes:
    """Works out shapes. rows: a sample is a row. samples: the letter, or the number, of samples."""

    def __init__(self, rows: bool, network: Network | None) -> None:
        self.rows = rows
        self.network = network
        self.samples = "1"

    def of_line(self, left: Expr, form: Expr) -> str:
        """The shape of each operand and of the result, "(1×n_{l})·(n_{l}×n_{l+1}) → 1×n_{l+1}".

        Raises InternalFault when they do not fit together, or not with the left side.
        """
        shape, expected = shape_of(form, self.of), shape_of(left, self.of)
        if shape != expected:
            raise InternalFault(f"a line of shape {expected} gets a result of shape {shape}")
        size = f"{shape[0]}×{shape[1]}"
        texts = shapes_text(form, self.of)
        return size if texts == f"({size})" else f"{texts} → {size}"

    def of(self, key: object) -> Shape:
        """The shape of a whole layer's key; a single number has none."""
        if isinstance(key, Ones):
            return cast("Shape", (self.samples, "1"))
        q = key.by if isinstance(key, Derivative) else key
        if not isinstance(q, Quantity) or q.unit or q.kind in ("loss", "rate"):
            return SCALAR
        layer, *_ = parts_of(q)
        units = self.units(layer)
        if q.kind == "weight":
            shape = self.units(layer.plus(-1) if isinstance(layer, Index) else layer - 1), units
        elif q.kind == "target":
            raise InternalFault("the shape of all targets is that of the last outputs; say which layer that is")
        else:
            shape = "1" if q.kind == "bias" else self.samples, units
        return cast("Shape", shape if self.rows else shape[::-1])

    def units(self, layer: Index | int) -> str:
        """How many units a layer has."""
        if self.network is not None and isinstance(layer, int):
            return str(self.network.size(layer))
        return f"n_{{{layer}}}"
