"""The catalogue's mistakes about a quantity of a network, for the answers of exercises."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from backtrace.expression.tree import Expr
from backtrace.mistakes.applied import calculation_of, silent
from backtrace.mistakes.calculation import Calculation
from backtrace.mistakes.plan import wrong_lines
from backtrace.mistakes.working_out import Workings
from backtrace.network.quantity import Key
from backtrace.network.records import Network, Rows


def known(network: Network, key: Key) -> tuple[Sequence[str], Sequence[float]]:
    """The mistakes with a quantity, and what each makes of it. Those that give the right value by chance are included,
    those that do so whatever the numbers are not: there they are no mistakes."""
    calculation = calculation_of(network)
    lines, values = _workings(calculation, key).on(calculation)
    return [line.mistake.id for line in lines], values


def known_forms(network: Network, key: Key) -> list[tuple[str, Expr]]:
    """The same as wrong lines, where a mistake has one."""
    lines, _ = _workings(calculation_of(network), key).on(calculation_of(network))
    return [(line.mistake.id, line.form) for line in lines if line.form is not None]


def _workings(calculation: Calculation, key: Key) -> Workings:
    network, structure, key = calculation.network, calculation.structure, calculation.canonical(key)
    targets = None if network.loss.targets == "any" else network.targets

    def seen() -> Workings:
        unseen = _always(network, targets, key)
        return Workings(key, [line for line in wrong_lines(structure, key) if line.mistake.id not in unseen])

    return structure.kept(("seen", targets, key), seen)


def _always(network: Network, targets: Rows | None, key: Key) -> frozenset[str]:
    """The mistakes that give the right value on numbers of no kind at all, and so on all."""
    draw = Random(1).random
    layers = []
    for number, layer in enumerate(network.layers, 1):
        rows = tuple(tuple(0.2 + 0.6 * draw() for _ in range(network.size(number - 1))) for _ in range(layer.units))
        count = 1 if layer.shared_bias else layer.units
        bias = tuple(0.2 + 0.6 * draw() for _ in range(count)) if layer.has_bias else None
        layers.append(layer._replace(weights=rows, bias=bias))
    samples, outputs = range(network.samples), network.layers[-1].units
    inputs = tuple(tuple(0.2 + 0.6 * draw() for _ in range(network.input_size)) for _ in samples)
    targets = targets or tuple(tuple(0.1 + 0.1 * draw() for _ in range(outputs)) for _ in samples)
    made = network._replace(layers=tuple(layers), inputs=inputs, targets=targets)
    return frozenset(slip.mistake.id for slip in silent(made, key))
