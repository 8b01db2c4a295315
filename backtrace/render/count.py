"""The pages of `backtrace count`: tables of shapes and parameters, with their arithmetic. The data: count_data.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from backtrace.errors import printable
from backtrace.network.shapes.records import Array, Count, CountedLayer, Shape
from backtrace.network.shapes.symbolic import (
    Size,
    SymbolicCount,
    layer_expanded,
    layer_factored,
    size_of,
    summed,
)
from backtrace.render.count_data import Letters, product
from backtrace.render.table_page import Part
from backtrace.render.tables import Table
from backtrace.render.text import TextWriter

NONE = "–"
MOST_SUMMED = 12  # layers whose counts are written out as a sum
BACKWARD = (
    "Delta is the gradient of what a layer computes, before its activation. A gradient has the shape of what it is the "
    "gradient of; that of the biases is the sum of delta over the batch."
)
MOST_ARRAYS = 4  # arrays of a layer named one by one


class Shapes:
    """How shapes are written. row: a sample is a row, so that the batch comes first; else a sample is a column."""

    def __init__(self, batch: int | None, row: bool) -> None:
        self.batch = "N" if batch is None else str(batch)
        self.row = row

    def batched(self, shape: Sequence[Size]) -> str:
        """The shape of all samples together. Images and sequences have the batch first in both orientations."""
        sizes = [str(size) for size in shape]
        return "×".join([self.batch, *sizes] if self.row or len(sizes) > 1 else [*sizes, self.batch])

    def matrix(self, below: Size, units: Size) -> str:
        """Weights: in×out for rows, out×in for columns."""
        return f"{below}×{units}" if self.row else f"{units}×{below}"

    def bias(self, units: Size) -> str:
        """A bias: a row, or a column."""
        return f"1×{units}" if self.row else f"{units}×1"

    def array(self, array: Array) -> str:
        """Any array."""
        if array.matrix and len(array.shape) == 2:
            return self.matrix(*array.shape)
        return "×".join(str(size) for size in array.shape)

    def arrays(self, arrays: Sequence[Array]) -> str:
        """Several arrays."""
        if not arrays:
            return NONE
        if len(arrays) > MOST_ARRAYS:
            return f"{len(arrays)} arrays"
        return ", ".join(self.array(array) for array in arrays)

    def biases(self, layer: CountedLayer) -> str:
        """The biases of a layer, as a row or a column where they are added to one."""
        found = [array for array in layer.parameters if array.role == "biases"]
        return self.bias(found[0].shape[0]) if layer.is_dense and found else self.arrays(found)

    @property
    def said(self) -> str:
        """The orientation in words."""
        if self.row:
            return "a sample is a row: net = X·W + b, W is inputs × units"
        return "a sample is a column: net = W·X + b, W is units × inputs"

    def gradient(self, below: Size, units: Size) -> str:
        """The product that gives the gradient of the weights."""
        factors = f"({below}×{self.batch})({self.batch}×{units})"
        return factors if self.row else f"({units}×{self.batch})({self.batch}×{below})"

    def passed(self, below: Size, units: Size) -> str:
        """The product that gives what is passed back."""
        return f"({self.batch}×{units})({units}×{below})" if self.row else f"({below}×{units})({units}×{self.batch})"


def title(found: Count) -> str:
    """Which network it is."""
    layers = f"{len(found.layers)} layer{'s' * (len(found.layers) != 1)} after the input"
    shape = "×".join(map(str, found.input_shape))
    inputs = f"input {shape}" if len(found.input_shape) > 1 else f"{shape} input{'s' * (found.input_shape[0] != 1)}"
    return f"{printable(found.name)}: {inputs}, {layers}, {plural(found.total, 'parameter')}"


def plural(number: int, noun: str) -> str:
    """A number and its noun."""
    return f"{number} {noun}{'s' * (number != 1)}"


def count_parts(found: Count, row: bool) -> Iterator[Part]:
    """The page of a network with numbers for sizes."""
    shapes = Shapes(found.batch, row)
    if found.batch is None:
        yield "N is the number of samples of a batch (--batch 50 says how many)."
    yield forward(found, shapes)
    arithmetic = [(layer.name, axis, text) for layer in found.layers for axis, text in layer.sizes]
    if arithmetic:
        heading = ("layer", "what", "arithmetic")
        yield Table(
            "How the sizes come about", heading, [(name(one), axis, text) for one, axis, text in arithmetic], (0, 1)
        )
    if any("⌊" in text for _, _, text in arithmetic):
        yield "⌊ ⌋: rounded down, so that what the last step does not reach is left out."
    yield parameters(found)
    yield from remarks(found)
    yield backward(found, shapes)
    yield BACKWARD
    yield from epoch(found)


def name(text: str) -> str:
    """The name of a layer, which comes from outside."""
    return printable(text, 40)


def forward(found: Count, shapes: Shapes) -> Table:
    """The shapes of the forward pass."""
    joined = any(len(layer.inputs) > 1 or chained(found, number) is False for number, layer in enumerate(found.layers))
    rows = []
    for layer in found.layers:
        inputs = ", ".join(shapes.batched(shape) for shape in layer.inputs)
        if joined:
            inputs += f" from {', '.join(name(one) for one in layer.sources)}"
        weights = [array for array in layer.parameters if array.role == "weights"]
        rows.append(
            (
                name(layer.name),
                layer.type,
                inputs,
                shapes.arrays(weights),
                shapes.biases(layer),
                shapes.batched(layer.output),
            )
        )
    heading = ("layer", "type", "input", "weights", "biases", "output")
    turned = any(array.matrix for layer in found.layers for array in layer.arrays)
    return Table("Shapes of the forward pass" + f" ({shapes.said})" * turned, heading, rows, (0, 1))


def chained(found: Count, index: int) -> bool:
    """Whether a layer takes its input from the one before it."""
    before = found.layers[index - 1].name if index else "input"
    return found.layers[index].sources == (before,)


def sum_of(array: Array) -> str:
    """How an array is counted: 1024 × 20."""
    factors = array.factors or array.shape
    return "0" if array.tied else " × ".join(str(factor) for factor in factors)


def role_first(array: Array) -> tuple[bool, bool, Shape]:
    """What makes two arrays of a layer count alike: weights first, then by the factors."""
    return array.role == "biases", not array.tied, tuple(-factor for factor in array.factors or array.shape)


def arithmetic(layer: CountedLayer) -> str:
    """1024 × 20 + 20 = 20500."""
    if not layer.parameters:
        return "0"
    alike = [list(group) for _, group in groupby(sorted(layer.parameters, key=role_first), key=role_first)]
    terms = " + ".join(f"{len(group)} × {sum_of(group[0])}" if group[1:] else sum_of(group[0]) for group in alike)
    return terms if terms == str(layer.total) else f"{terms} = {layer.total}"


def parameters(found: Count) -> Table:
    """The parameters, layer by layer and in all."""
    # Where everything is trainable, and nothing else is kept, these columns would say nothing.
    partly, statistics = found.trainable != found.total, bool(found.statistics)
    heading = ["layer", "weights", "biases", "trainable", "running statistics", "parameters"]
    rows = []
    for layer in found.layers:
        counts = (layer.of("weights"), layer.of("biases"), layer.trainable, layer.of("statistics"))
        rows.append([name(layer.name), *(str(count) for count in counts), arithmetic(layer)])
    having = [str(layer.total) for layer in found.layers if layer.total]
    total = str(found.total)
    if 1 < len(having) <= MOST_SUMMED:
        total = f"{' + '.join(having)} = {total}"
    weights = sum(layer.of("weights") for layer in found.layers)
    biases = sum(layer.of("biases") for layer in found.layers)
    rows.append(["in all", str(weights), str(biases), str(found.trainable), str(found.statistics), total])
    shown = [column for column in range(len(heading)) if (column != 3 or partly) and (column != 4 or statistics)]
    heading, *rows = [[row[column] for column in shown] for row in (heading, *rows)]
    return Table("Parameters", heading, rows, (0,))


def remarks(found: Count) -> Iterator[Part]:
    """What there is to say about the count."""
    for layer in found.layers:
        for array in layer.arrays:
            if array.tied:
                yield f"{name(layer.name)} uses the weights of {name(array.tied)}, which are counted there, once."
            if array.shared_by > 1:
                yield f"The {array.shared_by} units of {name(layer.name)} share one bias, which counts once."
    own = all(not array.tied and array.shared_by < 2 for layer in found.layers for array in layer.parameters) and all(
        layer.of("biases") for layer in found.layers
    )
    if found.links is not None and found.neurons is not None:
        neurons = f"{plural(found.neurons, 'neuron')} after the input"
        if own:
            yield f"{plural(found.links, 'link')} + {neurons} = {plural(found.total, 'parameter')}."
        else:
            yield f"{plural(found.links, 'link')} and {neurons}; not each has a parameter of its own."
    if found.trainable == found.total:
        yield (
            "All of them are trainable. The number of layers and of neurons in each are not: they are chosen before, "
            "and stay."
        )
    else:
        kept = [frozen(layer) for layer in found.layers if layer.trainable < layer.total]
        yield f"{found.trainable} of them are trainable. These stay as they are: {', '.join(kept)}."
    if found.statistics:
        yield (
            f"Besides, {found.statistics} running statistics are kept (a mean and a variance per channel): they are "
            "not parameters, no gradient changes them."
        )


def frozen(layer: CountedLayer) -> str:
    """What of a layer is not trained, in words."""
    biases = layer.trainable == layer.of("weights") and layer.of("biases")
    return f"the biases of {name(layer.name)}" if biases and layer.trainable else f"all of {name(layer.name)}"


def backward(found: Count, shapes: Shapes) -> Table:
    """The shapes of the backward pass, from the last layer to the first."""
    rows = []
    for number, layer in reversed(list(enumerate(found.layers))):
        first = layer.sources == ("input",)
        weights = [array for array in layer.parameters if array.role == "weights"]
        delta, back = shapes.batched(layer.output), ", ".join(shapes.batched(shape) for shape in layer.inputs)
        learned = shapes.arrays(weights)
        if layer.is_dense:
            below, units = layer.inputs[0][0], layer.output[0]
            learned = f"{shapes.gradient(below, units)} = {learned}"
            back = f"{shapes.passed(below, units)} = {back}"
        rows.append(
            (name(found.layers[number].name), delta, learned, shapes.biases(layer), "not needed" if first else back)
        )
    heading = ("layer", "delta", "gradient of weights", "biases", "passed back")
    return Table("Shapes of the backward pass", heading, rows, (0,))


def epoch(found: Count | SymbolicCount) -> Iterator[Part]:
    """How many updates an epoch has."""
    updates, samples, batch = found.updates_per_epoch, found.samples, found.batch
    if updates is None or samples is None:
        return
    if batch is None:
        yield f"An epoch of {plural(samples, 'sample')} is one update on all of them (--batch 50 says on how many)."
        return
    whole, rest = divmod(samples, batch)
    if not rest:
        yield f"Updates per epoch: {samples}/{batch} = {updates}."
    else:
        yield (
            f"Updates per epoch: {samples}/{batch}, rounded up, = {updates}: {whole} of {plural(batch, 'sample')} and "
            f"one of {rest}."
        )


def symbolic_title(found: SymbolicCount) -> str:
    """Which network it is."""
    layers = len(found.sizes) - 1
    return (
        f"{printable(found.name)}: {found.sizes[0]} inputs, {layers} dense layer{'s' * (layers != 1)} after the input"
    )


def symbolic_parts(found: SymbolicCount, row: bool, ascii: bool = False) -> Iterator[Part]:
    """The page of a network with letters for sizes."""
    shapes = Shapes(found.batch, row)
    writer = TextWriter(Letters(), ascii=ascii)
    write = writer.write
    if found.batch is None:
        shapes.batch = next(letter for letter in ("N", "B", "batch") if letter not in found.sizes)
        yield f"{shapes.batch} is the number of samples of a batch (--batch 50 says how many)."
    steps = list(enumerate(pairwise(found.sizes), 1))
    rows = [
        (f"layer {n}", shapes.batched((a,)), shapes.matrix(a, b), shapes.bias(b), shapes.batched((b,)))
        for n, (a, b) in steps
    ]
    yield Table(
        f"Shapes of the forward pass ({shapes.said})", ("layer", "input", "weights", "biases", "output"), rows, (0,)
    )
    counted = [
        (
            f"layer {n}",
            write(product(a, b)),
            write(size_of(b)),
            f"{write(layer_factored(a, b))} = {write(layer_expanded(a, b))}",
        )
        for n, (a, b) in steps
    ]
    yield Table("Parameters", ("layer", "weights", "biases", "parameters"), counted, (0,))
    yield f"In all, layer by layer: {write(found.factored)}"
    yield f"Multiplied out: {write(found.expanded)}"
    links = summed([product(a, b) for _, (a, b) in steps])
    neurons = summed([size_of(b) for _, (_, b) in steps])
    yield f"That is {write(links)} links, and {write(neurons)} neurons after the input with a bias each."
    back = [
        (
            f"layer {n}",
            shapes.batched((b,)),
            f"{shapes.gradient(a, b)} = {shapes.matrix(a, b)}",
            shapes.bias(b),
            f"{shapes.passed(a, b)} = {shapes.batched((a,))}" if n > 1 else "not needed",
        )
        for n, (a, b) in reversed(steps)
    ]
    heading = ("layer", "delta", "gradient of weights", "biases", "passed back")
    yield Table("Shapes of the backward pass", heading, back, (0,))
    yield from epoch(found)
