"""Where a derivation is worked out: the graph at the chosen zoom, and the number of every key met so far.

Each line is folded here from its own form, in full precision or, for a person who rounds every line, from the rounded
numbers of the lines before. So a step can always be recomputed from what it shows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from backtrace.derivation.conventions import at_corner
from backtrace.derivation.steps import Remark, Step, Value
from backtrace.engine.build import build, sample_numbers
from backtrace.engine.graph import Graph
from backtrace.engine.refusals import undefined
from backtrace.engine.scalar import ScalarStep, forward_step, numbers_of, training_step
from backtrace.engine.updating import start, start_values
from backtrace.engine.zoom import Zoom, keep_neurons, product
from backtrace.expression.evaluate import evaluate
from backtrace.expression.functions import EvaluationError
from backtrace.expression.rounding import rounded
from backtrace.expression.tree import ONE, Expr, Given, number, replace, symbol, symbols
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity, neutral
from backtrace.network.records import Network
from backtrace.notation.profile import Profile


class Choices(NamedTuple):
    """What the reader chose: a row of the table in the brief, and how many lines or routes to show.

    view: chain, paths, delta, gates or matrix. detail: result, factors or calculus. carry: full, or rounded at `digits`
    significant digits or `decimals` decimals. paths: how many routes are written out, None for all. step: which update
    is shown, the first or a later one. reuse: whether lines that are used again are marked.
    """

    view: str = "chain"
    detail: str = "factors"
    carry: str = "full"
    digits: int = 6
    decimals: int | None = None
    paths: int | None = 8
    step: int = 1
    reuse: bool = False


class Logged(float):
    """A number that knows which line it comes from."""

    line: int

    def __new__(cls, value: float, line: int) -> Logged:
        logged = super().__new__(cls, value)
        logged.line = line
        return logged


def keep_units(key: Key) -> bool:
    """The unit zoom, for notations without a letter for the net: outputs follow outputs directly."""
    return keep_neurons(key) and key.kind != "net"  # type: ignore[union-attr]


class Worksheet:
    """What is written while a derivation is being made, of a network or of a circuit: the part that all views ask for.

    graph: of whatever is derived. values: the number of every key met so far; it grows line by line and stays empty
    without numbers. written: the id of the line that gave a key its number. terms: how many routes have been counted so
    far; what they add is numbered through the whole page.
    """

    graph: Graph

    def __init__(self, profile: Profile, choices: Choices) -> None:
        self.profile = profile
        self.choices = choices
        self.values: dict[Key, Value] = {}
        self.written: dict[Key, str] = {}
        self.taken: set[Key] = set()
        self.terms = 0
        self.log: list[tuple[Expr, Key | None]] | None = None

    @property
    def numeric(self) -> bool:
        """Whether lines have numbers."""
        raise NotImplementedError

    @property
    def samples(self) -> list[int]:
        """The sample numbers in keys."""
        return [0]

    @property
    def depth(self) -> int:
        """How many layers there are; 0 for what has none."""
        return 0

    @property
    def gates(self) -> Zoom:
        """The zoom that keeps every gate."""
        raise NotImplementedError

    def zoom(self, *also: Key) -> Zoom:
        """The zoom in which chain and paths are written; `also`: what it keeps beside its own."""
        raise NotImplementedError

    def forward_form(self, key: Key) -> Expr:
        """The formula of a forward quantity in the quantities a person has written before it."""
        raise NotImplementedError

    def local(self, zoom: Zoom, upper: Key, lower: Key) -> Expr:
        """∂upper/∂lower as a person writes it."""
        return zoom.local(upper, lower)

    def factor(self, zoom: Zoom, upper: Quantity, lower: Quantity) -> Expr:
        """The symbol of the local derivative ∂upper/∂lower."""
        return d(upper, lower)

    def bridge(self, zoom: Zoom, upper: Quantity, lower: Quantity, reached: Expr, form: Expr) -> list[tuple[Expr, str]]:
        """The lines, with their reasons, from the slope that calculus reached to the form that a page goes on with."""
        return [(form, "written through the output")] if reached != form else []

    def lead(self, upper: Key, lower: Key) -> list[Step | Remark]:
        """What has to be written before the lines that derive ∂upper/∂lower by rules."""
        return []

    def rules(self, upper: Quantity, lower: Quantity) -> tuple[Step, ...]:
        """The lines that derive ∂upper/∂lower where they are not simply those of calculus, else nothing."""
        return ()

    def corner(self, zoom: Zoom, upper: Key, lower: Key) -> Remark | None:
        """The sentence beside ∂upper/∂lower when the numbers lie exactly on a corner."""
        raise NotImplementedError

    def routes_to(self, root: Quantity) -> list[int]:
        """The samples through which the reduced loss is reached when there are several, else nothing."""
        return []

    def has_parts(self, root: Quantity) -> bool:
        """Whether ∂root/∂… is written part by part: the loss of the data, then each penalty."""
        return False

    def splits(self, root: Quantity) -> bool:
        """Whether ∂root/∂… is written as a sum of the shares of single outputs."""
        return False

    def cuts(self, node: Key) -> bool:
        """Whether a long chain of factors may end at the node, whose derivative then has a name."""
        return True

    def size(self, layer: int) -> int:
        """The number of units of a layer."""
        return 0

    def carried(self, value: float) -> float:
        """The number that the next line uses."""
        if self.choices.carry != "rounded":
            return value
        return rounded(value, self.choices.digits, self.choices.decimals)

    def number_of(self, form: Expr) -> float:
        """The value of a form in quantities whose numbers are known."""
        return evaluate(form, self._number)

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
            first = left.op == "symbol" and left.args[0] not in self.written and left.args[0] not in self.taken
            if self.log is not None:
                self.log.append((forms[-1], left.args[0] if first else None))
                value = Logged(value, len(self.log) - 1)
            if first:
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
            found = self._otherwise(key)
            if found is not None:
                return found
            raise (undefined(key, error) if key else error) from None

    def _otherwise(self, key: Key | None) -> float | None:
        """The number of a quantity whose formula has none in floats, where it can be had in another way."""
        return None


class Workspace(Worksheet):
    """The worksheet of a network.

    network: as it is before the update shown; state: what its optimizer remembers then.
    """

    def __init__(self, network: Network, profile: Profile, choices: Choices) -> None:
        super().__init__(profile, choices)
        self.network, self.state = network, start(network)
        if choices.step > 1:
            from backtrace.engine.advancing import advanced

            self.network, self.state = advanced(network, choices.step - 1)
        self.graph = build(network)
        self.neurons = Zoom(self.graph, keep_neurons)
        self.step: ScalarStep | None = None
        if self.network.numeric:
            given = numbers_of(self.network)
            passable = all(layer.activation.differentiable for layer in self.network.layers)
            self.step = (
                training_step(self.network, self.graph, given, self.state)
                if passable
                else forward_step(self.network, self.graph, given)
            )
            start_from = given | start_values(self.network, self.state)
            if choices.step > 1:  # what earlier updates left is rounded by who rounds every line
                start_from = {k: v if isinstance(v, Given) else self.carried(v) for k, v in start_from.items()}
            self.values.update(start_from)
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
        return not self.numeric or self.network.optimizer.has_rate

    @property
    def samples(self) -> list[int]:
        """The sample numbers in keys."""
        return sample_numbers(self.network)

    @property
    def depth(self) -> int:
        return len(self.network.layers)

    @property
    def gates(self) -> Zoom:
        return Zoom(self.graph, lambda key: True)

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
        if isinstance(key, Quantity) and key.kind in ("loss", "data_loss"):
            return self.loss_form(key)
        return self.neurons.formula(key)

    def loss_form(self, key: Quantity) -> Expr:
        """A loss as the sum of its terms, which have names, or as the formula itself where there is just one output."""
        return Zoom(self.graph, lambda k: isinstance(k, Quantity) and k.kind != "wire").formula(key)

    def _otherwise(self, key: Key | None) -> float | None:
        if isinstance(key, Quantity) and key.kind in ("out", "softmax"):
            return self._by_operation(key)
        if isinstance(key, Derivative) and (key.of.kind, key.by.kind) == ("out", "net"):
            return self._slope_by_operation(key)
        return None

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
        """The samples through which the reduced loss (of the data) is reached when there are several, else nothing."""
        return self.samples if root == self.network.data_loss and len(self.samples) > 1 else []

    def has_parts(self, root: Quantity) -> bool:
        return root == LOSS != self.network.data_loss

    def take_gradients(self) -> None:
        """All gradients, those not written yet as the engine has them, for a line that takes them together."""
        if self.step:
            for parameter, value in self.step.gradients.items():
                key = Derivative(LOSS, parameter) if isinstance(parameter, Quantity) else parameter
                if key not in self.values:
                    self.values[key] = self.carried(value)
                    self.taken.add(key)

    def splits(self, root: Quantity) -> bool:
        elementwise = self.network.layers[-1].activation.elementwise
        return elementwise and root.kind in ("loss", "data_loss") and not self.routes_to(root)

    def cuts(self, node: Key) -> bool:
        return isinstance(node, Quantity) and node.kind == "out" and node.layer < self.depth

    def size(self, layer: int) -> int:
        return self.network.size(layer)

    def corner(self, zoom: Zoom, upper: Key, lower: Key) -> Remark | None:
        return at_corner(self, upper, lower)

    def lead(self, upper: Key, lower: Key) -> list[Step | Remark]:
        from backtrace.derivation.joined import is_joined, softmax_lines

        return softmax_lines(self, lower) if isinstance(lower, Quantity) and is_joined(self, upper, lower) else []

    def rules(self, upper: Quantity, lower: Quantity) -> tuple[Step, ...]:
        from backtrace.derivation.joined import is_joined, joined_lines

        return joined_lines(self, upper, lower) if is_joined(self, upper, lower) else ()

    def bridge(self, zoom: Zoom, upper: Quantity, lower: Quantity, reached: Expr, form: Expr) -> list[tuple[Expr, str]]:
        """From what calculus gives to the shorter form through the output, where the activation or the loss has one.

        With `output_first` the weight that the page goes on with is the updated one, which no rule of calculus gives:
        the lines end in the old one.
        """
        lines: list[tuple[Expr, str]] = []
        activation = self.network.layers[upper.layer - 1].activation if upper.kind == "out" else None
        if activation and activation.bridge:
            net = upper._replace(kind="net")
            # Where the notation has no letter for the net, its formula stands in its place, and its own slope with it.
            named = lower == net
            through = {"x": symbol(net) if named else self.neurons.formula(net), "y": symbol(upper)}
            slope = ONE if named else self.local(self.neurons, net, lower)
            for bridge, reason in activation.bridge:
                lines.append((product(replace(bridge, lambda key: through.get(str(key))), slope), reason))
        elif upper.kind in ("loss", "data_loss", "loss_term") and lower.kind == "out":
            target = symbol(Quantity("target", 0, lower.unit, sample=lower.sample))
            parts = {"t": target, "y": symbol(lower), "m": number(self.network.layers[-1].units)}
            for bridge, reason in self.network.loss.bridge:
                lines.append((replace(bridge, lambda key: parts.get(str(key))), reason))
        if self.network.optimizer.order == "output_first":
            form = zoom.local(upper, lower)
        if (lines[-1][0] if lines else reached) != form:
            lines.append((form, "written through the output" if upper.kind in ("out", "softmax") else "shorter"))
        return lines


def d(of: Quantity, by: Quantity) -> Expr:
    """The symbol ∂of/∂by."""
    return symbol(Derivative(of, by))
