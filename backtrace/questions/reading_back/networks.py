"""The network of an exercise, computed from its sentences: forwards only. Derivatives are the imaginary part of a
forward pass that one number of it was moved by a tiny imaginary step."""

from __future__ import annotations

import cmath
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import NamedTuple

from backtrace.errors import InputError
from backtrace.expression.reader import read
from backtrace.questions.reading_back.mathematics import TINY, Formula, formula, made, word
from backtrace.questions.reading_back.records import Contradiction
from backtrace.questions.reading_back.sheets import Exercise

SOFTMAX = "softmax"
# A network with more units in a layer is none for a hand.
MOST_UNITS = 200


class Structure(NamedTuple):
    """A network without its numbers. sizes: from the inputs on; activations: formula and the net that it is of, or
    SOFTMAX, for each layer; loss: of a sample, in its targets and outputs, empty where none is given."""

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str
    without_bias: frozenset[int]
    shared_bias: frozenset[int]
    mean: bool

    def units(self, layer: int) -> list[str]:
        """The names of a layer's units: h1 in the one hidden layer there is, else h2_1; o1 in the last."""
        last = len(self.sizes) - 1
        letter = "o" if layer == last else "h" if last == 2 else f"h{layer}_"
        return [f"{letter}{n}" for n in range(1, self.sizes[layer] + 1)]


@lru_cache(maxsize=256)
def structure_of(said: tuple[tuple[str, tuple[str, ...]], ...]) -> Structure:
    """The structure from what is said about it; InputError where something is missing or contradicts the rest."""
    sizes: list[int] = []
    activations: list[str] = []
    loss, without, shared, mean = "", set(), set(), False
    for key, args in said:
        if key == "network_inputs":
            sizes, depth = [int(args[0])], int(args[1])
        elif key.startswith(("network_hidden", "network_output")):
            if int(args[0]) != len(sizes):
                raise InputError("the layers do not stand in order")
            sizes.append(int(args[1]))
            activations.append(SOFTMAX if key.endswith("softmax") else without_sample(args[4]))
        elif key == "network_no_bias":
            without.add(int(args[0]))
        elif key == "network_shared_bias":
            shared.add(int(args[0]))
        elif key in ("loss_is", "loss_of_sample_is"):
            loss = without_sample(args[1])
        elif key == "samples_mean":
            mean = True
    if not sizes or len(sizes) != depth + 1 or not all(0 < size <= MOST_UNITS for size in sizes):
        raise InputError("the sheet does not say what the network is made of")
    return Structure(tuple(sizes), tuple(activations), loss, frozenset(without), frozenset(shared), mean)


def without_sample(latex: str) -> str:
    """A formula of the first sample as that of any."""
    return re.sub(r"\^\{@1\}", "", latex)


@lru_cache(maxsize=256)
def activation(structure: Structure, layer: int) -> tuple[Formula, str]:
    """The activation of a layer, and the name that its net has in it."""
    return formula(structure.activations[layer - 1]), f"net_{structure.units(layer)[0]}"


