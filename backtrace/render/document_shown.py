"""What the template of a document receives: a head and blocks, texts escaped and formulas written."""

from __future__ import annotations

from typing import NamedTuple


class Cell(NamedTuple):
    """A cell: its text, and how many characters its number has after those of the column's widest whole part, so that
    decimal signs stand below each other; pad: what is missing there, "" or ".00" in figures."""

    text: str
    pad: str = ""


class Option(NamedTuple):
    """An option of a choice with its letter."""

    letter: str
    text: str


class Shown(NamedTuple):
    """A block as its template receives it: texts are escaped, formulas are written.

    kind: heading, subheading, paragraph, table, choices, lines, box, diagram, break or group. Which fields are filled
    depends on it; docs/templates.md lists them.
    """

    kind: str
    text: str = ""
    label: str = ""
    number: str = ""
    points: str = ""
    heading: tuple[Cell, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    numeric: tuple[bool, ...] = ()
    shares: tuple[float, ...] = ()
    options: tuple[Option, ...] = ()
    several: bool = False
    lines: int = 0
    picture: str = ""
    odd: bool = False
    blocks: tuple[Shown, ...] = ()
    whole: bool = False


class Head(NamedTuple):
    """What stands above the blocks, escaped for the page. name: what is on the name line already."""

    title: str
    lines: tuple[str, ...]
    form: str
    name: str
    name_line: bool
    logo: str
    instructions: str


NO_HEAD = Head("", (), "", "", False, "", "")


class Sheet(NamedTuple):
    """A document as its template receives it."""

    head: Head
    blocks: tuple[Shown, ...]
