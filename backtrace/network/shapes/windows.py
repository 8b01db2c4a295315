"""How many places a window has along an axis: the arithmetic of convolutions and of pooling.

Dumoulin and Visin 2016, "A guide to convolution arithmetic for deep learning", relationships 6, 14 and 15; PyTorch's
documentation of Conv2d, MaxPool2d and ConvTranspose2d has the same formulas with the floor taken.
"""

from __future__ import annotations

from typing import TypeAlias

from backtrace.network.shapes.records import MOST, Key, Shape
from backtrace.network.shapes.settings import Settings, times

Lines: TypeAlias = "list[tuple[str, str]]"  # by axis the arithmetic of its size

AXES = {1: ("length",), 2: ("height", "width")}
KERNEL = Key("kernel_size", "sizes", "the size of the kernel, one number or one per axis")
STRIDE = Key("stride", "sizes", "how far the kernel moves", 1)
PADDING = Key("padding", "padding", 'zeros put on each side, or "same" or "valid"', 0, least=0)
ZEROS = Key("padding", "sizes", "zeros put on each side", 0, least=0)
DILATION = Key("dilation", "sizes", "the distance between the kernel's cells", 1)
ROUNDING = Key(
    "rounding", "choice", '"floor" leaves out what the last step does not reach', "exact", choices=("exact", "floor")
)


def axes_of(settings: Settings, axes: int) -> Shape:
    """The shape of an input with channels and so many axes."""
    spelt, example = ("[channels, length]", "[3, 100]") if axes == 1 else ("[channels, height, width]", "[3, 32, 32]")
    return settings.axes(axes + 1, meaning=spelt, hint=f"for example [data] input_shape = {example}")


def places(settings: Settings, axes: int, kernel: Shape, stride: Shape, ceil: bool = False) -> tuple[Shape, Lines]:
    """The sizes of the output along the axes, and their arithmetic."""
    sizes = settings.input[1:]
    dilation = settings.sizes("dilation", axes) if _has(settings, "dilation") else (1,) * axes
    padding = settings.padding(axes)
    if padding == "same" and any(step != 1 for step in stride):
        raise settings.refusal("padding", 'padding = "same" needs stride = 1', "give the padding as a number")
    found, lines = [], []
    for axis in range(axes):
        span = dilation[axis] * (kernel[axis] - 1) + 1
        if padding == "same":
            added, spelt = span - 1, str(span - 1)
        else:
            zeros = padding[axis] if isinstance(padding, tuple) else 0
            added, spelt = 2 * zeros, f"2·{zeros}"
        name = AXES[axes][axis]
        wide = "" if dilation[axis] == 1 else f"kernel {dilation[axis]}·({kernel[axis]} − 1) + 1 = {span}; "
        over = sizes[axis] - span + added
        text = f"({sizes[axis]} − {span} + {spelt})/{stride[axis]} + 1"
        if over < 0:
            raise settings.refusal(
                "kernel_size",
                f"{name}: {wide}in {text} the bracket is {over}: the kernel is larger than its input".replace("-", "−"),
                f"the input is {times(settings.input)}; a smaller kernel or more padding fits",
            )
        places, left = divmod(over, stride[axis])
        if not left:
            lines.append((name, f"{wide}{text} = {places + 1}"))
        elif ceil:
            # The last window must begin inside the input or its left padding, as PyTorch has it.
            more = (places + 1) * stride[axis] < sizes[axis] + added // 2
            places += more
            lines.append((name, f"{wide}⌈{text}⌉ = {places + 1}" if more else f"{wide}⌊{text}⌋ = {places + 1}"))
        elif settings.word("rounding") == "floor":
            lines.append((name, f"{wide}⌊{text}⌋ = {places + 1}"))
        else:
            raise settings.refusal(
                "stride" if "stride" in settings else "kernel_size",
                f"{name}: {wide}{text} is not whole: floor would give {places + 1}",
                f"the last {left} of {sizes[axis] + added} would not be reached; PyTorch leaves them out: for that say "
                'rounding = "floor" in this layer, or choose other sizes',
            )
        found.append(places + 1)
    return tuple(found), together(lines)


def _has(settings: Settings, key: str) -> bool:
    return any(one.name == key for one in settings.kind.keys)


def spread(settings: Settings, axes: int, kernel: Shape, stride: Shape) -> tuple[Shape, Lines]:
    """The same for a transposed convolution, which turns each place into a window."""
    padding, dilation = settings.sizes("padding", axes), settings.sizes("dilation", axes)
    more = settings.sizes("output_padding", axes)
    found, lines = [], []
    for axis, size in enumerate(settings.input[1:]):
        if more[axis] and more[axis] >= max(stride[axis], dilation[axis]):
            raise settings.refusal(
                "output_padding",
                f"output_padding = {more[axis]} is not below the stride {stride[axis]} nor the dilation "
                f"{dilation[axis]}",
                "it says which of the sizes that one stride makes alike is meant",
            )
        result = (size - 1) * stride[axis] - 2 * padding[axis] + dilation[axis] * (kernel[axis] - 1) + more[axis] + 1
        window = f"{dilation[axis]}·({kernel[axis]} − 1)"
        text = f"({size} − 1)·{stride[axis]} − 2·{padding[axis]} + {window} + {more[axis]} + 1"
        name = AXES[axes][axis]
        if not 1 <= result <= MOST:
            what = "nothing is left" if result < 1 else f"more than {MOST}"
            raise settings.refusal("padding", f"{name}: {text} = {result}: {what}".replace(" -", " −"))
        found.append(result)
        lines.append((name, f"{text} = {result}"))
    return tuple(found), together(lines)


def together(lines: Lines) -> Lines:
    """The arithmetic of axes, once where it is the same for all."""
    if len(lines) > 1 and len({text for _, text in lines}) == 1:
        return [(" and ".join(name for name, _ in lines), lines[0][1])]
    return lines
