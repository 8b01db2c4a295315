"""A plain drawing of a network: its units in columns, an arrow for every weight, its names and numbers."""

from __future__ import annotations

from backtrace.network.quantity import Quantity
from backtrace.network.records import Network
from backtrace.render.text import Speller


def described(network: Network, spelling: Speller) -> str:
    """The network in a line of signs, for who cannot see the drawing: i1, i2 → h1, h2 → o1, o2."""
    names = [
        [spelling.text(unit(layer, n)) for n in range(1, network.size(layer) + 1)]
        for layer in range(len(network.layers) + 1)
    ]
    return " → ".join(", ".join(layer) for layer in names)


def unit(layer: int, n: int) -> Quantity:
    """The quantity that a unit is named by."""
    return Quantity("out", layer, n) if layer else Quantity("input", 0, n)


def tikz(network: Network, spelling: Speller) -> str:
    """A TikZ picture."""
    return ""
