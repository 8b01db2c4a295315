"""A learning platform's own table: one column filled in, every other byte as it was.

Cells are found in the text, never written anew: delimiters, quotation marks, line ends, rows above and below the
heading, and cells of students who are not ours stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from backtrace.errors import InputError, Place, nearest, printable
from backtrace.network.source import UTF8_MARK, decoded
from backtrace.questions.roster import DELIMITERS, HEADING_WITHIN, ID_HEADINGS, SIZE_CAP, plain_heading

SHOWN = 10


class Cell(NamedTuple):
    """A cell: its text, and where it stands, quotation marks included."""

    text: str
    start: int
    end: int


class Filled(NamedTuple):
    """The table as it is handed back. given: how many students have points now; column: the heading as it is."""

    data: bytes
    given: int
    column: str


def filled(data: bytes, file: str, column: str, points: Mapping[str, float], id_column: str | None = None) -> Filled:
    """The table with the points of each student, by id, in one column.

    Raises InputError: no such column, a student who is not in the table, or one who is there twice.
    """
    text = decoded(data, file, SIZE_CAP)
    delimiter, rows, at = _table(text, file, column, id_column)
    heading = rows[at]
    target = _column(heading, column, file, "--column")
    identity = _identity(heading, rows[at + 1 :], points, file, id_column)
    if target == identity:
        what = f"--column: '{printable(heading[target].text, 60)}' is the column with the students' ids"
        raise InputError(what, Place(file), "name the column that the points go into")
    place: dict[str, int] = {}
    for number, row in enumerate(rows[at + 1 :], at + 1):
        own = _id(row, identity)
        if own in points:
            if own in place:
                raise InputError(f"the student '{printable(own)}' is in the table twice", Place(file))
            place[own] = number
    missing = [id for id in points if id not in place]
    if missing:
        some = ", ".join(printable(id, 40) for id in missing[:SHOWN]) + ", …" * (len(missing) > SHOWN)
        raise InputError(
            f"{len(missing)} of {len(points)} students are not in the table: {some}",
            Place(file),
            f"their ids are looked for in the column '{printable(heading[identity].text, 40)}'; "
            "--id-column names another",
        )
    comma = _has_commas(rows)
    changes = [_change(rows[number], target, _shown(points[id], comma), delimiter) for id, number in place.items()]
    for start, end, new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return Filled(_encoded(text, data), len(place), heading[target].text)


def _encoded(text: str, data: bytes) -> bytes:
    """The text in the bytes' own encoding and mark."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data[:2] + text.encode("utf-16-le" if data[:2] == b"\xff\xfe" else "utf-16-be")
    return (UTF8_MARK if data.startswith(UTF8_MARK) else b"") + text.encode()


def _table(text: str, file: str, column: str, id_column: str | None) -> tuple[str, list[list[Cell]], int]:
    """The delimiter, the rows and the number of the heading: under the delimiter that shows the column, else most."""
    best: tuple[tuple[bool, int], str, list[list[Cell]], int] | None = None
    for delimiter in DELIMITERS:
        rows = _rows(text, delimiter)
        for at, row in enumerate(rows[:HEADING_WITHIN]):
            plain = {plain_heading(cell.text) for cell in row}
            known = plain & {*ID_HEADINGS, *([plain_heading(id_column)] if id_column else [])}
            score = (bool(_places(row, column)), len(row) if known else 0)
            if any(score) and len(row) > 1 and (best is None or score > best[0]):
                best = (score, delimiter, rows, at)
    if best is None:
        raise InputError(
            f"no row of the table is a heading with a column '{printable(column)}'",
            Place(file),
            "name the column as the platform's own export does",
        )
    return best[1:]


