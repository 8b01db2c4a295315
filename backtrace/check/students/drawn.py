"""Networks as exercises draw them, of all the kinds that a checker meets."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from backtrace.network.records import Network, Optimizer
from backtrace.questions.sampling import network_for, shaped, tried


class Shape(NamedTuple):
    """A kind of exercise. sizes: inputs and units of each layer; activations: of each layer; shared: the units of a
    layer share one bias."""

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str = "half_squared_error"
    samples: int = 1
    optimizer: str = "sgd"
    settings: tuple[tuple[str, float | str], ...] = ()
    shared: bool = False

    def network(self) -> Network:
        """The network without numbers."""
        plain = shaped(self.sizes, self.activations, self.loss)
        if not self.shared:
            return plain
        return plain._replace(layers=tuple(layer._replace(shared_bias=True) for layer in plain.layers))


SIGMOIDS = ("sigmoid", "sigmoid")
SHAPES = (
    Shape((2, 2, 1), SIGMOIDS),
    Shape((2, 2, 2), SIGMOIDS),
    Shape((2, 2, 1), ("tanh", "sigmoid")),
    Shape((2, 2, 1), ("sigmoid", "identity")),
    Shape((2, 2, 2), ("relu", "sigmoid")),
    Shape((2, 2, 2, 1), ("sigmoid",) * 3),
    Shape((2, 2, 1), SIGMOIDS, samples=2),
    Shape((2, 3), ("softmax",), "cross_entropy"),
    Shape((2, 2, 2), ("tanh", "softmax"), "cross_entropy"),
    Shape((2, 2, 1), SIGMOIDS, optimizer="momentum", settings=(("momentum", 0.9),)),
    Shape((2, 1), ("sigmoid",), optimizer="adam"),
    Shape((2, 2, 2), SIGMOIDS, shared=True),
    Shape((3, 2, 1), ("relu", "identity"), "squared_error"),
    Shape((2, 2, 1), SIGMOIDS, "binary_cross_entropy"),
    Shape((2, 2, 2), ("relu", "identity"), "mean_squared_error", samples=2),
)


def networks(count: int, shapes: Sequence[Shape] = SHAPES, seed: int = 1000) -> list[Network]:
    """So many drawn networks, the shapes by turns."""
    return [network(Random(seed + n), shapes[n % len(shapes)], 2 + n // len(shapes) % 2) for n in range(count)]


def network(draw: Random, shape: Shape, level: int = 2) -> Network:
    """A network of a shape, with the numbers of an exercise of this level. Raises InputError where 20 draws all had a
    fault."""
    optimizer = Optimizer(shape.optimizer, given=shape.settings)
    return tried(lambda: network_for(draw, level, shape.network(), shape.samples, optimizer=optimizer))
