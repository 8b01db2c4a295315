"""A report in words, as data: what stands beside each line, what is said about each wrong one, and what to mend.

Pages only lay it out. Nothing here gives a right answer away unless it is asked to reveal it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import NamedTuple

from backtrace.check.records import (
    FOLLOW_THROUGH,
    NOT_FROM_OWN,
    NOT_JUDGED,
    RIGHT,
    ROUNDED_EARLY,
    ROUNDING_SLIP,
    UNREADABLE,
    WRONG,
    LineReport,
)
from backtrace.check.report.right_lines import about

# What says a sentence by its key, with its arguments.
Tell = Callable[..., str]

# What stands beside a line of each verdict.
MARKS = {
    RIGHT: "✓",
    ROUNDED_EARLY: "~",
    FOLLOW_THROUGH: "↳",
    NOT_FROM_OWN: "~",
    ROUNDING_SLIP: "~",
    WRONG: "✗",
    UNREADABLE: "?",
    NOT_JUDGED: "?",
}
IN_ASCII = {"✓": "ok", "↳": "->", "~": "~", "✗": "x", "?": "?"}


class Asked(NamedTuple):
    """What a reader asks of a report. hint: 1, or 2 for a stronger one; reveal: the lines whose right form is shown,
    None for every line that is not right; explain: the line that is worked out beside the person's own, 0 for none;
    language: a code such as "en"."""

    hint: int = 1
    reveal: Collection[int] | None = ()
    explain: int = 0
    language: str = "en"

    def reveals(self, one: LineReport) -> bool:
        """Whether the right line is shown."""
        if about(one.line) is None or one.verdict == UNREADABLE:
            return False
        return one.verdict not in (RIGHT, NOT_JUDGED) if self.reveal is None else one.line.line in self.reveal


class Row(NamedTuple):
    """A line of the submission: its number, its left side and its last part as written, mark and remark."""

    line: int
    name: str
    given: str
    verdict: str
    remark: str


class Block(NamedTuple):
    """What is said about one line. head: "Line 9"; work: the line as written; said: sentences; right_head, right: the
    right line and what stands before it, where it is revealed."""

    head: str
    work: str
    said: tuple[str, ...]
    hint: str = ""
    right_head: str = ""
    right: str = ""


class Worked(NamedTuple):
    """A line worked out beside the person's own. head: a sentence; lines: the right lines, each in its parts; from_own:
    a sentence that says which of the person's lines go in, and what they are; yours: the parts of the person's line;
    slips: the numbers of it that do not belong there, as written; said: what probably happened."""

    head: str
    from_own: str
    lines: tuple[tuple[str, ...], ...]
    yours_head: str
    yours: tuple[str, ...]
    slips: tuple[str, ...]
    said: tuple[str, ...]


class Account(NamedTuple):
    """The whole page. end: the tally, and what to mend; worked: a line worked out."""

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]
    end: tuple[str, ...]
    worked: Worked | None = None
