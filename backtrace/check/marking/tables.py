"""Marks as tables, a row for every student and part, or for every student, in cells that no spreadsheet evaluates."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backtrace.check.marking.records import Marked
from backtrace.check.marking.words import noted
from backtrace.questions.keys import csv_table, plain, safe_cell
from backtrace.questions.words import Language

MARK_COLUMNS = (
    "student",
    "name",
    "form",
    "part",
    "exercise",
    "asked",
    "written",
    "verdict",
    "points",
    "of",
    "mistakes",
    "note",
)
TOTAL_COLUMNS = ("student", "name", "form", "handed_in", "points", "of", "to_read", "first_wrong", "file", "note")
OUTSIDE = ("student", "name", "exercise", "mistakes", "note", "file")
NUMBER = r"[+-]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?"
NOT_HANDED_IN = "not_handed_in"


def marks_table(all_marked: Sequence[Marked], language: Language) -> str:
    """The row of every part of every student, of those without a hand-in, too."""
    rows: list[dict[str, object]] = []
    for one in all_marked:
        for mark in one.marks:
            row: dict[str, object] = {"student": one.sheet.id, "name": one.sheet.name, "form": one.sheet.form}
            row |= {"part": mark.label, "exercise": mark.kind, "asked": mark.asked, "written": cell(mark.written)}
            points = "" if mark.points is None or not one.handed_in else plain(round(mark.points, 6))
            row |= {"verdict": mark.verdict if one.handed_in else NOT_HANDED_IN, "points": points}
            row |= {"of": plain(round(mark.of, 6)), "mistakes": " ".join(mark.mistakes)}
            rows.append(row | {"note": noted(language, mark.notes)})
    return csv_table(MARK_COLUMNS, rows, OUTSIDE)


def totals_table(all_marked: Sequence[Marked], language: Language) -> str:
    """The row of every student. Who has not handed in has no points, not none."""
    rows: list[dict[str, object]] = []
    for one in all_marked:
        row: dict[str, object] = {"student": one.sheet.id, "name": one.sheet.name, "form": one.sheet.form}
        row |= {"handed_in": "yes" if one.handed_in else "unreadable" if one.fault else "no"}
        row |= {"points": plain(round(one.points, 6)) if one.handed_in else "", "of": plain(round(one.of, 6))}
        row |= {"to_read": plain(one.to_read) if one.handed_in and one.to_read else "", "file": one.file}
        row |= {"first_wrong": one.first_wrong if one.handed_in else ""}
        rows.append(row | {"note": one.fault or noted(language, one.notes)})
    return csv_table(TOTAL_COLUMNS, rows, OUTSIDE)


def cell(written: str) -> str:
    """What somebody wrote as a cell: a number stays one, whatever its sign."""
    return written if re.fullmatch(NUMBER, written) else safe_cell(written)
