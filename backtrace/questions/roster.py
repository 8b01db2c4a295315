"""The list of a class: a table as a learning platform exports it, whatever its delimiter, marks and extra rows.

Cells are data: a formula, a path or a piece of markup in one is somebody's name until it is written, and every writer
escapes it. What cannot be told apart (two students with one id) or cannot stand on any page (NUL) is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from backtrace.errors import InputError, Place, nearest, printable
from backtrace.network.source import decoded

DELIMITERS = (",", ";", "\t", "|")
HEADING_WITHIN = 12
LONGEST = 500
SIZE_CAP = 10_000_000  # bytes: a gradebook with all its columns is larger than a network file

# Headings of the column that identifies a student, the best first, as they are written without signs and capitals.
ID_HEADINGS = (
    "id", "studentid", "studentnumber", "studentno", "sid", "matriculationnumber", "matrikelnummer", "matrikel",
    "matrnr", "registration", "registrationnumber", "idnumber", "idnummer", "sisuserid", "orgdefinedid", "username",
    "user", "benutzername", "anmeldename", "login", "sisloginid", "email", "emailaddress", "mail", "emailadresse",
)  # fmt: skip
NAME_HEADINGS = ("name", "fullname", "student", "studentname", "displayname", "learner", "teilnehmer", "studierende")
FIRST_HEADINGS = ("firstname", "givenname", "forename", "first", "vorname")
LAST_HEADINGS = ("lastname", "surname", "familyname", "last", "nachname", "familienname")

# Rows that platforms put between the heading and the first student.
NO_STUDENT = ("pointspossible", "manualposting", "automaticposting", "readonly", "maximumpoints", "erreichbarepunkte")

INVISIBLE = r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"


class Student(NamedTuple):
    """One of the class. number: which one of the roster, from 1."""

    number: int
    id: str
    name: str


class _Row(NamedTuple):
    line: int
    cells: list[str]


def read_roster(
    data: bytes, file: str, id_column: str | None = None, name_columns: Sequence[str] = ()
) -> tuple[Student, ...]:
    """The students in the order of the file.

    id_column, name_columns: a heading, or the number of a column from 1. Raises InputError with the line: no heading
    that is known, a student without an id, an id that occurs twice, NUL, a quotation mark that is never closed.
    """
    text = decoded(data, file, SIZE_CAP)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError("there is a NUL in the file", Place(file, line), "save it as text (CSV, UTF-8)")
    named = re.match(r"sep=(.)\r?\n", text)
    if named:
        text = text[named.end() :]
    rows = _best_rows(text, file, (named[1],) if named else DELIMITERS, 1 if named else 0)
    if not rows:
        raise InputError("the roster is empty", Place(file), "it wants a heading such as id;name, then a row a student")
    at = _heading(rows)
    identity, names, first = _columns(rows, at, file, id_column, name_columns)
    return _students(rows[first:], file, identity, names)


def slug(text: str, longest: int = 60) -> str:
    """The text as part of a file name, safe on every system: a-z, 0-9 and single hyphens; may be empty."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", text[: 4 * longest].replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower())[:longest].strip("-")


def _best_rows(text: str, file: str, delimiters: Sequence[str], skipped: int) -> list[_Row]:
    """The rows under the delimiter that makes a table of the text: a known heading, then as many columns as can be."""
    found: list[tuple[tuple[bool, int], list[_Row]]] = []
    fault: InputError | None = None
    for delimiter in delimiters:
        try:
            rows = _rows(text, file, delimiter, skipped)
        except InputError as error:
            fault = fault or error
            continue
        at = _heading(rows)
        wide = len(rows[at or 0].cells) if rows else 0
        found.append(((at is not None and wide > 1, wide), rows))
    good, rows = max(found, key=lambda pair: pair[0], default=((False, 0), []))
    if fault is not None and not good[0]:
        # Under its own delimiter the table is broken; under another one it merely is none.
        raise fault
    return rows


def _rows(text: str, file: str, delimiter: str, skipped: int) -> list[_Row]:
    import csv
    import io

    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, line = [], 1 + skipped
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append(_Row(line, cells))
            line = reader.line_num + 1 + skipped
    except csv.Error as error:
        raise InputError(
            f"the table cannot be read: {error}", Place(file, line), 'a cell that begins with " must end with one'
        ) from None
    return rows


def plain_heading(heading: str) -> str:
    """A heading without signs and capitals."""
    return re.sub(r"[\W_]+", "", heading.casefold())


def _heading(rows: Sequence[_Row]) -> int | None:
    """Where the heading stands: the first row with a known heading of an id or a name."""
    known = {*ID_HEADINGS, *NAME_HEADINGS, *FIRST_HEADINGS, *LAST_HEADINGS}
    for index, row in enumerate(rows[:HEADING_WITHIN]):
        if any(plain_heading(cell) in known for cell in row.cells):
            return index
    return None


