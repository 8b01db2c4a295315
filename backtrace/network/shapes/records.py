"""What counting knows of a layer: shapes without the batch axis, arrays of numbers, and the arithmetic behind both.

A kind of layer is a record: the keys it takes in a file (PyTorch's words) and a function from settings and input shapes
to the output shape and the arrays. Images are channels first, sequences [length, features].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from backtrace.network.shapes.settings import Settings

Shape: TypeAlias = tuple[int, ...]
MOST = 10**9  # of a size, given or computed


class Key(NamedTuple):
    """A key of a layer kind.

    takes: "whole", "sizes" (a whole number, or one per axis), "boolean", "choice", "number" (from 0 to below 1),
    "padding" (sizes, or "same" or "valid"), "shape" (a list of whole numbers), "table" (lists of whole numbers);
    default: None where the key must be given or follows from others, as `says` tells; least: of whole numbers.
    """

    name: str
    takes: str
    says: str
    default: Any = None
    least: int = 1
    choices: tuple[str, ...] = ()


class Array(NamedTuple):
    """One array of numbers that a layer keeps.

    name: as PyTorch calls it; role: "weights", "biases" or "statistics" (kept, but neither learned nor a parameter);
    factors: the product that counts it, its shape unless said; matrix: in×out, so that it is transposed where samples
    are columns; tied: the layer whose weights it uses, where they are counted; shared_by: how many units share it.
    """

    name: str
    shape: Shape
    role: str = "weights"
    factors: Shape = ()
    matrix: bool = False
    tied: str = ""
    trainable: bool = True
    shared_by: int = 0

    @property
    def size(self) -> int:
        """How many numbers it adds."""
        return 0 if self.tied else prod(self.factors or self.shape)


class Made(NamedTuple):
    """What a kind makes of its settings: the shape of its output, its arrays, and how the sizes came about, each as an
    axis or what else is computed, and its arithmetic ("height", "(32 − 5 + 2·0)/1 + 1 = 28")."""

    output: Shape
    arrays: tuple[Array, ...] = ()
    sizes: tuple[tuple[str, str], ...] = ()


class Kind(NamedTuple):
    """A kind of layer. takes: the least and the most inputs; torch: what PyTorch calls it, empty for none."""

    name: str
    title: str
    keys: tuple[Key, ...]
    make: Callable[[Settings], Made]
    takes: tuple[int, int] = (1, 1)
    torch: str = ""

    def key(self, name: str) -> Key:
        """The record of one of its keys."""
        return next(key for key in self.keys if key.name == name)


class CountedLayer(NamedTuple):
    """A layer, counted. inputs: a shape for each of `sources`, the layers it takes its input from."""

    name: str
    type: str
    inputs: tuple[Shape, ...]
    output: Shape
    arrays: tuple[Array, ...] = ()
    sizes: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()

    def of(self, role: str) -> int:
        """How many numbers of a role it has."""
        return sum(array.size for array in self.arrays if array.role == role)

    @property
    def parameters(self) -> tuple[Array, ...]:
        """Its arrays but for the statistics."""
        return tuple(array for array in self.arrays if array.role != "statistics")

    @property
    def total(self) -> int:
        """How many parameters it adds."""
        return sum(array.size for array in self.parameters)

    @property
    def trainable(self) -> int:
        """How many of them are trained."""
        return sum(array.size for array in self.parameters if array.trainable)

    @property
    def weights(self) -> Array | None:
        """Its array of weights; None where there is none or more than one."""
        found = [array for array in self.arrays if array.role == "weights"]
        return found[0] if len(found) == 1 else None

    @property
    def is_dense(self) -> bool:
        """Whether it is a dense layer of units, each with one link to every input."""
        return self.type == "dense" and len(self.output) == 1


class Count(NamedTuple):
    """A network, counted. batch: samples of one update; samples: those of an epoch; both None when nobody said."""

    name: str
    title: str
    input_shape: Shape
    layers: tuple[CountedLayer, ...]
    batch: int | None = None
    samples: int | None = None

    @property
    def total(self) -> int:
        """How many parameters there are, a shared or tied one counted once."""
        return sum(layer.total for layer in self.layers)

    @property
    def trainable(self) -> int:
        """How many of them are trained."""
        return sum(layer.trainable for layer in self.layers)

    @property
    def statistics(self) -> int:
        """How many numbers are kept that are not parameters."""
        return sum(layer.of("statistics") for layer in self.layers)

    @property
    def updates_per_epoch(self) -> int | None:
        """Updates of one epoch, rounded up; one where all samples are used together; None without samples."""
        return updates_per_epoch(self.samples, self.batch)

    @property
    def links(self) -> int | None:
        """The links of a network of dense layers, each use of a weight; None for any other."""
        if not all(layer.is_dense for layer in self.layers):
            return None
        return sum(layer.inputs[0][0] * layer.output[0] for layer in self.layers)

    @property
    def neurons(self) -> int | None:
        """The neurons after the input of a network of dense layers; None for any other."""
        return sum(layer.output[0] for layer in self.layers) if self.links is not None else None


def updates_per_epoch(samples: int | None, batch: int | None) -> int | None:
    """How many updates an epoch has: samples/batch, rounded up, since a smaller last batch is one more update."""
    if samples is None:
        return None
    return -(-samples // (batch or samples))


Values: TypeAlias = Mapping[str, Any]
