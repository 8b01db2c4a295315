"""Wrong lines of several quantities as one function of the numbers of a network: the right quantities in them are
worked out once for all."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple, cast

from backtrace.expression.straight_line import finite
from backtrace.expression.tree import ZERO, Expr, add, symbol, symbols
from backtrace.mistakes.calculation import Calculation
from backtrace.mistakes.plan import WrongLine
from backtrace.mistakes.working_out import Workings
from backtrace.network.quantity import RATE, SCHEDULED, Key
from backtrace.network.records import Network
from backtrace.questions.hand_compiled import Hand, hand_of


class Compiled(NamedTuple):
    """hand, function: the numbers of all lines, None where one is not finite; parts: for each quantity the names of its
    mistakes, their lines, and which of the numbers are theirs."""

    hand: Hand
    function: Callable[[Sequence[float]], tuple[float, ...] | None]
    parts: list[tuple[tuple[str, ...], tuple[WrongLine, ...], slice]]

    def values(self, network: Network) -> tuple[float, ...] | None:
        """The numbers on a network."""
        return self.function(self.hand.row(network))


def compiled_lines(network: Network, workings: Sequence[Workings]) -> Compiled | None:
    """The lines of each quantity that have a formula all of whose quantities have a value here. None where a right
    quantity cannot be had from the numbers of the network alone."""
    if network.optimizer.order == "output_first":
        return None
    hand = hand_of(network)
    line, at = hand.line, Places(network, hand)
    results: list[int] = []
    inner: list[int] = []
    parts: list[tuple[tuple[str, ...], tuple[WrongLine, ...], slice]] = []
    try:
        for one in workings:
            forms = [found for found in one.lines if found.form is not None] if at.right.knows(one.key) else []
            kept = tuple([found for found in forms if at.knows(cast(Expr, found.form))])
            start = len(results)
            results += [line.formula(add(cast(Expr, found.form), ZERO), at, inner) for found in kept]
            parts.append((tuple([found.mistake.id for found in kept]), kept, slice(start, len(results))))
    except _Elsewhere:
        return None
    return Compiled(hand, finite(line, results, inner), parts)


class Places(dict[Hashable, int]):
    """Where the right quantities stand in a hand calculation; KeyError for what has no value."""

    def __init__(self, network: Network, hand: Hand) -> None:
        super().__init__([*hand.found.items()])
        self.hand, self.right = hand, Calculation(network)
        optimizer = network.optimizer
        # The learning rate is drawn; whatever else an update starts from is the same for all networks of a structure.
        self.update({key: hand.line.constant(x) for key, x in self.right.constants.items() if key != RATE})
        self[SCHEDULED] = len(self.right.structure.leaves)
        if optimizer.has_rate and optimizer.schedule is None:
            self[RATE] = self[SCHEDULED]

    def knows(self, form: Expr) -> bool:
        """Whether all quantities of a formula have a value."""
        try:
            return all(self[key] >= 0 for key in symbols(form))
        except KeyError:
            return False

    def __missing__(self, key: Key) -> int:
        right = self.right
        canonical = right.canonical(key)
        if canonical != key:
            self[key] = self[canonical]
        else:
            if not right.knows(key):
                raise KeyError(key)
            form = right.form(key)
            if form is None or form == symbol(key):
                raise _Elsewhere
            self[key] = self.hand.line.formula(form, self, [])
        return self[key]


class _Elsewhere(Exception):
    """A quantity comes from a run of the step by another rule."""
