"""Pooling: the largest or the mean of a window, and the trained subsampling of LeNet-5."""

from __future__ import annotations

from backtrace.network.shapes.records import Array, Key, Kind, Made
from backtrace.network.shapes.settings import Settings
from backtrace.network.shapes.windows import DILATION, KERNEL, ROUNDING, ZEROS, axes_of, places

STRIDE = Key("stride", "sizes", "how far the window moves; by its own size unless said")
CEIL = Key("ceil_mode", "boolean", "a last window that reaches beyond the input counts", False)


def pooled(settings: Settings, axes: int) -> Made:
    """PyTorch's MaxPool and AvgPool: every channel for itself, no parameters."""
    shape = axes_of(settings, axes)
    kernel = settings.sizes("kernel_size", axes)
    stride = settings.sizes("stride", axes) if "stride" in settings else kernel
    padding = settings.sizes("padding", axes)
    for zeros, size in zip(padding, kernel, strict=True):
        if 2 * zeros > size:
            raise settings.refusal(
                "padding",
                f"padding = {zeros} is more than half of kernel_size = {size}",
                "a window would hold nothing but padding",
            )
    sizes, lines = places(settings, axes, kernel, stride, settings.flag("ceil_mode"))
    return Made((shape[0], *sizes), sizes=tuple(lines))


def subsampled(settings: Settings) -> Made:
    """LeCun, Bottou, Bengio, Haffner 1998, section II.B: the sum of a window, times a coefficient, plus a bias."""
    made = pooled(settings, 2)
    channels = (made.output[0],)
    return made._replace(arrays=(Array("weight", channels), Array("bias", channels, "biases")))


AVERAGE = (KERNEL, STRIDE, ZEROS, CEIL, ROUNDING)
LARGEST = (KERNEL, STRIDE, ZEROS, DILATION, CEIL, ROUNDING)
KINDS = (
    Kind("max_pool1d", "the largest of a window", LARGEST, lambda given: pooled(given, 1), torch="MaxPool1d"),
    Kind("max_pool2d", "the largest of a window", LARGEST, lambda given: pooled(given, 2), torch="MaxPool2d"),
    Kind("avg_pool1d", "the mean of a window", AVERAGE, lambda given: pooled(given, 1), torch="AvgPool1d"),
    Kind("avg_pool2d", "the mean of a window", AVERAGE, lambda given: pooled(given, 2), torch="AvgPool2d"),
    Kind("subsample2d", "the sum of a window, times a coefficient, plus a bias (LeNet-5)", AVERAGE, subsampled),
)
