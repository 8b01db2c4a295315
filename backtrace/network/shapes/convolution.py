"""Convolutions, over one axis and two, and the transposed one."""

from __future__ import annotations

from backtrace.network.shapes.records import Array, Key, Kind, Made
from backtrace.network.shapes.settings import Settings
from backtrace.network.shapes.windows import DILATION, KERNEL, PADDING, ROUNDING, STRIDE, ZEROS, axes_of, places, spread

CHANNELS = (
    Key("in_channels", "whole", "channels of the input; they follow from the layer before"),
    Key("out_channels", "whole", "how many channels come out"),
)
GROUPS = Key("groups", "whole", "the channels fall into so many groups that do not mix", 1)
BIAS = Key("bias", "boolean", "one bias per channel that comes out", True)
CONNECTIONS = Key("connections", "table", "for each channel that comes out the channels it sees, from 1")


def convolution(settings: Settings, axes: int) -> Made:
    """PyTorch's Conv1d and Conv2d; weights are out × in/groups × kernel."""
    shape = axes_of(settings, axes)
    found, out = settings.agreed("in_channels", shape[0], "channels"), settings.whole("out_channels")
    groups = grouped(settings, found, out)
    kernel = settings.sizes("kernel_size", axes)
    sizes, lines = places(settings, axes, kernel, settings.sizes("stride", axes))
    factors: tuple[int, ...] = (found // groups, out, *kernel)
    if "connections" in settings:
        pairs = connections(settings, found, out)
        factors = (pairs, *kernel)
        lines = [*lines, ("kernels", f"{pairs} of {found} × {out} in the table of connections")]
    weight = Array("weight", (out, found // groups, *kernel), factors=factors)
    return Made((out, *sizes), (weight, *biases(settings, out)), tuple(lines))


def grouped(settings: Settings, found: int, out: int) -> int:
    """The number of groups, which must divide both numbers of channels."""
    groups = settings.whole("groups")
    for name, channels in (("in_channels", found), ("out_channels", out)):
        if channels % groups:
            raise settings.refusal(
                "groups", f"{name} = {channels} is not divisible by groups = {groups}: {channels}/{groups} is not whole"
            )
    return groups


def biases(settings: Settings, out: int) -> tuple[Array, ...]:
    """The bias per channel, if there is one."""
    return (Array("bias", (out,), "biases"),) if settings.flag("bias") else ()


def connections(settings: Settings, found: int, out: int) -> int:
    """How many kernels the table of connections has."""
    rows = settings.values["connections"]
    fine = isinstance(rows, list) and all(isinstance(row, list) and row for row in rows)
    if not fine or len(rows) != out:
        raise settings.refusal("connections", f"connections must be {out} lists, one for each channel that comes out")
    if settings.whole("groups") != 1:
        raise settings.refusal("connections", "connections and groups exclude each other")
    for number, row in enumerate(rows, 1):
        if not all(type(one) is int and 1 <= one <= found for one in row) or len(set(row)) < len(row):
            raise settings.refusal(
                "connections", f"list {number} must name different channels of the input, from 1 to {found}"
            )
    return sum(len(row) for row in rows)


def transposed(settings: Settings) -> Made:
    """PyTorch's ConvTranspose2d; weights are in × out/groups × kernel."""
    shape = axes_of(settings, 2)
    found, out = settings.agreed("in_channels", shape[0], "channels"), settings.whole("out_channels")
    groups, kernel = grouped(settings, found, out), settings.sizes("kernel_size", 2)
    sizes, lines = spread(settings, 2, kernel, settings.sizes("stride", 2))
    weight = Array("weight", (found, out // groups, *kernel))
    return Made((out, *sizes), (weight, *biases(settings, out)), tuple(lines))


COMMON = (*CHANNELS, KERNEL, STRIDE)
OUTPUT_PADDING = Key("output_padding", "sizes", "added to the output on one side", 0, least=0)
KINDS = (
    Kind(
        "conv1d",
        "convolution over a length",
        (*COMMON, PADDING, DILATION, GROUPS, BIAS, CONNECTIONS, ROUNDING),
        lambda settings: convolution(settings, 1),
        torch="Conv1d",
    ),
    Kind(
        "conv2d",
        "convolution over height and width",
        (*COMMON, PADDING, DILATION, GROUPS, BIAS, CONNECTIONS, ROUNDING),
        lambda settings: convolution(settings, 2),
        torch="Conv2d",
    ),
    Kind(
        "conv_transpose2d",
        "transposed convolution: each place becomes a window",
        (*COMMON, ZEROS, OUTPUT_PADDING, DILATION, GROUPS, BIAS),
        transposed,
        torch="ConvTranspose2d",
    ),
)
