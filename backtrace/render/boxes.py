"""Matrices in a terminal: boxes of several lines that stand in a line of text.

While a line is being folded a box is a single private character; `unfold` puts the boxes in its place.
"""

from __future__ import annotations

from collections.abc import Sequence

FIRST_MARK = 0xE000  # a private-use character: never printable, so never part of a name
LAST_MARK = 0xF8FF
MINUS = ("-", "−")
ACCENTS = ("\u0302", "\u0303", "\u0304")  # those of `notation/symbols.py`, over a letter without a sign of its own
UNICODE_EDGES = (("⎡", "⎤"), ("⎢", "⎥"), ("⎣", "⎦"))
ASCII_EDGES = (("[", "]"), ("|", "|"), ("[", "]"))  # unlike in the middle, or boxes below each other would run together


class Boxes:
    """The boxes of one page, by their marks."""

    def __init__(self, ascii: bool = False) -> None:
        self.edges = ASCII_EDGES if ascii else UNICODE_EDGES
        self.lines: list[list[str]] = []

    def add(self, cells: Sequence[Sequence[str]]) -> str:
        """Draws a matrix. The text that stands for it: its only row, else a mark."""
        if len(cells) == 1:
            return "[" + "  ".join(cells[0]) + "]"
        self.lines.append(drawn(cells, self.edges))
        return chr(FIRST_MARK + len(self.lines) - 1)

    def width(self, text: str) -> int:
        """The width of a line in which marks stand."""
        if not self.lines:
            return breadth(text)
        return sum(len(self.lines[ord(c) - FIRST_MARK][0]) if is_mark(c) else c not in ACCENTS for c in text)

    def unfold(self, text: str) -> list[str]:
        """The line with its boxes, their middles on the line's level; one line when there is none."""
        boxes = [self.lines[ord(c) - FIRST_MARK] for c in text if is_mark(c)] if self.lines else []
        if not boxes:
            return [text]
        above = max((len(box) - 1) // 2 for box in boxes)
        height = above + max(len(box) - (len(box) - 1) // 2 for box in boxes)
        rows = [""] * height
        for c in text:
            if is_mark(c):
                box = self.lines[ord(c) - FIRST_MARK]
                top = above - (len(box) - 1) // 2
                piece = [" " * len(box[0])] * top + box + [" " * len(box[0])] * (height - top - len(box))
            else:
                piece = [" "] * above + [c] + [" "] * (height - above - 1)
            rows = [row + part for row, part in zip(rows, piece, strict=True)]
        return [row.rstrip() for row in rows]


def breadth(text: str) -> int:
    """How many columns a text takes in a terminal: the accent of m̂ stands above its letter."""
    return len(text) - sum(map(text.count, ACCENTS))


def filled(text: str, width: int) -> str:
    """The text filled up to so many columns."""
    return text + " " * (width - breadth(text))


def is_mark(c: str) -> bool:
    """Whether a character stands for a box."""
    return FIRST_MARK <= ord(c) <= LAST_MARK


def drawn(cells: Sequence[Sequence[str]], edges: Sequence[tuple[str, str]]) -> list[str]:
    """The lines of a matrix of several rows; numbers stand under each other behind a place for the sign."""
    columns = [aligned([row[n] for row in cells]) for n in range(len(cells[0]))]
    last = len(cells) - 1
    lines = []
    for n, row in enumerate(zip(*columns, strict=True)):
        left, right = edges[0 if n == 0 else 2 if n == last else 1]
        lines.append(f"{left}{'  '.join(row)}{right}")
    return lines


def aligned(column: Sequence[str]) -> list[str]:
    """A column of one width."""
    if any(cell.startswith(MINUS) for cell in column):
        column = [cell if cell.startswith(MINUS) else f" {cell}" for cell in column]
    width = max(map(len, column))
    return [cell.ljust(width) for cell in column]
