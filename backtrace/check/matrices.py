"""Matrix lines: `Net1 = X @ W1 + B1 = [0.05  0.10] @ [0.15  0.25; 0.20  0.30] + … = [0.3775  0.3925]`.

They are read by a bounded parser of their own, and become one ordinary line for every entry of the left side.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from backtrace.check.formulas import closing, has_gap, sorted_part
from backtrace.check.grids import MAX_CELLS, Algebra, Keys, Value, cells_of, entries, is_function, is_row, ones, table
from backtrace.check.lines import moved
from backtrace.check.naming import Naming
from backtrace.check.records import OWN, Line
from backtrace.check.statements import Piece, Statement
from backtrace.errors import InputError, Place, printable
from backtrace.expression.functions import FUNCTIONS
from backtrace.expression.reader import MAX_DEPTH, ReadError
from backtrace.expression.tree import Expr, Given, add, call, div, mul, neg, number, power, symbol
from backtrace.network.quantity import Key, Quantity
from backtrace.notation.parsing import plain

MAX_TOKENS = 400
OF_WEIGHTS = ("weight", "bias", "weight_of", "bias_of")
NUMBER = r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
ONES = r"ones_([0-9]{1,4}),([0-9]{1,4})"
LEFT_OUT = r"\.\.\.|[⋯⋮⋱]"
WORD = r"[a-z]+"
# The bracket of a derivative that is still to be carried out, and one that belongs to no name.
STILL_TO_DERIVE = r"[d∂]/[d∂]\S+\s*\["
BRACKET = r"(?:^|[^\w\])}'+⁺′⁾^])\["
SIGNS = {"−": "-", "–": "-", "·": "*", "⊙": ".*", "×": "*", "ᵀ": "^T"}
PRODUCTS = ("*", ".*", "@", "/")


class Token(NamedTuple):
    """kind: number, symbol, function, matrix, end, or the sign itself; what: its key, name or rows; start: where."""

    kind: str
    what: object
    start: int


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
        return algebra.value(_Parser(tokens(naming.with_pi(piece.text), naming, place), place).whole())
    except InputError as error:
        raise error.at(place) from None


def tokens(text: str, naming: Naming, place: Place) -> list[Token]:
    """The tokens of a part of a matrix line."""
    found: list[Token] = []
    position = 0
    while position < len(text):
        token, position = _next(text, position, naming, place)
        if token is not None:
            found.append(token)
        if len(found) > MAX_TOKENS:
            raise ReadError("too-long", f"more than {MAX_TOKENS} numbers, names and signs", place)
    return [*found, Token("end", None, len(text))]


def _next(text: str, at: int, naming: Naming, place: Place) -> tuple[Token | None, int]:
    if text[at] in " \t":
        return None, at + 1
    whole = re.compile(ONES).match(text, at)
    if whole:
        return Token("matrix", ones(int(whole[1]), int(whole[2])), at), whole.end()
    own = naming.own.matrix_at(text, at)
    if own:
        rows = tuple(tuple(map(symbol, row)) for row in naming.own.matrices[own])
        return Token("matrix", Expr("matrix", (rows,)), at), at + len(own)
    layer = naming.vocabulary.layer_at(text, at)
    length = len(layer) or naming.longest(text, at)
    if length:
        key = naming.layer(layer) if layer else naming.resolve(text[at : at + length])
        return Token("symbol", key, at), at + length
    figure = re.compile(NUMBER).match(text, at)
    if figure:
        if text[figure.end() : figure.end() + 1].isalpha():
            raise ReadError("no-implicit-product", f"a sign is missing after {printable(figure[0])}", place)
        return Token("number", figure[0], at), figure.end()
    if text[at] == "[":
        end = closing(text, at)
        if not end:
            raise ReadError("syntax", "a bracket is not closed", place)
        return Token("matrix", rows_of(text[at + 1 : end - 1], place), at), end
    word = re.compile(WORD).match(text, at)
    if word and is_function(word[0]):
        return Token("function", word[0], at), word.end()
    for sign in ("^T", ".*", "**"):
        if text.startswith(sign, at) and not text[at + 2 : at + 3].isalnum():
            return Token("^" if sign == "**" else sign, sign, at), at + 2
    sign = SIGNS.get(text[at], text[at])
    if sign in ("^T", ".*") or sign in "+-*/@^(),;":
        return Token("," if sign == ";" else sign, sign, at), at + 1
    what = f"'{printable(text[at : at + 20])}' cannot stand in a matrix line"
    raise ReadError("syntax", what, place._replace(column=place.column + at))


def rows_of(text: str, place: Place) -> Expr:
    """[a  b; c  d]: entries are parted by blanks, rows by semicolons."""
    if len(text.split()) > MAX_CELLS:
        raise ReadError("too-long", f"a matrix may have at most {MAX_CELLS} entries", place)
    rows = [[_entry(cell, place) for cell in row.split()] for row in text.split(";")]
    if len({len(row) for row in rows}) != 1 or not rows[0]:
        raise ReadError("syntax", "the rows of a matrix have different lengths", place, "a matrix is [a  b; c  d]")
    return Expr("matrix", (tuple(map(tuple, rows)),))


def _entry(text: str, place: Place) -> Expr:
    found = re.fullmatch(rf"([-−+]?)({NUMBER})", text)
    if found is None or len(found[2]) > 40:
        raise ReadError("bad-number", f"'{printable(text)}' is not an entry of a matrix", place)
    value = number(Given(found[2]), found[2])
    return neg(value) if found[1] in ("-", "−") and found[1] else value


class _Parser:
    """Precedence climbing over the tokens of a part."""

    def __init__(self, found: list[Token], place: Place) -> None:
        self.tokens, self.place = found, place
        self.position = self.depth = 0

    @property
    def next(self) -> str:
        return self.tokens[self.position].kind

    def take(self, kind: str = "") -> Token:
        token = self.tokens[self.position]
        if kind and token.kind != kind:
            where = self.place._replace(column=max(self.place.column, 1) + token.start)
            raise ReadError("syntax", "a bracket is not closed" if kind == ")" else "this cannot stand here", where)
        self.position += 1
        return token

    def whole(self) -> Expr:
        found = self.sum()
        self.take("end")
        return found

    def sum(self) -> Expr:
        terms = [self.signed()]
        while self.next in ("+", "-"):
            negative = self.take().kind == "-"
            term = self.signed()
            terms.append(neg(term) if negative else term)
        return add(*terms)

    def signed(self) -> Expr:
        if self.next not in ("+", "-"):
            return self.product()
        negative = self.take().kind == "-"
        self.deeper()
        found = self.signed()
        self.depth -= 1
        return neg(found) if negative else found

    def product(self) -> Expr:
        found = self.power()
        while self.next in PRODUCTS or self.next == "(":
            sign = self.take().kind if self.next != "(" else "*"
            factor = self.power()
            if sign == "/":
                found = div(found, factor)
            else:
                found = mul(found, factor) if sign == "*" else Expr(KINDS[sign], (found, factor))
        return found

    def power(self) -> Expr:
        found = self.atom()
        while self.next in ("^", "^T"):
            found = Expr("transpose", (found,)) if self.take().kind == "^T" else power(found, self.signed_atom())
        return found

    def signed_atom(self) -> Expr:
        if self.next == "-":
            self.take()
            return neg(self.atom())
        return self.atom()

    def atom(self) -> Expr:
        token = self.take()
        if token.kind == "number":
            text = str(token.what)
            return number(Given(text), text)
        if token.kind == "symbol":
            return symbol(token.what)
        if token.kind == "matrix":
            assert isinstance(token.what, Expr)
            return token.what
        self.deeper()
        if token.kind == "function":
            self.take("(")
            found = self.call(str(token.what))
        elif token.kind == "(":
            found = self.sum()
            self.take(")")
        else:
            self.position -= 1
            self.take("a number or a name")
        self.depth -= 1
        return found

    def call(self, name: str) -> Expr:
        arguments = [self.sum()]
        while self.next == ",":
            self.take()
            arguments.append(self.sum())
        self.take(")")
        if len(arguments) != (FUNCTIONS[name].arity if name in FUNCTIONS else 1):
            raise ReadError("arity", f"{name} does not take {len(arguments)} arguments", self.place)
        return call(name, *arguments)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ReadError("too-deep", f"brackets are nested more than {MAX_DEPTH} deep", self.place)


KINDS = {"@": "matmul", ".*": "hadamard"}
