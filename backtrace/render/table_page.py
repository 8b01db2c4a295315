"""A page of sentences and plain tables: on a terminal, in Markdown, in LaTeX, in HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

from backtrace.render.escapes import latex_text, markdown_text
from backtrace.render.layout import wrapped
from backtrace.render.options import PageOptions
from backtrace.render.tables import Table, fitting, markdown_table, terminal_table
from backtrace.render.text import plain

TERMINAL_WIDTH = 84
BARS = (("|", "\\|"),)
LONGEST_CELL = 48
LATEX_WIDTH = 84  # about so many characters, with what stands between columns
LATEX_ROWS = 40  # more go on in a further table, so that each fits a page

Part: TypeAlias = "Table | str"

DOCUMENT = r"""\documentclass[11pt]{article}
\usepackage[utf8]{inputenc}
\usepackage[%spaper,margin=20mm]{geometry}
\usepackage{amsmath}
\begin{document}
%s\end{document}
"""


def page(parts: Sequence[Part], title: str, format: str, options: PageOptions, escape: bool = False) -> str:
    """The parts one below the other: format terminal, markdown, latex or html. escape: cells hold text from outside."""
    if format == "latex":
        return latex(parts, title, options)
    if format == "html":
        from backtrace.render.table_html import tables_page

        return tables_page(parts, title, options)
    if format == "markdown":
        lines = [f"# {markdown_text(title)}"]
        for part in parts:
            if isinstance(part, Table):
                lines += ["", *markdown_table(escaped(part) if escape else part, () if escape else BARS)]
            else:
                lines += ["", markdown_text(part)]
        return "\n".join(lines) + "\n"
    width = options.width or TERMINAL_WIDTH
    spelt = plain if options.ascii else str  # before anything is laid out: eta is longer than η
    lines = wrapped(spelt(title), width, "   ")
    for part in parts:
        lines += [""]
        if isinstance(part, Table):
            cells = [[spelt(cell) for cell in row] for row in (part.heading, *part.rows)]
            fitting_rows = stacked(cells[1:], width)
            lines += terminal_table(Table(spelt(part.title), cells[0], fitting_rows), width)
        else:
            lines += wrapped(spelt(part), width, "")
    return "\n".join(lines) + "\n"


def stacked(rows: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """The rows, a sum that is too long for the page on several lines."""
    most = width - 6 - max((len(row[0]) for row in rows), default=0)
    found: list[list[str]] = []
    for row in rows:
        parts = [pieces(cell, max(most, 10)) for cell in row]
        for line in range(max(len(part) for part in parts)):
            found.append([part[line] if line < len(part) else "" for part in parts])
    return found


def escaped(table: Table) -> Table:
    """The table with nothing in its cells that Markdown would take for markup."""
    rows = [[markdown_text(cell) for cell in row] for row in table.rows]
    return Table(table.title, table.heading, rows)


def latex(parts: Sequence[Part], title: str, options: PageOptions) -> str:
    """A fragment that needs amsmath alone, or with `standalone` a document."""
    lines = [r"\begingroup\small", rf"\noindent\textbf{{{latex_text(title)}}}\par\medskip"]
    for part in parts:
        if isinstance(part, str):
            lines += [rf"\noindent {latex_text(part)}\par\medskip"]
            continue
        if part.title:
            lines.append(rf"\noindent {latex_text(part.title)}\nopagebreak\par\smallskip")
        for first in range(0, len(part.rows), LATEX_ROWS):
            lines += tabular(Table("", part.heading, part.rows[first : first + LATEX_ROWS]))
    text = "\n".join([*lines, r"\endgroup"]) + "\n"
    return DOCUMENT % (options.paper, text) if options.standalone else text


def tabular(table: Table) -> list[str]:
    """One table, or where it is too wide its columns below each other, each beside the first one."""
    columns = list(zip(table.heading, *table.rows, strict=True))
    widths = [max(len(piece) for cell in column for piece in pieces(cell)) for column in columns]
    lines: list[str] = []
    for chosen in fitting(widths, LATEX_WIDTH):
        heading, *rows = [
            " & ".join(latex_cell(row[column]) for column in (0, *chosen)) + r" \\"
            for row in (table.heading, *table.rows)
        ]
        opening = rf"\noindent\begin{{tabular}}{{l{'r' * len(chosen)}}}"
        lines += [opening, rf"{heading} \hline", *rows, r"\end{tabular}\par\medskip"]
    return lines


def latex_cell(cell: str) -> str:
    """A cell; a sum too long for a line is stacked."""
    lines = [latex_text(piece) for piece in pieces(cell)]
    if len(lines) == 1:
        return lines[0]
    rows = r" \\ ".join(lines)
    return rf"\begin{{tabular}}[t]{{@{{}}r@{{}}}}{rows}\end{{tabular}}"


def pieces(cell: str, longest: int = LONGEST_CELL) -> list[str]:
    """A long sum in pieces, which begin at its plus and equals signs."""
    if len(cell) <= longest:
        return [cell]
    found = [""]
    for term in re.split(r" (?=[+=] )", cell):
        if found[-1] and len(found[-1]) + len(term) >= longest:
            found.append(term)
        else:
            found[-1] = f"{found[-1]} {term}".strip()
    return found
