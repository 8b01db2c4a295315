"""Lays out rows in a terminal: equals signs under each other, values in one column, nothing wider than the page."""

from __future__ import annotations

from typing import NamedTuple

from backtrace.expression.tree import Expr
from backtrace.render.body import Row
from backtrace.render.boxes import breadth, filled
from backtrace.render.text import TextWriter, plain
from backtrace.render.words import used

INDENT = "   "
CONTINUED = "  "
EQUALS = " = "
NOTE_GAP = "   "


class Cells(NamedTuple):
    """A row as text: the left side, the parts, the value behind a place for its sign, the words at the end."""

    left: str
    parts: tuple[str, ...]
    value: str
    note: str


class Laid(NamedTuple):
    """A line before its value is put into the page's column."""

    text: str
    value: str = ""
    note: str = ""


def relation(row: Row) -> str:
    """The sign between a row's left side and its first part, between blanks."""
    return EQUALS if row.continued else f" {row.relation} "


class Layout:
    """Lays out rows for one page. `value_width`: of the widest number that stands in the column of values;
    `mark_width`: of the widest mark beside that column."""

    def __init__(self, writer: TextWriter, width: int, value_width: int, mark_width: int = 0) -> None:
        self.writer = writer
        self.width = width
        beside = len(NOTE_GAP) + mark_width if mark_width else 0
        self.room = max(width - len(INDENT) - len(EQUALS) - value_width - beside, width // 2)

    def block(self, rows: list[Row]) -> list[list[Laid]]:
        """The lines of each row, aligned among themselves."""
        cells = [self.cells(row) for row in rows]
        left = max((breadth(c.left) for c in cells if breadth(c.left) <= self.room // 2), default=0)
        columns = self.columns(cells, left)
        # Where one row has := the others stand with their = below its own.
        sign = max((breadth(relation(row)) for row in rows), default=0)
        return [self.row(row, c, left, columns, sign) for row, c in zip(rows, cells, strict=True)]

    def cells(self, row: Row) -> Cells:
        """A row as text; a matrix is one more part."""
        parts = [*row.parts, *([row.value] if row.matrix and row.value else [])]
        rule = f"({row.rule})" if row.rule else ""
        note = ", ".join(filter(None, (NOTE_GAP.join(filter(None, (row.shapes, rule))), used(row.uses))))
        return Cells(
            "" if row.continued else self.writer.write(row.left),
            tuple(self.writer.write(part) for part in parts),
            "" if row.matrix else self.value(row.value),
            plain(note) if self.writer.ascii else note,
        )

    def value(self, value: Expr | None) -> str:
        """A number behind a place for its sign."""
        if value is None:
            return ""
        text = self.writer.write(value)
        return text if text.startswith(("-", "−")) else f" {text}"

    def columns(self, rows: list[Cells], left: int) -> list[int]:
        """How wide each aligned column is: the widest part of the rows that fit on one line."""
        columns: list[int] = []
        for row in rows:
            if self.fits(row, left):
                for place, part in enumerate(row.parts[:-1]):
                    if place == len(columns):
                        columns.append(0)
                    columns[place] = max(columns[place], breadth(part))
        return columns

    def fits(self, row: Cells, left: int) -> bool:
        """Whether a row fits on one line when nothing but its left side is padded."""
        room = self.room if row.value else self.width - len(INDENT) - 1  # := is wider than =
        return (
            not any(len(self.writer.boxes.unfold(part)) > 1 for part in row.parts)
            and breadth(row.left) <= left
            and left + sum(breadth(part) + len(EQUALS) for part in row.parts) <= room
        )

    def row(self, row: Row, cells: Cells, left: int, columns: list[int], sign: int) -> list[Laid]:
        """A row in one line where it fits, else a line for each part. sign: the width of the widest relation."""
        equals = relation(row).rjust(sign)
        start = INDENT + filled(cells.left, left)
        if not cells.parts:
            return [Laid(start, cells.value, cells.note)]
        if self.fits(cells, left):
            padded = [filled(part, width) for part, width in zip(cells.parts, columns, strict=False)]
            padded[len(cells.parts) - 1 :] = [cells.parts[-1]]
            line = start + equals + EQUALS.join(padded)
            if breadth(line) - len(INDENT) > (self.room if cells.value else self.width - len(INDENT)):
                line = start + equals + EQUALS.join(cells.parts)
            return [Laid(line, cells.value, cells.note)]
        return self.broken(row, cells, start, equals)

    def broken(self, row: Row, cells: Cells, start: str, equals: str) -> list[Laid]:
        """A row over several lines: broken at its equals signs, then within its parts."""
        found: list[Laid] = []
        if breadth(start) > self.width // 2:
            found = [Laid(line) for line in wrapped(start.rstrip(), self.width, INDENT * 2)]
            start = INDENT * 2
        for part in [*row.parts, *([row.value] if row.matrix and row.value else [])]:
            start += equals
            room = min(self.width - breadth(start) - len(CONTINUED), self.room if cells.value else self.width)
            for number, text in enumerate(self.writer.lines(part, room)):
                before = start if number == 0 else " " * (breadth(start) + len(CONTINUED))
                found += [Laid(line) for line in self.writer.boxes.unfold(self.drawn_in(before + text))]
            start, equals = " " * (breadth(start) - len(equals)), EQUALS.rjust(len(equals))
        return [*found[:-1], found[-1]._replace(value=cells.value, note=cells.note)]

    def drawn_in(self, line: str) -> str:
        """A line that nothing can break any more and that is too wide, with less of its indent."""
        excess = self.writer.boxes.width(line) - self.width
        blank = len(line) - len(line.lstrip(" ")) - len(INDENT)
        return line[min(excess, blank) :] if excess > 0 and blank > 0 else line

    def value_column(self, lines: list[Laid]) -> int:
        """Where values stand: behind the longest line that leaves room for one."""
        most = self.room + len(INDENT)
        return max((breadth(line.text) for line in lines if line.value and breadth(line.text) <= most), default=0)

    def finished(self, lines: list[Laid | str], column: int) -> list[str]:
        """The lines of a block with their values in the page's column, and their notes in one of the block's."""
        placed = [(line, "") if isinstance(line, str) else (self.with_value(line, column), line.note) for line in lines]
        fitting = [
            breadth(text) for text, note in placed if note and breadth(text) + len(NOTE_GAP + note) <= self.width
        ]
        notes = max(fitting, default=0)
        found: list[str] = []
        for text, note in placed:
            if not note:
                found += text.split("\n")
            elif max(breadth(text), notes) + len(NOTE_GAP + note) <= self.width:
                found.append(filled(text, notes) + NOTE_GAP + note)
            elif breadth(text) + len(NOTE_GAP + note) <= self.width:
                found.append(filled(text, self.width - len(note)) + note)
            else:
                found += [*text.split("\n"), *[line.rjust(self.width) for line in wrapped(note, self.width, "")]]
        return found

    def with_value(self, line: Laid, column: int) -> str:
        """A line and its value: in the column, else right behind it, else on a line of its own."""
        if not line.value:
            return line.text
        for text in (filled(line.text, column), line.text):
            if breadth(text + EQUALS + line.value) <= self.width:
                return text + EQUALS + line.value
        return line.text + "\n" + (" " * max(0, self.width - len(EQUALS + line.value)) + EQUALS + line.value)


def wrapped(text: str, width: int, indent: str) -> list[str]:
    """Words in lines of at most `width`, the later ones indented; runs of spaces inside a line are kept."""
    lines: list[str] = []
    rest = text
    while len(rest) > width:
        at = rest.rfind(" ", len(indent) + 1, width + 1)
        if at <= len(indent):
            at = width
        lines.append(rest[:at].rstrip())
        rest = indent + rest[at:].lstrip()
    return [*lines, rest]
