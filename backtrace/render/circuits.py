"""What pages say of a circuit, and the pages of its trace: tables, name,value lines, JSON."""

from __future__ import annotations

from collections.abc import Iterator

from backtrace.engine.circuits import CircuitRun, LineZoom
from backtrace.errors import InternalFault, printable
from backtrace.expression.tree import symbol
from backtrace.network.circuit import Circuit, named
from backtrace.network.quantity import Derivative, Key, Quantity
from backtrace.notation.circuits import CircuitSpelling
from backtrace.notation.profile import Profile
from backtrace.render.escapes import markdown_text
from backtrace.render.heading import Opening, counted
from backtrace.render.layout import wrapped
from backtrace.render.numbers import figure
from backtrace.render.options import PageOptions
from backtrace.render.tables import Table, markdown_table, terminal_table
from backtrace.render.text import TextWriter, plain

WRITTEN_OUT = 6  # a circuit of more lines has only its output's formula in the heading
MOST_ROWS = 200
TERMINAL_WIDTH = 84


def opening_of(circuit: Circuit) -> Opening:
    """How many leaves there are, and the formulas."""
    lines = circuit.lines if len(circuit.lines) <= WRITTEN_OUT else circuit.lines[-1:]
    more = f", {len(circuit.lines)} lines" if len(circuit.lines) > WRITTEN_OUT else ""
    written = tuple((symbol(line.key), line.formula) for line in lines)
    return Opening(counted(len(circuit.leaves), "input") + more, written)


def trace_data(circuit: Circuit, run: CircuitRun) -> dict[str, object]:
    """The JSON of a circuit's trace: the values of all names, and the gradients of the output by them."""
    keys = {name: named(name) for name in circuit.names()}
    return {
        "version": 1,
        "values": {name: float(run.value(key)) + 0.0 for name, key in keys.items()},
        "gradients": {name: run.gradient(key) for name, key in keys.items()},
    }


def render_trace(circuit: Circuit, run: CircuitRun, profile: Profile, format: str, options: PageOptions) -> str:
    """The trace as terminal, markdown, html, csv (name,value in full precision) or json (the trace contract)."""
    if format == "json":
        import json

        return json.dumps(trace_data(circuit, run), ensure_ascii=False, allow_nan=False) + "\n"
    if format == "csv":
        return "".join(f"{name},{value!r}\n" for name, value in _pairs(circuit, run, profile))
    if format not in ("terminal", "markdown", "html"):
        raise InternalFault(f"a trace has no format '{format}'")
    tables = CircuitTables(circuit, run, profile, options)
    if format == "html":
        from backtrace.render.table_html import tables_page

        return tables_page(list(tables.tables()), f"Trace of {tables.title()}", options)
    if format == "markdown":
        lines = [f"# Trace of {markdown_text(tables.title())}"]
        for table in tables.tables():
            lines += ["", *markdown_table(table)]
        return "\n".join(lines) + "\n"
    width = options.width or TERMINAL_WIDTH
    lines = wrapped(tables.title(), width, "   ")
    for table in tables.tables():
        lines += ["", *terminal_table(table, width)]
    text = "\n".join(lines) + "\n"
    return plain(text) if options.ascii else text


class CircuitTables:
    """The tables of a trace: every gate with its value and gradient, then every edge with what comes back along it."""

    def __init__(self, circuit: Circuit, run: CircuitRun, profile: Profile, options: PageOptions) -> None:
        self.circuit = circuit
        self.run = run
        self.options = options
        self.writer = TextWriter(CircuitSpelling(profile, circuit), ascii=options.ascii, comma=options.comma)
        self.zoom = LineZoom(run.graph, lambda key: True)

    def title(self) -> str:
        """What circuit this is, formula by formula."""
        opens = opening_of(self.circuit)
        formulas = [f"{self.writer.write(left)} = {self.writer.write(right)}" for left, right in opens.written]
        return "; ".join([f"{printable(self.circuit.name)}: {opens.sizes}", *formulas])

    def figure(self, x: float) -> str:
        """A number as it stands on the page."""
        return self.writer.figure(figure(x, self.options.style))

    def tables(self) -> Iterator[Table]:
        """All tables."""
        output = self.writer.spell(self.circuit.output)
        keys = self.run.graph.keys
        heading = ("name", "computed from", "value", f"gradient of {output}")
        rows = [self.node(key) for key in keys[:MOST_ROWS]]
        yield Table("", heading, rows)
        edges = [self.edge(edge) for edge in range(len(self.run.graph.owner))[:MOST_ROWS]]
        title = "What comes back along each edge: from above × local (their sum is the gradient above)"
        yield Table(title, ("to", "from", "from above", "local", "part"), edges)

    def node(self, key: Key) -> tuple[str, ...]:
        """A leaf, or a gate."""
        leaf = self.run.graph.operations[self.run.graph.index[key]] is None
        form = "given" if leaf else self.writer.write(self.zoom.formula(key))
        return self.writer.spell(key), form, self.figure(self.value(key)), self.figure(self.run.gradient(key))

    def value(self, key: Key) -> float:
        """The number of a quantity, as typed where it was typed."""
        leaves: dict[Key, float] = {}
        leaves.update(zip(map(named, self.circuit.leaves), self.circuit.values or (), strict=True))
        return leaves.get(key, self.run.value(key))

    def edge(self, edge: int) -> tuple[str, ...]:
        """What comes back along one edge."""
        graph, sweep = self.run.graph, self.run.sweep
        upper, lower = graph.owner[edge], graph.operand[edge]
        names = (self.writer.spell(graph.keys[lower]), self.writer.spell(graph.keys[upper]))
        numbers = (sweep.gradient[upper], sweep.local[edge], sweep.contribution[edge])
        return (*names, *(self.figure(x + 0.0) for x in numbers))


def _pairs(circuit: Circuit, run: CircuitRun, profile: Profile) -> Iterator[tuple[str, float]]:
    """Name and value of everything, in the names that can be typed."""
    spell = CircuitSpelling(profile, circuit).ascii
    for key in run.graph.keys:
        yield spell(key), float(run.value(key)) + 0.0
    for key in run.graph.keys:
        if isinstance(key, Quantity):
            yield spell(Derivative(circuit.output, key)), run.gradient(key)
