"""A report in HTML: one file with everything in it, or a part of a page for a notebook."""

from __future__ import annotations

from collections.abc import Sequence

from backtrace.check.report.account import MARKS, Account
from backtrace.check.report.slips_marked import slips_in
from backtrace.check.report.words import teller
from backtrace.render.pages import fill


def report_html(page: Account, language: str, paper: str = "a4", part: bool = False) -> str:
    """The whole page; part: what stands within another page, with its title."""
    return fill(
        "check_notebook.html.j2" if part else "check.html.j2",
        page=page,
        marks=MARKS,
        right=teller(language)("is_right"),
        yours=[pieces(part, page.worked.slips) for part in page.worked.yours[1:]] if page.worked else [],
        language=language,
        paper=paper,
    )


def pieces(text: str, slips: Sequence[str]) -> list[tuple[str, bool]]:
    """A text in pieces, and of each whether it is a number that does not belong there."""
    found, at = [], 0
    for start, end in slips_in(text, slips):
        found += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [*found, (text[at:], False)]
