"""Writes an expression as a row of tokens that may be broken into lines; text and LaTeX fill in their marks.

Where brackets stand is decided here, by one table, for all of them. Nothing is reordered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from backtrace.errors import InternalFault
from backtrace.expression.tree import HALF, Expr, mul, operands
from backtrace.network.quantity import Derivative

NEVER = 1_000  # the cost of a break that must not happen
NESTED = 4  # brackets within brackets: from here on a formula is broken wherever the line is full
DEEPER = 4  # what one more pair of brackets adds to the cost of a break
ATOM = 9


class Rank(NamedTuple):
    """How tightly an operation holds together, and the least rank an operand needs to stand in it without brackets."""

    own: int
    operand: int


RANKS = {
    "add": Rank(1, 2),
    "neg": Rank(2, 3),
    "div": Rank(2, 4),
    "mul": Rank(3, 3),
    "matmul": Rank(3, 3),
    "hadamard": Rank(3, 3),
    "pending": Rank(3, 0),
    "power": Rank(5, 6),
    "transpose": Rank(5, 6),
    "call": Rank(ATOM, 0),
    "apply": Rank(ATOM, 0),
    "sum": Rank(3, 3),
    "matrix": Rank(ATOM, 0),
    "ellipsis": Rank(ATOM, 0),
    "gap": Rank(ATOM, 0),
}
NEGATIVE_NUMBER, POWER_OF_TEN, MARKED = Rank(0, 0), Rank(3, 0), Rank(5, 0)


class Token(NamedTuple):
    """A piece that is never broken inside. `cost`: of a break before it; `tall`: higher than a line of text."""

    text: str
    width: float
    cost: int = NEVER
    tall: bool = False


Tokens = list[Token]


class Marks(NamedTuple):
    """The signs of one output; `after_half`: the brackets before which a half needs no dot."""

    plus: str
    minus: str
    sign: str
    times: str
    spaced_times: str
    matmul: str
    hadamard: str
    half: str
    after_half: tuple[str, ...]


class Writer:
    """The part of writing that is the same everywhere. A subclass gives the marks and what is stacked or raised."""

    marks: Marks
    half_is_atom = True
    exp_is_raised = True
    separator = ", "

    def write(self, e: Expr) -> str:
        """The expression on one line."""
        if e.op == "number":
            return self.number(e.args[1]).text
        return self.symbol(e).text if e.op == "symbol" else joined(self.tokens(e))

    def width(self, e: Expr) -> float:
        """How wide the expression is, in digits."""
        return sum(token.width for token in self.tokens(e))

    def lines(self, e: Expr, width: float) -> list[str]:
        """The expression folded to a width, first at the outermost + and −, then at products, then inside brackets."""
        return fold(self.tokens(e), width)

    def tokens(self, e: Expr) -> Tokens:
        """The tokens of a whole expression."""
        return self._emit(e, False)

    def number(self, text: str) -> Token:
        """A number from its machine spelling."""
        raise NotImplementedError

    def symbol(self, e: Expr) -> Token:
        """A named quantity."""
        raise NotImplementedError

    def fraction(self, above: Expr, below: Expr) -> Tokens:
        """A quotient."""
        raise NotImplementedError

    def power(self, base: Tokens, exponent: Expr) -> Tokens:
        """A power; the base has its brackets already."""
        raise NotImplementedError

    def transpose(self, base: Tokens) -> Tokens:
        """A transposed matrix; it has its brackets already."""
        raise NotImplementedError

    def pending(self, inner: Expr, by: Expr) -> Tokens:
        """A derivative not yet carried out."""
        raise NotImplementedError

    def matrix(self, rows: tuple[tuple[Expr, ...], ...]) -> Tokens:
        """A matrix of numbers."""
        raise NotImplementedError

    def ellipsis(self, direction: str) -> Token:
        """What stands for the entries of a matrix left out to the "right", "down" or in "both" directions."""
        raise NotImplementedError

    def gap(self, number: int, width: int) -> Token:
        """A place left free, `width` digits wide, with its number before it unless that is 0."""
        raise NotImplementedError

    def special(self, name: str, args: tuple[Expr, ...]) -> Tokens | None:
        """A function that is not written name(arguments), or None."""
        raise NotImplementedError

    def function(self, name: str) -> Token:
        """A function's name before its brackets."""
        raise NotImplementedError

    def brackets(self, inner: Tokens) -> Tokens:
        """Round brackets; breaks inside them become dearer."""
        return [self.glued("("), *deeper(inner), self.glued(")")]

    def summation(self, letter: str, but: str = "") -> Token:
        """The sign of a sum over an index, from which `but` may be left out."""
        raise NotImplementedError

    def applied(self, function: Any, primes: int) -> Token:
        """The name of a function of one argument before its brackets, with its primes."""
        raise NotImplementedError

    def glued(self, text: str) -> Token:
        """A piece of punctuation that stays with what it touches."""
        return Token(text, len(text))

    def marked(self, e: Expr) -> bool:
        """Whether a symbol carries a raised mark, so that a power of it needs brackets."""
        raise NotImplementedError

    def rank(self, e: Expr) -> Rank:
        """The rank of an expression as this writer shows it."""
        if e.op == "number":
            text = e.args[1]
            return NEGATIVE_NUMBER if text.startswith("-") else POWER_OF_TEN if "e" in text else Rank(ATOM, 0)
        if e.op == "symbol":
            return self.symbol_rank(e)
        if e == HALF:
            return Rank(ATOM if self.half_is_atom else 2, 0)
        if unsigned_zero(e):
            return Rank(ATOM, 0)
        if e.op == "call" and e.args[0] == "exp" and self.exp_is_raised:
            return MARKED
        if e.op not in RANKS:
            raise InternalFault(f"no rule to write the operation '{e.op}'")
        return RANKS[e.op]

    def symbol_rank(self, e: Expr) -> Rank:
        """The rank of a symbol: a derivative is a quotient, a marked symbol cannot take a second mark."""
        if isinstance(e.args[0], Derivative):
            return POWER_OF_TEN
        return MARKED if self.marked(e) else Rank(ATOM, 0)

    def _emit(self, e: Expr, signed: bool) -> Tokens:
        """`signed`: a sign stands right before this, so a product may not begin with another one."""
        return EMITTERS[e.op](self, e, signed) if e.op in EMITTERS else self._call(e)

    def held(self, e: Expr, least: int, signed: bool = True, last: bool = False) -> Tokens:
        """The tokens of an operand, in brackets when it holds less tightly than `least`.

        A Σ takes in every factor that follows, so it needs brackets too unless nothing does (`last`).
        """
        bracketed = self.rank(e).own < least or (ends_in_sum(e) and not last)
        return self.brackets(self._emit(e, False)) if bracketed else self._emit(e, signed)

    def _number(self, e: Expr, signed: bool) -> Tokens:
        return [self.number(e.args[1])]

    def _symbol(self, e: Expr, signed: bool) -> Tokens:
        return [self.symbol(e)]

    def _add(self, e: Expr, signed: bool) -> Tokens:
        first, *rest = e.args
        found = self.held(first, 2, False, last=True)
        for term in rest:
            minus, term = split_sign(term)
            mark = self.marks.minus if minus else self.marks.plus
            piece = self.held(term, 3 if minus and term.op != "div" else 2, last=True)
            found += glue(Token(mark, visible(mark), 0), piece)
        return found

    def _neg(self, e: Expr, signed: bool) -> Tokens:
        if unsigned_zero(e):
            return self.tokens(e.args[0])  # a net of 0 put into e^(−net) is e^0
        return self._sign(e.args[0], 2 if e.args[0].op == "div" else 3)

    def _sign(self, e: Expr, least: int) -> Tokens:
        """A minus and what it stands before."""
        return glue(Token(self.marks.sign, 1), self.held(e, least, last=True))

    def _mul(self, e: Expr, signed: bool) -> Tokens:
        times = self.marks.spaced_times if spaced(e) else self.marks.times
        found: Tokens = []
        for place, factor in enumerate(e.args):
            lead = place == 0 and not signed and factor.op == "neg" and not ends_in_sum(factor)
            last = place == len(e.args) - 1
            piece = self._sign(factor.args[0], RANKS["mul"].operand) if lead else self._factor(factor, place, last)
            if not found:
                found = piece
            elif e.args[place - 1] == HALF and piece[0].text.startswith(self.marks.after_half):
                found += piece
            else:
                found += glue(Token(times, visible(times), 1), piece)
        return found

    def _factor(self, factor: Expr, place: int, last: bool) -> Tokens:
        if factor == HALF and place == 0:
            return [Token(self.marks.half, visible(self.marks.half))]
        return self.held(factor, RANKS["mul"].operand, last=last)

    def _div(self, e: Expr, signed: bool) -> Tokens:
        return [Token(self.marks.half, visible(self.marks.half))] if e == HALF else self.fraction(*e.args)

    def _power(self, e: Expr, signed: bool) -> Tokens:
        # ½² could be taken for a half of something squared.
        least = ATOM + 1 if e.args[0] == HALF else RANKS["power"].operand
        return self.power(self.held(e.args[0], least), e.args[1])

    def _transpose(self, e: Expr, signed: bool) -> Tokens:
        return self.transpose(self.held(e.args[0], RANKS["transpose"].operand))

    def _pending(self, e: Expr, signed: bool) -> Tokens:
        return self.pending(*e.args)

    def _matrix(self, e: Expr, signed: bool) -> Tokens:
        return self.matrix(e.args[0])

    def _ellipsis(self, e: Expr, signed: bool) -> Tokens:
        return [self.ellipsis(e.args[0])]

    def _gap(self, e: Expr, signed: bool) -> Tokens:
        _what, number, width = e.args
        return [self.gap(number, width)]

    def _matmul(self, e: Expr, signed: bool) -> Tokens:
        return self._chain(e, self.marks.matmul)

    def _hadamard(self, e: Expr, signed: bool) -> Tokens:
        return self._chain(e, self.marks.hadamard)

    def _chain(self, e: Expr, mark: str) -> Tokens:
        """Operands of one kind of product; another kind of product among them keeps its brackets."""
        found: Tokens = []
        for operand in e.args:
            piece = self.held(operand, RANKS[e.op].operand + (operand.op in ("mul", "matmul", "hadamard")))
            found += glue(Token(mark, visible(mark), 1), piece) if found else piece
        return found

    def _sum(self, e: Expr, signed: bool) -> Tokens:
        over, body = e.args
        return glue(self.summation(over.letter, over.but), self.held(body, RANKS["sum"].operand, last=True))

    def _apply(self, e: Expr, signed: bool) -> Tokens:
        function, primes, *arguments = e.args
        inner = self._emit(arguments[0], False)
        for argument in arguments[1:]:
            inner += glue(Token(self.separator, len(self.separator), 3), self._emit(argument, False))
        return glue(self.applied(function, primes), self.brackets(inner))

    def _call(self, e: Expr) -> Tokens:
        name, args = e.args[0], operands(e)
        shown = self.special(name, args)
        if shown is not None:
            return shown
        inner: Tokens = []
        for arg in args:
            piece = self._emit(arg, False)
            inner += glue(Token(self.separator, 2, 1), piece) if inner else piece
        return glue(self.function(name), self.brackets(inner))


