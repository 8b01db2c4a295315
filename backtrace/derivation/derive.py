"""The way from a network and a list of quantities to a derivation: one section per quantity, or the whole training
step."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from backtrace.derivation.chain import GAP, Chain, Items
from backtrace.derivation.delta import Delta
from backtrace.derivation.forward import after_update, forward_lines, result, update_line, update_lines
from backtrace.derivation.gates import Gates
from backtrace.derivation.matrix import MatrixView
from backtrace.derivation.paths import Paths
from backtrace.derivation.residues import explained
from backtrace.derivation.steps import Derivation, Remark, Section, Step
from backtrace.derivation.workspace import Choices, Workspace, d
from backtrace.engine.paths import count_routes, reaching, routes
from backtrace.engine.zoom import Zoom
from backtrace.errors import InputError, NotSupported
from backtrace.expression.functions import EvaluationError
from backtrace.expression.tree import neg, symbol, symbols
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity, is_whole, neutral
from backtrace.network.records import Network
from backtrace.notation.profile import Profile

VIEWS = ("chain", "paths", "delta", "gates", "matrix")
DETAILS = ("result", "factors", "calculus")
ROUTES_DRAWN = 4
FORWARD = ("net", "out", "loss_term", "loss")
ENDS = ("chain", "product", "sum", "gradient", "factored", "delta")


class Page:
    """One page being written: the views share the workspace, and each view remembers what it has named."""

    def __init__(self, network: Network, profile: Profile, choices: Choices) -> None:
        self.work = Workspace(network, profile, choices)
        self.choices = choices
        self.sections: list[Section] = []
        self._chains: dict[Quantity, Chain] = {}
        self._paths: dict[Quantity, Paths] = {}
        self._gates: dict[Quantity, Gates] = {}
        self._delta: Delta | None = None

    def add(
        self,
        words: str,
        args: tuple[Key | str | int | float, ...],
        items: Items,
        by: Quantity | None = None,
        root: Quantity = LOSS,
    ) -> None:
        """A section, without the lines that the chosen detail leaves out."""
        drawn, total = self._routes(by, root) if by else ((), 0)
        self.sections.append(Section(words, args, tuple(_trimmed(items)), drawn, total))

    def _routes(self, by: Quantity, root: Quantity) -> tuple[tuple[tuple[Key, ...], ...], int]:
        zoom = self.work.zoom(by, root)
        order = zoom.order
        total = count_routes(order, zoom.above, by, root)
        if self.choices.view == "gates" or total > ROUTES_DRAWN:
            return (), total
        on_route = reaching(order, zoom.above, by, root)
        return tuple(islice(routes(zoom.above, on_route, by, root), ROUTES_DRAWN)), total

    def quantity(self, key: Key) -> None:
        """The section that answers one request."""
        below = key.by if isinstance(key, Derivative) else key
        if below.kind in ("rate", "target"):
            raise InputError(
                f"{neutral(below)} is given and stays, so there is nothing to derive",
                hint="ask for a weight, a bias, an input, net, out or E",
            )
        if is_whole(below):
            raise NotSupported(
                f"{neutral(below)} is a whole layer's, which this view writes number by number",
                hint="--view matrix shows it; or ask for one of its numbers, such as w1_2_1 or out1_2",
            )
        if (key.of if isinstance(key, Derivative) else key).updates > 1:
            raise NotSupported("a derivation shows one update", hint="backtrace trace --steps N shows what N give")
        if isinstance(key, Quantity) and key.kind == "loss":
            self._loss(key)
            return
        if isinstance(key, Quantity) and key.updates and key.kind in FORWARD:
            self.add("loss_after", (), [*self._renewal(), *after_update(self.work)])
            return
        root, by = (key.of, key.by) if isinstance(key, Derivative) else (LOSS, key._replace(updates=0))
        if by.kind == "delta":
            by = by._replace(kind="net")
        items = self._gradient(root, by)
        if root == LOSS and by.kind in ("weight", "bias"):
            items.append(update_line(self.work, by))
        if isinstance(key, Quantity) and key.kind == "delta" and self.choices.view != "delta":
            gradient = d(LOSS, by)
            items.append(
                self.work.line("delta", symbol(key), gradient if self.work.profile.delta_sign > 0 else neg(gradient))
            )
        self.add("how_does_change", (root, by), items, by, root)

    def _loss(self, key: Quantity) -> None:
        if key.updates and not self.work.updates:
            raise InputError("no learning rate is given, so nothing is updated", hint="add --set learning_rate=0.5")
        if key.updates:
            self.add("update", (), self._renewal())
            self.add("loss_after", (), after_update(self.work))
        else:
            by_gates = self.choices.view == "gates"
            self.add("forward_pass", (), Gates(self.work, LOSS).forward() if by_gates else forward_lines(self.work))

    def _renewal(self) -> Items:
        """All updates, for a page that goes on with the new parameters; the gradients are those of the trace."""
        self._gradients_from_trace()
        return update_lines(self.work)

    def _gradients_from_trace(self) -> None:
        if self.work.step:
            for parameter, value in self.work.step.gradients.items():
                if isinstance(parameter, Quantity):
                    self.work.values.setdefault(Derivative(LOSS, parameter), self.work.carried(value))

    def _gradient(self, root: Quantity, by: Quantity) -> Items:
        view = self.choices.view
        whole = root == LOSS and by.kind != "loss_term"
        if view == "paths":
            return (
                self._paths.setdefault(root, Paths(self.work, root)).write(by)
                if by.kind != "loss_term"
                else self._chain(root, by)
            )
        if view == "gates":
            gates = self._gates.setdefault(root, Gates(self.work, root))
            return gates.backward(by)
        if view == "delta" and whole:
            self._delta = self._delta or Delta(self.work)
            return self._delta.write(by)
        return self._chain(root, by)

    def _chain(self, root: Quantity, by: Quantity) -> Items:
        if root not in self._chains:
            self._chains[root] = Chain(self.work, root, self.work.zoom(root, by))
        chain = self._chains[root]
        if not chain.zoom.keeps(by):
            chain = Chain(self.work, root, self.work.zoom(root, by))
        chain.part = len(self.sections) + 1
        return chain.write(by)

    def whole_step(self) -> None:
        """Forward pass, output to input layer, update, loss before and after, each shared factor once."""
        if self.choices.view == "matrix":
            self._matrix(range(1, len(self.work.network.layers) + 1))
        else:
            gates = Gates(self.work, LOSS)
            self.add("forward_pass", (), gates.forward() if self.choices.view == "gates" else forward_lines(self.work))
            if self.choices.view == "chain":
                self._chains[LOSS] = Chain(self.work, LOSS, self.work.zoom(), name_outs=True)
            if self.choices.view == "gates":
                self.add("gate_by_gate", (), gates.backward())
            else:
                by_layer: dict[int, list[Quantity]] = {}
                for parameter in self.work.network.parameters():
                    by_layer.setdefault(parameter.layer, []).append(parameter)
                for layer in range(len(self.work.network.layers), 0, -1):
                    items = self._layer(layer, by_layer.get(layer, []))
                    if items:
                        self.add("backward_pass", (layer + self.work.profile.input_index,), items)
        if self.choices.view != "matrix":
            self.add("update", (), update_lines(self.work))
        if self.work.numeric and self.work.updates:
            self._after()

    def _layer(self, layer: int, parameters: list[Quantity]) -> Items:
        """Everything about the parameters of one layer."""
        if self.choices.view == "delta":
            self._delta = delta = self._delta or Delta(self.work)
            nets = [
                Quantity("net", layer, unit, sample=s)
                for s in self.work.samples
                for unit in range(1, self.work.network.size(layer) + 1)
            ]
            named = [item for net in nets for item in delta.delta(net)]
            return [*named, GAP, *(delta.gradient(parameter) for parameter in parameters)]
        return [item for parameter in parameters for item in (GAP, *self._gradient(LOSS, parameter))]

    def _after(self) -> None:
        updates = [key for key in self.work.values if isinstance(key, Quantity) and key.updates]
        if not updates or self.choices.view == "matrix":
            self._gradients_from_trace()
            update_lines(self.work)
        try:
            lines = after_update(self.work)
        except EvaluationError as error:
            self.add("loss_after", (), [Remark("no_loss_after", (error.what,))])
            return
        before_and_after: Items = [result(self.work, LOSS), result(self.work, LOSS._replace(updates=1))]
        self.add(
            "loss_after", (), before_and_after if self.choices.view == "matrix" else [*lines, GAP, *before_and_after]
        )

    def matrix(self, keys: Sequence[Key]) -> None:
        """The layers that hold the quantities asked for, from the top down."""
        layers = set()
        for key in keys:
            by = key.by if isinstance(key, Derivative) else key
            if (isinstance(key, Derivative) and key.of != LOSS) or by.kind not in (
                "weight",
                "bias",
                "net",
                "out",
                "delta",
            ):
                raise NotSupported(
                    f"the matrix view does not show {neutral(key)}",
                    hint="ask for a weight, a bias or a delta, or use --view chain",
                )
            layers.add(by.layer)
        self._matrix(sorted(layers))

    def _matrix(self, layers: Sequence[int]) -> None:
        view = MatrixView(self.work)
        self.add("forward_pass", (), view.forward())
        for layer in range(len(self.work.network.layers), min(layers) - 1, -1):
            self.add("backward_pass", (layer + self.work.profile.input_index,), view.backward(layer, layer in layers))
        self.add("update", (), view.update(list(layers)))

    def explain_order(self) -> None:
        """Says before everything else why the weights passed through are the new ones."""
        first = next(n for n, section in enumerate(self.sections) if section.words != "from_forward")
        section = self.sections[first]
        self.sections[first] = section._replace(items=(Remark("output_first"), GAP, *section.items))

    def recall(self) -> None:
        """The values of the forward pass that the page uses, in one line before everything else."""
        used: dict[Key, None] = {}
        written = set()
        for section in self.sections:
            for item in section.items:
                if isinstance(item, Step):
                    written.add(item.left.args[0] if item.left.op == "symbol" else None)
                    for form in item.forms[-1:] if not item.statement else ():
                        used.update(dict.fromkeys(symbols(form)))  # type: ignore[arg-type]
        order = [key for key in self.work.graph.keys if isinstance(key, Quantity) and key.kind in FORWARD]
        extra = [key for key in used if isinstance(key, Quantity) and key.updates and key.kind == "weight"]
        recalled = [key for key in order if (key in used or key == LOSS) and key not in written]
        items = [result(self.work, key) for key in [*recalled, *(k for k in extra if k not in written)]]
        self.sections.insert(0, Section("from_forward", (), tuple(items)))


def _trimmed(items: Items) -> Items:
    """Without gaps at the ends or in a row."""
    found: Items = []
    for item in items:
        if item == GAP and (not found or found[-1] == GAP):
            continue
        found.append(item)
    while found and found[-1] == GAP:
        found.pop()
    return found


def only_results(section: Section) -> Section:
    """Detail "result": what was asked for and its update; whole forward passes stay."""
    if section.words not in ("how_does_change", "backward_pass", "gate_by_gate"):
        return section
    return section._replace(items=tuple(i for i in section.items if isinstance(i, Step) and _is_result(i, section)))


def _is_result(step: Step, section: Section) -> bool:
    if step.kind == "update" or step.statement:
        return step.kind == "update"
    key = step.left.args[0] if step.left.op == "symbol" else None
    if section.words != "how_does_change":
        return isinstance(key, Derivative) and key.of == LOSS and key.by.kind in ("weight", "bias") and key.via is None
    if isinstance(key, Derivative):
        return key[:2] == section.args[:2] and key.via is None
    return isinstance(key, Quantity) and key.kind == "delta" and key._replace(kind="net") == section.args[1]


def derive(network: Network, quantities: Sequence[Key], profile: Profile, choices: Choices | None = None) -> Derivation:
    """The derivation of the quantities asked for, or of the whole training step when there are none.

    A quantity is a parameter, an input, net, out or delta (then ∂E/∂quantity is meant), a Derivative, or the loss.
    Raises InputError for a quantity that is given, for more routes than one wants to print, and for marks of reuse in a
    view that has none.
    """
    choices = choices or Choices()
    page = Page(network, profile, choices)
    quantities = [_as_computed(key, network) for key in quantities]
    if not quantities:
        page.whole_step()
    elif choices.view == "matrix":
        page.matrix(quantities)
    else:
        if choices.view == "gates":
            _gate_forward(page, quantities)
        for key in quantities:
            page.quantity(key)
    if choices.detail == "result":
        page.sections = [only_results(section) for section in page.sections]
    if quantities and choices.view != "matrix" and page.work.numeric:
        page.recall()
    if network.optimizer.order == "output_first":
        page.explain_order()
    if page.work.numeric:
        page.sections = explained(page.sections, page.work)
    found = Derivation(
        network,
        profile,
        choices.view,
        choices.detail,
        tuple(quantities),
        tuple(page.sections),
        page.work.values,
        choices.carry,
    )
    if not choices.reuse:
        return found
    from backtrace.derivation.reuse import marked

    return marked(found)


def _as_computed(key: Key, network: Network) -> Key:
    """What one output adds to the loss is, where there is no other output, the loss itself."""
    if network.layers[-1].units > 1:
        return key
    if isinstance(key, Derivative):
        return key._replace(of=_only_loss(key.of), by=_only_loss(key.by))
    return _only_loss(key)


def _only_loss(key: Quantity) -> Quantity:
    return key._replace(kind="loss", unit=0) if key.kind == "loss_term" else key


def _gate_forward(page: Page, quantities: Sequence[Key]) -> None:
    """The forward values of the gates between the quantities and the loss."""
    wanted: set[Key] = set()
    zoom = Zoom(page.work.graph, lambda key: True)
    for key in quantities:
        root, by = (key.of, key.by) if isinstance(key, Derivative) else (LOSS, key)
        wanted |= reaching(zoom.order, zoom.above, by, root)
    page.add("forward_pass", (), Gates(page.work, LOSS).forward(wanted or None))
