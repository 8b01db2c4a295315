"""What a mistake is: a wrong way of working, with the belief behind it, and hints that give nothing away."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from backtrace.expression.tree import Expr


class Mistake(NamedTuple):
    """One entry of the catalogue.

    id: "output_delta.no_slope"; name: a few words; belief: what the person does, as a sentence; operator: a name of the
    table of operators; where: the kinds of quantity it can happen to, in words; hints: the second stronger than the
    first, neither gives the answer away; source: where it was seen, empty when it is merely a rule with one part
    dropped, doubled or replaced.
    at: the kinds of line it is tried on (see `Case.kind`); make: what it makes of one line, as formulas that take the
    place of the right one, or as a number where the whole step has to be run again; nothing where it does not apply.
    reads: whether `make` looks at numbers, or gives one. All others look at the structure alone, so that what they make
    of one network holds for all that differ from it in numbers only.
    """

    id: str
    name: str
    belief: str
    operator: str
    where: str
    hints: tuple[str, str]
    source: str = ""
    at: tuple[str, ...] = ()
    make: Callable[[Any], Iterable[Expr | float | tuple[int, ...]]] = lambda case: ()
    reads: bool = False


class Slip(NamedTuple):
    """What a mistake makes of one quantity: the number that comes out, and the wrong line that leads to it where there
    is one."""

    mistake: Mistake
    value: float
    form: Expr | None = None


class ShapeSlip(NamedTuple):
    """What a mistake makes of the shape of a matrix."""

    mistake: Mistake
    dims: tuple[int, ...]


class Convention(NamedTuple):
    """A difference that is no mistake as long as the exercise does not say otherwise.

    id, name: as of a mistake; says: what the two ways are; where: what it changes; same_as: the mistakes of the
    catalogue that give the same numbers, and are mistakes only where the exercise has settled the matter.
    """

    id: str
    name: str
    says: str
    where: str
    same_as: tuple[str, ...] = ()
