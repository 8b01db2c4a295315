"""The catalogue's mistakes about a quantity of a network, for the answers of exercises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import TypeAlias

from backtrace.engine.structure import structure_of
from backtrace.expression.tree import Expr
from backtrace.mistakes.applied import calculation_of, same, silent
from backtrace.mistakes.calculation import Calculation
from backtrace.mistakes.plan import WrongLine, wrong_lines
from backtrace.mistakes.working_out import Found, Workings
from backtrace.network.quantity import Key
from backtrace.network.records import Network, Rows
from backtrace.questions.slips_compiled import Compiled, compiled_lines

# The mistakes with a quantity by their ids, and the number that each of them gives.
NamesAndNumbers: TypeAlias = tuple[Sequence[str], Sequence[float]]
# The same by the place of the quantity among those that were asked for.
Wrongs: TypeAlias = Callable[[int], NamesAndNumbers]
# What is compiled pays for itself after so many networks of one structure.
WORTH = 4


def known(network: Network, keys: Sequence[Key]) -> Wrongs:
    """The mistakes with each of the quantities, and what each makes of it. Those that give the right value by chance
    are included, those that do so whatever the numbers are not: there they are no mistakes."""
    keys = keys if isinstance(keys, tuple) else tuple(keys)
    name = ("known", _settled(network), keys)
    return structure_of(network).kept(name, lambda: Together(network, keys)).on(network)


def known_forms(network: Network, key: Key) -> list[tuple[str, Expr]]:
    """The same of one quantity as wrong lines, where a mistake has one."""
    lines, _ = _workings(calculation_of(network), key).on(calculation_of(network))
    return [(line.mistake.id, line.form) for line in lines if line.form is not None]


class Together:
    """The wrong answers about some quantities of all networks of a structure. What is met again and again has one
    function for all of them, from the numbers of the network on."""

    def __init__(self, network: Network, keys: tuple[Key, ...]) -> None:
        calculation = calculation_of(network)
        self.workings = [_workings(calculation, key) for key in keys]
        self.uses = 0
        self.compiled: Compiled | None = None

    def on(self, network: Network) -> Wrongs:
        """What gives names and numbers for each quantity."""
        if self.compiled is None and self.uses < WORTH:
            self.uses += 1
            if self.uses == WORTH:
                self.compiled = compiled_lines(network, self.workings)
        values = self.compiled.values(network) if self.compiled is not None else None

        def wrong(place: int) -> NamesAndNumbers:
            working = self.workings[place]
            if self.compiled is None or values is None:
                return _named(working.on(calculation_of(network)))
            names, lines, part = self.compiled.parts[place]
            if not working.asking:
                return names, values[part]
            made = dict(zip(map(id, lines), values[part], strict=True))
            return _named(working.collected(calculation_of(network), lambda line: made.get(id(line))))

        return wrong


def _named(found: Found) -> NamesAndNumbers:
    lines, values = found
    return [line.mistake.id for line in lines], values


def _targets(network: Network) -> Rows | None:
    """The targets where only some will do: a mistake may be none for all of them."""
    return None if network.loss.targets == "any" else network.targets


def _settled(network: Network) -> tuple[Rows | None, float | None]:
    """The numbers that a mistake may be none for, whatever the others are: at a learning rate of 1 nothing is changed
    by leaving it out, at ½ that is the same as leaving out the mean over two samples."""
    return _targets(network), network.optimizer.learning_rate


def _workings(calculation: Calculation, key: Key) -> Workings:
    network, structure, key = calculation.network, calculation.structure, calculation.canonical(key)
    targets = _targets(network)

    def seen() -> Workings:
        positive, mixed = _probe(network, targets, 0.2), _probe(network, targets, -0.8)
        unseen = {slip.mistake.id for slip in silent(positive, key)}
        lines = [line for line in wrong_lines(structure, key) if line.mistake.id not in unseen]
        return Workings(key, _without_doubles(key, lines, [Calculation(positive), Calculation(mixed)]))

    return structure.kept(("seen", _settled(network), key), seen)


def _without_doubles(key: Key, lines: Sequence[WrongLine], probes: Sequence[Calculation]) -> list[WrongLine]:
    """Of two mistakes that give the same on numbers of no kind, and so on all, the first stands for both."""
    on = [
        dict(zip(map(id, found), values, strict=True)) for found, values in map(Workings(key, lines).one_by_one, probes)
    ]
    kept: list[WrongLine] = []
    for line in lines:
        at = id(line)
        if not any(all(at in v and id(other) in v and same(v[at], v[id(other)]) for v in on) for other in kept):
            kept.append(line)
    return kept


def _probe(network: Network, targets: Rows | None, least: float) -> Network:
    """The network with numbers of no kind at all, those of parameters and inputs from `least` to 0.8: what holds there
    holds for all."""
    draw = Random(1).random
    layers = []

    def some(count: int) -> tuple[float, ...]:
        return tuple([least + (0.8 - least) * draw() for _ in range(count)])

    for number, layer in enumerate(network.layers, 1):
        rows = tuple([some(network.size(number - 1)) for _ in range(layer.units)])
        bias = some(1 if layer.shared_bias else layer.units) if layer.has_bias else None
        layers.append(layer._replace(weights=rows, bias=bias))
    samples, outputs = range(network.samples), network.layers[-1].units
    inputs = tuple([some(network.input_size) for _ in samples])
    targets = targets or tuple([tuple([0.1 + 0.1 * draw() for _ in range(outputs)]) for _ in samples])
    return network._replace(layers=tuple(layers), inputs=inputs, targets=targets)
