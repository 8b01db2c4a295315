"""Mistakes in counting the parameters and sizes of convolutions and of pooling."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.expression.tree import ONE, TWO, Expr, add, div, mul, sub
from backtrace.mistakes.counting import Count
from backtrace.mistakes.records import Mistake

WHERE, SIZE = "the parameters of a convolution", "the size behind a convolution or pooling"
POOL, FLAT = "the parameters of pooling", "the length of flattened maps"
KERAS = "https://exchangetuts.com/understanding-number-of-parameters-in-keras-conv2d-layer-1640295604538227"
PADDING = "https://brendanshih.com/03+-+Notes/Convolution+Layer"


def conv(form: Callable[..., Expr]) -> Callable[[Count], Iterator[Expr]]:
    """A wrong count of k·k·c·f + f, from the side k, the channels c and the filters f."""

    def make(count: Count) -> Iterator[Expr]:
        yield form(count["kernel_size"], count["in_channels"], count["out_channels"])

    return make


def after(form: Callable[..., Expr]) -> Callable[[Count], Iterator[Expr]]:
    """A wrong size for (n + 2p − k)/s + 1, from n, p, k and s; what is not whole is rounded down."""

    def make(count: Count) -> Iterator[Expr]:
        yield form(count["size"], count["padding"], count["kernel_size"], count["stride"])

    return make


def _per_pixel(count: Count) -> Iterator[Expr]:
    k, c, f = count["kernel_size"], count["in_channels"], count["out_channels"]
    if "output" in count:
        yield add(mul(k, k, c, f), mul(count["output"], count["output"], f))


def _no_sharing(count: Count) -> Iterator[Expr]:
    k, c, f = count["kernel_size"], count["in_channels"], count["out_channels"]
    if "output" in count:
        yield mul(add(mul(k, k, c, f), f), count["output"], count["output"])


def _as_dense(count: Count) -> Iterator[Expr]:
    if "output" in count and "size" in count:
        n, c, f, m = count["size"], count["in_channels"], count["out_channels"], count["output"]
        yield add(mul(n, n, c, m, m, f), mul(m, m, f))


MISTAKES = (
    Mistake(
        "conv.no_biases",
        "biases forgotten",
        "The biases of the filters are left out.",
        "drop_term",
        WHERE,
        (
            "Which parameters does a filter have beside its kernel?",
            "Each map is shifted by a number of its own.",
        ),
        at=("conv_parameters",),
        make=conv(lambda k, c, f: mul(k, k, c, f)),
    ),
    Mistake(
        "conv.no_channels",
        "input channels forgotten",
        "A kernel is counted as flat, without the input channels.",
        "drop_factor",
        WHERE,
        (
            "How deep is a filter?",
            "A filter looks at all channels of its input at once.",
        ),
        KERAS,
        at=("conv_parameters",),
        make=conv(lambda k, c, f: add(mul(k, k, f), f)),
    ),
    Mistake(
        "conv.bias_per_channel",
        "bias for every pair of channels",
        "A bias is counted for every pair of input channel and filter.",
        "extra_factor",
        WHERE,
        (
            "How many maps come out?",
            "The results for all input channels are added before the bias comes in.",
        ),
        at=("conv_parameters",),
        make=conv(lambda k, c, f: mul(add(mul(k, k), ONE), c, f)),
    ),
    Mistake(
        "conv.bias_per_pixel",
        "bias for every place",
        "A bias is counted for every place of the output maps.",
        "extra_factor",
        WHERE,
        (
            "What do all places of one map have in common?",
            "Parameters do not depend on where a filter is applied.",
        ),
        at=("conv_parameters",),
        make=_per_pixel,
    ),
    Mistake(
        "conv.no_sharing",
        "weights not shared",
        "A filter is counted anew at every place.",
        "extra_factor",
        WHERE,
        (
            "What do all places of one map have in common?",
            "Would a larger image need more parameters?",
        ),
        at=("conv_parameters",),
        make=_no_sharing,
    ),
    Mistake(
        "conv.side_not_squared",
        "side of the kernel once",
        "The side of the kernel is counted once.",
        "drop_factor",
        WHERE,
        (
            "How many numbers does a square kernel hold?",
            "A kernel has a height and a width.",
        ),
        at=("conv_parameters",),
        make=conv(lambda k, c, f: add(mul(k, c, f), f)),
    ),
    Mistake(
        "conv.bias_per_input",
        "bias for every input channel",
        "The biases are counted for the input channels.",
        "wrong_index",
        WHERE,
        (
            "Who owns a bias: what comes in, or what goes out?",
            "Count the maps that come out.",
        ),
        at=("conv_parameters",),
        make=conv(lambda k, c, f: add(mul(k, k, c, f), c)),
    ),
    Mistake(
        "conv.one_filter",
        "one filter only",
        "The parameters of one filter are given.",
        "drop_factor",
        WHERE,
        (
            "How many maps come out?",
            "Every map has a filter of its own.",
        ),
        at=("conv_parameters",),
        make=conv(lambda k, c, f: add(mul(k, k, c), ONE)),
    ),
    Mistake(
        "conv.as_dense",
        "counted as a dense layer",
        "Every place of the output is connected to every place of the input.",
        "wrong_function",
        WHERE,
        (
            "How much of the image does one filter see at a time?",
            "What is it that a convolution shares?",
        ),
        at=("conv_parameters",),
        make=_as_dense,
    ),
    Mistake(
        "size.no_plus_one",
        "first place forgotten",
        "The first place of the kernel is not counted.",
        "drop_term",
        SIZE,
        (
            "How many places are there for a kernel as large as the image?",
            "You counted the moves of the kernel, not the places where it stands.",
        ),
        at=("size",),
        make=after(lambda n, p, k, s: add(div(sub(add(n, mul(TWO, p)), k), s))),
    ),
    Mistake(
        "size.padding_once",
        "padding on one side",
        "The padding is counted on one side only.",
        "drop_factor",
        SIZE,
        (
            "On how many sides is an image padded?",
            "Draw one row of the padded image.",
        ),
        PADDING,
        at=("size",),
        make=after(lambda n, p, k, s: add(div(sub(add(n, p), k), s), ONE)),
    ),
    Mistake(
        "size.no_padding",
        "padding ignored",
        "The padding is left out.",
        "drop_term",
        SIZE,
        (
            "How wide is the image that the kernel moves over?",
            "One of the settings of this layer is not in your line.",
        ),
        at=("size",),
        make=after(lambda n, p, k, s: add(div(sub(n, k), s), ONE)),
    ),
    Mistake(
        "size.no_stride",
        "stride ignored",
        "The kernel is moved by one place at a time.",
        "drop_factor",
        SIZE,
        (
            "How far does the kernel move at each step?",
            "One of the settings of this layer is not in your line.",
        ),
        at=("size",),
        make=after(lambda n, p, k, s: add(sub(add(n, mul(TWO, p)), k), ONE)),
    ),
    Mistake(
        "size.by_stride",
        "size over stride",
        "The size is divided by the stride, without the kernel.",
        "drop_term",
        SIZE,
        (
            "Can the kernel stand where it would reach over the edge?",
            "The size of the kernel has an influence as well.",
        ),
        at=("size",),
        make=after(lambda n, p, k, s: div(add(n, mul(TWO, p)), s)),
    ),
    Mistake(
        "size.unchanged",
        "size unchanged",
        "The size is taken for unchanged.",
        "drop_term",
        SIZE,
        (
            "Can the kernel stand where it would reach over the edge?",
            "Count the places of a kernel in a small image.",
        ),
        at=("size",),
        make=after(lambda n, p, k, s: n),
    ),
    Mistake(
        "pool.parameters",
        "parameters for pooling",
        "Pooling is given weights and biases.",
        "extra_term",
        POOL,
        (
            "What is there to be learnt in taking the largest of some numbers?",
            "Does pooling change while a network is trained?",
        ),
        at=("pool_parameters",),
        make=lambda count: [add(mul(count["kernel_size"], count["kernel_size"], count["channels"]), count["channels"])],
    ),
    Mistake(
        "flatten.no_channels",
        "channels forgotten",
        "One map is flattened, without the others.",
        "drop_factor",
        FLAT,
        (
            "How many maps are there?",
            "Flattening loses no number: count them all.",
        ),
        at=("flat",),
        make=lambda count: [mul(count["size"], count["size"])],
    ),
    Mistake(
        "flatten.side_once",
        "side once",
        "A side of the maps is counted once.",
        "drop_factor",
        FLAT,
        (
            "How many numbers does one map hold?",
            "A map has a height and a width.",
        ),
        at=("flat",),
        make=lambda count: [mul(count["size"], count["channels"])],
    ),
)