def _rows(text: str, delimiter: str) -> list[list[Cell]]:
    """The cells of the text; quotation marks are doubled within marks, and a cell may have line ends in them."""
    rows: list[list[Cell]] = []
    row: list[Cell] = []
    d = re.escape(delimiter)
    pattern = re.compile(rf'(?:"((?:[^"]|"")*)"|([^{d}\r\n]*))({d}|\r\n|\n|\r|\Z)')
    at = 0
    while at <= len(text):
        match = pattern.match(text, at)
        assert match is not None
        text_of_it = match[2] if match[1] is None else match[1].replace('""', '"')
        row.append(Cell(text_of_it, at, match.start(3)))
        at = match.end()
        if match[3] != delimiter:
            if len(row) > 1 or row[0].end > row[0].start:
                rows.append(row)
            row = []
            if match[3] == "":
                break
    return rows


def _places(heading: Sequence[Cell], column: str) -> list[int]:
    """The columns that are meant: of this very heading; else one that differs in signs, case, or what a platform puts
    in brackets or before a colon: Homework 3 (12345), Assignment: Homework 3 (Real)."""
    names = [cell.text.strip() for cell in heading]
    wanted = column.strip()
    ways = (
        lambda name: name == wanted,
        lambda name: plain_heading(name) == plain_heading(wanted),
        lambda name: plain_heading(re.sub(r"\s*\([^()]*\)$", "", name)) == plain_heading(wanted),
        lambda name: plain_heading(re.sub(r"^[^:]*:|\s*\([^()]*\)$", "", name)) == plain_heading(wanted),
    )
    return next((found for way in ways if (found := [n for n, name in enumerate(names) if way(name)])), [])


def _column(heading: Sequence[Cell], column: str, file: str, option: str) -> int:
    found = _places(heading, column)
    if len(found) == 1:
        return found[0]
    names = [printable(cell.text.strip(), 60) for cell in heading if cell.text.strip()]
    if found:
        meant = " or ".join(f"'{printable(heading[n].text, 60)}'" for n in found)
        raise InputError(f"{option}: several columns are called '{printable(column)}': {meant}", Place(file))
    raise InputError(
        f"{option}: the table has no column '{printable(column)}'",
        Place(file),
        nearest(column, names) or f"its columns: {', '.join(names)}",
    )


def _identity(
    heading: Sequence[Cell], body: Sequence[Sequence[Cell]], points: Mapping[str, float], file: str, asked: str | None
) -> int:
    """The column with the students' ids: the one that was named, else of those that are known as such the one in which
    most students are found."""
    if asked is not None:
        return _column(heading, asked, file, "--id-column")
    plain = [plain_heading(cell.text) for cell in heading]
    known = sorted((ID_HEADINGS.index(name), n) for n, name in enumerate(plain) if name in ID_HEADINGS)
    if not known:
        raise InputError("no column of the table identifies a student", Place(file), "name one: --id-column HEADING")
    return max((n for _, n in known), key=lambda n: (sum(_id(row, n) in points for row in body), -n))


def _id(row: Sequence[Cell], identity: int) -> str:
    return re.sub(r"\s+", " ", row[identity].text).strip() if identity < len(row) else ""


def _has_commas(rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether the table writes decimals with a comma."""
    cells = [cell.text.strip() for row in rows for cell in row]
    commas = any(re.fullmatch(r"-?[0-9]+,[0-9]+", cell) for cell in cells)
    return commas and not any(re.fullmatch(r"-?[0-9]+\.[0-9]+", cell) for cell in cells)


def _shown(value: float, comma: bool) -> str:
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if comma else text


def _change(row: Sequence[Cell], target: int, new: str, delimiter: str) -> tuple[int, int, str]:
    """What takes the place of what: the cell alone; where the row ends before it, as many delimiters as it takes."""
    if target >= len(row):
        return row[-1].end, row[-1].end, delimiter * (target - len(row) + 1) + new
    cell = row[target]
    was_quoted = cell.end - cell.start > len(cell.text)
    return cell.start, cell.end, f'"{new}"' if was_quoted or delimiter in new else new
