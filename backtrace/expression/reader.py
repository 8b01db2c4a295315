"""The bounded reader of formulas: text from outside to a tree, by precedence climbing, no `eval`.

    sum      = term {(+|−) term}                     −a·b is −(a·b)
    term     = {sign} factor {(*|/) {sign} factor | bracket}     a product may be left out before a bracket only
    factor   = atom [² | ³ | ^ {sign} factor]        −x^2 is −(x^2); 2^3^2 is 2^(3^2)
    atom     = number | name | function ( sum {, sum} ) | ( sum )

Products and quotients are read from left to right: 1/2(a) is (1/2)·a. A name is whatever the caller knows; there are no
constants (`e` or `E` is never a number by surprise). The budgets, in `tokens` and here, bound time and memory.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from typing import TypeAlias

from backtrace.errors import InputError, Place, nearest, printable
from backtrace.expression.evaluate import evaluate
from backtrace.expression.functions import FUNCTIONS, EvaluationError
from backtrace.expression.tokens import LongestName, ReadError, Token, place_of, tokens
from backtrace.expression.tree import Expr, Given, add, call, div, mul, neg, number, power, symbol, symbols

__all__ = ["INSTEAD", "MAX_DEPTH", "MAX_EXPONENT", "Names", "ReadError", "read"]

MAX_DEPTH = 40
MAX_EXPONENT = 16

Names: TypeAlias = "Callable[[str], Hashable | None] | Collection[str]"

# What people write for a function or constant we have under another name, or not at all.
INSTEAD = {
    "log": "the natural logarithm is written ln(…)",
    "e": "Euler's number is written exp(1), its powers exp(…)",
    "pi": "write its digits",
    "sigma": "the sigmoid is written sigmoid(…)",
    "sig": "the sigmoid is written sigmoid(…)",
    "tan": "write sin(…)/cos(…)",
}


def read(text: str, names: Names, place: Place | None = None, *, longest_name: LongestName | None = None) -> Expr:
    """The tree of a formula.

    names: the names that may stand in it, or a function from a name to the key of its quantity (None: unknown; an
    InputError it raises gets the place). place: where the text begins. longest_name: see `tokens.tokens`.
    Raises ReadError, whose column is that of the token it is about.
    """
    return _Parser(tokens(text, place, longest_name), names, place).whole()


class _Parser:
    """One pass over the tokens; `depth` counts open brackets and exponents."""

    def __init__(self, found: list[Token], names: Names, place: Place | None) -> None:
        self.tokens = found
        self.names = names
        self.place = place
        self.position = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.token
        self.position += 1
        return token

    def error(self, code: str, what: str, token: Token, hint: str = "") -> ReadError:
        return ReadError(code, what, place_of(token.start, self.place), hint)

    def unexpected(self) -> ReadError:
        """The refusal of the present token, which cannot continue what was read."""
        token = self.token
        before = self.tokens[self.position - 1] if self.position else None
        if token.kind == "end":
            return self.error("syntax", "the formula ends too early" if before else "there is no formula", token)
        if token.kind in ("number", "name") and before and before.kind in ("number", "name", "squared", ")"):
            return self.error(
                "no-implicit-product",
                f"a sign is missing before '{printable(token.text)}'",
                token,
                "write the product with *",
            )
        hint = "a decimal is written with a point: 1.5" if token.kind == "," else ""
        return self.error("syntax", f"'{printable(token.text)}' cannot stand here", token, hint)

    def whole(self) -> Expr:
        e = self.sum()
        if self.token.kind != "end":
            raise self.unexpected()
        return e

    def sum(self) -> Expr:
        terms = [self.term()]
        while self.token.kind in ("+", "-"):
            negative = self.take().kind == "-"
            term = self.term()
            terms.append(neg(term) if negative else term)
        return add(*terms)

    def signs(self) -> int:
        """Takes the signs before an operand; the number of minuses."""
        minuses = 0
        while self.token.kind in ("+", "-"):
            minuses += self.take().kind == "-"
        return minuses

    def term(self) -> Expr:
        minuses = self.signs()
        factors = [self.factor()]
        while True:
            token = self.token
            if token.kind == "(":
                factors.append(self.factor())
            elif token.kind in ("*", "/"):
                self.take()
                operand = _negated(self.signs(), self.factor())
                factors = [*factors, operand] if token.kind == "*" else [div(mul(*factors), operand)]
            else:
                return _negated(minuses, mul(*factors))

    def factor(self) -> Expr:
        base = self.atom()
        token = self.token
        if token.kind == "squared":
            self.take()
            return power(base, number(float(token.text)))
        if token.kind != "^":
            return base
        self.take()
        self.deeper(token)
        exponent = _negated(self.signs(), self.factor())
        self.depth -= 1
        self.check_exponent(base, exponent, token)
        return power(base, exponent)

    def atom(self) -> Expr:
        token = self.token
        if token.kind == "number":
            self.take()
            return number(Given(token.text), token.text)
        if token.kind == "(":
            self.take()
            return self.bracketed(token)[0]
        if token.kind == "name":
            self.take()
            return self.named(token)
        raise self.unexpected()

    def bracketed(self, opening: Token, most: int = 1) -> list[Expr]:
        """The sums between an opening bracket already taken and its closing one, at most so many."""
        self.deeper(opening)
        parts = [self.sum()]
        while self.token.kind == "," and most > 1:
            self.take()
            parts.append(self.sum())
        if self.token.kind == "end":
            raise self.error("syntax", "a bracket is not closed", opening)
        if self.token.kind != ")":
            raise self.unexpected()
        self.take()
        self.depth -= 1
        return parts

    def named(self, token: Token) -> Expr:
        """A function applied, or a quantity."""
        if self.token.kind == "(" and token.text in FUNCTIONS:
            arity = FUNCTIONS[token.text].arity
            arguments = self.bracketed(self.take(), most=2)
            if len(arguments) != arity:
                expected = "1 argument" if arity == 1 else f"{arity} arguments"
                raise self.error("arity", f"{token.text} takes {expected}, found {len(arguments)}", token)
            return call(token.text, *arguments)
        key = self.key(token)
        if key is None:
            raise self.unknown(token)
        return symbol(key)

    def key(self, token: Token) -> Hashable | None:
        if not callable(self.names):
            return token.text if token.text in self.names else None
        try:
            return self.names(token.text)
        except InputError as error:
            raise error.at(place_of(token.start, self.place)) from None

    def unknown(self, token: Token) -> ReadError:
        name = token.text
        shown = printable(name)
        if name in FUNCTIONS:
            return self.error("syntax", f"the function {name} stands without its brackets", token, f"write {name}(…)")
        what = f"unknown function '{shown}'" if self.token.kind == "(" else f"unknown name '{shown}'"
        known = [] if callable(self.names) else sorted(self.names)
        candidates = list(FUNCTIONS) if self.token.kind == "(" else known
        hint = INSTEAD.get(name) or (nearest(name, candidates) if candidates else "")
        return self.error("unknown-name", what, token, hint)

    def deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error("too-deep", f"brackets and powers are nested more than {MAX_DEPTH} deep", token)

    def check_exponent(self, base: Expr, exponent: Expr, token: Token) -> None:
        """Refuses a constant exponent that is too large; the tens of a number a×10^k may go as far as a float does."""
        if next(symbols(exponent), None) is not None:
            return
        try:
            size = abs(evaluate(exponent, lambda key: 0.0))
        except EvaluationError:
            size = float("inf")
        most = 307 if base.op == "number" and base.args[0] == 10 else MAX_EXPONENT
        if size > most:
            raise self.error("power-too-large", f"an exponent may be at most {MAX_EXPONENT}", token)


def _negated(minuses: int, e: Expr) -> Expr:
    """The operand with as many minus signs as were typed, none of them cancelled."""
    for _ in range(minuses):
        e = neg(e)
    return e
