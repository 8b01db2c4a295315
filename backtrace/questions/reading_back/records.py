"""What a reader may find out about a part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

from backtrace.errors import InputError
from backtrace.expression.tree import Expr
from backtrace.questions.reading_back.sheets import Asked, Exercise


class Contradiction(InputError):
    """The sheet is read, and contradicts itself."""


class Carried(NamedTuple):
    """A number with everything carried; by_hand: as it comes out where every line is rounded to the digits asked, if
    that was worked out."""

    value: float
    by_hand: float | None


# Whether a formula is right.
Fits: TypeAlias = Callable[[Expr], bool]
# A number, a whole number, a shape, the letters of the right options, what tells right formulas, or nothing to compute.
Found: TypeAlias = "Carried | float | int | tuple[int, ...] | frozenset[str] | Fits | Literal['a person']"
Reader: TypeAlias = Callable[[Exercise, Asked], Found]
PERSON: Literal["a person"] = "a person"
