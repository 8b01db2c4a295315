"""The bounded parser of matrix formulas: tokens, then precedence climbing, no `eval`."""

from __future__ import annotations

import re
from typing import NamedTuple

from backtrace.check.submission.formulas import closing
from backtrace.check.submission.grids import MAX_CELLS, is_function, ones
from backtrace.check.submission.naming import Naming
from backtrace.errors import Place, printable
from backtrace.expression.functions import FUNCTIONS
from backtrace.expression.reader import MAX_DEPTH, ReadError
from backtrace.expression.tree import Expr, Given, add, call, div, mul, neg, number, power, symbol

MAX_TOKENS = 400
NUMBER = r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
ONES = r"ones_([0-9]{1,4}),([0-9]{1,4})"
WORD = r"[a-z]+"
SIGNS = {"−": "-", "–": "-", "·": "*", "⊙": ".*", "×": "*", "ᵀ": "^T"}
PRODUCTS = ("*", ".*", "@", "/")


class Token(NamedTuple):
    """kind: number, symbol, function, matrix, end, or the sign itself; what: its key, name or rows; start: where."""

    kind: str
    what: object
    start: int


def read_matrix_formula(text: str, naming: Naming, place: Place) -> Expr:
    """The tree of a matrix formula; whole layers are symbols, matrices written out are leaves."""
    return _Parser(tokens(naming.with_pi(text), naming, place), place).whole()


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