def _columns(
    rows: list[_Row], at: int | None, file: str, id_column: str | None, name_columns: Sequence[str]
) -> tuple[int, list[int], int]:
    """The column of the id, those of the name, and where the students begin."""
    asked = [*([id_column] if id_column is not None else []), *name_columns]
    numbered = bool(asked) and all(re.fullmatch(r"[0-9]{1,3}", column) for column in asked)
    if at is None and asked and not numbered:
        wanted = {plain_heading(column) for column in asked}
        at = next(
            (n for n, row in enumerate(rows[:HEADING_WITHIN]) if wanted <= {plain_heading(cell) for cell in row.cells}),
            None,
        )
    if at is None and not (numbered and id_column is not None):
        raise InputError(
            "no row of the roster is a heading that is known",
            Place(file, rows[0].line),
            "put one there, such as id;name, or say which columns: --id-column 1 --name-column 2",
        )
    heading = rows[at] if at is not None else _Row(rows[0].line, [""] * max(len(row.cells) for row in rows))
    first = 0 if at is None else at + 1
    body = [row for row in rows[first:] if not _is_extra(row)]
    plain = [plain_heading(cell) for cell in heading.cells]

    def column(asked: str, option: str) -> int:
        if re.fullmatch(r"[0-9]{1,3}", asked) and 1 <= int(asked) <= len(plain):
            return int(asked) - 1
        if plain_heading(asked) in plain:
            return plain.index(plain_heading(asked))
        titles = [printable(cell.strip(), 30) for cell in heading.cells if cell.strip()]
        raise InputError(
            f"{option}: the roster has no column '{printable(asked)}'",
            Place(file, heading.line),
            nearest(asked, titles) or f"its columns: {', '.join(titles)}",
        )

    if id_column is not None:
        identity = column(id_column, "--id-column")
    else:
        found = [plain.index(name) for name in ID_HEADINGS if name in plain]
        # Platforms export columns that nobody fills in: the first one that identifies everybody is meant.
        full = [c for c in found if all(c < len(row.cells) and row.cells[c].strip() for row in body)]
        if not found:
            raise InputError(
                "no column of the roster identifies a student",
                Place(file, heading.line),
                "name one: --id-column HEADING",
            )
        identity = (full or found)[0]
    if name_columns:
        names = [column(name, "--name-column") for name in name_columns]
    else:
        whole, first_name, last_name = (
            [plain.index(name) for name in headings if name in plain][:1]
            for headings in (NAME_HEADINGS, FIRST_HEADINGS, LAST_HEADINGS)
        )
        # A name beside a first name, and nothing else, is a last name.
        names = first_name + whole if first_name and not last_name else whole or first_name + last_name
    return identity, names, first


def _is_extra(row: _Row) -> bool:
    """Whether the row is one that platforms add: it is about points, not about a student."""
    return any(plain_heading(cell) in NO_STUDENT for cell in row.cells)


def _students(rows: Sequence[_Row], file: str, identity: int, names: Sequence[int]) -> tuple[Student, ...]:
    students: list[Student] = []
    lines: dict[str, int] = {}
    for row in rows:
        if _is_extra(row):
            continue
        cells = [_cell(cell, row.line, file) for cell in row.cells]
        own = cells[identity] if identity < len(cells) else ""
        name = " ".join(cells[c] for c in names if c < len(cells) and cells[c])
        if not own:
            raise InputError(
                f"a student has no id: {printable(name) or 'the row is not empty'}",
                Place(file, row.line),
                "give one, take the row out, or name another column: --id-column HEADING",
            )
        if own in lines:
            raise InputError(
                f"the id '{printable(own)}' is there twice",
                Place(file, row.line),
                f"it stands in line {lines[own]}, too; each student needs an id of their own",
            )
        lines[own] = row.line
        students.append(Student(len(students) + 1, own, name))
    if not students:
        raise InputError("the roster has a heading but no students", Place(file))
    return tuple(students)


def _cell(cell: str, line: int, file: str) -> str:
    """What stands in a cell: blanks and line breaks as single blanks, no signs that steer a terminal or a page."""
    if len(cell) > LONGEST:
        raise InputError(
            f"a cell is longer than {LONGEST} characters: {printable(cell, 20)}", Place(file, line), "is this a roster?"
        )
    import unicodedata

    # A blank or a tab between words is theirs; what no reader sees is left out before it steers anything.
    words = re.sub(r"\s+", " ", unicodedata.normalize("NFC", cell))
    return re.sub(INVISIBLE, "", words).strip()
