"""The shapes of all matrices of the forward pass, and of the backward pass: rows are samples."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from random import Random

from backtrace.network.quantity import LOSS, Derivative, Quantity
from backtrace.questions.counting import sizes_of, written
from backtrace.questions.kind.parameter_count import NETWORK
from backtrace.questions.making import read_settings, samples
from backtrace.questions.records import Given, Instance, Kind, Part, Say, Setting, Shape, Wrong
from backtrace.questions.sampling import pick, shaped

BATCH = Setting("batch", 0, "samples of a batch; drawn without")
BACKWARD = Setting("backward", "by level", "whether the backward pass is asked for", ("by level", "yes", "no"))
MOST_BATCH = 1_000_000


def make(draw: Random, level: int, settings: Mapping[str, object]) -> Instance:
    """Level 1: the forward pass of two layers; level 2: the backward pass as well; level 3: three, of an image."""
    settings = read_settings(settings, KIND.settings)
    given = settings.get("network") or ""
    sizes = sizes_of(given) if given else _sizes(draw, level)
    batch = _batch(draw, level, sizes, settings.get("batch") or 0)
    asked = settings.get("backward", "by level")
    backward = level > 1 if asked == "by level" else asked == "yes"
    layers = list(enumerate(pairwise(sizes), 1))
    parts = [part for layer, (a, b) in layers for part in _forward(layer, batch, a, b)]
    if backward:
        parts += [part for layer, (a, b) in reversed(layers) for part in _backward(layer, batch, a, b)]
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


def _sizes(draw: Random, level: int) -> list[int]:
    """All different, so that a transposed matrix is seen."""
    sizes = [pick(draw, (8, 10, 12, 16, 20, 28, 32)) ** 2 if level == 3 else pick(draw, range(2, 13))]
    while len(sizes) < (4 if level == 3 else 3):
        size = pick(draw, range(2, 13)) if level < 3 else 5 * pick(draw, range(2, 12))
        sizes.append(next(n for n in range(size, size + 20) if n not in sizes))
    return sizes


def _batch(draw: Random, level: int, sizes: list[int], given: object) -> int:
    from backtrace.errors import InputError

    if given:
        if not isinstance(given, int) or isinstance(given, bool) or not 1 <= given <= MOST_BATCH:
            raise InputError(f"batch must be a whole number from 1 to {MOST_BATCH}")
        return given
    size = pick(draw, (4, 5, 6, 8) if level == 1 else (16, 25, 32, 50, 64))
    return next(n for n in range(size, size + 20) if n not in sizes)


def _shape(ask: str, key: object, layer: int, right: tuple[int, int], wrong: list[tuple[str, tuple[int, ...]]]) -> Part:
    apart: list[Wrong] = []
    for mistake, dims in wrong:
        text = "x".join(map(str, dims))
        if dims != right and all(text != one.value for one in apart):
            apart.append(Wrong(mistake, text))
    assert isinstance(key, Quantity | Derivative)
    solution = Say(f"{ask}_why", (layer, *right))
    return Part(Say(ask, (layer,)), Shape(right, tuple(apart)), name=key, solution=(solution,))


def _forward(layer: int, batch: int, a: int, b: int) -> list[Part]:
    below = Quantity("out", layer - 1) if layer > 1 else Quantity("input")
    lost, turned = "shape.batch_axis_lost", "shape.weight_transposed"
    return [
        _shape("shape_in", below, layer, (batch, a), [(lost, (a,)), (turned, (a, batch))]),
        _shape("shape_weights", Quantity("weight", layer), layer, (a, b), [(turned, (b, a)), (lost, (batch, b))]),
        _shape("shape_out", Quantity("out", layer), layer, (batch, b), [(lost, (b,)), (turned, (b, batch))]),
    ]


def _backward(layer: int, batch: int, a: int, b: int) -> list[Part]:
    net, weights, bias = Quantity("net", layer), Quantity("weight", layer), Quantity("bias", layer)
    delta: list[tuple[str, tuple[int, ...]]] = [
        ("shape.batch_axis_lost", (b,)),
        ("shape.delta_no_transpose", (batch, a)),
    ]
    of_weights: list[tuple[str, tuple[int, ...]]] = [
        ("shape.dW_order", (b, a)),
        ("shape.dot_not_outer", (batch, batch)),
    ]
    of_bias: list[tuple[str, tuple[int, ...]]] = [
        ("shape.db_not_summed", (batch, b)),
        ("shape.bias_input_side", (1, a)),
    ]
    return [
        _shape("shape_delta", Derivative(LOSS, net), layer, (batch, b), delta),
        _shape("shape_of_weights", Derivative(LOSS, weights), layer, (a, b), of_weights),
        _shape("shape_of_bias", Derivative(LOSS, bias), layer, (1, b), of_bias),
    ]


KIND = Kind("shapes-table", "shapes of the forward and backward pass", (NETWORK, BATCH, BACKWARD), make, samples)
