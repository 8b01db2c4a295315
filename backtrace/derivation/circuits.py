"""The derivation of a circuit: the same views as for networks, on named formulas; and its closed form."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence

from backtrace.derivation.chain import GAP, Chain, Items
from backtrace.derivation.draft import Draft, only_results
from backtrace.derivation.forward import result
from backtrace.derivation.gates import Gates
from backtrace.derivation.residues import explained
from backtrace.derivation.steps import Derivation, Remark, Section, Step
from backtrace.derivation.workspace import Choices, Worksheet, d
from backtrace.engine.circuits import CircuitRun, LineZoom, build, run
from backtrace.engine.paths import reaching
from backtrace.engine.zoom import Zoom, product
from backtrace.errors import InputError, NotSupported
from backtrace.expression.evaluate import evaluate
from backtrace.expression.tree import Expr, add, operands, symbol, symbols
from backtrace.network.circuit import Circuit, named
from backtrace.network.quantity import Derivative, Key, Quantity, neutral
from backtrace.notation.profile import Profile

VIEWS = ("chain", "paths", "gates")
ONE_ARGUMENT = {"relu": "corner_at_zero", "abs": "corner_at_zero", "step": "jump_at_zero", "sign": "jump_at_zero"}
TWO_ARGUMENTS = ("max", "min")


class CircuitSheet(Worksheet):
    """The worksheet of a circuit."""

    def __init__(self, circuit: Circuit, profile: Profile, choices: Choices) -> None:
        super().__init__(profile, choices)
        self.circuit = circuit
        self.graph = built = build(circuit)
        self._gates = LineZoom(self.graph, lambda key: True)
        self._lines = LineZoom(self.graph, is_named)
        self.run: CircuitRun | None = None
        if circuit.values is not None:
            self.run = run(circuit, built)
            self.values.update(zip(map(named, circuit.leaves), circuit.values, strict=True))
            for key, value in zip(self.graph.keys, self.run.values, strict=True):
                if key not in self.values:
                    if choices.carry == "rounded":
                        value = evaluate(self.forward_form(key), self._number)
                    self.values[key] = self.carried(value)

    @property
    def numeric(self) -> bool:
        return self.run is not None

    @property
    def gates(self) -> Zoom:
        return self._gates

    def zoom(self, *also: Key) -> Zoom:
        if all(map(is_named, also)):
            return self._lines
        return LineZoom(self.graph, lambda key: is_named(key) or key in also)

    def forward_form(self, key: Key) -> Expr:
        return (self._lines if is_named(key) else self._gates).formula(key)

    def factor(self, zoom: Zoom, upper: Quantity, lower: Quantity) -> Expr:
        """∂upper/∂lower, or, where lower reaches upper by other ways as well, the part of it that comes back directly
        from upper's own formula."""
        others = (up for up in zoom.above(lower) if up != upper)
        direct = any(reaching(zoom.order, zoom.above, up, upper) for up in others)
        return symbol(Derivative(upper, lower, upper)) if direct else d(upper, lower)

    def corner(self, zoom: Zoom, upper: Key, lower: Key) -> Remark | None:
        """What is said where an argument is exactly 0, or two are equal, at a corner of a function that lower moves."""
        return self._corner_in(zoom.formula(upper), lower) if self.numeric else None

    def _corner_in(self, e: Expr, lower: Key) -> Remark | None:
        if lower not in symbols(e):
            return None
        args = operands(e)
        if e.op == "call" and e.args[0] in (*ONE_ARGUMENT, *TWO_ARGUMENTS):
            name = e.args[0]
            at = [evaluate(part, self._number) for part in args]
            if name in ONE_ARGUMENT and at == [0]:
                return Remark(ONE_ARGUMENT[name], (name,))
            if name in TWO_ARGUMENTS and at[0] == at[1]:
                both = all(next(symbols(part), None) is not None for part in args)
                return Remark("corner_at_tie" if both else "corner_at_number", (name,))
        return next((found for part in args if (found := self._corner_in(part, lower))), None)


def has_step(e: Expr) -> bool:
    """Whether the slope of relu, max or min stands in a formula."""
    return (e.op == "call" and e.args[0] == "step") or any(map(has_step, operands(e)))


def is_named(key: Key) -> bool:
    """Whether a quantity has a name of its own: a leaf or a line."""
    return isinstance(key, Quantity) and key.kind == "named"