Emitter = Callable[[Writer, Expr, bool], Tokens]
EMITTERS: dict[str, Emitter] = {
    "number": Writer._number,
    "symbol": Writer._symbol,
    "add": Writer._add,
    "neg": Writer._neg,
    "mul": Writer._mul,
    "div": Writer._div,
    "power": Writer._power,
    "transpose": Writer._transpose,
    "pending": Writer._pending,
    "matrix": Writer._matrix,
    "ellipsis": Writer._ellipsis,
    "gap": Writer._gap,
    "matmul": Writer._matmul,
    "hadamard": Writer._hadamard,
    "sum": Writer._sum,
    "apply": Writer._apply,
}


def unsigned_zero(e: Expr) -> bool:
    """Whether this is −0, which is written 0."""
    return e.op == "neg" and e.args[0].op == "number" and e.args[0].args[0] == 0


def ends_in_sum(e: Expr) -> bool:
    """Whether what is written ends inside a Σ."""
    return e.op == "sum" or (e.op in ("mul", "neg") and ends_in_sum(e.args[-1]))


def split_sign(term: Expr) -> tuple[bool, Expr]:
    """Whether a term begins with a minus, and the term without it."""
    if term.op == "neg":
        return True, term.args[0]
    if term.op == "mul" and term.args[0].op == "neg":
        return True, mul(term.args[0].args[0], *term.args[1:])
    return False, term


