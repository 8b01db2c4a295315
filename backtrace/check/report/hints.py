"""The hint for a wrong line: one that suits every mistake that explains it, and gives nothing away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backtrace.check.lines import moved, updates_of
from backtrace.check.records import LineReport
from backtrace.check.report.misplaced import misplaced
from backtrace.check.report.right_lines import RightLines, about
from backtrace.check.report.words import WORDS, teller
from backtrace.mistakes.case import Case
from backtrace.mistakes.records import Mistake
from backtrace.network.quantity import Derivative, Key

if TYPE_CHECKING:
    from backtrace.questions.mistake_words import Told

# Sorts of line for which another sort's hint is said.
SAID_AS = {"batch_loss": "loss", "whole_loss": "loss"}


def hint_for(one: LineReport, right: RightLines, level: int = 1, language: str = "en") -> str:
    """The hint of the mistakes if they have the same, else the one for a line of this sort. level: 2 is stronger."""
    hints = {hint_of(match.mistake, level, language) for match in one.matches}
    if len(hints) == 1:
        return hints.pop()
    return teller(language)(f"{sort_of(one, right)}_{level}")


def hint_of(mistake: Mistake, level: int, language: str) -> str:
    """The hint of one mistake of the catalogue."""
    return words_of(mistake, language).hints[level - 1]


def words_of(mistake: Mistake, language: str) -> Mistake | Told:
    """What a mistake is called, what is believed and what hints at it; other languages are read where they are used."""
    if language == "en":
        return mistake
    from backtrace.questions.mistake_words import told

    words = told(mistake.id, language)
    assert words is not None
    return words


def sort_of(one: LineReport, right: RightLines) -> str:
    """What sort of line it is, as the table of hints names it."""
    found = about(one.line)
    if found is None:
        return "sum"
    key = right.canonical(found)
    if key in right.given:
        return "data"
    right_parts = one.aspects.get("formula", True) and one.aspects.get("substitution", True)
    if one.aspects.get("arithmetic") is False and right_parts:
        return "arithmetic"
    if not one.matches and misplaced(one, right):
        return "put_in"
    kind = kind_of(key, right)
    return kind if f"{kind}_1" in WORDS else "derivative" if isinstance(key, Derivative) else "sum"


def kind_of(key: Key, right: RightLines) -> str:
    """The kind of line among the mistakes; that of a later step is that of the first."""
    later = updates_of(key)
    for steps in (0, later, later - 1):
        kind = Case(right.lines.calculation, moved(key, -steps)).kind if steps >= 0 else ""
        if kind:
            return SAID_AS.get(kind, kind)
    return ""
