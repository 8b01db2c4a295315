"""The numbers that a person wrote, in our sign of δ, and how finely they write."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from backtrace.check.cone import Own
from backtrace.check.effort import TO_JUDGE, Effort
from backtrace.check.figures import FLOAT, LEAST_DIGITS, Figures
from backtrace.check.lines import Lines
from backtrace.check.numerals import judged_unit
from backtrace.check.records import Line, Numeral
from backtrace.errors import InputError
from backtrace.network.quantity import Derivative, Key, Quantity
from backtrace.network.records import Network


class OwnNumbers:
    """The numbers of a submission. sign: −1 where the person's δ is minus ours; scale: 2 for a person who cuts off;
    before: the same lines under another reading, whose digits and whose effort count."""

    def __init__(
        self,
        written: Sequence[Line],
        network: Network,
        lines: Lines,
        given: Mapping[Key, float],
        sign: int,
        scale: float,
        before: OwnNumbers | None = None,
    ) -> None:
        self.written, self.network, self.lines, self.given = written, network, lines, given
        self.sign, self.scale = sign, scale
        self.keys = [lines.canonical(line.key) if line.key is not None else None for line in written]
        self.right = Figures(network, lines, given, {}, LEAST_DIGITS, self.is_line)
        self.effort: Effort = Effort(TO_JUDGE) if before is None else before.effort
        if before is not None:
            self.computed = before.computed

    def signed(self, line: Line, value: float) -> float:
        """A number of a line, with our sign of δ."""
        return self.sign * value if is_delta(line.key) else value

    def unit(self, number: Numeral) -> float:
        """The unit that a number is held to. One digit with nothing behind a point says that nothing comes there: it is
        as exact as this person's other numbers."""
        if number.digits == 1 and number.unit >= 1.0 and number.value:
            return number.unit * 10.0 ** (1 - self.digits)
        return judged_unit(number)

    @cached_property
    def entries(self) -> dict[Key, list[Own]]:
        """What was written for each quantity, in the order of the lines."""
        found: dict[Key, list[Own]] = {}
        for place, (line, key) in enumerate(zip(self.written, self.keys, strict=True)):
            number = last_number(line)
            if key is not None and number is not None:
                value = self.signed(line, number.value)
                half = 0.0 if value == self.exact(key) else self.unit(number) / 2
                found.setdefault(key, []).append(Own(value, half, place))
        return found

    def exact(self, key: Key) -> float | None:
        """The number of what is given, or is nothing but something given: ∂net/∂w is its input."""
        if key in self.given:
            return self.given[key]
        form = self.lines.form(key)
        return self.given.get(self.lines.canonical(form.args[0])) if form is not None and form.op == "symbol" else None

    # How finely they write

    @cached_property
    def computed(self) -> list[Numeral]:
        """The numbers that were computed and are not exact."""
        found = []
        for line, key in zip(self.written, self.keys, strict=True):
            number = last_number(line)
            if key is None or number is None or key in self.given or number.whole:
                continue
            try:
                true = self.right.true(key)
            except (InputError, KeyError):
                continue
            if abs(true - self.signed(line, number.value)) > FLOAT * abs(true):
                found.append(number)
        return found

    @cached_property
    def digits(self) -> int:
        """The fewest significant digits of these, and at least 3."""
        return max(min((number.digits for number in self.computed), default=LEAST_DIGITS), LEAST_DIGITS)

    @cached_property
    def usual_digits(self) -> int:
        """The significant digits that most of these have."""
        return Counter([number.digits for number in self.computed] or [LEAST_DIGITS]).most_common(1)[0][0]

    @cached_property
    def half(self) -> float:
        """Half of the unit in which all of these end, of somebody who writes so many decimals; 0 where they differ."""
        units = {number.unit for number in self.computed}
        return units.pop() / 2 if len(units) == 1 else 0.0

    @cached_property
    def in_chains(self) -> bool:
        """Whether the person writes the factors of the chain rule as lines of their own."""
        return any(isinstance(key, Derivative) and not is_gradient(key) for key in self.keys)

    def is_line(self, key: Key) -> bool:
        """Whether a quantity would have its own line in this person's way of working."""
        return self.in_chains or isinstance(key, Quantity) or is_gradient(key)

    # What follows from them

    def figures(self, place: int) -> Figures:
        """The numbers that a line is judged against: of what was written twice, the last before it, else the first."""
        return self._with(Before(self.entries, place)) if self._twice else self.first

    @cached_property
    def _twice(self) -> bool:
        return any(len(entries) > 1 for entries in self.entries.values())

    @cached_property
    def first(self) -> Figures:
        """The numbers, of what was written twice the first."""
        return self._with({key: entries[0] for key, entries in self.entries.items()})

    @cached_property
    def rounded(self) -> Figures:
        """The right numbers, rounded as this person does."""
        return self._with({})

    def _with(self, own: Mapping[Key, Own]) -> Figures:
        rest = (self.scale, self.half, self.right.known, self.effort)
        return Figures(self.network, self.lines, self.given, own, self.digits, self.is_line, *rest)


class Before(Mapping[Key, Own]):
    """What was written for each quantity before a line, else after it first."""

    def __init__(self, entries: Mapping[Key, list[Own]], place: int) -> None:
        self.entries, self.place = entries, place

    def __getitem__(self, key: Key) -> Own:
        entries = self.entries[key]
        return entries[max(bisect_left(entries, self.place, key=lambda one: one.line) - 1, 0)]

    def __iter__(self) -> Iterator[Key]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, key: object) -> bool:
        return key in self.entries


def last_number(line: Line) -> Numeral | None:
    """The number that a line ends in."""
    return line.parts[-1].number if line.parts else None


def is_delta(key: object) -> bool:
    """Whether a quantity is δ, whose sign is a matter of convention."""
    return isinstance(key, Quantity) and key.kind == "delta"


def is_gradient(key: Key) -> bool:
    """Whether a derivative is a gradient of a parameter, which every way of working writes down."""
    return (
        isinstance(key, Derivative) and key.via is None and key.of.kind == "loss" and key.by.kind in ("weight", "bias")
    )
