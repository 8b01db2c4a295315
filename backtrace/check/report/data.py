"""A report as data for programs: the JSON of `backtrace check -f json`."""

from __future__ import annotations

from typing import Any

from backtrace.check.records import WRONG, LineReport, Report
from backtrace.check.report.account import Asked
from backtrace.check.report.hints import hint_for, hint_of
from backtrace.check.report.right_lines import RightLines, about

VERSION = 1
COLUMNS = ("line", "name", "given", "verdict", "point", "mistakes", "notes")


def report_data(report: Report, right: RightLines, asked: Asked) -> dict[str, Any]:
    """The whole; what is right is null unless it is revealed."""
    return {
        "version": VERSION,
        "verdict": report.verdict,
        "first_mistake": report.first_mistake,
        "score": report.score,
        "notes": [note.id for note in report.notes],
        "lines": [line_data(one, right, asked) for one in report.lines],
    }


def line_data(one: LineReport, right: RightLines, asked: Asked) -> dict[str, Any]:
    """One line. follows: the wrong lines it is built on; parts: of formula, substitution, arithmetic and value, which
    is right."""
    line, revealed = one.line, asked.reveals(one)
    return {
        "line": line.line,
        "text": line.text,
        "name": line.name,
        "given": one.given.value if one.given else None,
        "expected": signed(one.expected, one, right) if revealed else None,
        "expected_from_own_lines": signed(one.expected_from_own, one, right) if revealed else None,
        "verdict": one.verdict,
        "mistakes": [
            {"id": match.mistake.id, "hint": hint_of(match.mistake, asked.hint, asked.language)}
            for match in one.matches
        ],
        "hint": hint_for(one, right, asked.hint, asked.language) if one.verdict == WRONG else None,
        "follows": list(one.follows),
        "parts": dict(one.aspects),
        "notes": [note.id for note in one.notes],
        "error": line.error.what if line.error else None,
    }


def signed(value: float | None, one: LineReport, right: RightLines) -> float | None:
    """A right number, with the person's sign of δ."""
    key = about(one.line)
    return value if value is None or key is None else right.signed(key, value)


def report_csv(report: Report) -> str:
    """A row for each line; several mistakes or notes in one cell are divided by blanks."""
    from backtrace.questions.keys import csv_table

    rows = [
        {
            "line": one.line.line,
            "name": one.line.name,
            "given": repr(one.given.value) if one.given else "",
            "verdict": one.verdict,
            "point": int(one.credited),
            "mistakes": " ".join(match.mistake.id for match in one.matches),
            "notes": " ".join(note.id for note in one.notes),
        }
        for one in report.lines
    ]
    return csv_table(COLUMNS, rows, outside=("name",))
