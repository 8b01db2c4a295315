"""Matrices of several rows on a terminal page, folded into the line they stand in."""

from __future__ import annotations

import re

from tests.readback.text import CLOSE, NEW_ROW, OPEN
from tests.readback.tree import Unreadable

UNICODE_BOX = re.compile(r"⎡([^⎤⎡]*)⎤|⎢([^⎥⎢]*)⎥|⎣([^⎦⎣]*)⎦")
ASCII_ROW = re.compile(r"\[[^][|]*\]|\|[^][|]*\|")
CELLS_ONLY = re.compile(r"\s*(?:[\[|][\d\s.,e-]*[\]|]\s*)+")
SHAPE = r"\d+[×x]\d+(?![⁰¹²³⁴⁵⁶⁷⁸⁹⁻\d])"
# What a matrix line says of shapes, behind the last row of its boxes: (1×2)·(2×2) → 1×2.
SIGN = r"(?:·|\*|⊙|\.\*|@|\+|−|-|/|,|→|->|ᵀ|\^T)"
SHAPES = re.compile(rf"(?:^|\s{{3,}})((?=[\[(\d])(?:[\[\]()]|{SHAPE}|\s|{SIGN})*{SHAPE}[\])]*(?:\s*{SIGN})?)$")


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
    if any(len(lines[r]) <= right or lines[r][right] not in "⎤⎥⎦]|" for r in range(top, bottom + 1)):
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
    """Edges are [ ] above and below, | | between; a box of two rows has its upper one in the line of text."""
    grid = [list(line) for line in lines]
    bare = [SHAPES.sub("", line) for line in lines]
    for level, line in enumerate(bare):
        if CELLS_ONLY.fullmatch(line):
            continue
        for left, right in _spans(line):
            top = bottom = level
            while bare[top][left] == "|":
                top -= 1
                if top < 0 or (left, right) not in _spans(bare[top]):
                    raise Unreadable(f"a matrix does not begin: {line}")
            if top < level or _goes_on(bare, level, left, right):
                bottom = level + 1
                while bare[bottom][left : left + 1] == "|":
                    bottom += 1
            if bottom > level and bare[bottom][left : left + 1] != "[":
                raise Unreadable(f"a matrix does not end: {line}")
            if (top + bottom) // 2 != level:
                raise Unreadable(f"a matrix is not in its line: {line}")
            if bottom > top:
                _put(grid, bare, top, bottom, left, right)
    return _cleaned(grid, lines)


def _goes_on(lines: list[str], level: int, left: int, right: int) -> bool:
    """Whether the row below belongs to the box of this line: it does unless it is the first row of another."""
    below, then = (lines[n] if n < len(lines) else "" for n in (level + 1, level + 2))
    return bool(CELLS_ONLY.fullmatch(below)) and (left, right) in _spans(below) and then[left : left + 1] != "|"


def _spans(line: str) -> set[tuple[int, int]]:
    """Where the rows of boxes in a line begin and end."""
    return {(found.start(), found.end() - 1) for found in ASCII_ROW.finditer(line)}
