"""The shapes of all matrices of the forward pass, and of the backward pass: rows are samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from backtrace.mistakes.shapes import shape_slips
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity
from backtrace.questions.counting import sizes_of, written
from backtrace.questions.kind.parameter_count import NETWORK
from backtrace.questions.making import read_settings, samples
from backtrace.questions.records import Given, Instance, Kind, Part, Say, Setting, Shape, Wrong
from backtrace.questions.sampling import pick, shaped
from backtrace.questions.seeds import Draws

BATCH = Setting("batch", 0, "samples of a batch; drawn without")
BACKWARD = Setting("backward", "by level", "whether the backward pass is asked for", ("by level", "yes", "no"))
MOST_BATCH = 1_000_000


class Place(NamedTuple):
    """Where a matrix belongs: the sizes of the network, the batch, the layer."""

    sizes: list[int]
    batch: int
    layer: int


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Level 1: the forward pass of two layers; level 2: the backward pass as well; level 3: three, of an image."""
    settings = read_settings(settings, KIND.settings)
    given = settings.get("network") or ""
    sizes = sizes_of(given) if given else _sizes(draw, level)
    batch = _batch(draw, level, sizes, settings.get("batch") or 0)
    asked = settings.get("backward", "by level")
    backward = level > 1 if asked == "by level" else asked == "yes"
    layers = range(1, len(sizes))
    parts = [part for layer in layers for part in _forward(sizes, batch, layer)]
    if backward:
        parts += [part for layer in reversed(layers) for part in _backward(sizes, batch, layer)]
    shape = shaped(sizes, ["sigmoid"] * (len(sizes) - 1))
    return Instance(
        "shapes-table",
        level,
        "",
        Say("shape_title"),
        (Given(say=Say("shape_network", (written(sizes), batch))), Given(say=Say("shape_rule"))),
        tuple(parts),
        network=shape,
        settings={"network": written(sizes), "batch": batch, "backward": "yes" if backward else "no"},
        note=f"shapes-table {written(sizes)} batch={batch} backward={backward}",
    )


def _sizes(draw: Draws, level: int) -> list[int]:
    """All different, so that a transposed matrix is seen."""
    sizes = [pick(draw, (8, 10, 12, 16, 20, 28, 32)) ** 2 if level == 3 else pick(draw, range(2, 13))]
    while len(sizes) < (4 if level == 3 else 3):
        size = pick(draw, range(2, 13)) if level < 3 else 5 * pick(draw, range(2, 12))
        sizes.append(next(n for n in range(size, size + 20) if n not in sizes))
    return sizes


def _batch(draw: Draws, level: int, sizes: list[int], given: object) -> int:
    from backtrace.errors import InputError

    if given:
        if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= MOST_BATCH:
            raise InputError(f"batch must be a whole number from 1 to {MOST_BATCH}")
        return given
    size = pick(draw, (4, 5, 6, 8) if level == 1 else (16, 25, 32, 50, 64))
    return next(n for n in range(size, size + 20) if n not in sizes)


def _shape(ask: str, what: str, key: Key, place: Place, right: tuple[int, int]) -> Part:
    """One shape; the biases of a layer are one row, so that a bare number of them is no mistake."""
    sizes, batch, layer = place
    wrong: list[Wrong] = []
    for slip in shape_slips(sizes, layer, what, batch):
        if slip.dims and slip.dims not in (right, right[1:] if right[0] == 1 else right):
            wrong.append(Wrong(slip.mistake.id, "x".join(map(str, slip.dims))))
    solution = Say(f"{ask}_why", (layer, *right))
    return Part(Say(ask, (layer,)), Shape(right, tuple(wrong)), name=key, solution=(solution,))


def _forward(sizes: list[int], batch: int, layer: int) -> list[Part]:
    place, (a, b) = Place(sizes, batch, layer), sizes[layer - 1 : layer + 1]
    below = Quantity("out", layer - 1) if layer > 1 else Quantity("input")
    return [
        _shape("shape_in", "input", below, place, (batch, a)),
        _shape("shape_weights", "weights", Quantity("weight", layer), place, (a, b)),
        _shape("shape_out", "output", Quantity("out", layer), place, (batch, b)),
    ]


def _backward(sizes: list[int], batch: int, layer: int) -> list[Part]:
    place, (a, b) = Place(sizes, batch, layer), sizes[layer - 1 : layer + 1]
    net, weights, bias = Quantity("net", layer), Quantity("weight", layer), Quantity("bias", layer)
    return [
        _shape("shape_delta", "delta", Derivative(LOSS, net), place, (batch, b)),
        _shape("shape_of_weights", "weight_gradient", Derivative(LOSS, weights), place, (a, b)),
        _shape("shape_of_bias", "bias_gradient", Derivative(LOSS, bias), place, (1, b)),
    ]


KIND = Kind("shapes-table", "shapes of the forward and backward pass", (NETWORK, BATCH, BACKWARD), make, samples)
