"""What marking finds: a mark for every part, all marks of a sheet, the words of verdicts and notes as ids."""

from __future__ import annotations

from typing import NamedTuple

from backtrace.check.marking.instances import Sheet
from backtrace.check.records import UNREADABLE, WRONG, Note
from backtrace.questions.records import Say

# Beside the verdicts of a line: nothing was written; some options of several are right; a person reads it.
BLANK, PARTLY, TO_READ = "blank", "partly", "to_read"


class Mark(NamedTuple):
    """A part as marked. written: the answer; points: earned, None where a person has to read; of: what a right answer
    earns at most; mistakes: ids, likelier ones first; title: of the item."""

    label: str
    exercise: int
    kind: str
    asked: str
    written: str
    verdict: str
    points: float | None
    of: float
    mistakes: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    title: Say = Say("")


class Marked(NamedTuple):
    """A sheet as marked. file: the hand-in; notes: on all of it; handed_in: there is one that could be read; fault: why
    it could not; ours: the fault is the program's."""

    sheet: Sheet
    marks: tuple[Mark, ...]
    file: str = ""
    notes: tuple[Note, ...] = ()
    fault: str = ""
    handed_in: bool = True
    ours: bool = False

    @property
    def points(self) -> float:
        """What is earned so far."""
        return sum(mark.points or 0.0 for mark in self.marks)

    @property
    def of(self) -> float:
        """What could be earned."""
        return sum(mark.of for mark in self.marks)

    @property
    def to_read(self) -> float:
        """The points that a person still has to give."""
        return sum(mark.of for mark in self.marks if mark.points is None)

    @property
    def first_wrong(self) -> str:
        """The label of the first part that is wrong; empty for none."""
        return next((mark.label for mark in self.marks if mark.verdict in (WRONG, UNREADABLE)), "")
