"""One page from what one would choose, read back and checked."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from typing import Any

from backtrace.derivation.steps import Derivation, Step
from backtrace.engine.circuits import LineZoom, build
from backtrace.expression.evaluate import evaluate
from backtrace.network.circuit import named
from backtrace.network.quantity import LOSS, Derivative, Quantity
from backtrace.network.records import Network
from backtrace.notation.listing import loss_parts
from backtrace.notation.subject import spelling
from backtrace.render.options import PageOptions
from backtrace.render.page import render
from tests.readback.checking import Checker, Report, Style
from tests.readback.html import as_markdown
from tests.readback.latex import LatexReader
from tests.readback.statements import Statement
from tests.readback.terminal import TerminalPage, header_statement
from tests.readback.text import TextReader
from tests.readback.tree import SAMPLES_ARE, Unreadable
from tests.readback.typeset import TypesetPage


def keys(derivation: Derivation) -> set[Hashable]:
    """Every key that stands on a page of this derivation."""
    found: set[Hashable] = set()
    for step in derivation.steps():
        for form in (step.left, *step.forms):
            found.update(_symbols(form))
    if not isinstance(derivation.network, Network):
        return found | {line.key for line in derivation.network.lines} | set(map(named, derivation.network.leaves))
    last = len(derivation.network.layers)
    found.add(LOSS)
    for unit in range(1, derivation.network.layers[-1].units + 1):
        found |= {Quantity("target", 0, unit), Quantity("out", last, unit)}  # they stand in the header
    found |= {q for q in loss_parts(derivation.network) if q.kind in ("softmax", "penalty")}
    return found


def _symbols(form: Any) -> Iterator[Hashable]:
    waiting = [form]
    while waiting:
        form = waiting.pop()
        if form.op == "symbol":
            yield form.args[0]
        else:
            waiting += [part for part in form.args if isinstance(part, tuple) and hasattr(part, "op")]


def spelt(derivation: Derivation, how: str) -> dict[str, Hashable]:
    """From spelling to key. Two keys may share a spelling only when they are one number."""
    spelling_of = spelling(derivation.profile, derivation.network)
    found: dict[str, Hashable] = {}
    for key in sorted(keys(derivation), key=repr):
        name = getattr(spelling_of, how)(key)
        other = found.setdefault(name, key)
        assert derivation.values.get(other) == derivation.values.get(key), f"{name} is both {other} and {key}"
    return found


def known(derivation: Derivation, values: Mapping[Hashable, Any] | None = None) -> dict[Hashable, Any]:
    """The numbers the engine has."""
    given = derivation.values if values is None else values
    found = {key: [list(row) for row in x] if isinstance(x, tuple) else x for key, x in given.items()}
    for key in keys(derivation) - set(found):
        if isinstance(key, Derivative) and key.of.kind == "net":
            found[key] = _of_net(key, found, derivation)
        elif isinstance(key, Derivative) and key.of.kind == "named" and found:
            found[key] = _of_line(key, found, derivation)
    return found | {SAMPLES_ARE: "rows" if derivation.profile.orientation == "row" else "columns"}


def _of_net(key: Derivative, known: Mapping[Hashable, Any], derivation: Derivation) -> float:
    """∂net/∂something next to it, for pages that state it without giving it a line of its own."""
    net, by = key.of, key.by
    if by.kind in ("bias", "wire"):
        return 1.0
    if by.kind == "weight":
        below = "out" if net.layer > 1 else "input"
        network = derivation.network
        sources = range(1, network.size(net.layer - 1) + 1)
        used = [i for i in sources if network.weight(net.layer, net.unit, i) == by]
        return sum(float(known[Quantity(below, net.layer - 1, i, sample=net.sample)]) for i in used)
    return float(known[derivation.network.weight(net.layer, net.unit, by.unit)])


def _of_line(key: Derivative, known: Mapping[Hashable, Any], derivation: Derivation) -> float:
    """The slope of a circuit's line, or of its last gate, by a name in it, by central differences of its formula."""
    circuit = derivation.network
    assert not isinstance(circuit, Network)
    formula = next(line.formula for line in circuit.lines if line.key == key.of)
    if key.by not in set(_symbols(formula)):
        formula = LineZoom(build(circuit), lambda _: True).formula(key.of)
    x, h = float(known[key.by]), 1e-6
    ends = [evaluate(formula, {**known, key.by: x + way}.__getitem__) for way in (-h, h)]
    return (ends[1] - ends[0]) / (2 * h)


def statements(
    derivation: Derivation, page: str, format: str, names: Collection[str], ascii: bool = False
) -> list[Statement]:
    """What the page says. names: what may stand in formulas."""
    if format == "terminal":
        read = TerminalPage(page, names, ascii)
        header = None if derivation.carry == "rounded" else header_statement(read.header)
        return [*([header] if header else []), *read.found]
    typeset = TypesetPage(as_markdown(page) if format == "html" else page)
    header = None if derivation.carry == "rounded" else typeset.header  # written in one go, it rounds another way
    return [*([header] if header else []), *typeset.found]


def check(
    derivation: Derivation,
    format: str,
    options: PageOptions,
    page: str | None = None,
    values: Mapping[Hashable, Any] | None = None,
) -> Report:
    """Renders a page (or takes it) and reports all that is not true of it."""
    page = render(derivation, format, options) if page is None else page
    comma = options.decimal == "comma"
    names = spelt(derivation, "latex" if format != "terminal" else "ascii" if options.ascii else "text")
    reader = TextReader(names, options.ascii, comma) if format == "terminal" else LatexReader(names, comma)
    checker = Checker(
        reader.read,
        known(derivation, values),
        Style(options.digits, options.decimals),
        derivation.carry == "rounded",
        bool(derivation.values),
    )
    try:
        report = checker.page(statements(derivation, page, format, names, options.ascii))
    except Unreadable as error:
        return Report([f"the page cannot be read: {error}"])
    if format == "terminal":
        width = max(options.width or 84, 30)
        report.problems += [f"wider than {width}: {line}" for line in page.splitlines() if len(line) > width]
        if options.ascii and not page.isascii():
            report.problems.append("not ASCII: " + " ".join(sorted({c for c in page if not c.isascii()})))
    missing = steps_with_lines(derivation) - report.statements
    if missing > 0:
        report.problems.append(f"{missing} steps are not on the page")
    return report


def steps_with_lines(derivation: Derivation) -> int:
    """How many statements a page must have at least: every step but the lines of calculus, which share their left."""
    return sum(
        isinstance(item, Step) and bool(item.forms or item.value is not None)
        for section in derivation.sections
        for item in section.items
    )
