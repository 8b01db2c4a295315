"""Layers without parameters that keep the numbers or only put them in another order."""

from __future__ import annotations

from math import prod

from backtrace.network.shapes.records import Key, Kind, Made
from backtrace.network.shapes.settings import Settings


def flattened(settings: Settings) -> Made:
    """All axes behind each other."""
    shape = settings.input
    size = prod(shape)
    lines = (("size", f"{' × '.join(map(str, shape))} = {size}"),) if len(shape) > 1 else ()
    return Made((size,), sizes=lines)


def dropped(settings: Settings) -> Made:
    """The shape stays."""
    settings.share("p")
    return Made(settings.input)


def transposed(settings: Settings) -> Made:
    """The two axes change places."""
    first, second = settings.axes(2, meaning="a sequence")
    return Made((second, first))


KINDS = (
    Kind("flatten", "all axes behind each other", (), flattened, torch="Flatten"),
    Kind(
        "dropout",
        "sets outputs to 0 at random during training",
        (Key("p", "number", "the probability of an output to be set to 0", 0.5),),
        dropped,
        torch="Dropout",
    ),
    Kind("transpose", "[length, features] to [features, length] and back", (), transposed),
)
