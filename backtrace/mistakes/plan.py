"""What can go wrong with the quantities of all networks of one structure: the wrong lines, which are the same whatever
the numbers are. They are written once; on each network they are only worked out.

A mistake that looks at numbers, or runs the step again, says so (`reads` of its record) and is asked anew each time,
where it has anything to say of this structure.
That the others do not look is made sure of: they are asked on a network that has no numbers to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, NoReturn, cast

from backtrace.engine.structure import Structure
from backtrace.errors import InternalFault
from backtrace.expression.tree import Expr
from backtrace.mistakes.calculation import Calculation
from backtrace.mistakes.case import Case
from backtrace.mistakes.catalogue import OF_STEP
from backtrace.mistakes.records import Mistake
from backtrace.network.quantity import Key
from backtrace.network.records import Network, Rows


class WrongLine(NamedTuple):
    """A mistake in a line: the formula that it makes of it, or None where it has to be asked anew on each network."""

    mistake: Mistake
    form: Expr | None


def wrong_lines(
    structure: Structure, key: Key, mistakes: Callable[[], Iterable[Mistake]] = OF_STEP.values
) -> tuple[WrongLine, ...]:
    """The wrong lines of a quantity, in the order of the catalogue. Raises InternalFault where a mistake looks at
    numbers and does not say so."""
    return structure.kept(("wrong lines", key, mistakes), lambda: tuple(_written(structure.network, key, mistakes())))


def _written(network: Network, key: Key, mistakes: Iterable[Mistake]) -> Iterable[WrongLine]:
    case = Case(Unnumbered(network), key)
    for mistake in mistakes:
        if not case.kind or case.kind not in mistake.at:
            continue
        if mistake.reads:
            if _may_apply(mistake, case):
                yield WrongLine(mistake, None)
            continue
        for form in mistake.make(case):
            if not isinstance(form, Expr):
                _refuse(mistake.id)
            yield WrongLine(mistake, form)


def _may_apply(mistake: Mistake, case: Case) -> bool:
    """Whether it looks at numbers here: one that has nothing to say without looking has nothing to say of any."""
    try:
        return any(True for _ in mistake.make(case))
    except InternalFault:
        return True


class Unnumbered(Calculation):
    """The lines of a step without its numbers."""

    def __init__(self, network: Network) -> None:
        super().__init__(_without_numbers(network))

    def value(self, key: Key) -> float:
        """Refused."""
        _refuse("a mistake")

    def evaluate(self, form: Expr) -> float:
        """Refused."""
        _refuse("a mistake")

    def again(self, name: str, make: Callable[[], Calculation]) -> Calculation:
        """Refused."""
        _refuse("a mistake")


class Hidden:
    """Rows of numbers that nobody may look at; how many there are is no secret."""

    def __init__(self, rows: int) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return self.rows

    def __getitem__(self, place: object) -> NoReturn:
        _refuse("a mistake")

    def __iter__(self) -> NoReturn:
        _refuse("a mistake")

    def __mul__(self, count: object) -> NoReturn:
        _refuse("a mistake")


def _refuse(who: str) -> NoReturn:
    raise InternalFault(f"{who} looks at numbers: its record has to say `reads=True`")


def _without_numbers(network: Network) -> Network:
    """The network with nothing but hidden numbers, also where it has none."""

    def hidden(rows: int) -> Rows:
        return cast(Rows, Hidden(rows))

    layers = []
    for layer in network.layers:
        bias = hidden(1 if layer.shared_bias else layer.units) if layer.has_bias else None
        layers.append(layer._replace(weights=hidden(layer.units), bias=cast("tuple[float, ...] | None", bias)))
    # The targets of a loss of the whole sample belong to the structure: they say which terms it has.
    targets = network.targets if network.loss.whole else hidden(network.samples)
    return network._replace(layers=tuple(layers), inputs=hidden(network.samples), targets=targets)
