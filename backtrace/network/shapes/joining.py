"""Layers with several inputs: residual addition, concatenation."""

from __future__ import annotations

from backtrace.network.shapes.records import MOST, Key, Kind, Made
from backtrace.network.shapes.settings import Settings, times

MOST_INPUTS = 50


def added(settings: Settings) -> Made:
    """Number by number, as in a residual block (He and others 2015, section 3.2)."""
    for source, shape in enumerate(settings.inputs):
        if shape != settings.input:
            raise settings.refusal(
                "from",
                f"{times(settings.input)} and {times(shape)} cannot be added",
                f"input {source + 1} must have the shape of the first; a conv2d with kernel_size = 1, or a dense "
                "layer, on one of the ways makes them alike",
            )
    return Made(settings.input)


def concatenated(settings: Settings) -> Made:
    """Side by side along an axis, all others alike. dim counts as PyTorch does: 1 is the first after the batch."""
    shape, dim = settings.input, settings.whole("dim")
    if dim > len(shape):
        raise settings.refusal("dim", f"dim = {dim}, but the input, {times(shape)}, has axes 1 to {len(shape)}")
    others = shape[: dim - 1] + shape[dim:]
    for other in settings.inputs:
        if len(other) != len(shape) or other[: dim - 1] + other[dim:] != others:
            raise settings.refusal(
                "from",
                f"{times(shape)} and {times(other)} cannot be joined along axis {dim}",
                "all other axes must be alike",
            )
    sizes = [other[dim - 1] for other in settings.inputs]
    if sum(sizes) > MOST:
        raise settings.refusal("from", f"the joined axis is longer than {MOST}")
    line = (f"axis {dim}", f"{' + '.join(map(str, sizes))} = {sum(sizes)}")
    return Made((*shape[: dim - 1], sum(sizes), *shape[dim:]), sizes=(line,))


KINDS = (
    Kind("add", "adds its inputs number by number (residual connection)", (), added, takes=(2, MOST_INPUTS)),
    Kind(
        "concatenate",
        "its inputs side by side",
        (Key("dim", "whole", "along which axis; 1 is the first after the batch", 1),),
        concatenated,
        takes=(2, MOST_INPUTS),
        torch="cat",
    ),
)
