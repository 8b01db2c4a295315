"""Matrices of several rows on a terminal page, folded into the line they stand in."""

from __future__ import annotations

import re

from tests.readback.text import CLOSE, NEW_ROW, OPEN
from tests.readback.tree import Unreadable

UNICODE_BOX = re.compile(r"⎡([^⎤⎡]*)⎤|⎢([^⎥⎢]*)⎥|⎣([^⎦⎣]*)⎦")
ASCII_ROW = re.compile(r"\[([^][]*)\]")
CELLS_ONLY = re.compile(r"[\s\[\]\d.,e-]+")
SHAPE = r"\d+[×x]\d+(?![⁰¹²³⁴⁵⁶⁷⁸⁹⁻\d])"
# What a matrix line says of shapes, behind the last row of its boxes: (1×2)·(2×2) → 1×2.
SHAPES = re.compile(
    rf"(?:^|\s{{3,}})((?:[\[\]()]|{SHAPE}|\s|·|\*|⊙|\.\*|@|\+|→|->|ᵀ|\^T)*{SHAPE}[\])]*(?:\s*(?:⊙|\.\*|\+|·|\*|→|->|@))?)$"
)


def folded(lines: list[str], ascii: bool) -> list[str]:
    """The lines with every box in the line of its middle, as ⟦a  b¦c  d⟧."""
    return _ascii(lines) if ascii else _unicode(lines)


def _unicode(lines: list[str]) -> list[str]:
    grid = [list(line) for line in lines]
    for top, line in enumerate(lines):
        for left in (i for i, c in enumerate(line) if c == "⎡"):
            right = line.find("⎤", left)
            bottom = top
            while True:
                bottom += 1
                if bottom == len(lines) or lines[bottom][left : left + 1] not in ("⎢", "⎣"):
                    raise Unreadable(f"a matrix does not end: {line}")
                if lines[bottom][left] == "⎣":
                    break
            _put(grid, lines, top, bottom, left, right)
    return _cleaned(grid, lines)


def _put(grid: list[list[str]], lines: list[str], top: int, bottom: int, left: int, right: int) -> None:
    """Takes a box out of the grid and puts its text at its left edge in the middle row."""
    if any(len(lines[r]) <= right or lines[r][right] not in "⎤⎥⎦]" for r in range(top, bottom + 1)):
        raise Unreadable(f"a matrix has no right edge: {lines[top]}")
    rows = [re.sub(r"\s{2,}", "  ", lines[r][left + 1 : right].strip()) for r in range(top, bottom + 1)]
    for r in range(top, bottom + 1):
        grid[r][left : right + 1] = [""] * (right + 1 - left)
    grid[(top + bottom) // 2][left] = OPEN + NEW_ROW.join(rows) + CLOSE


def _cleaned(grid: list[list[str]], lines: list[str]) -> list[str]:
    """The lines, without those in which nothing but boxes stood."""
    found = ["".join(row).rstrip() for row in grid]
    return [line for line, before in zip(found, lines, strict=True) if line or not before.strip()]


def _ascii(lines: list[str]) -> list[str]:
    """Edges are all alike here: lines that hold nothing but rows of boxes belong to the line of text between them."""
    grid = [list(line) for line in lines]
    lines = [SHAPES.sub("", line) for line in lines]
    at = 0
    while at < len(lines):
        if not _only_cells(lines[at]) and not _starts_box(lines, at):
            at += 1
            continue
        level = at
        while _only_cells(lines[level]):
            level += 1
        above = level - at
        end = _end(lines, at, level)
        for left, right, height in _columns(lines, at, level, end):
            top = level - (height - 1) // 2
            _put(grid, lines, top, top + height - 1, left, right)
        if above and end == level:
            raise Unreadable(f"a matrix has rows above its line and none below: {lines[level]}")
        at = end + 1
    return _cleaned(grid, lines)


def _only_cells(line: str) -> bool:
    return "[" in line and bool(CELLS_ONLY.fullmatch(line))


def _starts_box(lines: list[str], at: int) -> bool:
    return "[" in lines[at] and at + 1 < len(lines) and _only_cells(lines[at + 1]) and bool(_spans(lines[at]) & _spans(lines[at + 1]))


def _spans(line: str) -> set[tuple[int, int]]:
    return {(m.start(), m.end() - 1) for m in ASCII_ROW.finditer(line)}


def _end(lines: list[str], start: int, level: int) -> int:
    """The last line of the boxes around a level: as many below as above, or one more when a box has an even height."""
    above = level - start
    end = level + above
    below = end + 1
    if below < len(lines) and _only_cells(lines[below]) and _spans(lines[below]) <= _spans(lines[level]):
        follows = below + 1
        while follows < len(lines) and _only_cells(lines[follows]):
            follows += 1
        # The line may also be the first of the next boxes: then as many lines stand above the next level as below it.
        nexts = follows - below
        after = follows + 1
        while after < len(lines) and _only_cells(lines[after]):
            after += 1
        own_next = nexts <= after - follows - 1 if follows < len(lines) and "[" in lines[follows] else False
        if not (own_next and _spans(lines[below]) <= _spans(lines[follows])):
            end = below
    return end


def _columns(lines: list[str], top: int, level: int, bottom: int) -> list[tuple[int, int, int]]:
    """Left edge, right edge and height of each box of several rows."""
    found = []
    for left, right in sorted(_spans(lines[level])):
        rows = [r for r in range(top, bottom + 1) if (left, right) in _spans(lines[r])]
        if len(rows) > 1:
            found.append((left, right, len(rows)))
    return found
