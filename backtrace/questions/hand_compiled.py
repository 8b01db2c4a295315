"""The numbers of `hand.worked` by a compiled function, for a structure that is met again and again.

The very steps of `hand` are run once on numbers that only note what is done with them, and which results are lines.
From these notes come the numbers of the wanted quantities, and how far rounding may carry each.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from backtrace.engine.operations import ADD, MULTIPLY, Operation
from backtrace.engine.scalar import numbers_in_row
from backtrace.engine.structure import structure_of
from backtrace.errors import InputError
from backtrace.expression.kept import for_the_last
from backtrace.expression.straight_line import StraightLine
from backtrace.expression.tree import Expr
from backtrace.network.losses import Loss
from backtrace.network.quantity import Key, neutral
from backtrace.network.records import Network
from backtrace.questions.hand import Arithmetic, worked_by
from backtrace.questions.reach import accepted

# What is compiled pays for itself after so many networks of one structure.
WORTH = 8


class Hand:
    """The hand calculation of `steps` updates, for all networks of a structure. line: what is done, from the numbers of
    the leaves and the learning rate of each update; found: the number of each quantity in it; rounded: those numbers
    that a person writes down, in the lines of the chain view or of the delta view; row: the numbers of a network that
    the line starts from."""

    def __init__(self, network: Network, steps: int) -> None:
        leaves = structure_of(network).leaves
        self.steps = steps
        self.line = StraightLine(len(leaves) + steps)
        self.rounded: set[int] = set()
        noted = [Noted(self.line, n) for n in range(self.line.leaves)]
        numbers: Any = dict(zip(leaves, noted, strict=False))
        rates: Any = noted[len(leaves) :]
        found = worked_by(Notes(self.line), network, numbers, rates, self._carry, everywhere=True)
        self.found: dict[Key, int] = {key: number_in(self.line, value) for key, value in found.items()}
        self.row = for_the_last(self._row)

    def _carry(self, value: Any) -> Any:
        if isinstance(value, Noted) and value.number >= self.line.leaves:
            self.rounded.add(value.number)
        return value

    def _row(self, network: Network) -> list[float]:
        rates = [network.optimizer.rate(step) for step in range(self.steps)]
        return [*map(float, numbers_in_row(network)), *rates]

    def places(self, keys: Sequence[Key]) -> list[int]:
        """Where the quantities stand in the line; raises InputError for one that this network has not."""
        for key in keys:
            if key not in self.found:
                raise InputError(
                    f"{neutral(key)} has no value on this network", hint="every layer needs an activation with a slope"
                )
        return [self.found[key] for key in keys]


def hand_of(network: Network, steps: int = 1) -> Hand:
    """The hand calculation of a network's structure; raises InputError for an order of updates that is a slip."""
    if network.optimizer.order == "output_first":
        raise InputError(
            "order = output_first is a common slip, and no exercise asks for what it gives",
            hint="leave out order; backtrace derive shows what output_first does",
        )
    return structure_of(network).kept(("hand", steps), lambda: Hand(network, steps))


class Numbers:
    """Some numbers of a hand calculation, by a function that is compiled when it has been asked for often enough."""

    def __init__(self, line: StraightLine, wanted: Sequence[int]) -> None:
        self.line, self.wanted = line, wanted
        self.uses = 0
        self.function: Callable[[Sequence[float]], tuple[float, ...]] | None = None

    def of(self, row: Sequence[float]) -> tuple[float, ...]:
        """The numbers for those that the line starts from."""
        if self.function is None:
            self.uses += 1
            if self.uses < WORTH:
                return self.line.values(self.wanted, row)
            self.function = self.line.function(self.wanted)
        return self.function(row)


