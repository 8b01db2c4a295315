"""The right lines behind a report, under the convention that the person follows: for showing them, for comparing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from itertools import islice

from backtrace.check.checking import given_numbers, lines_for, meant
from backtrace.check.figures import LEAST_DIGITS, Figures
from backtrace.check.lines import Lines
from backtrace.check.own_numbers import is_gradient, last_number
from backtrace.check.records import OWN, Line, Numeral, Report
from backtrace.derivation.steps import Derivation, Section, Step
from backtrace.expression.tree import ONE, Expr, mul, neg, operands, replace, symbol, symbols, with_operands
from backtrace.network.quantity import Derivative, Key, Quantity
from backtrace.network.records import Network
from backtrace.notation.profile import Profile

# So many ways to write inner lines out are tried when a line is laid over the right one.
MOST_WAYS = 64


class RightLines:
    """The lines of a network as this person would have to write them.

    network: the exercise's, with another loss or reduction where the whole submission has it; sign: −1 where the
    person's δ is minus ours; own: the numbers that the person wrote, as they stand there.
    """

    def __init__(self, report: Report, network: Network) -> None:
        written = report.submission.lines
        self.network, self.sign = meant(report.notes, network, written, report.submission.sign)
        self.lines: Lines = lines_for(self.network, [line.key for line in written if line.key is not None])
        self.given = given_numbers(self.network)
        self.figures = Figures(self.network, self.lines, self.given, {}, LEAST_DIGITS, lambda key: False)
        self.own = self._numbers(written)
        self._ways: dict[Key, list[Expr]] = {}

    def _numbers(self, written: Iterable[Line]) -> dict[Key, Numeral]:
        numbers = ((about(line), last_number(line)) for line in written)
        return {self.canonical(key): number for key, number in numbers if key is not None and number is not None}

    def beside(self, written: Iterable[Line]) -> RightLines:
        """The same lines for somebody who has written these."""
        found = copy(self)
        found.own, found._ways = self._numbers(written), {}
        return found

    def canonical(self, key: Key) -> Key:
        """One key for what has several."""
        return self.lines.canonical(key)

    def true(self, key: Key) -> float:
        """The right number, with the person's sign."""
        return self.signed(key, self.figures.true(key))

    def signed(self, key: Key, value: float) -> float:
        """A number of ours with the person's sign."""
        return self.sign * value if is_delta(self.canonical(key)) else value

    def form(self, key: Key) -> Expr | None:
        """The right line, with the person's sign; None for what is given."""
        form = self.lines.form(key)
        if form is None or self.sign == 1 or is_delta(self.canonical(key)) == any(map(is_delta, symbols(form))):
            # What comes back is a sum of δs: with all signs turned it is the same line.
            return form
        return form.args[0] if form.op == "neg" else neg(form)

    def ways(self, key: Key) -> list[Expr]:
        """The right line with inner lines written out or not, those first that the person did not write."""
        if key not in self._ways:
            form = self.form(key)
            found = self._written_out(form) if form is not None else ()
            self._ways[key] = list(islice(dict.fromkeys(found), MOST_WAYS))
        return self._ways[key]

    def _written_out(self, form: Expr) -> Iterator[Expr]:
        inner = self._inner(form)
        unwritten = [k for k in inner if self.canonical(k) not in self.own]
        for chosen in (unwritten, [], *([k] for k in inner), inner):
            yield self.written_out(form, chosen)
        if unwritten:
            yield from self._written_out(self.written_out(form, unwritten))

    def _inner(self, form: Expr) -> list[Key]:
        """The quantities of a formula that have lines of their own."""
        return [k for k in dict.fromkeys(symbols(form)) if isinstance(k, Quantity | Derivative) and self.form(k)]

    def written_out(self, form: Expr, keys: Collection[Key]) -> Expr:
        """A formula with some of its quantities replaced by their own lines."""
        return replace(form, lambda k: self.form(k) if isinstance(k, Quantity | Derivative) and k in keys else None)

    def shown_form(self, key: Key, written: Collection[Key] | None = None) -> Expr | None:
        """The right line as it is shown to somebody: factors of the chain rule that have no line are written out.

        written: the quantities that have lines, by default those of the submission.
        """
        written = self.own if written is None else written
        form = self.form(key)
        while form is not None:
            inner = [k for k in self._inner(form) if self.canonical(k) not in written and is_factor(k)]
            if not inner:
                break
            form = self.written_out(form, inner)
        return tidy(form) if form is not None else None

    def step(self, key: Key, written: Collection[Key] | None = None) -> Step:
        """The right line with its value; written: as in `shown_form`."""
        form = self.shown_form(key, written)
        return Step(str(key), "result", symbol(key), (form,) if form is not None else (), self.true(key))

    def derivation(self, steps: Sequence[Step], profile: Profile) -> Derivation:
        """Lines as a derivation without headings, whose pages can be made."""
        keys = [k for step in steps for form in step.forms for k in symbols(form)]
        values = {k: self.given.get(k, self.true(k)) for k in keys if isinstance(k, Quantity | Derivative)}
        return Derivation(self.network, profile, "delta", "factors", (), (Section("", (), tuple(steps)),), values)


def is_delta(key: object) -> bool:
    """Whether a quantity is a δ."""
    return isinstance(key, Quantity) and key.kind == "delta"


def about(line: Line) -> Key | None:
    """The quantity of the network that a line is about; None where it is a formula or a name of the person's own."""
    return None if isinstance(line.key, Quantity) and line.key.kind == OWN else line.key


def tidy(e: Expr) -> Expr:
    """A formula without factors 1, and with the minus of a product before it, and no minus twice."""
    parts = operands(e)
    if not parts:
        return e
    done = [tidy(part) for part in parts]
    if e.op == "neg" and done[0].op == "neg":
        return operands(done[0])[0]
    if e.op != "mul":
        return with_operands(e, tuple(done))
    factors = [part.args[0] if part.op == "neg" else part for part in done]
    kept = [part for part in factors if part != ONE]
    product = mul(*kept) if len(kept) > 1 else (*kept, ONE)[0]
    return neg(product) if sum(part.op == "neg" for part in done) % 2 else product


def is_factor(key: Key) -> bool:
    """Whether a quantity is a factor of the chain rule and no gradient."""
    return isinstance(key, Derivative) and not is_gradient(key)
