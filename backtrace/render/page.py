"""From a derivation to a page of the format asked for. Adding a format is one entry here."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from backtrace.derivation.steps import Derivation
from backtrace.errors import InputError, nearest, printable
from backtrace.notation.subject import spelling
from backtrace.render.options import PAPERS, SHOW, PageOptions
from backtrace.render.text import Speller

Maker = Callable[[Derivation, Speller, PageOptions], str]


class Format(NamedTuple):
    """A kind of page: its name, what it is, the file suffixes that imply it, and what makes it."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    make: Maker


def _terminal(derivation: Derivation, spelling: Speller, options: PageOptions) -> str:
    from backtrace.render.terminal import terminal_page

    return terminal_page(derivation, spelling, options)


def _markdown(derivation: Derivation, spelling: Speller, options: PageOptions) -> str:
    from backtrace.render.markdown import markdown_page

    return markdown_page(derivation, spelling, options)


def _latex(derivation: Derivation, spelling: Speller, options: PageOptions) -> str:
    from backtrace.render.latex_page import latex_page

    return latex_page(derivation, spelling, options)


def _beamer(derivation: Derivation, spelling: Speller, options: PageOptions) -> str:
    from backtrace.render.latex_page import beamer_page

    return beamer_page(derivation, spelling, options)


def _html(derivation: Derivation, spelling: Speller, options: PageOptions) -> str:
    from backtrace.render.html_page import html_page

    return html_page(derivation, spelling, options)


def _json(derivation: Derivation, spelling: Speller, options: PageOptions) -> str:
    from backtrace.render.json_page import json_page

    return json_page(derivation, options)


def _text(derivation: Derivation, spelling: Speller, options: PageOptions) -> str:
    from backtrace.render.typed_page import typed_page

    return typed_page(derivation, spelling, options)


def _script(derivation: Derivation, spelling: Speller, options: PageOptions) -> str:
    from backtrace.render.script import script_page

    return script_page(derivation, spelling)


FORMATS = {
    made.name: made
    for made in (
        Format("terminal", "lines of text for a terminal", (".txt",), _terminal),
        Format("markdown", "Markdown with mathematics between dollar signs", (".md", ".markdown"), _markdown),
        Format("latex", "a LaTeX fragment, with --standalone a document", (".tex",), _latex),
        Format("beamer", "LaTeX slides, one step per click", (), _beamer),
        Format("html", "one file with everything in it, formulas as MathML", (".html", ".htm"), _html),
        Format("json", "every step as data", (".json",), _json),
        Format("text", "lines to read or to type: name = formula = numbers = value", (), _text),
        Format("script", "a Python script that computes every step", (".py",), _script),
    )
}


def render(derivation: Derivation, format: str, options: PageOptions | None = None) -> str:
    """The page as text; raises InputError for a format that does not exist or a choice that cannot be met."""
    if format not in FORMATS:
        raise InputError(f"there is no format '{printable(format)}'", hint=nearest(format, FORMATS))
    options = options or PageOptions()
    for shown in options.show:
        if shown not in SHOW:
            raise InputError(f"cannot show '{printable(shown)}'", hint=nearest(shown, SHOW))
    if options.paper not in PAPERS:
        raise InputError(f"there is no paper '{printable(options.paper)}'", hint=nearest(options.paper, PAPERS))
    if derivation.blank and not derivation.gaps:
        from backtrace.render.worksheet import counted

        derivation = counted(derivation, options, format == "json")
    return FORMATS[format].make(derivation, spelling(derivation.profile, derivation.network), options)


def format_of(file_name: str) -> str | None:
    """The format that a file's suffix implies, or None."""
    lower = file_name.lower()
    for made in FORMATS.values():
        if lower.endswith(made.suffixes):
            return made.name
    return None
