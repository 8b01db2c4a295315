"""A page of sentences and plain tables as one HTML file: header cells, formulas as MathML, no script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from unicodedata import normalize

from backtrace.render.escapes import html_text
from backtrace.render.grids import html_table
from backtrace.render.mathml_names import scripted
from backtrace.render.options import PageOptions
from backtrace.render.pages import Html, fill
from backtrace.render.table_page import pieces
from backtrace.render.tables import Table

RAISED, LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ˡᴸⁿ", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₙ"
# A number, a name with what stands below and above it, or a sign.
PIECE = re.compile(
    rf"(?P<number>\d+(?:[.,]\d+)?)(?P<power>[{RAISED}]+)?"
    rf"|(?P<name>[^\W\d_][^\W_]*?\u0302?)(?P<above>[{RAISED}]*)(?P<below>(?:_\w+?|[{LOWERED}]+)?)(?P<raised>[{RAISED}′]*)"
    rf"(?![^\W_{RAISED}{LOWERED}])"
    r"|(?P<sign>[-+−·×÷/=≈()⌊⌋∂∇√…])"
    r"|(?P<space> )"
)
LETTER = re.compile(r"[^\W\d_]\u0302?\d*")  # w5
OPENING, CLOSING, PREFIX = "(⌊", ")⌋", "∂∇√"


def tables_page(parts: Sequence[Table | str], title: str, options: PageOptions) -> str:
    """The whole page."""
    written = [Html(table(part)) if isinstance(part, Table) else Html(f"<p>{sentence(part)}</p>") for part in parts]
    return fill("tables.html.j2", options.templates, title=title, language="en", paper=options.paper, parts=written)


def table(part: Table) -> str:
    """The table; a column of words is no mathematics, whatever it holds."""

    def cells(row: Sequence[str]) -> list[str]:
        return [html_text(cell) if column in part.words else sentence(cell) for column, cell in enumerate(row)]

    return html_table(
        Table(html_text(part.title), [sentence(cell) for cell in part.heading], list(map(cells, part.rows)))
    )


def sentence(text: str) -> str:
    """The text; as mathematics where it is a formula and nothing else. What stands side by side is set one by one."""
    if "   " in text:
        return "\u2003 ".join(sentence(piece) for piece in text.split("   "))
    words, _, last = text.rpartition(": ")
    if words and formula(last):
        return f"{html_text(words)}: {sentence(last)}"
    found = [formula(piece) for piece in pieces(text)] if formula(text) else []
    return "<br/>".join(f"<math>{piece}</math>" for piece in found) or html_text(text)


def formula(text: str) -> str:
    """What stands within <math>, or nothing for text that is no formula: a name and a sign take turns in one."""
    elements: list[str] = []
    at, operand, certain = 0, False, 0
    while at < len(text):
        match = PIECE.match(text, at)
        if not match:
            return ""
        at = match.end()
        if match["space"]:
            continue
        sign = match["sign"] or ""
        # Two names side by side are words.
        if operand and not sign:
            return ""
        operand = not sign or sign in CLOSING
        certain += bool(sign or match["number"] or match["below"] or LETTER.fullmatch(match["name"]) or above(match))
        elements.append(element(match))
    return "".join(elements) if certain else ""


def element(match: re.Match[str]) -> str:
    """A piece as an element of MathML."""
    if match["sign"]:
        bracket = ' stretchy="false"' if match["sign"] in OPENING + CLOSING + "/" else ""
        return f"<mo{bracket}>{match['sign'].replace('-', '−')}</mo>"
    if match["number"]:
        shown = f"<mn>{match['number']}</mn>"
        return f"<msup>{shown}<mn>{plain(match['power'])}</mn></msup>" if match["power"] else shown
    name, below, raised = match["name"], match["below"].lstrip("_"), above(match)
    if LETTER.fullmatch(name) and not below:
        name, below = name[0], name[1:]
    scripts = [f"<mi>{plain(script)}</mi>" if script else "" for script in (raised, below)]
    return scripted(f"<mi>{escape(name)}</mi>", *scripts)


def above(match: re.Match[str]) -> str:
    """What stands above a name, before or behind what stands below it."""
    return match["above"] + match["raised"]


def plain(raised: str) -> str:
    """Small figures in their usual size."""
    return escape(normalize("NFKC", raised.replace("′", "\0")).replace("\0", "′"))
