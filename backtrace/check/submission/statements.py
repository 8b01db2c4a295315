"""What stands between two line ends and what belongs together, before any formula is read."""

from __future__ import annotations

from typing import NamedTuple

from backtrace.check.records import Note
from backtrace.errors import InputError


class Piece(NamedTuple):
    """A text and where it begins; column 0: unknown."""

    text: str
    line: int
    column: int = 0


class Statement(NamedTuple):
    """`left = part = part`, from one line or several.

    text: as written; assigned: `left := part`, so that the left side is the new value; sample, step: those of the
    headings before it (0: none was said); notation: the profile named before it; label: of the part of a sheet that it
    answers; error: why it is not to be read.
    """

    line: int
    text: str
    left: Piece
    parts: tuple[Piece, ...] = ()
    assigned: bool = False
    sample: int = 0
    step: int = 1
    notation: str = ""
    label: str = ""
    error: InputError | None = None


class Work(NamedTuple):
    """A submission, taken apart. signs: how formulas are spelt on it: "typed", "text" (our pages) or "latex"; form:
    the id of the sheet that it answers."""

    statements: tuple[Statement, ...]
    signs: str = "typed"
    form: str = ""
    notes: tuple[Note, ...] = ()
