"""A report on a terminal, and in plain text files."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from backtrace.check.report.account import IN_ASCII, MARKS, Account, Block, Row, Worked
from backtrace.check.report.slips_marked import slips_in
from backtrace.render.text import plain

WIDTH = 84
# Beside each other stand at most so many characters of a left side and of what is written after its last =.
NAME, GIVEN = 24, 28
INDENT = "  "


def report_text(page: Account, width: int = WIDTH, ascii: bool = False) -> str:
    """The page, ending in a line feed; no line of it is wider than `width`."""
    page = in_ascii(page) if ascii else page
    lines = folded(page.title, width, "", "   ")
    lines += ["", *rows(page.rows, width, ascii)] if page.rows else []
    for note in page.notes:
        lines += ["", *folded(note, width)]
    for block in page.blocks:
        lines += ["", *block_lines(block, width)]
    lines += ["", *worked_lines(page.worked, width)] if page.worked else []
    lines += [""]
    for sentence in page.end:
        lines += folded(sentence, width)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def in_ascii(part: Any) -> Any:
    """The same page with nothing but ASCII in it, before anything is laid out: that can be longer."""
    if isinstance(part, str):
        return plain(part)
    if not isinstance(part, tuple):
        return part
    parts = map(in_ascii, part)
    return type(part)(*parts) if hasattr(part, "_fields") else tuple(parts)


def rows(found: Iterable[Row], width: int, ascii: bool) -> list[str]:
    """The lines of the submission, each with its mark; a remark that has no room beside its line stands below it."""
    table = list(found)
    number = max((len(str(row.line)) for row in table), default=1) + 1
    name = min(max((len(row.name) for row in table), default=0), NAME, (width - number) // 3)
    given = min(max((len(row.given) for row in table), default=0), GIVEN, (width - number) // 3)
    lines = []
    for row in table:
        mark = IN_ASCII[MARKS[row.verdict]] if ascii else MARKS[row.verdict]
        sign = "=" if row.given else " "
        shown = f"{cut(row.name, name, ascii):<{name}} {sign} {cut(row.given, given, ascii):<{given}}"
        left = f"{row.line:>{number}}  {shown}  {mark}"
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


def worked_lines(worked: Worked, width: int) -> list[str]:
    """A line worked out, and the person's own below it with its slips underlined."""
    lines = folded(worked.head, width)
    if worked.from_own:
        lines += folded(worked.from_own, width, INDENT, INDENT)
    for parts in worked.lines:
        lines += one_below_the_other(parts, width)
    lines += folded(worked.yours_head, width, INDENT, INDENT)
    lines += one_below_the_other(worked.yours, width, worked.slips)
    for sentence in worked.said:
        lines += folded(sentence, width, INDENT, INDENT + INDENT)
    return lines


def one_below_the_other(parts: Sequence[str], width: int, slips: Sequence[str] = ()) -> list[str]:
    """The parts of a line with their equals signs below each other; slips: numbers to underline, where each of them
    stands once in a part that needs one line."""
    name, *rest = parts
    start = f"{INDENT}{INDENT}{name} = "
    if len(start) > width // 2:
        return folded(" = ".join(parts), width, INDENT + INDENT, INDENT * 4)
    lines: list[str] = []
    for part in rest:
        first, later = start if not lines else f"{'= ':>{len(start)}}", " " * len(start)
        piece = folded(part, width, first, later)
        marks = underlined(part, slips)
        lines += [*piece, *([later + marks] if marks and len(piece) == 1 else [])]
    return lines


def underlined(text: str, slips: Sequence[str]) -> str:
    """Carets under the numbers of a text; nothing where none of them stands there exactly once."""
    marks = [" "] * len(text)
    for start, end in slips_in(text, slips):
        marks[start:end] = "^" * (end - start)
    return "".join(marks).rstrip()


def folded(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    """Text folded to a width; a word that is too long is broken."""
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=later, break_on_hyphens=False) or [""]


def cut(text: str, most: int, ascii: bool = False) -> str:
    """Text of at most so many characters."""
    return text if len(text) <= most else text[: most - 3] + "..." if ascii else text[: most - 1] + "…"
