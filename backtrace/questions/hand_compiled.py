"""The numbers of `hand.worked` by a compiled function, for a structure that is met again and again.

The very steps of `hand` are run once on numbers that only note what is done with them; what they note becomes one
function, of which only the lines are kept that the wanted quantities need.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from backtrace.engine.operations import ADD, MULTIPLY, Operation
from backtrace.engine.scalar import numbers_in_row
from backtrace.engine.structure import structure_of
from backtrace.expression.rounding import BY_HAND, rounding_to
from backtrace.expression.straight_line import StraightLine
from backtrace.network.losses import Loss
from backtrace.network.quantity import Key
from backtrace.network.records import Network
from backtrace.questions.hand import Arithmetic, Values, worked, worked_by

# What is compiled pays for itself after so many networks of one structure.
WORTH = 8


def worked_for(
    keys: tuple[Key, ...], network: Network, steps: int = 1, digits: int | None = None, everywhere: bool = False
) -> Values:
    """What `worked` gives for these quantities, at least."""
    name = ("hand", keys, steps, digits, everywhere)
    kept = structure_of(network).kept(name, lambda: Hand(keys, steps, digits, everywhere))
    return kept.numbers(network)


class Hand:
    """Some quantities of all networks of a structure, in one way to carry numbers."""

    def __init__(self, keys: tuple[Key, ...], steps: int, digits: int | None, everywhere: bool) -> None:
        self.keys, self.steps, self.digits, self.everywhere = keys, steps, digits, everywhere
        self.uses = 0
        self.function: Callable[[Sequence[float]], tuple[float, ...]] | None = None

    def numbers(self, network: Network) -> Values:
        """The numbers of one network."""
        # Penalties and clipping look at the size of a number, which one that only notes what is done does not have.
        if self.function is None:
            self.uses += 1
            if self.uses < WORTH or network.regularization.norms or network.optimizer.clips:
                return worked(network, self.steps, self.digits, self.everywhere)
            self.function = self._compiled(network)
        row = [float(x) for x in numbers_in_row(network)]
        return dict(zip(self.keys, self.function(row + self._rates(network)), strict=True))

    def _rates(self, network: Network) -> list[float]:
        """The learning rate of each update."""
        return [network.optimizer.rate(step) for step in range(self.steps)]

    def _compiled(self, network: Network) -> Callable[[Sequence[float]], tuple[float, ...]]:
        """The function of the leaves."""
        leaves = structure_of(network).leaves
        line = StraightLine(len(leaves) + self.steps)
        noted = [Noted(line, n) for n in range(line.leaves)]
        by: Any = dict(zip(leaves, noted, strict=False))
        rates: Any = noted[len(leaves) :]

        def carry(value: Any) -> Any:
            if self.digits is None:
                return value
            rounding = rounding_to(self.digits, BY_HAND)
            return Noted(line, line.call(rounding, value.number)) if isinstance(value, Noted) else rounding(value)

        found: Any = worked_by(Notes(line), network, by, rates, carry, self.everywhere)
        return line.function([number_in(line, found[key]) for key in self.keys])


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
        self.line = line

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
        return Noted(self.line, self.line.call(function, *(number_in(self.line, one) for one in operands)))


def _nth(operation: Operation, n: int) -> Callable[..., float]:
    return lambda *a: operation.slopes(a[:-1], a[-1])[n]
