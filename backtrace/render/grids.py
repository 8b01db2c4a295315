"""A table of a derivation as text cells, for each kind of page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from backtrace.derivation.steps import Cell, Remark, Table
from backtrace.expression.tree import Expr, number
from backtrace.render import tables
from backtrace.render.numbers import NumberStyle, literal

Say = Callable[[Remark], str]
Write = Callable[[Expr], str]


def filled(table: Table, say: Say, write: Write, style: NumberStyle) -> tables.Table:
    """The table with every cell written. say: sentences; write: formulas and numbers."""

    def cell(c: Cell) -> str:
        if c is None:
            return ""
        if isinstance(c, Remark):
            return say(c)
        if isinstance(c, Expr):
            return write(c)
        return write(number(c, str(c)) if isinstance(c, int) else literal(c, style))

    title = say(Remark(table.words, table.args)) if table.words else ""
    return tables.Table(title, [cell(c) for c in table.heading], [[cell(c) for c in row] for row in table.rows])


def markdown_table(table: tables.Table) -> str:
    """The table in Markdown; its cells are Markdown already."""
    return "\n".join(tables.markdown_table(table, ()))


def latex_table(table: tables.Table) -> str:
    """The table as LaTeX that may stand between paragraphs or within \\intertext; its cells are LaTeX already."""
    columns = "l" + "r" * (len(table.heading) - 1)
    title = [rf"\noindent {table.title}\par\nopagebreak\smallskip"] if table.title else []
    lines = [rf"{{\small\renewcommand{{\arraystretch}}{{1.15}}\begin{{tabular}}{{{columns}}}"]
    lines += [_row(table.heading) + r" \hline", *map(_row, table.rows), r"\end{tabular}}\par\smallskip"]
    return "\n".join([r"\par\smallskip", *title, *lines])


def html_table(table: tables.Table) -> str:
    """The table in HTML; its cells are HTML already."""
    title = f"<caption>{table.title}</caption>" if table.title else ""
    heading = "".join(f'<th scope="col">{cell}</th>' for cell in table.heading)
    rows = (
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>' for row in table.rows
    )
    body = "\n".join(rows)
    return f'<table class="numbers">{title}\n<thead><tr>{heading}</tr></thead>\n<tbody>\n{body}\n</tbody></table>'


def _row(cells: Sequence[str]) -> str:
    return " & ".join(cells) + r" \\"
