"""Worksheets: a derivation with gaps to be filled in.

A pass over a finished derivation. The lines keep their forms and their numbers; what is left free stands in marks
(`steps.Gaps`) that the pages follow, so that a worksheet and its answers are the same derivation. What is blank in one
line is blank wherever the page would show it again: put into a later line, or recalled.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeGuard

from backtrace.derivation.steps import Derivation, Gaps, Section, Step, Value
from backtrace.errors import InputError, nearest, printable
from backtrace.expression.tree import HALF, Expr, Given, gap, operands, symbol, symbols, with_operands
from backtrace.network.quantity import WHOLE, Derivative, Key, Quantity

KINDS = ("values", "factors", "all")
# The lines whose products are the chain rule at work.
OF_FACTORS = ("chain", "product", "contribution", "path", "factored", "sum", "delta", "gradient", "gate", "matrix")
PRODUCTS = ("mul", "matmul", "hadamard")


def blanked(derivation: Derivation, blank: str) -> Derivation:
    """The derivation as a worksheet.

    values: the result of every line is a gap. factors: the factors of the chain rule are, and the names of the lines
    that work one out. all: both, and every number that is put in. Raises InputError for another word.
    """
    if blank not in KINDS:
        raise InputError(f"there is nothing called '{printable(blank)}' to leave blank", hint=nearest(blank, KINDS))
    marker = Marker(blank, derivation)
    first = [_each(section, marker.factors) for section in derivation.sections]
    sections = [_each(section, marker.rest) for section in first]
    return derivation._replace(sections=tuple(sections), blank=blank)


def _each(section: Section, mark: Callable[[Step], Step]) -> Section:
    return section._replace(items=tuple(mark(item) if isinstance(item, Step) else item for item in section.items))


class Marker:
    """What is blank on one page.

    values: the quantities whose numbers are gaps; wholes: the layers they belong to; named: the factors that stand as
    gaps; renamed: new ids of the lines whose own would name what is blank.
    """

    def __init__(self, blank: str, derivation: Derivation) -> None:
        self.blank = blank
        self.known = derivation.values
        self.named: dict[Expr, None] = {}
        self.renamed: dict[str, str] = {}
        self.values: set[Key] = set()
        if blank != "factors":
            self.values = {
                step.left.args[0]
                for step in derivation.steps()
                if step.forms and step.value is not None and step.left.op == "symbol"
            }
        self.wholes = {_whole(key) for key in self.values}
        # A number that the page works out under one name is not to be read off under another.
        self.secrets = {abs(x) for x in map(self.known.get, self.values) if _worked_out(x)}
        self.recalled = {
            step.left.args[0] for step in derivation.steps() if not step.forms and step.left.op == "symbol"
        } - self.values

    def factors(self, step: Step) -> Step:
        """The line with the factors of the chain rule as gaps."""
        if self.blank == "values" or step.kind not in OF_FACTORS or not _of_gradient(step):
            return step
        forms = tuple(self.hidden(form) for form in step.forms)
        return step._replace(gaps=Gaps(step.left, forms))

    def hidden(self, e: Expr) -> Expr:
        """A form with each factor of its products as a gap; what only adds them up stays."""
        if _is_factor(e):
            self.named[e] = None
            return gap(e)
        if e.op in PRODUCTS:
            return with_operands(e, tuple(self._factor(part) for part in operands(e)))
        if e.op in ("add", "neg"):
            return with_operands(e, tuple(self.hidden(part) for part in operands(e)))
        return e

    def _factor(self, e: Expr) -> Expr:
        if e == HALF or e.op == "number":
            return e
        if e.op in ("add", *PRODUCTS) and any(_is_factor(symbol(key)) for key in symbols(e)):
            return self.hidden(e)
        self.named[e] = None
        return gap(e)

    def rest(self, step: Step) -> Step:
        """The line with its name, its numbers and its value as gaps, where they are."""
        marks = step.gaps or Gaps(_assigned(step), step.forms)
        if step.kind == "local" and step.left in self.named:
            marks = marks._replace(left=gap(step.left))
            self.renamed[step.id] = f"line{len(self.renamed) + 1}"
        keys = frozenset(key for form in step.forms[-1:] for key in symbols(form) if self.left_out(key))
        value: Key | str | None = None
        key = step.left.args[0] if step.left.op == "symbol" else None
        if step.value is not None and self.blank != "factors" and (step.forms or key in self.values):
            same = key is not None and self.known.get(key) == step.value
            value = key if same else step.id
        lines = tuple(self.line(line, marks.left) for line in step.lines)
        sources = tuple(self.renamed.get(source, source) for source in step.sources)
        return step._replace(
            id=self.renamed.get(step.id, step.id),
            sources=sources,
            lines=lines,
            gaps=marks._replace(keys=keys, value=value),
        )

    def line(self, line: Step, left: Expr) -> Step:
        """A line of calculus: it has the name of the line it leads to, and what is differentiated by stays unsaid."""
        if left.op != "gap":
            return line
        forms = tuple(_without_by(form) for form in line.forms)
        own = self.renamed.setdefault(line.id, f"line{len(self.renamed) + 1}")
        return line._replace(id=own, gaps=Gaps(left, forms))

    def left_out(self, key: Hashable) -> bool:
        """Whether the number of a quantity is a gap where it is put in."""
        if self.blank == "all":
            return True
        if self.blank == "factors" or key in self.recalled:
            return False
        number = self.known.get(key)  # type: ignore[call-overload]
        return key in self.values or _whole(key) in self.wholes or (_worked_out(number) and abs(number) in self.secrets)


def _worked_out(x: Value | None) -> TypeGuard[float]:
    """Whether this is a number that somebody had to compute."""
    return isinstance(x, float) and not isinstance(x, Given) and abs(x) not in (0.0, 1.0)


def _is_factor(e: Expr) -> bool:
    key = e.args[0] if e.op == "symbol" else None
    return isinstance(key, Derivative) or (isinstance(key, Quantity) and key.kind == "delta")


def _of_gradient(step: Step) -> bool:
    """Whether the line is about a derivative, a δ, or what one route adds to one."""
    key = step.left.args[0] if step.left.op == "symbol" else None
    return isinstance(key, Derivative) or (isinstance(key, Quantity) and key.kind in ("delta", "term"))


def _whole(key: Hashable) -> Hashable:
    """The key of the whole layer that a number belongs to, or the key itself."""
    if isinstance(key, Derivative):
        return Derivative(key.of._replace(sample=0), _whole(key.by))  # type: ignore[arg-type]
    if isinstance(key, Quantity) and key.kind in WHOLE:
        return key._replace(unit=0, source=0, sample=0)
    return key


def _assigned(step: Step) -> Expr:
    """The left side as it is written: `w := w − …` has the old name on its left."""
    if step.relation != ":=" or step.left.op != "symbol" or not isinstance(step.left.args[0], Quantity):
        return step.left
    return symbol(step.left.args[0]._replace(updates=0))


def _without_by(e: Expr) -> Expr:
    """A form of calculus in which the quantity that is differentiated by is a gap."""
    if e.op == "pending":
        inner, by = e.args
        return Expr("pending", (_without_by(inner), gap(by)))
    return with_operands(e, tuple(_without_by(part) for part in operands(e))) if operands(e) else e
