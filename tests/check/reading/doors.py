"""What the tests of the reader share."""

from __future__ import annotations

from collections import Counter

import backtrace as bt
from backtrace.check.checking import check
from backtrace.check.records import Report, Submission
from backtrace.check.submission.reading import read_submission
from backtrace.network.records import Network
from backtrace.notation.loading import load_profile

MAZUR = bt.load("mazur").network


def read(work: str | bytes, network: Network = MAZUR, notation: str | None = None) -> Submission:
    """A work as read."""
    return read_submission(work, network, load_profile(notation) if notation else None, "work.txt")


def checked(work: str | bytes, network: Network = MAZUR, notation: str | None = None) -> Report:
    """A work as judged."""
    return check(read(work, network, notation), network)


def verdicts(work: str | bytes, network: Network = MAZUR, notation: str | None = None) -> dict[str, int]:
    """How often each verdict was given."""
    return dict(Counter(one.verdict for one in checked(work, network, notation).lines))


def refusal(work: str | bytes, network: Network = MAZUR, notation: str | None = None, line: int = 0) -> str:
    """Why a line cannot be read."""
    error = read(work, network, notation).lines[line].error
    assert error is not None, f"{work!r} was read"
    return str(error)
