"""Matrix lines: `Net1 = X @ W1 + B1 = [0.05  0.10] @ [0.15  0.25; 0.20  0.30] + … = [0.3775  0.3925]`.

They are read by a bounded parser of their own, and become one ordinary line for every entry of the left side.
"""

from __future__ import annotations

import re

from backtrace.check.lines import moved
from backtrace.check.records import OWN, Line
from backtrace.check.submission.formulas import has_gap, sorted_part
from backtrace.check.submission.grids import MAX_CELLS, Algebra, Keys, Value, cells_of, entries, is_row, table
from backtrace.check.submission.matrix_formulas import read_matrix_formula
from backtrace.check.submission.naming import Naming
from backtrace.check.submission.statements import Piece, Statement
from backtrace.errors import InputError, Place
from backtrace.network.quantity import Key, Quantity
from backtrace.notation.parsing import plain

OF_WEIGHTS = ("weight", "bias", "weight_of", "bias_of")
LEFT_OUT = r"\.\.\.|[⋯⋮⋱]"
# The bracket of a derivative that is still to be carried out, and one that belongs to no name.
STILL_TO_DERIVE = r"[d∂]/[d∂]\S+\s*\["
BRACKET = r"(?:^|[^\w\])}'+⁺′⁾^])\["


def has_matrix(one: Statement) -> bool:
    """Whether a matrix is written out in a line."""
    return any(re.search(BRACKET, re.sub(STILL_TO_DERIVE, "", part.text)) for part in one.parts)


def layer_of(one: Statement, naming: Naming) -> Key | None:
    """The whole layer that a line is about, by its matrices; None where it is an ordinary line."""
    key = _layer_of(one, naming)
    return assigned(key) if one.assigned and key is not None else key


def assigned(key: Key) -> Key:
    """What `:=` gives a value to: a parameter, or what is remembered of one, after the update."""
    is_changed = isinstance(key, Quantity) and key.kind in OF_WEIGHTS
    return moved(key, 1) if is_changed else key


def _layer_of(one: Statement, naming: Naming) -> Key | None:
    if not has_matrix(one) and not any(naming.vocabulary.has_layer(part.text) for part in one.parts):
        return None
    text = one.left.text
    if text in naming.vocabulary.layers:
        return naming.layer(text)
    try:
        key = naming.resolve(text)
    except InputError:
        return None
    return key if is_row(key) else None


def matrix_lines(one: Statement, key: Key, naming: Naming, shown: str, file: str = "") -> list[Line]:
    """A line for each entry of the left side."""
    algebra = algebra_for(naming)
    keys = entries(key, algebra.network, algebra.rows)
    if len(keys) * len(keys[0]) > MAX_CELLS:
        raise InputError(f"a matrix may have at most {MAX_CELLS} entries to be checked")
    pieces, values = read_parts(one, naming, algebra, file)
    return lines_of_entries(one, keys, list(zip(pieces, values, strict=True)), shown)


def own_matrix_lines(one: Statement, naming: Naming, shown: str, file: str = "") -> list[Line]:
    """The same for a matrix of the person's own, such as `margins`: its shape is that of its parts."""
    pieces, values = read_parts(one, naming, algebra_for(naming), file)
    name = plain(one.left.text)
    first = table(values[0])
    keys = tuple(
        tuple(Quantity(OWN, name=f"{name}[{r},{c}]") for c in range(1, len(first[0]) + 1))
        for r in range(1, len(first) + 1)
    )
    found = lines_of_entries(one, keys, list(zip(pieces, values, strict=True)), shown)
    naming.own.define_matrix(one.left.text, keys)
    return found


def algebra_for(naming: Naming) -> Algebra:
    """Matrix algebra as the notation lays matrices out."""
    return Algebra(naming.vocabulary.network, naming.vocabulary.rows)


def read_parts(one: Statement, naming: Naming, algebra: Algebra, file: str) -> tuple[list[Piece], list[Value]]:
    """The parts of a line that are whole, and what they are."""
    pieces = [part for part in one.parts if not has_gap(part.text) and not re.search(LEFT_OUT, part.text)]
    return pieces, [read_matrix(piece, naming, algebra, file) for piece in pieces]


def lines_of_entries(one: Statement, keys: Keys, read: list[tuple[Piece, Value]], shown: str) -> list[Line]:
    """A line for each entry."""
    cells = [(piece, cells_of(value, len(keys), len(keys[0]))) for piece, value in read]
    gaps = len(read) < len(one.parts) or not one.parts
    return [
        Line(one.line, one.text, shown, key, tuple(sorted_part(piece.text, c[place]) for piece, c in cells), gaps=gaps)
        for place, key in enumerate(key for row in keys for key in row)
    ]


def read_matrix(piece: Piece, naming: Naming, algebra: Algebra, file: str = "") -> Value:
    """What a part of a matrix line is, entry by entry."""
    place = Place(file, piece.line, piece.column)
    try:
        return algebra.value(read_matrix_formula(piece.text, naming, place))
    except InputError as error:
        raise error.at(place) from None
