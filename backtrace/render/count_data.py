"""The data of `backtrace count`: JSON and CSV, exact counts. Letters for sizes stand as text, products with *."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from backtrace.expression.tree import Expr
from backtrace.network.shapes.records import Array, Count, CountedLayer, Shape
from backtrace.network.shapes.symbolic import Size, SymbolicCount, layer_expanded, layer_factored, size_of, written
from backtrace.render.text import TextWriter

VERSION = 1


class Letters:
    """Letters as they are, in every form."""

    def text(self, key: object) -> str:
        """The letter."""
        return str(key)

    ascii = latex = text


def count_data(found: Count) -> dict[str, Any]:
    """The JSON of a network: shapes with the batch first, weights in×out; kernels as PyTorch has them."""
    return {
        "version": VERSION,
        "network": found.name,
        "layers": [_layer(layer, found.batch) for layer in found.layers],
        "total": found.total,
        "trainable": found.trainable,
        "statistics": found.statistics,
        "links": found.links,
        "neurons": found.neurons,
        "updates_per_epoch": found.updates_per_epoch,
    }


def _layer(layer: CountedLayer, batch: int | None) -> dict[str, Any]:
    weights = layer.weights
    return {
        "name": layer.name,
        "type": layer.type,
        "input_shape": _batched(layer.inputs[0], batch),
        "weight_shape": list(weights.shape) if weights else None,
        "output_shape": _batched(layer.output, batch),
        "weights": layer.of("weights"),
        "biases": layer.of("biases"),
        "total": layer.total,
        "trainable": layer.trainable,
        "statistics": layer.of("statistics"),
        "from": list(layer.sources),
        "input_shapes": [_batched(shape, batch) for shape in layer.inputs],
        "arrays": [_array(array) for array in layer.arrays],
    }


def _batched(shape: Shape, batch: int | None) -> list[int | None]:
    return [batch, *shape]


def _array(array: Array) -> dict[str, Any]:
    return {
        "name": array.name,
        "kind": array.role,
        "shape": list(array.shape),
        "count": array.size,
        "trainable": array.trainable,
        "tied_to": array.tied or None,
    }


def symbolic_data(found: SymbolicCount) -> dict[str, Any]:
    """The JSON of a network with letters for sizes: counts are formulas as text."""
    writer = TextWriter(Letters(), ascii=True)

    def text(formula: Expr) -> str:
        return writer.write(formula)

    def total(below: Size, units: Size) -> str:
        return text(layer_expanded(below, units))

    layers = [
        {
            "name": f"layer {number}",
            "type": "dense",
            "input_shape": [found.batch, below],
            "weight_shape": [below, units],
            "output_shape": [found.batch, units],
            "weights": text(product(below, units)),
            "biases": text(size_of(units)),
            "total": total(below, units),
            "trainable": total(below, units),
            "factored": text(layer_factored(below, units)),
        }
        for number, (below, units) in enumerate(pairwise(found.sizes), 1)
    ]
    return {
        "version": VERSION,
        "network": found.name,
        "layers": layers,
        "total": text(found.expanded),
        "trainable": text(found.expanded),
        "factored": text(found.factored),
        "updates_per_epoch": found.updates_per_epoch,
    }


def product(below: Size, units: Size) -> Expr:
    """K·L, the weights of a layer."""
    from backtrace.network.shapes.symbolic import collected

    return written(collected([(1, below, units)]))


COLUMNS = ("name", "type", "input_shape", "weight_shape", "output_shape", "weights", "biases", "total", "trainable")


def as_csv(data: dict[str, Any]) -> str:
    """A line per layer, then one of the sums; a shape is written 50x1024, a batch that is not said N."""
    import csv
    from io import StringIO

    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for layer in data["layers"]:
        rows.writerow([_cell(layer[column]) for column in COLUMNS])
    rows.writerow(["in all", "", "", "", "", "", "", data["total"], data["trainable"]])
    return text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return "x".join("N" if one is None else str(one) for one in value)
    # What a spreadsheet would read as a formula is put behind an apostrophe.
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def as_json(data: dict[str, Any]) -> str:
    """The JSON text, ending in a line feed."""
    import json

    return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
