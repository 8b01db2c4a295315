"""Where a derivation is worked out: the graph at the chosen zoom, and the number of every key met so far.

Each line is folded here from its own form, in full precision or, for a person who rounds every line, from the rounded
numbers of the lines before. So a step can always be recomputed from what it shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from backtrace.derivation.steps import Step, Value
from backtrace.engine.build import build, sample_numbers
from backtrace.engine.refusals import undefined
from backtrace.engine.scalar import ScalarStep, numbers_of, training_step
from backtrace.engine.zoom import Zoom, keep_neurons
from backtrace.expression.evaluate import evaluate
from backtrace.expression.functions import EvaluationError
from backtrace.expression.rounding import rounded
from backtrace.expression.tree import Expr, replace, symbol, symbols
from backtrace.network.quantity import LOSS, RATE, Derivative, Key, Quantity, neutral
from backtrace.network.records import Network
from backtrace.notation.profile import Profile


class Choices(NamedTuple):
    """What the reader chose: a row of the table in the brief, and how many lines or routes to show.

    view: chain, paths, delta, gates or matrix. detail: result, factors or calculus. carry: full, or rounded at `digits`
    significant digits or `decimals` decimals. paths: how many routes are written out, None for all. reuse: whether
    lines that are used again are marked.
    """

    view: str = "chain"
    detail: str = "factors"
    carry: str = "full"
    digits: int = 6
    decimals: int | None = None
    paths: int | None = 8
    reuse: bool = False


def keep_units(key: Key) -> bool:
    """The unit zoom, for notations without a letter for the net: outputs follow outputs directly."""
    return keep_neurons(key) and key.kind != "net"  # type: ignore[union-attr]


class Workspace:
    """The state while a derivation is being written. `values` grows line by line; without numbers it stays empty.

    terms: how many routes have been counted so far; what they add is numbered through the whole page.
    """

    def __init__(self, network: Network, profile: Profile, choices: Choices) -> None:
        self.network = network
        self.profile = profile
        self.choices = choices
        self.graph = build(network)
        self.neurons = Zoom(self.graph, keep_neurons)
        self.step: ScalarStep | None = None
        self.values: dict[Key, Value] = {}
        self.written: dict[Key, str] = {}
        self.terms = 0
        if self.network.numeric:
            given = numbers_of(self.network)
            self.step = training_step(self.network, self.graph, given)
            self.values.update(given)
            if self.network.optimizer.learning_rate is not None:
                self.values[RATE] = self.network.optimizer.learning_rate
            self._fill_forward()
            if self.network.optimizer.order == "output_first":
                self.values.update(
                    {
                        q._replace(updates=1): self.carried(v)
                        for q, v in self.step.updated.items()
                        if isinstance(q, Quantity)
                    }
                )

    @property
    def numeric(self) -> bool:
        """Whether lines have numbers."""
        return self.step is not None

    @property
    def updates(self) -> bool:
        """Whether updates can be written: in symbols always, in numbers when there is a learning rate."""
        return not self.numeric or self.network.optimizer.learning_rate is not None

    @property
    def samples(self) -> list[int]:
        """The sample numbers in keys."""
        return sample_numbers(self.network)

    def zoom(self, *also: Key) -> Zoom:
        """The zoom in which chain and paths are written: by units where the notation has no letter for the net."""
        keep: Callable[[Key], bool] = keep_neurons
        if not self.profile.net_named and all(layer.activation.elementwise for layer in self.network.layers):
            keep = keep_units
        return Zoom(self.graph, lambda key: keep(key) or key in also) if also or keep is keep_units else self.neurons

    def _fill_forward(self) -> None:
        assert self.step is not None
        for key, value in zip(self.graph.keys, self.step.values, strict=True):
            if key in self.values:
                continue
            if self.choices.carry == "rounded" and isinstance(key, Quantity):
                # A person who rounds multiplies and adds in one go: wires are rounded only where they are shown.
                value = evaluate(self.forward_form(key), self._number)
            self.values[key] = self.carried(value)

    def forward_form(self, key: Key) -> Expr:
        """The formula of a forward quantity in the quantities a person has written before it."""
        if isinstance(key, Quantity) and key.kind == "loss":
            return self.loss_form(key)
        return self.neurons.formula(key)

    def loss_form(self, key: Quantity) -> Expr:
        """A loss as the sum of its terms, which have names, or as the formula itself where there is just one output."""
        return Zoom(self.graph, lambda k: isinstance(k, Quantity) and k.kind != "wire").formula(key)

    def carried(self, value: float) -> float:
        """The number that the next line uses."""
        if self.choices.carry != "rounded":
            return value
        return rounded(value, self.choices.digits, self.choices.decimals)

    def _number(self, key: object) -> float:
        value = self.values[key]  # type: ignore[index]
        assert isinstance(value, float)
        return value

    def line(
        self, kind: str, left: Expr, *forms: Expr, id: str = "", lines: tuple[Step, ...] = (), **marks: bool | str
    ) -> Step:
        """A line, its value folded from its last form; if the left side is a symbol, its number is known from here."""
        name = id or (neutral(left.args[0]) if left.op == "symbol" else kind)
        sources = self.sources(forms[-1])
        value: float | None = None
        if self.numeric and not marks.get("statement"):
            value = self.carried(self._folded(left, forms[-1]))
            # Who rounds every line may find a quantity again in another way, with other digits: the first stays.
            if left.op == "symbol" and left.args[0] not in self.written:
                self.values[left.args[0]] = value
        if left.op == "symbol" and not marks.get("statement"):
            self.written[left.args[0]] = name
        return Step(name, kind, left, forms, value, sources, lines=lines, **marks)  # type: ignore[arg-type]

    def sources(self, form: Expr) -> tuple[str, ...]:
        """The ids of the lines whose results stand in the form."""
        return tuple(dict.fromkeys(self.written[key] for key in symbols(form) if key in self.written))

    def _folded(self, left: Expr, form: Expr) -> float:
        try:
            return evaluate(form, self._number)
        except EvaluationError as error:
            key = left.args[0] if left.op == "symbol" else None
            if isinstance(key, Quantity) and key.kind == "out":
                return self._by_operation(key)
            if isinstance(key, Derivative) and (key.of.kind, key.by.kind) == ("out", "net"):
                return self._slope_by_operation(key)
            raise (undefined(key, error) if key else error) from None

    def _by_operation(self, out: Quantity) -> float:
        """An output whose formula overflows: 1/(1 + e^1000) has a value although e^1000 is too large for a float."""
        node = self.graph.index[out._replace(updates=0)]
        operation = self.graph.operations[node]
        assert operation is not None
        nets = (self.graph.keys[operand] for operand in self.graph.operands[node])
        return operation.value([self._number(n._replace(updates=out.updates)) for n in nets if isinstance(n, Quantity)])

    def _slope_by_operation(self, slope: Derivative) -> float:
        """The slope of an activation whose formula overflows, as cosh² does: the record's own function."""
        activation = self.network.layers[slope.of.layer - 1].activation
        return activation.slope_at(self._number(slope.by), self._number(slope.of))

    def local(self, zoom: Zoom, upper: Key, lower: Key) -> Expr:
        """∂upper/∂lower as a person writes it; under output_first a weight passed through is the updated one."""
        form = zoom.local(upper, lower)
        if (
            self.network.optimizer.order != "output_first"
            or not isinstance(lower, Quantity)
            or lower.kind not in ("out", "input")
        ):
            return form
        return replace(
            form, lambda k: symbol(k._replace(updates=1)) if isinstance(k, Quantity) and k.kind == "weight" else None
        )

    def routes_to(self, root: Quantity) -> list[int]:
        """The samples through which the reduced loss is reached when there are several, else nothing."""
        return self.samples if root == LOSS and len(self.samples) > 1 else []


def d(of: Quantity, by: Quantity) -> Expr:
    """The symbol ∂of/∂by."""
    return symbol(Derivative(of, by))
