"""Reads a network file whose layers can be counted but not yet derived: shapes go from layer to layer.

A layer takes its input from the one before it, or says `from = "layer 2"`, `from = ["layer 1", "layer 3"]`; "input" is
the network's own, and a layer may be named. Every refusal has its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backtrace.errors import InputError, NotSupported, Place, nearest, printable
from backtrace.network.activations import activation
from backtrace.network.fields import Table, shown
from backtrace.network.layers import MOST_LAYERS
from backtrace.network.shapes.kinds import KINDS
from backtrace.network.shapes.records import MOST, Count, CountedLayer, Kind, Made, Shape
from backtrace.network.shapes.settings import MOST_AXES, Settings, times
from backtrace.network.source import Document

NETWORK_KEYS = ("title", "about", "data", "layers", "loss", "optimizer", "training")
COMMON_KEYS = ("type", "name", "from", "activation", "trainable", "weights")
INPUT = "input"
LONGEST_NAME = 40


def is_counted_only(document: Document) -> bool:
    """Whether a layer of the file, or its input, is one that only counting knows."""
    kinds = [layer.get("type", "dense") for layer in _listed(document) if isinstance(layer, dict)]
    data = document.tables.get("data")
    shape = data.get("input_shape") if isinstance(data, dict) else None
    several = isinstance(shape, list) and len(shape) > 1
    return several or any(kind != "dense" and isinstance(kind, str) and kind in KINDS for kind in kinds)


def refuse_deriving(document: Document) -> None:
    """Refuses a file whose layers cannot be derived yet, at the first of them."""
    for index, layer in enumerate(_listed(document)):
        kind = layer.get("type", "dense") if isinstance(layer, dict) else "dense"
        if kind != "dense" and isinstance(kind, str) and kind in KINDS:
            raise NotSupported(
                f"layer {index + 1} is of type {kind}, which cannot be derived yet, only counted",
                document.place("layers", index, "type"),
                "backtrace count shows its shapes and parameters",
            )


def _listed(document: Document) -> list[Any]:
    layers = document.tables.get("layers")
    return layers if isinstance(layers, list) else []


def read_counted(document: Document, name: str) -> Count:
    """The network of the file, counted. Raises InputError."""
    top = Table(document, (), document.tables, NETWORK_KEYS, "the network")
    data = Table(document, ("data",), top.values.get("data", {}), ("input_shape",), "[data]")
    shape = _input_shape(data)
    found = top.values.get("layers")
    if not isinstance(found, list) or not found:
        raise InputError("there are no layers", document.place("layers"), "a layer begins with a line [[layers]]")
    if len(found) > MOST_LAYERS:
        raise InputError(f"there are more than {MOST_LAYERS} layers", document.place("layers"))
    layers: list[CountedLayer] = []
    for index, values in enumerate(found):
        layers.append(_Reading(document, index, values, layers, shape).layer())
    return Count(name, top.text("title"), shape, tuple(layers))


def _input_shape(data: Table) -> Shape:
    value = data.values.get("input_shape")
    fine = isinstance(value, list) and 1 <= len(value) <= MOST_AXES
    if not fine or not all(type(one) is int and 1 <= one <= MOST for one in value or ()):
        missing = "input_shape" not in data
        raise data.refusal(
            "" if missing else "input_shape",
            "input_shape is missing"
            if missing
            else f"input_shape must be a list of whole numbers from 1, not {shown(value)}",
            "channels first, input_shape = [1, 32, 32]; a sequence is [length, features]",
        )
    return tuple(value or ())


class _Reading:
    """One layer on its way from the table to the record."""

    def __init__(
        self, document: Document, index: int, values: object, before: Sequence[CountedLayer], shape: Shape
    ) -> None:
        self.document, self.index, self.before, self.shape = document, index, before, shape
        self.what = f"layer {index + 1}"
        if not isinstance(values, Mapping):
            raise InputError(f"{self.what} must be a table, not {shown(values)}", document.place("layers", index))
        self.values: Mapping[str, Any] = values

    def place(self, key: str = "") -> Place:
        """Where a key stands, or the layer."""
        return self.document.place("layers", self.index, *([key] if key else []))

    def layer(self) -> CountedLayer:
        """The record; raises InputError."""
        kind = self.kind()
        keys = (*COMMON_KEYS, *(key.name for key in kind.keys))
        table = Table(self.document, ("layers", self.index), self.values, keys, f"{self.what} ({kind.name})")
        name = table.text("name", self.what, LONGEST_NAME)
        if name == INPUT or name in (layer.name for layer in self.before):
            raise table.refusal("name", f"the name '{name}' is taken")
        if "activation" in table:
            activation(table.text("activation"), table.place("activation"))
        sources, inputs = self.sources(kind)
        made = kind.make(Settings(kind, self.values, inputs, self.what, self.place))
        if any(size > MOST for size in made.output):
            raise InputError(
                f"{self.what}: an axis of its output, {times(made.output)}, is longer than {MOST}", self.place()
            )
        made = self.tied(made)
        if not table.boolean("trainable", True):
            made = made._replace(arrays=tuple(array._replace(trainable=False) for array in made.arrays))
        return CountedLayer(name, kind.name, inputs, made.output, made.arrays, made.sizes, sources)

    def kind(self) -> Kind:
        """Its kind."""
        name = self.values.get("type", "dense")
        if not isinstance(name, str):
            raise InputError(f"{self.what}: type must be a text in quotes, not {shown(name)}", self.place("type"))
        if name not in KINDS:
            raise NotSupported(
                f"{self.what}: there is no layer type '{printable(name)}'", self.place("type"), nearest(name, KINDS)
            )
        kind: Kind = KINDS[name]
        return kind

    def sources(self, kind: Kind) -> tuple[tuple[str, ...], tuple[Shape, ...]]:
        """The names and the shapes of the inputs."""
        least, most = kind.takes
        if "from" not in self.values:
            if least > 1:
                raise InputError(
                    f"{self.what}: {kind.name} takes {least} inputs or more, and the layer before it is one",
                    self.place(),
                    'say which: from = ["layer 1", "layer 3"]',
                )
            last = self.before[-1] if self.before else None
            return (last.name if last else INPUT,), (last.output if last else self.shape,)
        value = self.values["from"]
        wanted = [value] if isinstance(value, str) else value
        if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
            raise InputError(
                f"{self.what}: from must be the name of a layer, or a list of them, not {shown(value)}",
                self.place("from"),
                'for example from = ["layer 1", "layer 3"]',
            )
        if not least <= len(wanted) <= most:
            span = str(least) if least == most else f"{least} to {most}"
            raise InputError(
                f"{self.what}: {kind.name} takes {span} input{'s' * (most > 1)}, not {len(wanted)}", self.place("from")
            )
        known = self.known()
        for one in wanted:
            if one not in known:
                raise InputError(
                    f"{self.what}: from = '{printable(one)}' is no layer before this one",
                    self.place("from"),
                    nearest(one, known),
                )
        return tuple(known[one][0] for one in wanted), tuple(known[one][1] for one in wanted)

    def known(self) -> dict[str, tuple[str, Shape]]:
        """What may be named: the input, and every layer before by its number and by its name."""
        found = {INPUT: (INPUT, self.shape)}
        for number, layer in enumerate(self.before, 1):
            found[f"layer {number}"] = (layer.name, layer.output)
        for layer in self.before:
            found[layer.name] = (layer.name, layer.output)
        return found

    def tied(self, made: Made) -> Made:
        """The layer with its weights tied to an earlier one's, if `weights` says so."""
        if "weights" not in self.values:
            return made
        path, value = ("layers", self.index, "weights"), self.values["weights"]
        if not isinstance(value, Mapping):
            raise InputError(
                f"{self.what}: numbers are not read here, where layers are only counted",
                self.place("weights"),
                'leave them out; weights = {tied_to = "layer 1"} uses those of another layer',
            )
        table = Table(self.document, path, value, ("tied_to", "transposed"), f"{self.what}: weights")
        wanted, transposed = table.text("tied_to"), table.boolean("transposed", False)
        numbers = {f"layer {number}": layer for number, layer in enumerate(self.before, 1)}
        other = {**numbers, **{layer.name: layer for layer in self.before}}.get(wanted)
        own = [array for array in made.arrays if array.role == "weights"]
        if other is None or other.weights is None or len(own) != 1:
            raise table.refusal(
                "tied_to",
                f"tied_to = '{printable(wanted)}' is no layer before this one"
                if other is None
                else f"{wanted} and this layer must each have one array of weights",
            )
        shape = other.weights.shape[::-1] if transposed else other.weights.shape
        if shape != own[0].shape:
            turned = "; say transposed = true" if shape[::-1] == own[0].shape and not transposed else ""
            raise table.refusal(
                "tied_to",
                f"the weights of {wanted}{' transposed' * transposed} are {times(shape)}",
                f"this layer needs {times(own[0].shape)}{turned}",
            )
        arrays = tuple(
            array._replace(tied=other.weights.tied or other.name) if array is own[0] else array for array in made.arrays
        )
        return made._replace(arrays=arrays)
