"""Matrices of several rows on our terminal pages, folded into the line they stand in: `⟦a  b¦c  d⟧`."""

from __future__ import annotations

import re
from collections.abc import Sequence

OPEN, CLOSE, NEW_ROW = "⟦", "⟧", "¦"
MOST_ROWS = 200
ASCII_ROW = r"\[[^][|]*\]|\|[^][|]*\|"
CELLS_ONLY = r"\s*(?:[\[|][\d\s.,e-]*[\]|]\s*)+"


def folded(lines: Sequence[str], shapes: str) -> list[str]:
    """As many lines as before; what a box took up is blank. shapes: the pattern of what is said of shapes at their
    ends. A box that is not one of ours stays as it is."""
    if any("⎡" in line for line in lines):
        return _unicode(lines)
    return (
        _ascii(lines, shapes)
        if any(re.match(r"\s{4,}.*\|\s*$", line) or "]" in line for line in lines)
        else list(lines)
    )


def typed_box(text: str) -> str:
    """A folded matrix as it is typed."""
    return text.replace(OPEN, "[").replace(CLOSE, "]").replace(NEW_ROW, "; ")


def _unicode(lines: Sequence[str]) -> list[str]:
    grid = [list(line) for line in lines]
    for top, line in enumerate(lines):
        for left in (place for place, sign in enumerate(line) if sign == "⎡"):
            right, bottom = line.find("⎤", left), top + 1
            while bottom < len(lines) and lines[bottom][left : left + 1] == "⎢" and bottom - top < MOST_ROWS:
                bottom += 1
            if bottom < len(lines) and lines[bottom][left : left + 1] == "⎣":
                _put(grid, lines, top, bottom, left, right)
    return ["".join(row).rstrip() for row in grid]


def _put(grid: list[list[str]], lines: Sequence[str], top: int, bottom: int, left: int, right: int) -> None:
    """Takes a box out of the grid and puts its text at its left edge in the middle row."""
    if right < 0 or any(
        lines[row][right : right + 1] not in ("⎤", "⎥", "⎦", "]", "|") for row in range(top, bottom + 1)
    ):
        return
    rows = [re.sub(r"\s{2,}", "  ", lines[row][left + 1 : right].strip()) for row in range(top, bottom + 1)]
    for row in range(top, bottom + 1):
        grid[row][left : right + 1] = [""] * (right + 1 - left)
    grid[(top + bottom) // 2][left] = OPEN + NEW_ROW.join(rows) + CLOSE


def _ascii(lines: Sequence[str], shapes: str) -> list[str]:
    """Edges are [ ] above and below, | | between; a box of two rows has its upper one in the line of text."""
    grid = [list(line) for line in lines]
    bare = [re.sub(shapes, "", line) for line in lines]
    for level, line in enumerate(bare):
        if re.fullmatch(CELLS_ONLY, line):
            continue
        for left, right in _spans(line):
            top = bottom = level
            while top > 0 and bare[top][left : left + 1] == "|" and level - top < MOST_ROWS:
                top -= 1
            if top < level or _goes_on(bare, level, left, right):
                bottom = level + 1
                while bottom < len(bare) and bare[bottom][left : left + 1] == "|" and bottom - level < MOST_ROWS:
                    bottom += 1
            if bottom > top and bottom < len(bare) and bare[bottom][left : left + 1] == "[":
                _put(grid, bare, top, bottom, left, right)
    return ["".join(row).rstrip() for row in grid]


def _goes_on(lines: Sequence[str], level: int, left: int, right: int) -> bool:
    """Whether the row below belongs to the box of this line: it does unless it is the first row of another."""
    below, then = (lines[n] if n < len(lines) else "" for n in (level + 1, level + 2))
    return (
        re.fullmatch(CELLS_ONLY, below) is not None and (left, right) in _spans(below) and then[left : left + 1] != "|"
    )


def _spans(line: str) -> set[tuple[int, int]]:
    """Where the rows of boxes in a line begin and end."""
    return {(found.start(), found.end() - 1) for found in re.finditer(ASCII_ROW, line)}
