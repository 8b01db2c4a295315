"""One training step as a person works it out: for each quantity the number that its right line gives.

Numbers come from the engine; where a person's own values are given, everything not given is worked out again from them
by the lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from math import nan
from operator import itemgetter

from backtrace.engine.refusals import refuse_symbolic
from backtrace.engine.scalar import ScalarStep, forward_step, numbers_in_row, training_step
from backtrace.engine.updating import clipped, start, start_values
from backtrace.errors import InputError
from backtrace.expression.evaluate import evaluate
from backtrace.expression.tree import Expr, symbol
from backtrace.mistakes.right_lines import CLIPPED, RightLines, delta_of, net_of
from backtrace.network.quantity import (
    LOSS,
    SCHEDULED,
    Derivative,
    Key,
    Quantity,
    is_kept,
    parameter_of,
)
from backtrace.network.records import Network


class Calculation(RightLines):
    """The lines and numbers of one step. numbers: a person's own values of earlier quantities, by key.

    Raises InputError for a network without numbers, and where the right calculation has no finite value.
    """

    def __init__(self, network: Network, numbers: Mapping[Key, float] | None = None) -> None:
        refuse_symbolic(network)
        super().__init__(network)
        self.own = {self.canonical(key): value for key, value in (numbers or {}).items()}
        self._known: dict[Key, float] = dict(self.own)
        self._step: ScalarStep | None = None
        self._row: list[float] = []
        self._others: dict[str, Calculation] = {}

    @cached_property
    def constants(self) -> dict[Key, float]:
        """What an update starts from beside the numbers of the network."""
        return start_values(self.network, start(self.network))

    def again(self, name: str, make: Callable[[], Calculation]) -> Calculation:
        """The step run by another rule, called `name`: once, however many quantities are asked for."""
        if name not in self._others:
            self._others[name] = make()
        return self._others[name]

    @property
    def step(self) -> ScalarStep:
        """The engine's run of the network."""
        if self._step is None:
            run = training_step if self.learns else forward_step
            self._step = run(self.network, self.graph, self.structure.numbers(self.network))
        return self._step

    def value(self, key: Key) -> float:
        """The number of a quantity; KeyError for what has no place in this step."""
        key = self.canonical(key)
        if key not in self._known:
            self._known[key] = self._worked_out(key)
        return self._known[key]

    def knows(self, key: Key) -> bool:
        """Whether the quantity has a value in this step."""
        try:
            self.value(key)
        except KeyError:
            return False
        return True

    def place(self, key: Key) -> int:
        """Where the value of a quantity stands in `row`: the same on all networks alike."""
        places = self._layout[0]
        return places.setdefault(self.canonical(key), len(places))

    def row(self) -> list[float]:
        """The values of all quantities that have a place, those of the engine first; NaN where there is none."""
        places, pick = self._layout
        if not self._row:
            step = self.step
            self._row = list(
                pick([*step.values, *step.sweep.gradient, *step.gradients.values(), *step.updated.values()])
            )
        if len(self._row) < len(places):
            for key in list(places)[len(self._row) :]:
                try:
                    self._row.append(float(self.value(key)))
                except (InputError, KeyError):
                    self._row.append(nan)
        return self._row

    @property
    def _layout(self) -> tuple[dict[Key, int], Callable[[list[float]], Sequence[float]]]:
        """The place of each quantity, and what picks the first of them from the engine's numbers."""
        return self.structure.kept("layout", self._laid_out)

    def _laid_out(self) -> tuple[dict[Key, int], Callable[[list[float]], Sequence[float]]]:
        step, nodes = self.step, len(self.graph)
        found: dict[Key, int] = dict(self.graph.index)
        if self.learns:
            for key, node in self.graph.index.items():
                if isinstance(key, Quantity) and key.kind in ("net", "out"):
                    own = self.network.sample_loss(key.sample)
                    found[delta_of(key) if key.kind == "net" else Derivative(own, key)] = nodes + node
            for n, p in enumerate((*step.gradients, *step.updated)):
                assert isinstance(p, Quantity)
                key = Derivative(LOSS, p) if n < len(step.gradients) else p._replace(updates=1)
                found[key] = 2 * nodes + n
        return {key: place for place, key in enumerate(found)}, itemgetter(*found.values())

    def evaluate(self, form: Expr) -> float:
        """The number of a formula; EvaluationError where it has none."""
        return evaluate(form, self._looked_up)

    def _looked_up(self, key: object) -> float:
        assert isinstance(key, Quantity | Derivative)
        return self.value(key)

    def _worked_out(self, key: Key) -> float:
        if key in self.constants:
            return self.constants[key]
        if isinstance(key, Quantity):
            if key == SCHEDULED:
                return self.network.optimizer.rate(0)
            if key.kind == "loss" and key.updates == 1:
                return self.loss_after()
            if is_kept(key) and key.name == CLIPPED:
                gradients: dict[Key, float] = {p: self.value(Derivative(LOSS, p)) for p in self.network.parameters()}
                return clipped(self.network, gradients)[parameter_of(key)]
        if not self.own:
            found = self._from_engine(key)
            if found is not None:
                return found
        line = self.line(key)
        if line is None:
            raise KeyError(key)
        return self.step[key] if line.form == symbol(key) else line.value(self.value, self.evaluate)

    def _from_engine(self, key: Key) -> float | None:
        step = self.step
        if isinstance(key, Derivative):
            if key.by in step.gradients and key.of == LOSS:
                return step.gradients[key.by]
            of_sample = key.of == self.network.sample_loss(key.by.sample) and key.by.kind == "out"
            return step.sweep.gradient[self.graph.index[key.by]] if of_sample and self.learns else None
        if key.updates == 1 and key._replace(updates=0) in step.updated:
            return step.updated[key._replace(updates=0)]
        if key.kind == "delta" and self.learns:
            return step.sweep.gradient[self.graph.index[net_of(key)]]
        return step[key] if key in self.graph.index else None

    def loss_after(self) -> float:
        """The loss after the update."""
        new = self.structure.kept("new leaves", self._new_leaves)
        row = [float(x) for x in numbers_in_row(self.network)]
        for place, key in new:
            row[place] = self.value(key)
        return self.structure.values_from(row)[self.graph.index[LOSS]]

    def _new_leaves(self) -> list[tuple[int, Quantity]]:
        """The places of the parameters among the leaves, with the keys of their new values."""
        found = []
        for place, key in enumerate(self.structure.leaves):
            if isinstance(key, Quantity) and key.kind in ("weight", "bias"):
                found.append((place, key._replace(updates=1)))
        return found
