"""Expressions as presentation MathML, which browsers show and screen readers read without a script.

Only elements and attributes of MathML Core are used. A formula is a row of elements, so that a line may be broken
between any two of them.
"""

from __future__ import annotations

from html import escape
from typing import Any

from backtrace.expression.functions import FUNCTIONS
from backtrace.expression.tree import Expr
from backtrace.network.quantity import Derivative, Key
from backtrace.render.latex import SMALL, LatexWriter
from backtrace.render.mathml_names import grouped, name
from backtrace.render.text import Speller
from backtrace.render.writer import Marks, Token, Tokens, deeper, glue, joined

APPLY, TIMES = "\u2061", "\u2062"  # signs that are heard, not seen: a function of, times
TALL = 'minsize="2.1em" maxsize="2.1em"'
OPEN, CLOSE = '<mo stretchy="false">(</mo>', '<mo stretchy="false">)</mo>'
TALL_OPEN, TALL_CLOSE = f"<mo {TALL}>(</mo>", f"<mo {TALL}>)</mo>"
HALF = '<mstyle displaystyle="false" scriptlevel="1"><mfrac><mn>1</mn><mn>2</mn></mfrac></mstyle>'
ELLIPSES = {"right": "⋯", "down": "⋮", "both": "⋱"}
MATHML = Marks(
    "<mo>+</mo>",
    "<mo>−</mo>",
    '<mo form="prefix">−</mo>',
    "<mo>⋅</mo>",
    "<mo>⋅</mo>",
    f'<mo lspace="0.1em" rspace="0.1em">{TIMES}</mo>',
    "<mo>⊙</mo>",
    HALF,
    (OPEN, TALL_OPEN, f"<msup><mrow>{OPEN}", f"<msup><mrow>{TALL_OPEN}"),
)


class MathmlWriter(LatexWriter):
    """Writes what stands within <math>: the same brackets, order and breaks as in LaTeX."""

    marks = MATHML

    def __init__(self, spelling: Speller, comma: bool = False) -> None:
        super().__init__(spelling, comma)
        self.separator = "<mo>;</mo>" if comma else "<mo>,</mo>"

    def number(self, text: str) -> Token:
        if text == "π":
            return Token("<mi>π</mi>", 1)
        return Token(self.figure(text), len(text) + (3 if "e" in text else 0))

    def figure(self, text: str) -> str:
        text = text.replace(".", ",") if self.comma else text
        if "e" not in text:
            return signed(text)
        mantissa, _, exponent = text.partition("e")
        return f"{signed(mantissa)}<mo>×</mo><msup><mn>10</mn>{row(signed(exponent))}</msup>"

    def name(self, key: Key) -> Token:
        return Token(name(self.spelling.latex(key)), self.symbol_width(key), tall=isinstance(key, Derivative))

    def brackets(self, inner: Tokens) -> Tokens:
        tall = any(token.tall for token in inner)
        left, right = (TALL_OPEN, TALL_CLOSE) if tall else (OPEN, CLOSE)
        return [Token(left, 1, tall=tall), *deeper(inner), Token(right, 1, tall=tall)]

    def function(self, name_of: str) -> Token:
        shown = FUNCTIONS[name_of].text if name_of in FUNCTIONS else name_of
        return Token(f"<mi>{escape(shown)}</mi><mo>{APPLY}</mo>", len(name_of))

    def summation(self, letter: str, but: str = "") -> Token:
        index = f"<mi>{escape(letter)}</mi>" if letter else ""
        under = f"{index}<mo>≠</mo><mi>{escape(but)}</mi>" if but else index
        return Token(f"<munder><mo>∑</mo>{row(under)}</munder>", 2 + len(but), tall=True)

    def applied(self, function: Any, primes: int) -> Token:
        raised = "^{" + " ".join([r"\prime"] * primes) + "}" if primes else ""
        shown = name(function.latex + raised)
        return Token(f"{shown}<mo>{APPLY}</mo>", len(function.text) + SMALL * primes)

    def special(self, name_of: str, args: tuple[Expr, ...]) -> Tokens | None:
        inner = self.tokens(args[0])
        if name_of == "exp":
            return [Token(f"<msup><mi>e</mi>{row(joined(inner))}</msup>", 1 + SMALL * self.width(args[0]))]
        if name_of == "sqrt":
            return [
                Token(f"<msqrt>{row(joined(inner))}</msqrt>", 1 + self.width(args[0]), tall=any(t.tall for t in inner))
            ]
        if name_of == "abs":
            left, right = '<mo stretchy="false" form="prefix">|</mo>', '<mo stretchy="false" form="postfix">|</mo>'
            return [Token(left, 1), *deeper(inner), Token(right, 1)]
        return None

    def glued(self, text: str) -> Token:
        return Token(f"<mo>{escape(text.strip())}</mo>", len(text))

    def fraction(self, above: Expr, below: Expr) -> Tokens:
        wide = 0.5 + max(self.width(above), self.width(below))
        return [Token(f"<mfrac>{row(self.write(above))}{row(self.write(below))}</mfrac>", wide, tall=True)]

    def power(self, base: Tokens, exponent: Expr) -> Tokens:
        wide = sum(token.width for token in base) + SMALL * self.width(exponent)
        tall = any(token.tall for token in base)
        return [Token(f"<msup>{row(joined(base))}{row(self.write(exponent))}</msup>", wide, tall=tall)]

    def transpose(self, base: Tokens) -> Tokens:
        wide, tall = sum(token.width for token in base) + 1, any(token.tall for token in base)
        return [Token(f"<msup>{row(joined(base))}<mo>⊤</mo></msup>", wide, tall=tall)]

    def pending(self, inner: Expr, by: Expr) -> Tokens:
        piece = deeper(self.tokens(inner))
        size = TALL if any(t.tall for t in piece) else 'stretchy="false"'
        slope = f"<mfrac><mi>∂</mi><mrow><mi>∂</mi>{self.write(by)}</mrow></mfrac>"
        mark = Token(f"{slope}<mo {size}>[</mo>", self.width(by) + 3, tall=True)
        return [*glue(mark, piece), Token(f"<mo {size}>]</mo>", 1)]

    def gap(self, number: int, width: int) -> Token:
        mark = f'<mstyle scriptlevel="1"><mn>{number}</mn></mstyle>' if number else ""
        room = f'<mspace width="{width * 0.5:g}em" height="1em" depth="0.3em"></mspace>' if width else ""
        return Token(f'<mrow style="border: 1px solid; padding: 0.1em">{mark}{room}</mrow>', width + 2, tall=True)

    def ellipsis(self, direction: str) -> Token:
        return Token(f"<mo>{ELLIPSES[direction]}</mo>", 2)

    def matrix(self, rows: tuple[tuple[Expr, ...], ...]) -> Tokens:
        cells = ("".join(f"<mtd>{row(self.write(entry))}</mtd>" for entry in line) for line in rows)
        body = "".join(f"<mtr>{line}</mtr>" for line in cells)
        wide = max(sum(self.width(entry) + 2 for entry in line) for line in rows) + 1
        return [Token(f"<mrow><mo>[</mo><mtable>{body}</mtable><mo>]</mo></mrow>", wide, tall=True)]


def signed(text: str) -> str:
    """A number with its sign; its digits need no escape."""
    return f'<mo form="prefix">−</mo><mn>{text[1:]}</mn>' if text[0] == "-" else f"<mn>{text}</mn>"


def row(elements: str) -> str:
    """Elements as one."""
    return grouped([elements, ""])


def inline(elements: str) -> str:
    """A formula within a sentence."""
    return f"<math>{elements}</math>"
