"""What a person sees on a terminal beyond the page: its headings bold, what we say beside it dim.

Only there: a page that goes elsewhere has no codes in it, and NO_COLOR (https://no-color.org) is honoured.
"""

from __future__ import annotations

import os
import re

import click

from backtrace.cli import streams

COLOURS = {"✓": "green", "↳": "cyan", "~": "yellow", "✗": "red", "?": "yellow"}
MARK = r"(?<=  )[✓↳~✗?](?=  |$)"  # beside a line, between blanks
HEADING = r"^(\d+  \S+(?: \S+)*)"  # a section's number and question, up to the routes drawn at the right


def coloured() -> bool:
    """Whether standard output shows colours. A Windows console may show their codes instead, so that it gets none."""
    if not streams.is_console() or os.name != "posix":
        return False
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def page(text: str) -> str:
    """The page with its headings bold, where that can be seen."""
    if not coloured():
        return text
    return re.sub(HEADING, lambda found: click.style(found[1], bold=True), text, flags=re.MULTILINE)


def marks(text: str) -> str:
    """The page of a check with its marks in colour, where that can be seen."""
    if not coloured():
        return text
    return re.sub(MARK, lambda found: click.style(found[0], fg=COLOURS[found[0]], bold=True), text, flags=re.MULTILINE)


def aside(text: str) -> str:
    """A hint, dim where that can be seen."""
    return click.style(text, dim=True) if coloured() else text
