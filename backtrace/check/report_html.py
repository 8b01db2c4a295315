"""A report in HTML: one file with everything in it, or a part of a page for a notebook."""

from __future__ import annotations

from backtrace.check.account import MARKS, Account
from backtrace.check.words import teller
from backtrace.render.pages import fill


def report_html(page: Account, language: str, paper: str = "a4", part: bool = False) -> str:
    """The whole page; part: what stands within another page, with its title."""
    template = "check_notebook.html.j2" if part else "check.html.j2"
    right = teller(language)("is_right")
    return fill(template, page=page, marks=MARKS, right=right, language=language, paper=paper)
