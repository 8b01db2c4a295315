"""One training step as a person works it out: for each quantity the right line, and the number it gives.

The lines are those of the derivation's δ view, made from the engine's neuron zoom: net and out, the loss, δ of each
net (∂ of its sample's loss), the gradients from δ, the rule of the optimizer. Numbers come from the engine; where a
person's own values are given, everything not given is worked out again from them by these lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from math import nan
from operator import itemgetter

from backtrace.engine.refusals import refuse_symbolic
from backtrace.engine.scalar import ScalarStep, forward_step, numbers_in_row, training_step
from backtrace.engine.structure import structure_of
from backtrace.engine.updating import clipped, is_updated, start, start_values
from backtrace.engine.zoom import Zoom, keep_neurons, product
from backtrace.errors import InputError
from backtrace.expression.evaluate import evaluate
from backtrace.expression.tree import ONE, Expr, add, mul, replace, symbol
from backtrace.mistakes.right_line import RightLine
from backtrace.network.quantity import (
    COUNT,
    LOSS,
    RATE,
    SCHEDULED,
    Derivative,
    Key,
    Quantity,
    is_kept,
    kept_of,
    parameter_of,
)
from backtrace.network.records import Network

LOSSES = ("loss", "data_loss")
CLIPPED = "g"


class Calculation:
    """The lines and numbers of one step. numbers: a person's own values of earlier quantities, by key.

    Raises InputError for a network without numbers, and where the right calculation has no finite value.
    """

    def __init__(self, network: Network, numbers: Mapping[Key, float] | None = None) -> None:
        refuse_symbolic(network)
        self.network = network
        self.learns = all(layer.activation.differentiable for layer in network.layers)
        self.structure = structure_of(network)
        self.graph = self.structure.graph
        self.neurons = self.structure.kept("neurons", lambda: Zoom(self.graph, keep_neurons))
        self.terms = self.structure.kept("terms", lambda: Zoom(self.graph, _keep_terms))
        self.own = {self.canonical(key): value for key, value in (numbers or {}).items()}
        self._known: dict[Key, float] = dict(self.own)
        self._step: ScalarStep | None = None
        self._row: list[float] = []
        self._others: dict[str, Calculation] = {}

    def canonical(self, key: Key) -> Key:
        """One key for what has several: ∂E/∂net of the sample's own loss is δ."""
        if not isinstance(key, Derivative) or key.of.kind not in LOSSES or key.of.updates or key.via:
            return key
        by = key.by
        if by.kind not in ("net", "out") or (key.of.sample != by.sample and self.network.samples > 1):
            return key
        return delta_of(by) if by.kind == "net" else Derivative(self.network.sample_loss(by.sample), by)

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

    def line(self, key: Key) -> RightLine | None:
        """The right line of a quantity, to be worked out on this network or another of its structure."""
        lines: dict[Key, RightLine | None] = self.structure.kept("lines", dict)
        if key not in lines:
            form = self.form(key)
            lines[key] = None if form is None else RightLine(form)
        return lines[key]

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

    def form(self, key: Key) -> Expr | None:
        """The right line of a quantity, over those it is made from; a given number is its own symbol; None where there
        is no line for it."""
        key = self.canonical(key)
        forms: dict[Key, Expr | None] = self.structure.kept("forms", dict)
        if key not in forms:
            forms[key] = self._form(key)
        return forms[key]

    def _form(self, key: Key) -> Expr | None:
        if isinstance(key, Derivative):
            return self._derivative(key)
        if key.kind == "delta":
            net = net_of(key)
            return self.delta_form(net) if net in self.graph.index and self.learns else None
        if key in self.graph.index:
            return self.terms.formula(key)
        if (key.updates == 1 or is_kept(key)) and self.learns and self.network.optimizer.has_rate:
            return self.rule_form(key)
        return None

    def _derivative(self, key: Derivative) -> Expr | None:
        if not self.learns or key.via or key.by not in self.graph.index or key.of not in self.graph.index:
            return None
        if key.of == LOSS and key.by in self.parameters:
            return self.gradient_form(key.by)
        if key.by.kind == "out" and key.of == self.network.sample_loss(key.by.sample):
            return add(*self.upstream(key.by))
        if key.of.kind in ("out", "net") and key.of in self.neurons.above(key.by):
            return self.neurons.local(key.of, key.by)
        return None

    @property
    def parameters(self) -> frozenset[Quantity]:
        """All parameters."""
        return self.structure.kept("parameters", lambda: frozenset(self.network.parameters()))

    def upstream(self, out: Quantity) -> list[Expr]:
        """What comes back to an output along each of its ways, δ times weight, or the slope of the loss."""
        found = []
        for up in self.neurons.above(out):
            assert isinstance(up, Quantity)
            local = self.neurons.local(up, out)
            if up.kind == "net":
                if self.network.optimizer.order == "output_first":
                    local = replace(local, _after_update)
                local = product(symbol(delta_of(up)), local)
            found.append(local)
        return found

    def slope(self, net: Quantity) -> Expr:
        """The slope of a unit's own activation at its net."""
        return self.neurons.local(net._replace(kind="out"), net)

    def delta_form(self, net: Quantity) -> Expr:
        """δ: what comes back, times the slope of the activation; behind softmax the sum over its outputs."""
        terms = [
            product(add(*self.upstream(out)), self.neurons.local(out, net))
            for out in self.neurons.above(net)
            if isinstance(out, Quantity)
        ]
        return add(*terms)

    def feeds(self, parameter: Quantity) -> list[tuple[Quantity, Expr]]:
        """Each net that a parameter goes into, with the signal that it is multiplied by there (1 for a bias)."""
        nets = [up for up in self.neurons.above(parameter) if isinstance(up, Quantity) and up.kind == "net"]
        return [(net, self.neurons.local(net, parameter)) for net in nets]

    def penalties(self, parameter: Quantity) -> list[Expr]:
        """What regularisation adds to the gradient of a parameter."""
        ups = [up for up in self.neurons.above(parameter) if isinstance(up, Quantity) and up.kind == "penalty"]
        return [self.neurons.local(up, parameter) for up in ups]

    @property
    def share(self) -> Expr:
        """What each sample's gradient is multiplied by: 1/N for a mean over the batch."""
        if self.network.samples == 1:
            return ONE
        return self.neurons.local(self.network.data_loss, Quantity("loss", sample=1))

    def gradient_form(self, parameter: Quantity) -> Expr:
        """∂E/∂parameter from the δ of the nets that it feeds, over all samples."""
        return self.gradient_of(
            [product(symbol(delta_of(net)), signal) for net, signal in self.feeds(parameter)], parameter
        )

    def gradient_of(self, terms: list[Expr], parameter: Quantity) -> Expr:
        """The gradient whose terms over nets and samples are these."""
        share, whole = self.share, add(*terms)
        return add(whole if share == ONE else mul(share, whole), *self.penalties(parameter))

    @property
    def rate(self) -> Expr:
        """The learning rate of this update."""
        return symbol(SCHEDULED if self.network.optimizer.schedule else RATE)

    def used_gradient(self, parameter: Quantity) -> Expr:
        """The gradient as the update uses it: what clipping leaves of it."""
        clips = self.network.optimizer.clips
        return symbol(kept_of(parameter, CLIPPED) if clips else Derivative(LOSS, parameter))

    def rule_form(self, key: Quantity) -> Expr | None:
        """A line of the optimizer's rule: the new parameter, or the new value of what is kept of it."""
        if key.kind not in ("weight", "bias", "weight_of", "bias_of"):
            return None
        parameter = (parameter_of(key) if is_kept(key) else key)._replace(updates=0)
        if parameter not in self.parameters:
            return None
        if not is_updated(self.network, parameter):
            return None if is_kept(key) else symbol(parameter)
        left = key.name + "+" * key.updates if is_kept(key) else "w+"
        for line in self.network.optimizer.rule.lines:
            if line.left == left:
                return replace(line.form, lambda name: self.named(parameter, str(name)))
        return None

    def named(self, parameter: Quantity, name: str) -> Expr:
        """What a symbol of the optimizer's rule stands for."""
        if name == "g":
            return self.used_gradient(parameter)
        if name == "eta":
            return self.rate
        plain, new = name.removesuffix("+"), int(name.endswith("+"))
        if plain == "w":
            return symbol(parameter._replace(updates=new))
        if plain == "t":
            # The count after this update is 1 more than before, and needs no line of its own.
            return add(symbol(COUNT), ONE) if new else symbol(COUNT)
        rule = self.network.optimizer.rule
        if any(plain == slot.name for slot in (*rule.slots, *rule.parts)):
            return symbol(kept_of(parameter, plain)._replace(updates=new))
        return symbol(Quantity("setting", name=plain))


def delta_of(net: Quantity) -> Quantity:
    """The key of the δ of a net."""
    return net._replace(kind="delta")


def net_of(key: Quantity) -> Quantity:
    """The net of a unit's δ or output."""
    return key._replace(kind="net")


def _keep_terms(key: Key) -> bool:
    return isinstance(key, Quantity) and key.kind != "wire"


def _after_update(key: object) -> Expr | None:
    return symbol(key._replace(updates=1)) if isinstance(key, Quantity) and key.kind == "weight" else None
