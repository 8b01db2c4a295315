"""A report on a terminal, and in plain text files."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from backtrace.check.account import IN_ASCII, MARKS, Account, Block, Row
from backtrace.render.text import plain

WIDTH = 84
# Beside each other stand at most so many characters of a left side and of what is written after its last =.
NAME, GIVEN = 24, 28
INDENT = "  "


def report_text(page: Account, width: int = WIDTH, ascii: bool = False) -> str:
    """The page, ending in a line feed; no line of it is wider than `width`."""
    lines = [*folded(page.title, width, "", "   "), "", *rows(page.rows, width, ascii)]
    for note in page.notes:
        lines += ["", *folded(note, width)]
    for block in page.blocks:
        lines += ["", *block_lines(block, width)]
    lines += [""]
    for sentence in page.end:
        lines += folded(sentence, width)
    text = "".join(f"{line.rstrip()}\n" for line in lines)
    return plain(text) if ascii else text


def rows(found: Iterable[Row], width: int, ascii: bool) -> list[str]:
    """The lines of the submission, each with its mark; a remark that has no room beside its line stands below it."""
    table = list(found)
    number = max((len(str(row.line)) for row in table), default=1) + 1
    name = min(max((len(row.name) for row in table), default=0), NAME, (width - number) // 3)
    given = min(max((len(row.given) for row in table), default=0), GIVEN, (width - number) // 3)
    lines = []
    for row in table:
        mark = IN_ASCII[MARKS[row.verdict]] if ascii else MARKS[row.verdict]
        left = f"{row.line:>{number}}  {cut(row.name, name):<{name}} = {cut(row.given, given):<{given}}  {mark}"
        if not row.remark:
            lines.append(left)
        elif len(left) + 2 + len(row.remark) <= width:
            lines.append(f"{left}  {row.remark}")
        else:
            margin = " " * (number + 4)
            lines += [left, *folded(row.remark, width, margin, margin)]
    return lines


def block_lines(block: Block, width: int) -> list[str]:
    """What is said about a line, below the line as it is written."""
    lines = folded(f"{block.head}:  {block.work}", width, "", "      ")
    for sentence in (*block.said, block.hint, f"{block.right_head} {block.right}".strip()):
        lines += folded(sentence, width, INDENT, INDENT + INDENT) if sentence else []
    return lines


def folded(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    """Text folded to a width; a word that is too long is broken."""
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=later, break_on_hyphens=False) or [""]


def cut(text: str, most: int) -> str:
    """Text of at most so many characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
