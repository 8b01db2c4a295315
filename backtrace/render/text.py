"""Expressions as one line of text: Unicode for a terminal that can show it, ASCII for any other and for a keyboard."""

from __future__ import annotations

from typing import Any, Protocol

from backtrace.expression.functions import FUNCTIONS
from backtrace.expression.tree import Expr
from backtrace.network.quantity import Key, Quantity, is_kept
from backtrace.render.boxes import Boxes, breadth
from backtrace.render.writer import MARKED, Marks, Rank, Token, Tokens, Writer, deeper, glue, joined, unsigned_zero

UNICODE = Marks(" + ", " − ", "−", "·", " · ", "·", " ⊙ ", "½", ("(",))
ASCII = Marks(" + ", " - ", "-", "*", " * ", " @ ", " .* ", "1/2", ())
RAISED = str.maketrans("0123456789-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
RAISED_MARKS = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻′⁽⁾ᵀ")


class Speller(Protocol):
    """What a writer asks of a notation: the spelling of a key in each form."""

    def text(self, key: Key) -> str:
        """In Unicode."""

    def ascii(self, key: Key) -> str:
        """As it can be typed."""

    def latex(self, key: Key) -> str:
        """In LaTeX."""


class TextWriter(Writer):
    """Writes for a terminal. `comma`: numbers have a decimal comma; `boxed`: matrices of several rows become boxes;
    `numbered`: gaps have their numbers."""

    def __init__(
        self, spelling: Speller, ascii: bool = False, comma: bool = False, boxed: bool = True, numbered: bool = True
    ) -> None:
        self.boxed = boxed
        self.numbered = numbered
        self.spell = spelling.ascii if ascii else spelling.text
        self.ascii = ascii
        self.comma = comma
        self.marks = ASCII if ascii else UNICODE
        self.half_is_atom = self.exp_is_raised = not ascii
        self.separator = "; " if comma else ", "
        self.boxes = Boxes(ascii)

    def number(self, text: str) -> Token:
        shown = self.figure(text)
        return Token(shown, len(shown))

    def figure(self, text: str) -> str:
        """A number from its machine spelling."""
        if self.comma:
            text = text.replace(".", ",")
        if self.ascii:
            return text.replace("π", "pi")
        mantissa, has_power, exponent = text.replace("-", "−").partition("e")
        return f"{mantissa}×10{exponent.translate(RAISED)}" if has_power else mantissa

    def symbol(self, e: Expr) -> Token:
        text = self.spell(e.args[0])
        return Token(text, breadth(text))

    def marked(self, e: Expr) -> bool:
        text = self.spell(e.args[0])
        if isinstance(e.args[0], Quantity) and is_kept(e.args[0]):
            return True
        return "^" in text or text.endswith("'") or not RAISED_MARKS.isdisjoint(text)

    def function(self, name: str) -> Token:
        return self.glued(FUNCTIONS[name].text if name in FUNCTIONS and not self.ascii else name)

    def summation(self, letter: str, but: str = "") -> Token:
        from backtrace.notation.lettered import lowered

        if but:
            sign = f"sum_{{{letter}!={but}}} " if self.ascii else f"Σ{lowered(f'{letter}≠{but}')} "
        else:
            sign = f"sum_{letter} " if self.ascii else f"Σ{lowered(letter)} "
        return Token(sign, len(sign))

    def applied(self, function: Any, primes: int) -> Token:
        return self.glued(function.ascii + "'" * primes if self.ascii else function.text + "′" * primes)

    def gap(self, number: int, width: int) -> Token:
        mark = f"({number})" if self.ascii or number > CIRCLED else chr(circle(number)) if number else ""
        text = (mark if number and self.numbered else "") + "_" * width
        return Token(text, len(text))

    def special(self, name: str, args: tuple[Expr, ...]) -> Tokens | None:
        if self.ascii:
            return None
        if name in ("exp", "sqrt"):
            inner = self.tokens(args[0])
            return glue(self.glued("e^" if name == "exp" else "√"), inner if bare(args[0]) else self.brackets(inner))
        if name == "abs":
            return [*glue(self.glued("|"), deeper(self.tokens(args[0]))), self.glued("|")]
        return None

    def rank(self, e: Expr) -> Rank:
        raised = not self.ascii and e.op == "call" and e.args[0] == "sqrt" and bare(e.args[1])
        return MARKED if raised else super().rank(e)

    def fraction(self, above: Expr, below: Expr) -> Tokens:
        return [*self.held(above, 3, False), *glue(Token("/", 1, 2), self.held(below, 4))]

    def power(self, base: Tokens, exponent: Expr) -> Tokens:
        text = self.write(exponent).replace(" ", "")
        if exponent.op == "number" and not self.ascii and text.lstrip("−").isdigit():
            return [*base, self.glued(text.translate(RAISED))]
        plain = (
            exponent.op in ("number", "symbol")
            and not text.endswith(("+", "'"))
            and not text.startswith(("-", "−"))
            and "/" not in text
        )
        return [*base, self.glued(f"^{text}" if plain else f"^({text})")]

    def transpose(self, base: Tokens) -> Tokens:
        return [*base, self.glued("^T" if self.ascii else "ᵀ")]

    def pending(self, inner: Expr, by: Expr) -> Tokens:
        d = "d" if self.ascii else "∂"
        mark = self.glued(f"{d}/{d}{self.write(by)} [")
        return [*glue(mark, deeper(self.tokens(inner))), self.glued("]")]

    def matrix(self, rows: tuple[tuple[Expr, ...], ...]) -> Tokens:
        cells = [[joined(self.tokens(entry)) for entry in row] for row in rows]
        if not self.boxed:
            return [self.glued("[" + "; ".join("  ".join(row) for row in cells) + "]")]
        mark = self.boxes.add(cells)
        return [Token(mark, self.boxes.width(mark))]

    def ellipsis(self, direction: str) -> Token:
        return Token("..." if self.ascii else {"right": "⋯", "down": "⋮", "both": "⋱"}[direction], 1)


CIRCLED = 50  # from here on there are no numbers in circles


def circle(number: int) -> int:
    """The character of a number in a circle, from 1 to CIRCLED."""
    return number + (0x245F if number <= 20 else 0x323C if number <= 35 else 0x328D)


def bare(e: Expr) -> bool:
    """Whether this is a number without sign and power of ten, which needs no brackets behind √ or e^."""
    if unsigned_zero(e):
        return True
    return e.op == "number" and not e.args[1].startswith("-") and "e" not in e.args[1]


TO_ASCII = str.maketrans(
    {
        "′": "'",
        "−": "-",
        "·": "*",
        "→": "->",
        "≈": "~",
        "⁺": "+",
        "√": "sqrt",
        "×": "x",
        "∂": "d",
        "σ": "sigma",
        "η": "eta",
        "δ": "delta",
        "½": "1/2",
        "²": "^2",
        "…": "...",
        "⊙": ".*",
        "π": "pi",
        "±": "+-",
        "ᵀ": "^T",
        "–": "-",
        "⌊": "floor(",
        "⌋": ")",
        "⌈": "ceil(",
        "⌉": ")",
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
    }
)


def plain(text: str) -> str:
    """A sentence of ours in ASCII; characters without a counterpart are escaped."""
    return text.translate(TO_ASCII).encode("ascii", "backslashreplace").decode("ascii")
