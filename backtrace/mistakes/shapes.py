"""Mistakes in the shapes of a step with matrices: rows are samples, a weight matrix is in × out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from backtrace.errors import InputError
from backtrace.mistakes.records import Mistake, ShapeSlip

Dims = tuple[int, ...]
MATRIX, GRADIENT = "the shape of a weight matrix", "the shape of a gradient"
TRANSPOSED = "https://datascience.stackexchange.com/questions/76545"
BIAS_ROWS = "https://intellipaat.com/community/2846/"
NOT_SUMMED = "https://datascience.stackexchange.com/questions/20139"


class Shapes(NamedTuple):
    """A layer with `below` units under it and `units` of its own, and a batch (None for one sample without an axis)."""

    below: int
    units: int
    above: int | None
    batch: int | None

    def rows(self, units: int) -> Dims:
        """Of a quantity that every sample has."""
        return (units,) if self.batch is None else (self.batch, units)


RIGHT: dict[str, Callable[[Shapes], Dims]] = {
    "input": lambda s: s.rows(s.below),
    "weights": lambda s: (s.below, s.units),
    "bias": lambda s: (s.units,),
    "output": lambda s: s.rows(s.units),
    "delta": lambda s: s.rows(s.units),
    "weight_gradient": lambda s: (s.below, s.units),
    "bias_gradient": lambda s: (s.units,),
    "loss": lambda s: (),
}


def _of(*whats: str) -> tuple[str, ...]:
    return tuple(f"shape of {what}" for what in whats)


def dims(change: Callable[[Shapes], Dims | None]) -> Callable[[Shapes], Iterator[Dims]]:
    """A wrong shape."""

    def make(shapes: Shapes) -> Iterator[Dims]:
        wrong = change(shapes)
        if wrong is not None:
            yield wrong

    return make


def right_shape(sizes: Sequence[int], layer: int, what: str, batch: int | None = None) -> Dims:
    """The shape of a quantity of a layer (from 1); `what` is a key of RIGHT. Raises InputError for any other."""
    return RIGHT[_known(what)](_shapes(sizes, layer, batch))


def shape_slips(sizes: Sequence[int], layer: int, what: str, batch: int | None = None) -> list[ShapeSlip]:
    """The wrong shapes of a quantity of a layer (from 1), in the order of the catalogue, each once, none the right one.

    sizes: of the layers, from the input on. Raises InputError for an unknown `what` or a layer that is not there.
    """
    right = right_shape(sizes, layer, what, batch)
    found: list[ShapeSlip] = []
    for mistake in MISTAKES:
        if f"shape of {what}" in mistake.at:
            for wrong in mistake.make(_shapes(sizes, layer, batch)):
                assert isinstance(wrong, tuple)
                shape: Dims = wrong
                if shape != right and all(shape != other.dims for other in found):
                    found.append(ShapeSlip(mistake, shape))
    return found


def _known(what: str) -> str:
    if what not in RIGHT:
        raise InputError(f"nothing of a layer is called '{what}'", hint="there is: " + ", ".join(RIGHT))
    return what


def _shapes(sizes: Sequence[int], layer: int, batch: int | None) -> Shapes:
    if not 1 <= layer < len(sizes):
        raise InputError(f"there is no layer {layer}", hint=f"the layers are 1 to {len(sizes) - 1}")
    above = sizes[layer + 1] if layer + 1 < len(sizes) else None
    return Shapes(sizes[layer - 1], sizes[layer], above, batch)


MISTAKES = (
    Mistake(
        "shape.transposed",
        "rows and columns exchanged",
        "Rows and columns of the weight matrix are exchanged.",
        "wrong_index",
        MATRIX,
        (
            "Which side of the matrix meets the signals in the product?",
            "Write the two shapes beside each other: do the inner numbers agree?",
        ),
        TRANSPOSED,
        at=_of("weights"),
        make=dims(lambda s: (s.units, s.below)),
    ),
    Mistake(
        "shape.gradient_transposed",
        "gradient transposed",
        "The product for the gradient is formed in the wrong order.",
        "wrong_index",
        GRADIENT,
        (
            "What shape must a gradient have so that it can be subtracted?",
            "Compare it with the shape of what it is the gradient of.",
        ),
        at=_of("weight_gradient"),
        make=dims(lambda s: (s.units, s.below)),
    ),
    Mistake(
        "shape.with_bias_row",
        "bias in the matrix",
        "A row for the bias is counted, although the bias stands by itself.",
        "extra_term",
        MATRIX,
        (
            "Does the bias stand in the matrix here or beside it?",
            "Count the signals that are multiplied by this matrix.",
        ),
        at=_of("weights", "weight_gradient"),
        make=dims(lambda s: (s.below + 1, s.units)),
    ),
    Mistake(
        "shape.batch_in_weights",
        "batch in the matrix",
        "The size of the batch is taken as a side of the matrix.",
        "wrong_index",
        MATRIX,
        (
            "Do the weights depend on how many samples there are?",
            "The same matrix has to serve any batch.",
        ),
        at=_of("weights"),
        make=dims(lambda s: None if s.batch is None else (s.batch, s.units)),
    ),
    Mistake(
        "shape.batch_lost",
        "batch axis lost",
        "The axis of the samples is left out.",
        "wrong_aggregation",
        "a shape with a row for each sample",
        (
            "How many samples go through the network at once?",
            "Each sample has numbers of its own here.",
        ),
        at=_of("input", "output", "delta"),
        make=dims(lambda s: None if s.batch is None else (s.units,)),
    ),
    Mistake(
        "shape.batch_last",
        "samples as columns",
        "The samples are written as columns.",
        "wrong_index",
        "a shape with a row for each sample",
        (
            "Which axis holds the samples here?",
            "Read again which of the two orientations is in use.",
        ),
        at=_of("input", "output", "delta"),
        make=dims(lambda s: None if s.batch is None else (s.units, s.batch)),
    ),
    Mistake(
        "shape.side_below",
        "size of the layer below",
        "The size of the layer below is taken.",
        "wrong_index",
        "the shape of what a layer puts out",
        (
            "Is this what goes into the layer or what comes out?",
            "Count the units of the layer itself.",
        ),
        at=_of("output", "delta"),
        make=dims(lambda s: s.rows(s.below)),
    ),
    Mistake(
        "shape.bias_of_inputs",
        "bias for the signals",
        "A bias is counted for each signal that comes in.",
        "wrong_index",
        "the shape of a bias",
        (
            "Who owns a bias: the sender or the receiver?",
            "Count the sums that this layer forms.",
        ),
        at=_of("bias", "bias_gradient"),
        make=dims(lambda s: (s.below,)),
    ),
    Mistake(
        "shape.bias_per_sample",
        "bias for each sample",
        "A bias is counted for every sample.",
        "wrong_aggregation",
        "the shape of a bias",
        (
            "Do two samples have biases of their own?",
            "The bias is the same for every row that it is added to.",
        ),
        BIAS_ROWS,
        at=_of("bias"),
        make=dims(lambda s: None if s.batch is None else (s.batch, s.units)),
    ),
    Mistake(
        "shape.not_summed",
        "gradient not summed over the batch",
        "The gradient of the bias keeps a row for each sample.",
        "wrong_aggregation",
        "the shape of the gradient of a bias",
        (
            "What shape must a gradient have so that it can be subtracted?",
            "What becomes of the contributions of the samples?",
        ),
        NOT_SUMMED,
        at=_of("bias_gradient"),
        make=dims(lambda s: None if s.batch is None else (s.batch, s.units)),
    ),
    Mistake(
        "shape.bias_single",
        "one bias",
        "A single bias is counted for the layer.",
        "wrong_aggregation",
        "the shape of a bias",
        (
            "Who owns a bias here: a unit or a layer?",
            "In this network no parameter is shared.",
        ),
        at=_of("bias", "bias_gradient"),
        make=dims(lambda s: (1,)),
    ),
    Mistake(
        "shape.gradient_summed_up",
        "product summed up",
        "δ and signal are multiplied to a single number, or along the batch only.",
        "sum_product_confusion",
        GRADIENT,
        (
            "How many weights does this matrix hold?",
            "Each pair of a signal and a δ gives a number of its own.",
        ),
        at=_of("weight_gradient"),
        make=dims(lambda s: (s.units,)),
    ),
    Mistake(
        "shape.gradient_per_sample",
        "gradient for each sample",
        "The gradient keeps an axis for the samples.",
        "wrong_aggregation",
        GRADIENT,
        (
            "What shape must a gradient have so that it can be subtracted?",
            "What becomes of the contributions of the samples?",
        ),
        at=_of("weight_gradient"),
        make=dims(lambda s: None if s.batch is None else (s.batch, s.below, s.units)),
    ),
    Mistake(
        "shape.delta_of_layer_above",
        "shape of the layer above",
        "δ is given the shape of the layer above.",
        "wrong_index",
        "the shape of δ",
        (
            "Of which layer is this δ?",
            "Every unit of the layer has one δ for each sample.",
        ),
        at=_of("delta"),
        make=dims(lambda s: None if s.above is None else s.rows(s.above)),
    ),
    Mistake(
        "shape.loss_per_sample",
        "loss for each sample",
        "The loss keeps a number for every sample.",
        "wrong_aggregation",
        "the shape of the loss",
        (
            "Of what do you take the gradient?",
            "How are the losses of the samples put together?",
        ),
        at=_of("loss"),
        make=dims(lambda s: None if s.batch is None else (s.batch,)),
    ),
)
