"""What a reader may find out about a part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

from backtrace.errors import InputError
from backtrace.expression.tree import Expr
from backtrace.questions.reading_back.sheets import Asked, Exercise


class Contradiction(InputError):
    """The sheet is read, and contradicts itself."""


# Whether a formula is right.
Fits: TypeAlias = Callable[[Expr], bool]
# A number, a whole number, a shape, the letters of the right options, what tells right formulas, or nothing to compute.
Found: TypeAlias = "float | int | tuple[int, ...] | frozenset[str] | Fits | Literal['a person']"
Reader: TypeAlias = Callable[[Exercise, Asked], Found]
PERSON: Literal["a person"] = "a person"