class CircuitPage(Draft):
    """A page about a circuit."""

    work: CircuitSheet

    def __init__(self, circuit: Circuit, profile: Profile, choices: Choices) -> None:
        super().__init__(CircuitSheet(circuit, profile, choices), circuit.output)
        self.circuit = circuit
        self.explained = False

    def whole(self) -> None:
        """The forward pass, then the gradient of every leaf, each shared factor once."""
        self.forward()
        leaves = [named(name) for name in self.circuit.leaves]
        if self.choices.view == "gates":
            items = Gates(self.work, self.output).backward()
            self.add("gate_by_gate", (), [*self._remarks(items), *items])
            return
        if self.choices.view == "chain":
            self.chains[self.output] = Chain(self.work, self.output, self.work.zoom(), name_outs=True)
        for leaf in leaves:
            self.change(self.output, leaf)

    def forward(self, wanted: set[Key] | None = None) -> None:
        """The forward pass, gate by gate in the gate view, else line by line."""
        gates = self.choices.view == "gates"
        items: Items = []
        if gates:
            items = Gates(self.work, self.output).forward(wanted)
        else:
            keys = [line.key for line in self.circuit.lines]
            items = [self.work.line("gate", symbol(key), self.work.forward_form(key)) for key in keys]
        self.add("forward_pass", (), [*self._remarks(items), *items])

    def quantity(self, key: Key) -> None:
        """The section that answers one request."""
        if key == self.output:
            self.forward()
            return
        self.change(*((key.of, key.by) if isinstance(key, Derivative) else (self.output, key)))

    def change(self, root: Quantity, by: Quantity) -> None:
        """How root changes with by."""
        items = self.gradient(root, by) or self.again(d(root, by))
        self.add("how_does_change", (root, by), [*self._remarks(items), *items], by, root)

    def _remarks(self, items: Items) -> Items:
        """What has to be said before the lines: about parts that come back directly, about a function's sign."""
        forms = [form for item in items if isinstance(item, Step) for form in (item.left, *item.forms)]
        found: Items = []
        if self.choices.view != "gates":
            keys = (key for form in forms for key in symbols(form))
            parts = (key for key in keys if isinstance(key, Derivative) and key.via == key.of)
            found += [Remark("directly", (key, key.by, key.of)) for key in dict.fromkeys(parts)]
        if not self.explained and any(map(has_step, forms)):
            self.explained = True
            found.append(Remark("step_means"))
        return [*found, GAP] if found else []

    def recalled(self, used: Collection[Key]) -> list[Key]:
        lines = [key for key in self.work.graph.keys if self.work.graph.operations[self.work.graph.index[key]]]
        return [key for key in lines if key in used or key == self.output]

    def given(self) -> None:
        """The point, before everything else."""
        items = [result(self.work, named(name)) for name in self.circuit.leaves]
        self.sections.insert(0, Section("given", (), tuple(items)))


def derive_circuit(
    circuit: Circuit, quantities: Sequence[Key], profile: Profile, choices: Choices | None = None
) -> Derivation:
    """The derivation of ∂output/∂quantity for each quantity, of derivatives, of the output itself (the forward pass);
    without quantities, of everything. Raises InputError for a view that needs layers."""
    choices = choices or Choices()
    if choices.view not in VIEWS:
        raise NotSupported(
            f"a circuit has no layers, so there is no view {choices.view} of it",
            hint="the views of a circuit are " + ", ".join(VIEWS),
        )
    page = CircuitPage(circuit, profile, choices)
    for key in quantities:
        _check(page.work, key)
    if not quantities:
        page.whole()
    elif choices.view == "gates":
        page.forward(_between(page.work, quantities, circuit.output))
    for key in quantities:
        page.quantity(key)
    if choices.detail == "result":
        page.sections = [only_results(section) for section in page.sections]
    if page.work.numeric:
        if quantities:
            page.recall()
        page.given()
        page.sections = explained(page.sections, page.work)
    found = Derivation(
        circuit,
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


def _check(work: CircuitSheet, key: Key) -> None:
    """Refuses a gate that does not exist, and a derivative along no dependence."""
    parts = (key.of, key.by) if isinstance(key, Derivative) else (key,)
    gates = [q.unit for q in work.graph.keys if isinstance(q, Quantity) and q.kind == "wire"]
    for part in parts:
        if part not in work.graph.index:
            there = f"the gates without a name are d{gates[0]} to d{gates[-1]}" if gates else "every gate has a name"
            raise InputError(f"there is no gate {neutral(part)}", hint=there)
    if isinstance(key, Derivative):
        zoom = work.gates
        if key.of == key.by or not reaching(zoom.order, zoom.above, key.by, key.of):
            back = key.of != key.by and reaching(zoom.order, zoom.above, key.of, key.by)
            other = f"d{neutral(key.by)}/d{neutral(key.of)} is the other way round"
            hint = other if back else "the first must be computed from the second"
            raise InputError(f"{neutral(key.of)} does not depend on {neutral(key.by)}", hint=hint)


def _between(work: CircuitSheet, quantities: Sequence[Key], output: Quantity) -> set[Key] | None:
    """The gates between the quantities asked for and what is derived by them."""
    wanted: set[Key] = set()
    zoom = work.gates
    for key in quantities:
        root, by = (key.of, key.by) if isinstance(key, Derivative) else (output, key)
        wanted |= reaching(zoom.order, zoom.above, by, root)
    return wanted or None


def closed_definitions(work: CircuitSheet, root: Quantity) -> dict[Hashable, Expr]:
    """Every line, and the derivative of root by everything below it, each after those it uses."""
    zoom = work.zoom()
    found: dict[Hashable, Expr] = {line.key: work.forward_form(line.key) for line in work.circuit.lines}
    for key in zoom.backwards(root)[1:]:
        ups = [up for up in zoom.above(key) if up == root or Derivative(root, up) in found]  # type: ignore[arg-type]
        terms = [
            zoom.local(up, key) if up == root else product(d(root, up), zoom.local(up, key))  # type: ignore[arg-type]
            for up in ups
        ]
        found[Derivative(root, key)] = add(*terms)  # type: ignore[arg-type]
    return found
