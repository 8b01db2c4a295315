"""The way from a network and a list of quantities to a derivation: one section per quantity, or the whole training
step."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from backtrace.derivation.chain import GAP, Chain, Items
from backtrace.derivation.delta import Delta
from backtrace.derivation.draft import Draft, only_results
from backtrace.derivation.forward import after_update, forward_lines, result
from backtrace.derivation.gates import Gates
from backtrace.derivation.penalties import explained
from backtrace.derivation.residues import explained as residues_explained
from backtrace.derivation.steps import Derivation, Remark, Section, Step
from backtrace.derivation.updates import shared_items, update_items, update_lines
from backtrace.derivation.workspace import Choices, Workspace, d
from backtrace.engine.paths import reaching
from backtrace.engine.refusals import refuse_no_slope
from backtrace.engine.zoom import Zoom
from backtrace.errors import InputError, NotSupported
from backtrace.expression.functions import EvaluationError
from backtrace.expression.tree import Expr, neg, symbol, symbols
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity, is_kept, is_whole, neutral, parameter_of
from backtrace.network.records import Network
from backtrace.notation.profile import Profile

VIEWS = ("chain", "paths", "delta", "gates", "matrix")
DETAILS = ("result", "factors", "calculus")
FORWARD = ("net", "out", "softmax", "loss_term", "loss", "data_loss", "penalty")
SEEN_ON_THE_WAY = ("softmax", "data_loss", "penalty")  # no derivative of the loss by them is of interest


class Page(Draft):
    """A page about a network."""

    work: Workspace

    def __init__(self, network: Network, profile: Profile, choices: Choices) -> None:
        super().__init__(Workspace(network, profile, choices), LOSS)
        self._delta: Delta | None = None

    def quantity(self, key: Key) -> None:
        """The section that answers one request."""
        below = key.by if isinstance(key, Derivative) else key
        if below.kind in ("scheduled", "count", "norm", "factor"):
            self.add("update", (), shared_items(self.work) if self.work.updates else [Remark("no_rate")])
            return
        if below.kind in ("rate", "setting", "target", "strength"):
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
            raise NotSupported(
                "a derivation shows one update",
                hint="--step 2 shows the second one; backtrace trace --steps N what N give",
            )
        if isinstance(key, Quantity) and (key.kind == "loss" or (key.kind in SEEN_ON_THE_WAY and not key.updates)):
            self._loss(key)
            return
        if isinstance(key, Quantity) and key.updates and key.kind in FORWARD:
            refuse_no_slope(self.work.network)
            self.add("loss_after", (), [*self._renewal(), *after_update(self.work)])
            return
        root, by = (key.of, key.by) if isinstance(key, Derivative) else (LOSS, key._replace(updates=0))
        if by.kind == "delta":
            by = by._replace(kind="net")
        _refuse_no_slope(self.work.network, root, by)
        items = self._gradient(root, by) or self.again(d(root, by)) or self.again(symbol(by._replace(kind="delta")))
        if root == LOSS and by.kind in ("weight", "bias"):
            items += _update(update_items(self.work, by))
        if isinstance(key, Quantity) and key.kind == "delta" and self.choices.view != "delta":
            gradient = d(LOSS, by)
            items.append(
                self.work.line("delta", symbol(key), gradient if self.work.profile.delta_sign > 0 else neg(gradient))
            )
        self.add("how_does_change", (root, by), items, by, root)

    def _loss(self, key: Quantity) -> None:
        if key.updates:
            refuse_no_slope(self.work.network)
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
        self.work.take_gradients()
        return update_lines(self.work)

    def _gradient(self, root: Quantity, by: Quantity) -> Items:
        view = self.choices.view
        whole = root == LOSS and by.kind != "loss_term"
        if view == "delta" and whole:
            self._delta = self._delta or Delta(self.work)
            return self._delta.write(by)
        return self.chain(root, by) if by.kind == "loss_term" and view != "gates" else self.gradient(root, by)

    def whole_step(self) -> None:
        """Forward pass, output to input layer, update, loss before and after, each shared factor once."""
        refuse_no_slope(self.work.network)
        if self.choices.view == "matrix":
            self._matrix(range(1, len(self.work.network.layers) + 1))
        else:
            gates = Gates(self.work, LOSS)
            self.add("forward_pass", (), gates.forward() if self.choices.view == "gates" else forward_lines(self.work))
            if self.choices.view == "chain":
                self.chains[LOSS] = Chain(self.work, LOSS, self.work.zoom(), name_outs=True)
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
            return [*named, GAP, *(line for parameter in parameters for line in delta.gradient_lines(parameter))]
        return [item for parameter in parameters for item in (GAP, *self._gradient(LOSS, parameter))]

    def _after(self) -> None:
        updates = [key for key in self.work.values if isinstance(key, Quantity) and key.updates]
        if not updates or self.choices.view == "matrix":
            self.work.take_gradients()
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
        refuse_no_slope(self.work.network, min(layers))
        self._matrix(sorted(layers))

    def _matrix(self, layers: Sequence[int]) -> None:
        from backtrace.derivation.matrix import MatrixView  # the other views start without it

        view = MatrixView(self.work)
        self.add("forward_pass", (), view.forward())
        for layer in range(len(self.work.network.layers), min(layers) - 1, -1):
            self.add("backward_pass", (layer + self.work.profile.input_index,), view.backward(layer, layer in layers))
        self.add("update", (), view.update(list(layers)))

    def before_later_update(self) -> None:
        """Says first which update this is, with the numbers that the ones before it have left."""
        used = [key for key in self._put_in() if isinstance(key, Quantity) and not key.updates]
        parameters = [key for key in used if key.kind in ("weight", "bias")]
        slots = [slot.name for slot in self.work.network.optimizer.rule.slots]
        kept = [key for key in used if is_kept(key) and key.name in slots]
        step = self.choices.step
        # A training goes on to other samples; here the same ones are used again.
        same = "_same" if self.work.network.part else ""
        carried = f"later_update{same}" + ("" if self.choices.carry == "full" else "_rounded")
        items = [result(self.work, key) for key in (*parameters, *kept)]
        self.sections.insert(0, Section(carried, (step, step - 1), tuple(items)))

    def _put_in(self) -> dict[Key, None]:
        """Every key that stands in numbers put in."""
        used: dict[Key, None] = {}
        for section in self.sections:
            for item in section.items:
                if isinstance(item, Step) and not item.statement:
                    for form in item.forms[-1:]:
                        used.update(dict.fromkeys(symbols(form)))  # type: ignore[arg-type]
        return used

    def explain_order(self) -> None:
        """Says before everything else why the weights passed through are the new ones."""
        self._say_first([Remark("output_first")])

    def explain_regularization(self) -> None:
        """Says before everything else what each penalty is."""
        self._say_first(explained(self.work.network))

    def _say_first(self, remarks: list[Remark]) -> None:
        first = next(n for n, section in enumerate(self.sections) if not section.words.startswith("from_"))
        section = self.sections[first]
        self.sections[first] = section._replace(items=(*remarks, GAP, *section.items))

    def recalled(self, used: Collection[Key]) -> list[Key]:
        """The forward quantities that a line uses, the loss, and the updated weights that a line goes through."""
        order = [key for key in self.work.graph.keys if isinstance(key, Quantity) and key.kind in FORWARD]
        extra = [key for key in used if isinstance(key, Quantity) and key.updates and key.kind == "weight"]
        return [*(key for key in order if key in used or key == LOSS), *extra]


def _update(items: Items) -> Items:
    """The lines of an update, a single one right under the gradient, several apart from it."""
    return [GAP, *items] if len(items) > 1 else items


def _refuse_no_slope(network: Network, root: Quantity, by: Quantity) -> None:
    """Refuses ∂root/∂by where its routes lead through an activation without a derivative."""
    inside = by.kind in ("input", "out")  # an output's own activation lies below it
    last = root.layer - (root.kind == "net") if root.kind in ("net", "out") else None
    refuse_no_slope(network, by.layer + inside, last)


def derive(
    network: Network,
    quantities: Sequence[Key],
    profile: Profile,
    choices: Choices | None = None,
    log: list[tuple[Expr, Key | None]] | None = None,
) -> Derivation:
    """The derivation of the quantities asked for, or of the whole training step when there are none.

    A quantity is a parameter, an input, net, out or delta (then ∂E/∂quantity is meant), a Derivative, or the loss.
    log: takes the form of every line with numbers, and the key whose number it gives first.
    Raises InputError for a quantity that is given, for more routes than one wants to print, and for marks of reuse in a
    view that has none.
    """
    choices = choices or Choices()
    page = Page(network, profile, choices)
    page.work.log = log
    quantities = [_as_computed(key, network) for key in quantities]
    for key in quantities:
        _refuse_unnamed(key, network)
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
    if network.regularization.norms:
        page.explain_regularization()
    if choices.step > 1:
        page.before_later_update()
    if page.work.numeric:
        page.sections = residues_explained(page.sections, page.work)
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
    """What the key asks for: a slot of the optimizer is shown with its parameter, and what a single output adds to the
    loss is the loss itself."""
    if isinstance(key, Quantity) and is_kept(key):
        return parameter_of(key)._replace(updates=min(key.updates, 1))
    if network.layers[-1].units > 1:
        return key
    if isinstance(key, Derivative):
        return key._replace(of=_only_loss(key.of), by=_only_loss(key.by))
    return _only_loss(key)


def _refuse_unnamed(key: Key, network: Network) -> None:
    """What stands in a loss of the whole sample without a derivative of its own."""
    for q in key[:2] if isinstance(key, Derivative) else (key,):
        assert isinstance(q, Quantity)
        if isinstance(key, Derivative) and q.kind == "softmax":
            raise NotSupported(
                f"inside {network.loss.name} the softmax is derived together with the loss",
                hint="--detail calculus shows how; softmax before cross_entropy takes them apart",
            )
        outputs = network.layers[-1].units
        if q.kind == "loss_term" and q.unit not in network.loss.terms(network.targets_of(q.sample), outputs):
            raise InputError(
                f"{neutral(q)}: {network.loss.name} has no term of that output alone", hint="ask for E, or for its out"
            )


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