class Net(dict[str, complex]):
    """All quantities of the network by name, each computed when it is first wanted.

    Names: i1, t1, w5, b_h1, eta; net_h1, out_h1, E_o1, E, of one of several samples out_h1_at2; slope_E_by_w5;
    w5P after an update of all parameters by gradient descent. A quantity of every sample has no mark where there is
    one sample only. digits: every net, output and loss is rounded to so many, as somebody does who writes down each
    line; 0: nothing is rounded, and only then there are derivatives.
    """

    def __init__(
        self, structure: Structure, numbers: Mapping[str, complex], kept: bool = False, digits: int = 0
    ) -> None:
        super().__init__(numbers)
        self.structure, self.numbers, self.biases_kept, self.digits = structure, dict(numbers), kept, digits
        found = {int(m[1]) for name in numbers if (m := re.search(r"_at(\d+)$", name))}
        self.ends = [f"_at{n}" for n in sorted(found)] or [""]
        self.parameters = [name for name in numbers if re.fullmatch(r"w\d+|b_\w+", name)]

    def __missing__(self, name: str) -> complex:
        slope = re.fullmatch(r"slope_(\w+?)_by_(\w+)", name)
        updated = re.fullmatch(r"(w\d+|b_\w+?)P", name)
        if slope:
            self[name] = self.slope(slope[1], slope[2])
        elif updated:
            self[name] = self[updated[1]] - self["eta"] * self[f"slope_E_by_{updated[1]}"]
        else:
            self.update(self.forward(self.numbers, {}))
            if name not in self:
                raise InputError(f"{name} is not read")
        return self[name]

    def slope(self, of: str, by: str) -> float:
        """∂of/∂by, along every route."""
        if by in self.numbers:
            found = self.forward({**self.numbers, by: complex(self.numbers[by].real, TINY)}, {})
        else:
            found = self.forward(self.numbers, {by: complex(0, TINY)})
        if of not in found or by not in {*self.numbers, *found}:
            raise InputError(f"the derivative of {of} by {by} is not read")
        return found[of].imag / TINY

    def forward(self, numbers: Mapping[str, complex], moved: Mapping[str, complex]) -> dict[str, complex]:
        """Every quantity of every sample; `moved` adds to a net or an output."""
        found: dict[str, complex] = {}
        for end in self.ends:
            self._sample(numbers, moved, end, found)
        if self.structure.loss:
            losses = [found[f"E{end}"] for end in self.ends]
            found["E"] = self.line(sum(losses) / (len(losses) if self.structure.mean else 1))
        return found

    def line(self, x: complex) -> complex:
        """What is written down as the result of a line."""
        return complex(rounded(x.real, self.digits)) if self.digits else x

    def _sample(
        self, numbers: Mapping[str, complex], moved: Mapping[str, complex], end: str, found: dict[str, complex]
    ) -> None:
        structure = self.structure
        below = [numbers[f"i{n}{end}"] for n in range(1, structure.sizes[0] + 1)]
        weight = 0
        for layer in range(1, len(structure.sizes)):
            units = structure.units(layer)
            nets: list[complex] = []
            for unit in units:
                net = self.bias(numbers, layer, unit)
                for x in below:
                    weight += 1
                    net += numbers[f"w{weight}"] * x
                net = self.line(net + moved.get(f"net_{unit}{end}", 0.0))
                found[f"net_{unit}{end}"] = net
                nets.append(net)
            below = [
                self.line(out + moved.get(f"out_{unit}{end}", 0.0))
                for unit, out in zip(units, self.outs(layer, nets), strict=True)
            ]
            found |= {f"out_{unit}{end}": out for unit, out in zip(units, below, strict=True)}
        if structure.loss:
            of = {f"out_{unit}": out for unit, out in zip(units, below, strict=True)}
            of |= {f"t{n}": numbers[f"t{n}{end}"] for n in range(1, len(units) + 1)}
            added = terms(structure.loss, len(units))
            for unit, term in zip(units, added, strict=False):
                found[f"E_{unit}{end}"] = self.line(term(of))
            if added and self.digits:
                found[f"E{end}"] = self.line(sum(found[f"E_{unit}{end}"] for unit in units))
            else:
                found[f"E{end}"] = self.line(formula(structure.loss)(of))

    def bias(self, numbers: Mapping[str, complex], layer: int, unit: str) -> complex:
        """The bias of a unit; 0 only where the sheet says that there is none."""
        if layer in self.structure.without_bias:
            return 0.0
        return numbers[f"b_{layer}" if layer in self.structure.shared_bias else f"b_{unit}"]

    def outs(self, layer: int, nets: list[complex]) -> list[complex]:
        """The outputs of a layer."""
        if self.structure.activations[layer - 1] == SOFTMAX:
            powers = [cmath.exp(net) for net in nets]
            return [one / sum(powers) for one in powers]
        function, name = activation(self.structure, layer)
        return [function({name: net}) for net in nets]


def rounded(x: float, digits: int) -> float:
    """To so many significant digits, half away from zero, as people round. What floats leave behind the twelfth digit
    is no part of the number."""
    shown = Decimal(f"{x:.12g}")
    if not shown:
        return 0.0
    return float(shown.quantize(Decimal(1).scaleb(shown.adjusted() + 1 - digits), ROUND_HALF_UP))


@lru_cache(maxsize=256)
def terms(loss: str, outputs: int) -> tuple[Formula, ...]:
    """What each output adds to the loss; empty where the printed loss is no sum of as many terms."""
    tree = read(word(loss), lambda name: name)
    parts = (tree,) if outputs == 1 else tree.args if tree.op == "add" else ()
    return tuple(made(part, str) for part in parts) if len(parts) == outputs else ()


def net_of(exercise: Exercise) -> Net:
    """The network of an exercise with its numbers."""
    return Net(structure(exercise), {k: complex(x) for k, x in exercise.numbers.items()}, exercise.says("biases_kept"))


def structure(exercise: Exercise) -> Structure:
    """What the exercise says that the network is made of; Contradiction where its drawing says otherwise."""
    found = structure_of(tuple((key, args) for key, args in exercise.said if key.startswith(ABOUT)))
    if exercise.places and exercise.places != places_of(found):
        raise Contradiction("the drawing places the weights otherwise than the numbers of layers and units")
    return found


@lru_cache(maxsize=256)
def places_of(structure: Structure) -> tuple[tuple[str, str], ...]:
    """From where to where each weight leads: they are numbered by layer, then by where to, then by where from."""
    found: list[tuple[str, str]] = []
    below = [f"i{n}" for n in range(1, structure.sizes[0] + 1)]
    for layer in range(1, len(structure.sizes)):
        units = [f"out_{unit}" for unit in structure.units(layer)]
        found += [(f"w{len(found) + n}", one) for n, one in enumerate((f"{a} {b}" for b in units for a in below), 1)]
        below = units
    return tuple(found)


ABOUT = ("network_", "loss_", "samples_")


@lru_cache(maxsize=256)
def elsewhere(structure: Structure) -> tuple[Net, ...]:
    """The same network at some other numbers, of both signs: where formulas are compared."""
    draw = Random(1)
    found = []
    for _ in range(3):
        names = [f"i{n}" for n in range(1, structure.sizes[0] + 1)] + ["eta"]
        names += [f"t{n}" for n in range(1, structure.sizes[-1] + 1)]
        weights = sum(a * b for a, b in pairwise(structure.sizes))
        names += [f"w{n}" for n in range(1, weights + 1)]
        for layer in range(1, len(structure.sizes)):
            names += [f"b_{unit}" for unit in structure.units(layer)] + [f"b_{layer}"]
        found.append(Net(structure, {name: complex(draw.uniform(-1.5, 1.5)) for name in names}))
    return tuple(found)