def spaced(product: Expr) -> bool:
    """Whether a product has wide dots: with two derivatives, three or more bare numbers, or such a product inside."""
    derivatives = sum(f.op == "symbol" and isinstance(f.args[0], Derivative) for f in product.args)
    derivatives += derivatives > 0 and any(f.op == "pending" for f in product.args)
    gaps = sum(f.op == "gap" for f in product.args)
    if derivatives + gaps > 1 or (len(product.args) > 2 and all(f.op == "number" for f in product.args)):
        return True
    return any(term.op == "mul" and spaced(term) for f in product.args if f.op == "add" for term in f.args)


def glue(mark: Token, piece: Tokens) -> Tokens:
    """The mark and the first token of what follows as one token, so that no line ends in the mark."""
    first = piece[0]
    return [Token(mark.text + first.text, mark.width + first.width, mark.cost, mark.tall or first.tall), *piece[1:]]


def deeper(tokens: Tokens) -> Tokens:
    """The same tokens inside brackets: breaking there costs more."""
    return [t if t.cost == NEVER else t._replace(cost=t.cost + DEEPER) for t in tokens]


def joined(tokens: Tokens) -> str:
    """The tokens on one line."""
    return "".join(token.text for token in tokens)


def visible(mark: str) -> int:
    """The width of a mark; a LaTeX command or an element counts as one sign with its spaces."""
    return 3 if "\\" in mark or "<" in mark else len(mark)


def fold(tokens: Tokens, width: float) -> list[str]:
    """The tokens in lines of at most `width`, broken where it costs least, as late as possible.

    A token is never broken, and where a line offers no good break the last token that fits ends it.
    """
    lines: list[str] = []
    rest, start = list(tokens), 0
    left = sum(t.width for t in rest)
    nested = any(NESTED * DEEPER <= t.cost < NEVER for t in tokens)
    while left > width:
        reach, taken = 0.0, 0
        while start + taken < len(rest) and reach + rest[start + taken].width <= width:
            reach += rest[start + taken].width
            taken += 1
        taken = min(max(taken, 1), len(rest) - start - 1)
        if not taken:
            break
        places = range(start + 1, start + taken + 1)
        at = min(places, key=lambda n: (rest[n].cost if rest[n].cost == NEVER or not nested else 0, -n))
        lines.append(joined(rest[start:at]).strip())
        left -= sum(t.width for t in rest[start:at])
        rest[at] = rest[at]._replace(text=rest[at].text.lstrip())
        start = at
    return [*lines, joined(rest[start:]).strip()]
