"""Parts of a line to formulas: the bounded reader with the names of the person, with derivatives that are still to be
carried out, and with the few signs that only a page has."""

from __future__ import annotations

import re

from backtrace.check.numerals import SIGNS, literal, numeral
from backtrace.check.records import FORMULA, NUMBER, SUBSTITUTION, Numeral, Part
from backtrace.check.submission.naming import Naming
from backtrace.check.submission.statements import Piece
from backtrace.errors import InputError, Place
from backtrace.expression.calculus import derivative
from backtrace.expression.functions import FUNCTIONS
from backtrace.expression.reader import INSTEAD, read
from backtrace.expression.tokens import place_of
from backtrace.expression.tree import Expr, count, replace, symbols
from backtrace.network.quantity import Key, Quantity

MAX_NESTED = 3
MAX_DERIVED = 150
WORD = r"[A-Za-z][A-Za-z0-9_]*"
PENDING = "pending"
# d/dx [ … ], and how powers of ten are typed and printed.
STILL = r"[d∂]/[d∂]"
TIMES_TEN = r"(?<=[0-9])\s*[x×]\s*(?=10\s*(?:\^|\*\*))"
RAISED = r"(?<![0-9.,])10([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
LOWER = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
GAP = r"_{3,}"


def read_part(piece: Piece, naming: Naming, file: str = "") -> Part:
    """What stands between two =. Raises InputError where it cannot be read."""
    place = Place(file, piece.line, piece.column)
    text = re.sub(
        TIMES_TEN, "*", re.sub(RAISED, lambda found: f"10^({found[1].translate(LOWER)})", naming.with_pi(piece.text))
    )
    form = read_formula(text, naming, place)
    number = numeral(text.translate(SIGNS))
    return Part(piece.text, NUMBER, form, number) if number is not None else sorted_part(piece.text, form)


def sorted_part(text: str, form: Expr) -> Part:
    """A part by what stands in its formula: quantities, numbers put in, or one number."""
    if next(symbols(form), None) is not None:
        return Part(text, FORMULA, form)
    number = plain_number(form)
    return Part(text, SUBSTITUTION if number is None else NUMBER, form, number)


def plain_number(form: Expr) -> Numeral | None:
    """The number that a formula is, where it is nothing else."""
    if form.op == "neg" and form.args[0].op == "number":
        inner = literal(form.args[0])
        return None if inner is None else inner._replace(value=-inner.value)
    return literal(form) if form.op == "number" else None


def has_gap(text: str) -> bool:
    """Whether something was left out, as on a worksheet."""
    return re.search(GAP, text) is not None


def read_formula(text: str, naming: Naming, place: Place | None = None, nested: int = 0) -> Expr:
    """The tree of a formula; a derivative that stands in it is carried out."""
    return _Formula(naming, place, nested).read(text)


class _Formula:
    """One formula being read: each derivative in it is a name to the reader, and what it comes to takes its place."""

    def __init__(self, naming: Naming, place: Place | None, nested: int) -> None:
        self.naming, self.place, self.nested = naming, place, nested
        self.worked_out: dict[Quantity, Expr] = {}

    def read(self, text: str) -> Expr:
        form = read(text, self.resolve, self.place, longest_name=self.longest)
        return replace(form, lambda key: self.worked_out.get(key)) if self.worked_out else form  # type: ignore[call-overload]

    def longest(self, text: str, position: int) -> int:
        if not (text[position].isalpha() or text[position] in "∂‖"):
            return 0
        if text[position] in "d∂" and re.compile(STILL).match(text, position):
            length = self.naming.longest(text, position + 3)
            if length:
                opening = re.compile(r"\s*\[").match(text, position + 3 + length)
                end = closing(text, opening.end() - 1) if opening else 0
                if end:
                    return end - position
        length = self.naming.longest(text, position)
        if not length:
            self.refuse_unknown(text, position)
        return length

    def refuse_unknown(self, text: str, position: int) -> None:
        """Stops at the first word that is no name and no function: to look for all of them costs too much."""
        word = re.compile(WORD).match(text, position)
        if word and not (word[0] in FUNCTIONS or word[0] in INSTEAD or text[word.end() :].lstrip()[:1] == "("):
            try:
                self.naming.resolve(word[0])
            except InputError as error:
                raise error.at(place_of(position, self.place)) from None

    def resolve(self, text: str) -> Key:
        if not re.match(STILL, text) or not text.endswith("]"):
            try:
                return self.naming.resolve(text)
            except InputError as error:
                hint = INSTEAD.get(text) or (f"write {text}(…)" if text in FUNCTIONS else "")
                raise InputError(error.what, hint=hint) if hint else error from None
        if self.nested == MAX_NESTED:
            raise InputError(f"derivatives are nested more than {MAX_NESTED} deep")
        name = text[3 : 3 + self.naming.longest(text, 3)]
        inner = text[3 + len(name) :].strip()[1:-1]
        form = read_formula(inner, self.naming, None, self.nested + 1)
        key = Quantity(PENDING, unit=len(self.worked_out) + 1)
        if count(form) > MAX_DERIVED:
            raise InputError("this is too large to be differentiated", hint="write the derivative")
        self.worked_out[key] = derivative(form, self.naming.resolve(name))
        return key


def closing(text: str, opening: int) -> int:
    """The position behind the ] that closes a [, 0 where none does."""
    depth = 0
    for position in range(opening, len(text)):
        depth += (text[position] == "[") - (text[position] == "]")
        if not depth:
            return position + 1
    return 0
