"""Batch and layer normalisation: a scale and a shift that are trained, running statistics that are not."""

from __future__ import annotations

from backtrace.network.shapes.records import Array, Key, Kind, Made
from backtrace.network.shapes.settings import Settings, times


def by_batch(settings: Settings) -> Made:
    """PyTorch's BatchNorm1d and 2d (Ioffe, Szegedy 2015): per channel, the first axis."""
    channels = (settings.agreed("num_features", settings.input[0], "channels"),)
    arrays: list[Array] = []
    if settings.flag("affine"):
        arrays += [Array("weight", channels), Array("bias", channels, "biases")]
    if settings.flag("track_running_stats"):
        arrays += [Array(name, channels, "statistics", trainable=False) for name in ("running_mean", "running_var")]
    return Made(settings.input, tuple(arrays))


def by_layer(settings: Settings) -> Made:
    """PyTorch's LayerNorm (Ba, Kiros, Hinton 2016): over the last axes, each place with a scale of its own."""
    shape = settings.shape("normalized_shape") if "normalized_shape" in settings else settings.input[-1:]
    if settings.input[-len(shape) :] != shape:
        raise settings.refusal(
            "normalized_shape",
            f"normalized_shape is {times(shape)}, but its input is {times(settings.input)}",
            "it must be the last axes of the input",
        )
    arrays: list[Array] = []
    if settings.flag("elementwise_affine"):
        arrays.append(Array("weight", shape))
        if settings.flag("bias"):
            arrays.append(Array("bias", shape, "biases"))
    return Made(settings.input, tuple(arrays))


KINDS = (
    Kind(
        "batch_norm",
        "normalises each channel over the batch",
        (
            Key("num_features", "whole", "channels; they follow from the layer before"),
            Key("affine", "boolean", "with a trained scale and shift per channel", True),
            Key("track_running_stats", "boolean", "keeps a running mean and variance per channel", True),
        ),
        by_batch,
        torch="BatchNorm1d, BatchNorm2d",
    ),
    Kind(
        "layer_norm",
        "normalises the last axes of each sample",
        (
            Key("normalized_shape", "shape", "the last axes that are normalised together; the last one unless said"),
            Key("elementwise_affine", "boolean", "with a trained scale and shift per place", True),
            Key("bias", "boolean", "with the shift", True),
        ),
        by_layer,
        torch="LayerNorm",
    ),
)
