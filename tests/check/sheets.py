"""Submissions for tests, typed as a person types them."""

from __future__ import annotations

import backtrace as bt
from backtrace.check.checking import check
from backtrace.check.records import LineReport, Report
from backtrace.check.submission.reading import read_submission
from backtrace.network.records import Network
from backtrace.notation.loading import load_profile


def network(spec: str = "mazur") -> Network:
    """A network by its name."""
    return bt.load(spec).network


def checked(text: str, on: Network | str = "mazur", notation: str = "mazur") -> Report:
    """What is found about a text."""
    where = network(on) if isinstance(on, str) else on
    return check(read_submission(text, where, load_profile(notation)), where)


def verdicts(report: Report) -> list[str]:
    """The verdicts of its lines."""
    return [one.verdict for one in report.lines]


def ids(one: LineReport) -> list[str]:
    """The mistakes found in a line."""
    return [match.mistake.id for match in one.matches]


def notes(found: Report | LineReport) -> list[str]:
    """Its notes."""
    return [note.id for note in found.notes]
