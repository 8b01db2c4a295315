"""Which kind of text a submission is: typed lines, or one of our own pages."""

from __future__ import annotations

from collections.abc import Sequence

from backtrace.check.submission.splitting import typed_work
from backtrace.check.submission.statements import Work
from backtrace.check.submission.terminal_pages import is_terminal_page, terminal_work
from backtrace.check.submission.typeset_pages import is_typeset_page, typeset_work

HTML = "<!DOCTYPE html>"


def is_html_page(lines: Sequence[str]) -> bool:
    """Whether this is an HTML page."""
    return bool(lines) and lines[0].strip() == HTML


def work_of(lines: Sequence[str], name: str = "") -> Work:
    """The statements of a text, whichever kind of text it is."""
    if is_terminal_page(lines):
        return terminal_work(lines)
    if is_html_page(lines):
        from backtrace.check.submission.html_pages import as_latex

        return typeset_work(as_latex(lines))
    if is_typeset_page(lines):
        return typeset_work(lines)
    return typed_work(lines, name)
