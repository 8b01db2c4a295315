"""Count the parameters of a network of dense layers, with numbers."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from backtrace.expression.tree import Expr, add, mul, number
from backtrace.questions.counting import (
    counted,
    in_layers,
    miscounts,
    numbers,
    sizes_of,
    weights,
    whole,
    written,
)
from backtrace.questions.making import read_settings, samples
from backtrace.questions.records import Given, Instance, Kind, Part, Say, Setting
from backtrace.questions.sampling import pick, tried
from backtrace.questions.seeds import Draws

NETWORK = Setting("network", "", "sizes as in 1024-20-15-10; drawn without")
BIAS = Setting("bias", True, "whether every neuron has a bias", (True, False))
IMAGES = (8, 10, 12, 16, 20, 28, 32)


def drawn_sizes(draw: Draws, level: int) -> list[int]:
    """Sizes that suit the level: few units, two hidden layers, or an image at the input."""
    if level == 1:
        return [pick(draw, range(2, 9)), pick(draw, range(3, 8)), pick(draw, range(1, 5))]
    hidden = [5 * pick(draw, range(2, 9)), 5 * pick(draw, range(2, 6))]
    return [pick(draw, IMAGES) ** 2 if level == 3 else pick(draw, range(6, 41)), *hidden, pick(draw, range(2, 11))]


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Level 1 asks for weights, biases and all; from level 2 on for every layer and all; level 3 gives images."""
    settings = read_settings(settings, KIND.settings)
    return tried(lambda: _made(draw, level, settings))


def _made(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    given, bias = settings.get("network") or "", bool(settings.get("bias", True))
    sizes = sizes_of(given) if given else drawn_sizes(draw, level)
    every = numbers(sizes)
    total = in_layers(every) if bias else weights(every)
    wrong = [(mistake, counted(form)) for mistake, form in miscounts(every, bias)]
    parts = _of_kinds(sizes, bias) if level == 1 else _of_layers(sizes, bias, bool(given))
    parts.append(
        Part(
            Say("count_in_all"),
            whole(counted(total), wrong),
            solution=(Say("count_line", (total, counted(total))), Say("count_rule" if bias else "count_rule_no_bias")),
        )
    )
    side = round(sizes[0] ** 0.5)
    image = level == 3 and not given
    what: tuple[Say, ...] = (Say("count_network", (written(sizes), len(sizes) - 1)),)
    if image:
        what = (Say("count_images", (side, side)), Say("count_layers", (written(sizes[1:]),)))
    what = (*what, Say("count_bias" if bias else "count_no_bias"))
    return Instance(
        "parameter-count",
        level,
        "",
        Say("count_title"),
        tuple(Given(say=say) for say in what),  # no drawing: the names in it would number the weights
        tuple(parts),
        settings={"network": written(sizes), "bias": bias},
        note=f"parameter-count {written(sizes)} bias={bias} parts={len(parts)} image={image}",
    )


def _of_kinds(sizes: list[int], bias: bool) -> list[Part]:
    """Links and neurons: weights and biases apart."""
    links = weights(numbers(sizes))
    a, b = sizes[0], sizes[1]
    wrong = [("count.sizes_multiplied", _product(sizes))] if len(sizes) > 2 else []
    wrong += [("count.first_layer", a * b)] if len(sizes) > 2 else []
    parts = [
        Part(Say("count_weights"), whole(counted(links), wrong), solution=(Say("count_line", (links, counted(links))),))
    ]
    if bias:
        neurons = add(*numbers(sizes[1:]))
        wrong = [("count.bias_for_inputs", sum(sizes)), ("count.bias_per_layer", len(sizes) - 1)]
        solution = Say("count_line", (neurons, sum(sizes[1:])))
        parts.append(Part(Say("count_biases"), whole(sum(sizes[1:]), wrong), solution=(solution,)))
    return parts


def _of_layers(sizes: list[int], bias: bool, given: bool) -> list[Part]:
    """A part for each layer. given: the sizes are not drawn, so that two that are alike cannot be drawn anew."""
    parts = []
    for layer, (a, b) in enumerate(pairwise(sizes), 1):
        form: Expr = mul(number(a), number(b))
        wrong = [("count.bias_on_wrong_side", a * b + a), ("count.bias_per_layer", a * b + 1)]
        if bias:
            form = add(form, number(b))
            wrong = [("count.no_biases", a * b), *[one for one in wrong if not given or one[1] != a * b + b]]
        value = counted(form)
        lines = (Say("count_line", (form, value)),)
        parts.append(Part(Say("count_of_layer", (layer, a, b)), whole(value, wrong if bias else []), solution=lines))
    return parts


def _product(sizes: list[int]) -> int:
    return counted(mul(*numbers(sizes))) if len(sizes) > 1 else sizes[0]


KIND = Kind("parameter-count", "count the parameters of a network", (NETWORK, BIAS), make, samples)
