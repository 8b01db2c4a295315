"""Typed lines to statements: comments, headings, lines that continue others, tables of names and values, and the forms
that go with a sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backtrace.check.submission.statements import Piece, Statement, Work
from backtrace.errors import InputError, Place, printable

MAX_LINE = 20_000
MAX_PARTS = 40
HEADING = r"(?i)(sample|step)\s+([0-9]{1,6})\s*:?"
WITHOUT_HEADING = r"(?i)(?:all samples|batch)\s*:?"
NOTATION = r"#\s*notation\s*[:=]\s*(\S+)\s*"
RELATION = r":=|[=≈]"
LABEL = r"([0-9]{1,3}[a-z]{0,2})(?:\s+(.*))?"
FORM = "form"
DELIMITERS = "\t;|,"


def typed_work(lines: Sequence[str], name: str = "") -> Work:
    """The statements of typed lines, or of a table of names and values."""
    delimiter = table_delimiter(lines)
    return table_work(lines, delimiter, name) if delimiter else _Splitter(lines, name).work()


class _Splitter:
    """One pass over the lines; the headings that hold are kept on the way."""

    def __init__(self, lines: Sequence[str], name: str) -> None:
        self.lines, self.name = lines, name
        self.found: list[Statement] = []
        self.sample, self.step, self.notation, self.form = 0, 1, "", ""

    def work(self) -> Work:
        for number, raw in enumerate(self.lines, 1):
            self.line(raw, number)
        # A notation that is named once holds for what stands before it as well.
        first = next((one.notation for one in self.found if one.notation), self.notation)
        return Work(tuple(one._replace(notation=one.notation or first) for one in self.found), form=self.form)

    def line(self, raw: str, number: int) -> None:
        """Takes in one line."""
        if len(raw) > MAX_LINE:
            long = InputError(f"a line of {len(raw)} characters is too long", Place(self.name, number))
            self.add(Statement(number, printable(raw, 100), Piece("", number), error=long))
            return
        named = re.fullmatch(NOTATION, raw.strip())
        if named:
            self.notation = named[1]
        written = raw.partition("#")[0]
        text = written.strip()
        if text and not self.heading(text):
            self.statement(written, text, number)

    def heading(self, text: str) -> bool:
        """Whether a line is a heading, which then holds."""
        found = re.fullmatch(HEADING, text)
        if found and found[1].lower() == "sample":
            self.sample = int(found[2])
        elif found:
            self.step = max(int(found[2]), 1)
        elif re.fullmatch(WITHOUT_HEADING, text):
            self.sample = 0
        return found is not None or not text.strip("-=_*~ \t") or re.fullmatch(WITHOUT_HEADING, text) is not None

    def statement(self, written: str, text: str, number: int) -> None:
        """A statement, or more of the one before."""
        try:
            left, parts, assigned = split(written, number, self.name)
        except InputError as error:
            self.add(Statement(number, text, Piece(text, number), error=error))
            return
        if not left.text and self.found and parts:
            before = self.found[-1]
            if len(before.parts) + len(parts) > MAX_PARTS:
                many = InputError(f"more than {MAX_PARTS} parts in a line", Place(self.name, number))
                self.found[-1] = before._replace(error=before.error or many)
                return
            self.found[-1] = before._replace(text=f"{before.text} {text}", parts=before.parts + parts)
            return
        if left.text.lower() == FORM and len(parts) == 1:
            self.form = parts[0].text
            return
        label, name = labelled(left)
        self.add(Statement(number, text, name, parts, assigned, label=label))

    def add(self, one: Statement) -> None:
        """Puts a statement under the headings that hold."""
        self.found.append(one._replace(sample=self.sample, step=self.step, notation=self.notation))


def split(written: str, number: int, name: str = "") -> tuple[Piece, tuple[Piece, ...], bool]:
    """The left side and the parts of a line, and whether it assigns.

    Raises InputError where there is no =, or nothing between two of them.
    """
    pieces, start, assigned = list[Piece](), 0, False
    for sign in re.finditer(RELATION, written):
        pieces.append(piece(written, start, sign.start(), number))
        assigned |= sign[0] == ":=" and len(pieces) == 1
        start = sign.end()
    pieces.append(piece(written, start, len(written), number))
    if len(pieces) == 1:
        what = f"there is no = in '{printable(pieces[0].text)}'"
        raise InputError(what, Place(name, number), "a line is written name = number")
    if len(pieces) > MAX_PARTS:
        raise InputError(f"more than {MAX_PARTS} parts in a line", Place(name, number))
    empty = next((one for one in pieces[1:-1] if not one.text), None)
    if empty is not None:
        raise InputError("nothing stands between two =", Place(name, number, empty.column))
    left, *parts = pieces
    return left, tuple(one for one in parts if one.text), assigned


def piece(written: str, start: int, end: int, number: int) -> Piece:
    """A part of a line without the blanks around it."""
    text = written[start:end]
    return Piece(text.strip(), number, start + len(text) - len(text.lstrip()) + 1)


def labelled(left: Piece) -> tuple[str, Piece]:
    """The label of a part and the name behind it, as our answer forms have them: 1a net_h1."""
    found = re.fullmatch(LABEL, left.text)
    if found is None:
        return "", left
    name = found[2] or ""
    return found[1], left._replace(text=name.strip(), column=left.column + (found.start(2) if name else 0))


def table_delimiter(lines: Sequence[str]) -> str:
    """What parts the cells of a table name, value; empty where this is no table."""
    rows = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if not rows or any("=" in line or "≈" in line or len(line) > MAX_LINE for line in rows):
        return ""
    for delimiter in DELIMITERS:
        if all(delimiter in line for line in rows):
            # A decimal comma is no delimiter: a name stands before it.
            return delimiter if delimiter != "," or any(re.match(r'\s*"?[^\W\d]', line) for line in rows) else ""
    return ""


def table_work(lines: Sequence[str], delimiter: str, name: str = "") -> Work:
    """The rows of a table as statements; a first row that has no digit in its second cell is its heading."""
    import csv

    found: list[Statement] = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            cells = [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, strict=True))]
        except csv.Error as error:
            refused = InputError(f"this row is not read: {error}", Place(name, number))
            found.append(Statement(number, line.strip(), Piece("", number), error=refused))
            continue
        value = next((cell for cell in cells[1:] if cell), "")
        if not found and not re.search("[0-9]", value):
            continue
        label, left = labelled(Piece(cells[0], number))
        parts = (Piece(value, number),) if value else ()
        if cells[0].lower() == FORM:
            continue
        found.append(Statement(number, line.strip(), left, parts, label=label))
    return Work(tuple(found))
