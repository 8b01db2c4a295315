"""Simulated students: honest ones who round or carry, skip lines, cut off; and such with mistakes planted.

They hold the checker to account (`benchmarks/checking.py`) and make submissions for whoever wants to try it. A student
works a network out line by line in the δ view or the chain view; what stands on paper has so many digits, and the next
line uses what stands there, or the full display of the calculator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import NamedTuple

from backtrace.check.checking import given_numbers, lines_for
from backtrace.check.lines import Lines
from backtrace.check.numerals import numeral
from backtrace.check.records import NUMBER, Line, Part, Submission
from backtrace.engine.build import sample_numbers
from backtrace.expression.rounding import as_float, decimal15, rounded
from backtrace.expression.tree import number
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity, neutral
from backtrace.network.records import Network


class Student(NamedTuple):
    """How somebody works. digits: significant ones written; carries: the calculator's full display is used on, not
    what was written; skips: the part of the lines left out; cuts: digits are cut off, not rounded; chain: the factors
    of the chain rule are written out; decimals: places behind the point in place of digits."""

    digits: int = 4
    carries: bool = False
    skips: float = 0.0
    cuts: bool = False
    chain: bool = False

    def written(self, value: float) -> float:
        """The number as it stands on paper."""
        if self.cuts:
            d = decimal15(value)
            return as_float(d._replace(digits=d.digits[: self.digits]))
        return rounded(value, self.digits)


def order_of_work(network: Network, chain: bool) -> list[Key]:
    """The quantities of one training step in the order in which a person works them out."""
    depth = len(network.layers)
    found: list[Key] = []
    samples = list(sample_numbers(network))
    for s in samples:
        for layer in range(1, depth + 1):
            for kind in ("net", "out"):
                found += [Quantity(kind, layer, j, sample=s) for j in range(1, network.size(layer) + 1)]
        found += [
            k
            for k in lines_for(network, ()).graph.keys
            if isinstance(k, Quantity) and k.kind == "loss_term" and k.sample == s
        ]
        found.append(network.sample_loss(s))
    if len(samples) > 1:
        found.append(LOSS)
    for s in samples:
        for layer in range(depth, 0, -1):
            for j in range(1, network.size(layer) + 1):
                net = Quantity("net", layer, j, sample=s)
                if chain:
                    found.append(Derivative(network.sample_loss(s), net._replace(kind="out")))
                    if network.layers[layer - 1].activation.elementwise:
                        found.append(Derivative(net._replace(kind="out"), net))
                found.append(net._replace(kind="delta"))
    found += [Derivative(LOSS, p) for p in network.parameters()]
    if network.optimizer.has_rate:
        found += [p._replace(updates=1) for p in network.parameters()]
    return list(dict.fromkeys(found))


def calculated(
    network: Network, student: Student, lines: Lines, planted: Mapping[Key, float] | None = None
) -> dict[Key, tuple[float, float]]:
    """What a student gets for every line, as it stands on paper and as it is used on. planted: wrong numbers, which
    honest work goes on with."""
    given = given_numbers(network)
    used: dict[Key, float] = {}
    found: dict[Key, tuple[float, float]] = {}
    wanted = order_of_work(network, student.chain)

    def value(key: Key) -> float:
        key = lines.canonical(key)
        if key in used:
            return used[key]
        made = lines.function(key)
        return given[key] if made is None else made.function(*map(value, made.keys))

    for key in wanted:
        key = lines.canonical(key)
        exact = (planted or {}).get(key)
        if exact is None:
            exact = value(key)
        paper = student.written(exact)
        used[key] = exact if student.carries else paper
        found[key] = (paper, used[key])
    return found


def hand_in(
    network: Network,
    student: Student,
    draw: Random,
    planted: Mapping[Key, float] | None = None,
    keep: Sequence[Key] = (),
) -> Submission:
    """A submission: some of the student's lines, those of `keep` always among them."""
    lines = lines_for(network, ())
    found = calculated(network, student, lines, planted)
    kept = [key for key in found if key in keep or draw.random() >= student.skips]
    return Submission(tuple(line(n, key, found[key][0], student.digits) for n, key in enumerate(kept, 1)), "mazur")


def line(number_: int, key: Key, value: float, digits: int) -> Line:
    """A typed line `name = number`."""
    text = shown(value, digits)
    part = Part(text, NUMBER, number(value, text), numeral(text))
    return Line(number_, f"{neutral(key)} = {text}", neutral(key), key, (part,))


def shown(value: float, digits: int) -> str:
    """A number with so many significant digits, trailing zeros and all."""
    text = f"{value:.{digits - 1}e}"
    _, _, power = text.partition("e")
    places = digits - 1 - int(power)
    return f"{value:.{places}f}" if 0 < places < 12 else text