class Answers:
    """Some quantities of all networks of a structure, as they come out by hand. place: of each among them."""

    def __init__(self, hand: Hand, keys: Sequence[Key]) -> None:
        self.hand, self.places = hand, hand.places(keys)
        self.place = {key: place for place, key in enumerate(keys)}
        self._exact = Numbers(hand.line, self.places)
        self._accepted: dict[int, Numbers] = {}

    def exact(self, row: Sequence[float]) -> tuple[float, ...]:
        """The quantities with everything carried."""
        return self._exact.of(row)

    def accepted(self, digits: int, row: Sequence[float]) -> list[tuple[float, float]]:
        """What is accepted for each at so many digits, from where to where."""
        if digits not in self._accepted:
            wanted = accepted(self.hand.line, self.hand.rounded, self.places, digits)
            self._accepted[digits] = Numbers(self.hand.line, wanted)
        ends, count = self._accepted[digits].of(row), len(self.places)
        return [*zip(ends[:count], ends[count:], strict=True)]


def answers_of(network: Network, keys: Sequence[Key], steps: int = 1) -> Answers:
    """The answers about these quantities, kept for the structure."""
    keys = keys if isinstance(keys, tuple) else tuple(keys)
    return structure_of(network).kept(("answers", keys, steps), lambda: Answers(hand_of(network, steps), keys))


class Noted:
    """A number that is not known yet: what is done with it is written down in a line."""

    __slots__ = ("line", "number")

    def __init__(self, line: StraightLine, number: int) -> None:
        self.line, self.number = line, number

    def _put(self, op: str, a: Any, b: Any) -> Noted:
        return Noted(self.line, self.line.put(op, number_in(self.line, a), number_in(self.line, b)))

    def __add__(self, other: Any) -> Noted:
        return self._put("add", self, other)

    def __radd__(self, other: Any) -> Noted:
        return self._put("add", other, self)

    def __sub__(self, other: Any) -> Noted:
        return self._put("sub", self, other)

    def __mul__(self, other: Any) -> Noted:
        return self._put("mul", self, other)

    def __rmul__(self, other: Any) -> Noted:
        return self._put("mul", other, self)

    def __truediv__(self, other: Any) -> Noted:
        return self._put("div", self, other)


def number_in(line: StraightLine, value: Any) -> int:
    """The place of a number in a line, known or not."""
    return value.number if isinstance(value, Noted) else line.constant(value)


class Notes(Arithmetic):
    """An arithmetic that writes down what is called, and with what."""

    def __init__(self, line: StraightLine) -> None:
        self.notes = line

    def value(self, operation: Operation, operands: list[Any]) -> Any:
        """What a gate gives."""
        if operation in (ADD, MULTIPLY):
            return operation.value(operands)
        record = operation.record
        if isinstance(record, Loss):
            return self.call(record.value, [operands[1], operands[0], operation.outputs])
        if record is not None:
            return self.call(record.value, operands)
        return self.call(lambda *a: operation.value(a), operands)

    def slopes(self, operation: Operation, operands: list[Any], value: Any) -> Sequence[Any]:
        """The slopes of a gate by its operands."""
        if operation in (ADD, MULTIPLY):
            return operation.slopes(operands, value)
        record = operation.record
        if isinstance(record, Loss):
            return [self.call(record.slope_at, [operands[1], operands[0], operation.outputs])]
        if record is not None:
            return [self.call(record.slope_at, [operands[0], value])]
        count = len(operands) - operation.constants
        return [self.call(_nth(operation, n), [*operands, value]) for n in range(count)]

    def call(self, function: Callable[..., float], operands: Sequence[Any]) -> Any:
        """What a function gives."""
        return Noted(self.notes, self.notes.call(function, *(number_in(self.notes, one) for one in operands)))

    def line(self, form: Expr, function: Callable[..., float], values: Mapping[str, Any]) -> Any:
        """What a formula gives, noted step by step."""
        at: dict[Hashable, int] = {name: number_in(self.notes, value) for name, value in values.items()}
        return Noted(self.notes, self.notes.formula(form, at, []))


def _nth(operation: Operation, n: int) -> Callable[..., float]:
    return lambda *a: operation.slopes(a[:-1], a[-1])[n]
