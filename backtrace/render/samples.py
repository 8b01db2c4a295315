"""Samples side by side, and where an output changes sides: what a page about several samples shows."""

from __future__ import annotations

from collections.abc import Sequence

from backtrace.engine.records import Parameters, Vector
from backtrace.expression.rounding import rounded
from backtrace.network.quantity import Quantity
from backtrace.network.records import Network
from backtrace.notation.profile import Profile
from backtrace.notation.spelling import Spelling
from backtrace.render.numbers import figure
from backtrace.render.options import PageOptions
from backtrace.render.tables import Table
from backtrace.render.text import TextWriter

MOST_ROWS = 40
MOST_COLUMNS = 12


class Samples:
    """Writes names and numbers of one network's samples."""

    def __init__(self, network: Network, profile: Profile, options: PageOptions) -> None:
        self.network = network
        self.options = options
        self.writer = TextWriter(Spelling(profile, network), ascii=options.ascii, comma=options.comma)

    def number(self, x: float) -> str:
        """A number as it stands on the page."""
        return self.writer.figure(figure(x, self.options.style))

    def names(self, layer: int) -> list[str]:
        """The names of the inputs (layer 0) or of the outputs of a layer."""
        kind = "out" if layer else "input"
        return [self.writer.spell(Quantity(kind, layer, j)) for j in range(1, self.network.size(layer) + 1)]

    def targets(self) -> list[str]:
        """The names of the targets."""
        units = range(1, self.network.size(len(self.network.layers)) + 1)
        return [self.writer.spell(Quantity("target", 0, j)) for j in units]

    def table(self, title: str, layers: Sequence[int], outs: Sequence[Sequence[Vector]]) -> Table | None:
        """A row per sample: its inputs, its outputs of `layers` (outs: by sample, then by these layers), its targets.

        None where nobody could read it."""
        network = self.network
        columns = [*self.names(0), *(name for layer in layers for name in self.names(layer)), *self.targets()]
        if len(columns) > MOST_COLUMNS or network.samples > MOST_ROWS or not network.inputs or not network.targets:
            return None
        rows = [
            (str(number), *(self.number(x) for x in (*given, *(x for layer in out for x in layer), *wanted)))
            for number, (given, out, wanted) in enumerate(zip(network.inputs, outs, network.targets, strict=True), 1)
        ]
        return Table(title, ("sample", *columns), rows)

    def boundary(self, parameters: Parameters) -> str:
        """Where a single output changes sides, as an equation in the one or two outputs below it that differ from
        sample to sample; empty where there is no such line."""
        network = self.network
        top = len(network.layers)
        inputs = network.inputs or ()
        varying = self.varying() if top == 1 else range(network.size(top - 1))
        sides = network.loss.targets in ("sign", "unit") and network.layers[-1].units == 1
        middle = {"sigmoid": "½", "identity": "0", "tanh": "0"}.get(network.layers[-1].activation.name, "")
        if not sides or not middle or network.size(top - 1) > MOST_COLUMNS:
            return ""
        bias = parameters.bias[-1]
        offset = bias[0] if bias else 0.0
        terms = []
        for place, (name, weight) in enumerate(zip(self.names(top - 1), parameters.weights[-1][0], strict=True)):
            if place not in varying:
                offset += weight * inputs[0][place]
            else:
                terms.append((name, weight))
        if not 1 <= len(terms) <= 2 or all(weight == 0.0 for _, weight in terms):
            return ""
        out = self.names(top)[0]
        return f"{out} = {middle} where {self.equation(terms, offset)}{self.solved(terms, offset)}."

    def varying(self) -> list[int]:
        """The inputs (from 0) that are not the same in every sample; a constant input is an offset."""
        inputs = self.network.inputs or ()
        places = range(self.network.input_size)
        return [place for place in places if len(inputs) < 2 or len({row[place] for row in inputs}) > 1]

    def equation(self, terms: Sequence[tuple[str, float]], offset: float) -> str:
        """2·i1 + i2 − 3 = 0."""
        text = ""
        for name, weight in [*terms, ("", offset)]:
            if weight == 0.0:
                continue
            size = self.number(abs(weight))
            written = size if not name else name if size == "1" else f"{size}·{name}"
            text += (" − " if weight < 0 else " + ") + written if text else "−" * (weight < 0) + written
        return f"{text} = 0"

    def solved(self, terms: Sequence[tuple[str, float]], offset: float) -> str:
        """For a single term the number itself, computed from what is printed of the two."""
        if len(terms) > 1:
            return ""
        name, weight = terms[0]
        style = self.options.style
        shown = [rounded(x, style.digits, style.decimals) for x in (-offset, weight)]
        return f", at {name} = {self.number(-offset / weight if 0.0 in shown else shown[0] / shown[1])}"
