"""Pages of the built-in networks, read back line by line.

The suite reads a few dozen pages that cover every pair of choices. BACKTRACE_READBACK=all reads every network,
notation, view, detail and page (4,200 pages, some minutes).
"""

from __future__ import annotations

import os
from functools import cache

import pytest

from tests.readback.cases import CHOICES, Case, all_pairs, every
from tests.readback.checking import Report
from tests.readback.pages import check

CASES = list(every() if os.environ.get("BACKTRACE_READBACK") == "all" else all_pairs())


@cache
def checked(case: Case) -> Report:
    """What is found on its page."""
    return check(case.derivation(), case.format, case.options)


@pytest.mark.parametrize("case", CASES, ids=lambda case: " ".join(case))
def test_every_line_is_true_as_printed(case: Case) -> None:
    report = checked(case)
    assert not report.problems, "\n".join(report.problems[:5])
    assert report.statements >= 1 and report.symbolic + report.undecided >= 1


def test_the_cases_cover_every_pair() -> None:
    for a in range(len(CHOICES)):
        for b in range(a + 1, len(CHOICES)):
            assert {(case[a], case[b]) for case in CASES} == {(x, y) for x in CHOICES[a] for y in CHOICES[b]}


def test_the_cases_do_compute() -> None:
    """A reader that skips everything would be content with everything."""
    reports = [checked(case) for case in CASES[:20]]
    assert sum(report.computed for report in reports) > 300
    assert sum(report.symbolic for report in reports) > 300
