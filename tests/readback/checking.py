"""Whether a page is true as it is printed: every part of every statement is computed and compared."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from tests.readback.statements import Statement
from tests.readback.tree import Elided, Node, Number, Unreadable, elided, everything, literal, names, parts, value

UNDECIDED = (OverflowError, ZeroDivisionError)


@dataclass(frozen=True)
class Style:
    """How results are rounded."""

    digits: int = 6
    decimals: int | None = None

    def rounded(self, x: float, at_least: int = 0) -> Decimal:
        """First to 15 significant digits, then half away from zero; what is not zero stays so."""
        exact = Decimal(f"{x:.14e}")
        if not exact:
            return Decimal(0)
        first = exact.adjusted()
        last = first + 1 - self.digits if self.decimals is None else -self.decimals
        found = _at(exact, min(last, at_least))
        while not found or (self.decimals is not None and abs(exact) < _unit(last) / 2 <= abs(found)):
            found, first = _at(exact, first), first - 1  # too small for its decimals; not rounded a second time
        return found


def _zeros(x: Decimal) -> int:
    text = "".join(map(str, x.as_tuple().digits))
    return len(text) - len(text.rstrip("0"))


def _unit(place: int) -> Decimal:
    return Decimal(1).scaleb(place)


def _at(x: Decimal, last: int) -> Decimal:
    return x.quantize(_unit(last), ROUND_HALF_UP)


@dataclass
class Report:
    """What was found: problems in words, and how much was looked at."""

    problems: list[str] = field(default_factory=list)
    computed: int = 0  # parts with numbers put in
    symbolic: int = 0
    elided: int = 0
    undecided: int = 0  # e^1000 and the like, which a float cannot hold
    statements: int = 0


class Checker:
    """Checks the statements of one page.

    known: the true number of every key, as the engine has it; style: how the page rounds; rounding: whether every line
    is rounded before the next uses it; numeric: whether the page shows numbers at all.
    """

    def __init__(
        self,
        read: Callable[[str], Node],
        known: Mapping[Hashable, Number],
        style: Style,
        rounding: bool = False,
        numeric: bool = True,
    ) -> None:
        self.read = read
        self.known = known
        self.style = style
        self.rounding = rounding
        self.numeric = numeric
        self.report = Report()
        self.printed: dict[Hashable, Number] = {}
        self.forms: dict[Hashable, Node] = {}

    def page(self, statements: Sequence[Statement]) -> Report:
        """Everything that is wrong."""
        for statement in statements:
            self.report.statements += 1
            try:
                self.statement(statement)
            except Unreadable as error:
                self.wrong(statement, f"cannot be read: {error}")
        return self.report

    def wrong(self, statement: Statement, what: str) -> None:
        self.report.problems.append(f"{what}\n    {statement}")

    def statement(self, statement: Statement) -> None:
        left = self.read(statement.left)
        if statement.assigned and left[0] == "name":
            left = ("name", left[1]._replace(updates=left[1].updates + 1))
        shown = [self.read(part) for part in statement.parts]
        results = [n for part in shown if literal(part) for n in everything(part)]
        if any(n[0] == "neg" and not float(n[1][1]) for n in results):
            self.wrong(statement, "−0")
        if not shown:
            raise Unreadable("nothing stands behind the left side")
        true = self.truth(left, shown)
        last = shown[-1] if literal(shown[-1]) else None
        if self.rounding and last is not None and not elided(last):
            true = value(last, {})  # whoever rounds every line gets other numbers on another way to the same quantity
        calculus = any(n[0] == "pending" for part in shown for n in everything(part))
        for node in shown:
            if elided(node):
                self.report.elided += 1
            elif names(node) and self.rounding and (last is None or calculus):
                self.report.undecided += 1  # the way that was rounded is another one
            elif names(node):
                self.symbols(statement, node, true)
            elif not self.numeric and not constant(node):
                self.wrong(statement, "a network without numbers shows one")
            elif last is not None and node is not last:
                self.numbers(statement, node, last)
        if last is not None and not elided(last):
            self.result(statement, left, last, true)
        self.operands(statement, left, shown)

    def truth(self, left: Node, shown: list[Node]) -> Number:
        if left[0] != "name":
            raise Unreadable("the left side is not a name")
        if left[1] in self.known:
            return self.known[left[1]]
        for node in shown:  # a statement about something that gets its number elsewhere
            if names(node):
                return value(node, self.known)
        raise Unreadable("the left side has no number")

    def symbols(self, statement: Statement, node: Node, true: Number) -> None:
        """A form in names, computed with the full numbers, is what the left side is."""
        try:
            found = value(node, self.known)
        except (*UNDECIDED, ValueError):
            self.report.undecided += 1
            return
        self.report.symbolic += 1
        if not same_shape(found, true) or not all(map(self.alike, cells(found), cells(true))):
            self.wrong(statement, f"the symbols give {found}, not {true}")

    def alike(self, found: float, true: float) -> bool:
        """Equal but for the last bits; where every line is rounded, equal when rounded."""
        if self.rounding and self.style.rounded(found) == self.style.rounded(true):
            return True
        return abs(found - true) <= max(1e-9 * abs(true), 1e-13)

    def numbers(self, statement: Statement, node: Node, last: Node) -> None:
        """A part with numbers put in, computed as printed, rounds to the printed result."""
        if elided(last):
            self.report.elided += 1
            return
        try:
            found = value(node, {})
        except UNDECIDED:
            self.report.undecided += 1
            return
        except ValueError as error:
            self.wrong(statement, f"{error} in the numbers put in")
            return
        self.report.computed += 1
        if not same_shape(found, value(last, {})):
            self.wrong(statement, "the numbers put in give another shape than the result has")
            return
        for x, text in zip(cells(found), figures(last), strict=True):
            noise = max(abs(x), abs(float(text))) < 1e-13  # what is left where numbers cancel depends on their order
            if not noise and self.style.rounded(x, last_place(text)) != Decimal(text):
                self.wrong(statement, f"as printed this is {x!r}, not {text}")

    def result(self, statement: Statement, left: Node, last: Node, true: Number) -> None:
        """The printed result is the true one, rounded, and the same wherever it is printed."""
        shown = value(last, {})
        if not same_shape(shown, true):
            self.wrong(statement, f"the result should be {true}")
            return
        for x, text in zip(cells(true), figures(last), strict=True):
            if x and not float(text):
                self.wrong(statement, f"{x!r} is printed as zero")
            elif self.style.rounded(x, last_place(text)) != Decimal(text):
                self.wrong(statement, f"the result is {x!r}, printed as {text}")
        if self.printed.setdefault(left[1], shown) != shown and not self.rounding:
            self.wrong(statement, f"elsewhere on the page this is {self.printed[left[1]]}")

    def operands(self, statement: Statement, left: Node, shown: list[Node]) -> None:
        """Each number that is put in is the number of the name in its place."""
        form = self.forms.get(left[1])
        for node in shown:
            if names(node):
                form = self.forms[left[1]] = node
            elif form is not None and not literal(node):
                pairs = matched(form, node)
                calculus = any(n[0] == "pending" for part in shown for n in everything(part))
                if pairs is None and not calculus and any(map(names, shown)):
                    self.wrong(statement, "the numbers are not those of the form before them")
                for key, put in pairs or ():
                    self.operand(statement, key, put)
                if pairs is None and not calculus:
                    self.some_number(statement, node)
                form = None

    def operand(self, statement: Statement, key: Hashable, put: Node) -> None:
        if elided(put):
            return
        true = self.known.get(key)
        if true is None or not same_shape(value(put, {}), true):
            self.wrong(statement, f"{key} cannot be {put}")
            return
        for x, text in zip(cells(true), figures(put), strict=True):
            if x and not float(text):
                self.wrong(statement, f"{key} is {x!r}, put in as zero")
            elif not is_rounding(x, text):
                self.wrong(statement, f"{key} is {x!r}, put in as {text}")

    def some_number(self, statement: Statement, node: Node) -> None:
        """Numbers put into a form that is not shown are at least numbers of this network."""
        for part in everything(node):
            if part[0] == "num" and float(part[1]) not in (0.0, 1.0, 2.0):
                numbers = (x for v in self.known.values() if not isinstance(v, str) for x in cells(v))
                if not any(is_rounding(abs(x), part[1]) for x in numbers):
                    self.wrong(statement, f"{part[1]} is no number of this network")


def last_place(text: str) -> int:
    """The power of ten of the last digit of a figure; zeros that only fill up a whole number are no digits."""
    if text.strip("-").isdigit():
        return _zeros(Decimal(text))
    return int(Decimal(text).as_tuple().exponent)


def is_rounding(x: float, text: str) -> bool:
    """Whether a figure is the number at as many digits as it has, or exactly."""
    shown = Decimal(text)
    exact = Decimal(f"{x:.14e}")
    return float(text) == x or shown in (exact, _at(exact, last_place(text)))


def constant(node: Node) -> bool:
    """Whether a part without names may stand on a page without numbers: 0 + 1, the derivative of a sum."""
    return all(part[0] not in ("matrix", "num") or part[1] in ("0", "1", "2") for part in everything(node))


def cells(x: Number) -> list[float]:
    """The number, or all entries of a matrix."""
    return [entry for row in x for entry in row] if isinstance(x, list | tuple) else [x]


def figures(node: Node) -> list[str]:
    """The spellings of a number, or of all entries of a matrix."""
    if node[0] == "matrix":
        return [text for row in node[1] for cell in row for text in figures(cell)]
    return ["-" + node[1][1] if node[0] == "neg" else node[1]]


def same_shape(a: Number, b: Number) -> bool:
    """Whether two numbers or matrices can be compared."""
    sizes = [(len(x), len(x[0])) if isinstance(x, list | tuple) else () for x in (a, b)]
    return sizes[0] == sizes[1]


def matched(form: Node, put: Node) -> list[tuple[Hashable, Node]] | None:
    """The names of a form with what stands in their places, or None when the two are built differently."""
    if form[0] == "name":
        return [(form[1], put)] if literal(put) else None
    if form[0] == "neg" and put[0] == "num" and float(put[1]) == 0:
        return matched(form[1], put)  # nobody writes −0
    if form[0] != put[0]:
        return None
    if form[0] == "num":
        return [] if float(form[1]) == float(put[1]) else None
    if form[0] == "call" and form[1] != put[1]:
        return None
    above, below = parts(form), parts(put)
    if len(above) != len(below):
        return None
    found: list[tuple[Hashable, Node]] = []
    for a, b in zip(above, below, strict=True):
        pairs = matched(a, b)
        if pairs is None:
            return None
        found += pairs
    return found


__all__ = ["Checker", "Elided", "Report", "Style"]
