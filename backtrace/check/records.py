"""What a submission says, and what is found about it.

A submission is lines; a line gives one quantity (or a formula) one or more parts: `name = formula = numbers = value`.
A report gives every line a verdict, every wrong one the mistakes that lead to it. Notes are ids with arguments; the
page turns them into sentences.
"""

from __future__ import annotations

from typing import NamedTuple

from backtrace.errors import InputError
from backtrace.expression.tree import Expr
from backtrace.mistakes.records import Mistake
from backtrace.network.quantity import Key

# The verdicts of a line, in the words of the contract.
RIGHT = "right"
ROUNDED_EARLY = "rounded_early"
FOLLOW_THROUGH = "follow_through"
NOT_FROM_OWN = "right_not_from_own_lines"
ROUNDING_SLIP = "rounding_slip"
WRONG = "wrong"
UNREADABLE = "unreadable"
NOT_JUDGED = "not_judged"
VERDICTS = (RIGHT, ROUNDED_EARLY, FOLLOW_THROUGH, NOT_FROM_OWN, ROUNDING_SLIP, WRONG, UNREADABLE, NOT_JUDGED)

# The kind of a quantity that a person defines, `a = out_o1*(1 - out_o1)`: its name is the person's.
OWN = "own"

# The sorts of a part: with quantities in it, with numbers put in, or one number.
FORMULA, SUBSTITUTION, NUMBER = "formula", "substitution", "number"


class Numeral(NamedTuple):
    """A number as it was written. unit: of its last digit; digits: how many are significant; whole: it has neither
    a point nor a power of ten, so that it may be exact."""

    value: float
    unit: float
    digits: int
    whole: bool = False


class Part(NamedTuple):
    """What stands between two = of a line. expr: as read, its decimals spelt as written; number: where the part is one
    number and nothing else."""

    text: str
    sort: str
    expr: Expr
    number: Numeral | None = None


class Line(NamedTuple):
    """One line of a submission.

    line: where it begins in the file, from 1; text: as written, lines that continue it joined; name: its left side as
    written; key: the quantity it is about, None where the left side is a formula (then `parts` begins with it) or was
    left out, OWN with a name for a person's own; error: why it cannot be read; gaps: something was left out.
    """

    line: int
    text: str
    name: str = ""
    key: Key | None = None
    parts: tuple[Part, ...] = ()
    error: InputError | None = None
    gaps: bool = False


class Note(NamedTuple):
    """A remark by its id, with what the page needs to say it."""

    id: str
    args: tuple[object, ...] = ()


class Submission(NamedTuple):
    """A submission as read. notation: the profile whose names were used; comma: decimals were written with a comma;
    sign: that of δ in this notation; form: the id of the sheet that it answers."""

    lines: tuple[Line, ...]
    notation: str
    name: str = ""
    comma: bool = False
    notes: tuple[Note, ...] = ()
    sign: int = 1
    form: str = ""


class Match(NamedTuple):
    """A mistake that gives what was written. form: the wrong line; rank: 0 documented, 1 structural, 2 a slip."""

    mistake: Mistake
    form: Expr | None
    rank: int


class LineReport(NamedTuple):
    """What is found about a line.

    given: the last number written; expected: the right number; expected_from_own: the number that follows from the
    lines before it; follows: the wrong lines (by line number) that it is built on; aspects: of formula, substitution,
    arithmetic and value, what is right (None where the line has none); matches: the mistakes that explain it.
    """

    line: Line
    verdict: str
    given: Numeral | None = None
    expected: float | None = None
    expected_from_own: float | None = None
    follows: tuple[int, ...] = ()
    aspects: dict[str, bool] = {}  # noqa: RUF012
    matches: tuple[Match, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def credited(self) -> bool:
        """Whether the line earns its point."""
        return self.verdict in (RIGHT, ROUNDED_EARLY, FOLLOW_THROUGH, NOT_FROM_OWN, ROUNDING_SLIP)

    @property
    def judged(self) -> bool:
        """Whether the line counts."""
        return self.verdict not in (UNREADABLE, NOT_JUDGED)


class Report(NamedTuple):
    """What is found about a submission. notes: what holds for the whole of it."""

    submission: Submission
    lines: tuple[LineReport, ...]
    notes: tuple[Note, ...] = ()

    @property
    def first_mistake(self) -> int | None:
        """The number of the first wrong line."""
        return next((one.line.line for one in self.lines if one.verdict == WRONG), None)

    @property
    def verdict(self) -> str:
        """Of the whole: "right", "mistake" or "unreadable"."""
        if self.first_mistake is not None:
            return "mistake"
        return RIGHT if any(one.judged for one in self.lines) else UNREADABLE

    @property
    def score(self) -> float:
        """Credited lines over judged and unreadable ones, 0 to 1."""
        counted = [one for one in self.lines if one.verdict != NOT_JUDGED]
        return sum(one.credited for one in counted) / len(counted) if counted else 0.0
