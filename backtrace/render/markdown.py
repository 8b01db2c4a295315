"""The page as Markdown with mathematics between dollar signs, as repository pages and notebooks show it."""

from __future__ import annotations

from backtrace.derivation.steps import Derivation
from backtrace.render.escapes import markdown_text
from backtrace.render.grids import markdown_table
from backtrace.render.mathematics import MathPage
from backtrace.render.options import PageOptions
from backtrace.render.pages import fill
from backtrace.render.text import Speller

WIDTH = 90


def markdown_page(derivation: Derivation, spelling: Speller, options: PageOptions) -> str:
    """The whole page."""
    page = MathPage(derivation, spelling, options, markdown_text, WIDTH)
    page.set_table = markdown_table
    return set_in_markdown(page)


def set_in_markdown(page: MathPage) -> str:
    """The page of what has been laid out."""
    return fill(
        "markdown.md.j2",
        page.options.templates,
        header=page.header(),
        columns=page.columns,
        parts=page.parts(),
        footer=page.footer(),
    )
