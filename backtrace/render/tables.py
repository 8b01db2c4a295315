"""Plain tables of text cells, on a terminal and in Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from backtrace.render.layout import wrapped


class Table(NamedTuple):
    """A title, a heading and rows of cells. The first column is set left, all others right. words: the columns that
    never hold a formula."""

    title: str
    heading: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: Sequence[int] = ()


def terminal_table(table: Table, width: int) -> list[str]:
    """The table's lines; when it is wider than the page, its columns go below each other in as many tables as it
    takes."""
    columns = list(zip(table.heading, *table.rows, strict=True))
    widths = [max(len(cell) for cell in column) for column in columns]
    lines = wrapped(table.title, width, "") if table.title else []
    for chosen in fitting(widths, width):
        for row in [table.heading, *table.rows]:
            cells = [row[0].ljust(widths[0]), *(row[c].rjust(widths[c]) for c in chosen)]
            lines.append("   " + "   ".join(cells).rstrip())
        lines.append("")
    return lines[:-1]


def fitting(widths: Sequence[int], width: int) -> list[list[int]]:
    """The columns after the first, in groups that fit the page beside the first."""
    groups: list[list[int]] = [[]]
    used = 3 + widths[0]
    for column, size in enumerate(widths[1:], 1):
        if groups[-1] and used + 3 + size > width:
            groups.append([])
            used = 3 + widths[0]
        groups[-1].append(column)
        used += 3 + size
    return groups


def markdown_table(table: Table, escape: Sequence[tuple[str, str]] = (("|", "\\|"),)) -> list[str]:
    """The table in Markdown, its title as a bold line."""

    def row(cells: Sequence[str]) -> str:
        safe = list(cells)
        for old, new in escape:
            safe = [cell.replace(old, new) for cell in safe]
        return "| " + " | ".join(safe) + " |"

    rule = "|" + "|".join([":---", *["---:"] * (len(table.heading) - 1)]) + "|"
    title = [f"**{table.title}**", ""] if table.title else []
    return [*title, row(table.heading), rule, *[row(cells) for cells in table.rows]]
