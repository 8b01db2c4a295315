"""Expressions in LaTeX, with commands that pdflatex + amsmath, KaTeX and MathJax all know.

Brackets are never `\\left … \\right`, so that a line may be broken inside them.
"""

from __future__ import annotations

from typing import Any

from backtrace.expression.functions import FUNCTIONS
from backtrace.expression.tree import Expr
from backtrace.network.quantity import Derivative, Key
from backtrace.notation.symbols import letter_forms
from backtrace.render.text import RAISED_MARKS, Speller
from backtrace.render.writer import ATOM, MARKED, Marks, Rank, Token, Tokens, Writer, deeper, glue, joined

LATEX = Marks(" + ", " - ", "-", r" \cdot ", r" \cdot ", r" \, ", r" \odot ", r"\tfrac{1}{2}", ("(", r"\Bigl("))
SMALL = 0.7  # the size of an exponent or index beside the line it stands on
INDEX_MARKS = RAISED_MARKS | frozenset("₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₖₘₙₚᵣₛₜₗⁱʲᵏˡᵐⁿᵖʳˢᵗᴰᴸ")


class LatexWriter(Writer):
    """Writes mathematics without the dollar signs. `comma`: numbers have a decimal comma."""

    marks = LATEX

    def __init__(self, spelling: Speller, comma: bool = False) -> None:
        self.spelling = spelling
        self.comma = comma
        self.separator = "; " if comma else ", "
        self._names: dict[Key, Token] = {}

    def number(self, text: str) -> Token:
        if text == "π":
            return Token(r"\pi", 1)
        if text == "?":
            return Token("{?}", 1)  # a sign like a letter; bare, TeX sets it as the end of a sentence
        shown = self.figure(text)
        return Token(shown, len(text) + (3 if "e" in text else 0))

    def figure(self, text: str) -> str:
        """A number from its machine spelling."""
        shown = text.replace(".", "{,}") if self.comma else text
        if "e" not in shown:
            return shown
        mantissa, _, exponent = shown.partition("e")
        return rf"{mantissa} \times 10^{{{exponent}}}"

    def symbol(self, e: Expr) -> Token:
        key: Key = e.args[0]
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = self.name(key)
        return found

    def name(self, key: Key) -> Token:
        """The name of a quantity, which is asked for again and again."""
        return Token(self.spelling.latex(key), self.symbol_width(key), tall=isinstance(key, Derivative))

    def symbol_width(self, key: Key) -> float:
        """The width of a name, judged by its spelling in text."""
        if isinstance(key, Derivative):
            return 1.2 + max(self.symbol_width(key.of), self.symbol_width(key.by))
        letters, _, indices = self.spelling.text(key).partition("_")
        return sum(SMALL if c in INDEX_MARKS else 1 for c in letters) + SMALL * len(indices.strip("{}"))

    def marked(self, e: Expr) -> bool:
        spelling = self.spelling.latex(e.args[0])
        return "^" in spelling or "'" in spelling or r"\frac" in spelling

    def symbol_rank(self, e: Expr) -> Rank:
        return MARKED if self.marked(e) else Rank(ATOM, 0)

    def rank(self, e: Expr) -> Rank:
        return MARKED if e.op == "div" else super().rank(e)

    def brackets(self, inner: Tokens) -> Tokens:
        if any(token.tall for token in inner):
            left, right = Token(r"\Bigl(", 1, tall=True), Token(r"\Bigr)", 1, tall=True)
        else:
            left, right = self.glued("("), self.glued(")")
        return [left, *deeper(inner), right]

    def function(self, name: str) -> Token:
        spelling = FUNCTIONS[name].latex if name in FUNCTIONS else rf"\mathrm{{{name}}}"
        return Token(spelling, len(name))

    def summation(self, letter: str, but: str = "") -> Token:
        index, other = ((letter_forms(c) or (c, c))[1] if c else "" for c in (letter, but))
        left_out = rf" \neq {other}" if other else ""
        return Token(rf"\sum_{{{index}{left_out}}} ", 2 + len(but), tall=True)

    def applied(self, function: Any, primes: int) -> Token:
        return Token(function.latex + "'" * primes, len(function.text) + SMALL * primes)

    def special(self, name: str, args: tuple[Expr, ...]) -> Tokens | None:
        inner = self.tokens(args[0])
        if name == "exp":
            return [Token(f"e^{{{joined(inner)}}}", 1 + SMALL * self.width(args[0]))]
        if name == "sqrt":
            return [Token(rf"\sqrt{{{joined(inner)}}}", 1 + self.width(args[0]), tall=any(t.tall for t in inner))]
        if name == "abs":
            return [self.glued(r"\lvert "), *deeper(inner), self.glued(r"\rvert ")]
        return None

    def glued(self, text: str) -> Token:
        return Token(text, 1 if text.startswith("\\") else len(text))

    def fraction(self, above: Expr, below: Expr) -> Tokens:
        wide = 0.5 + max(self.width(above), self.width(below))
        return [Token(rf"\frac{{{self.write(above)}}}{{{self.write(below)}}}", wide, tall=True)]

    def power(self, base: Tokens, exponent: Expr) -> Tokens:
        return [*base, Token(f"^{{{self.write(exponent)}}}", SMALL * self.width(exponent))]

    def transpose(self, base: Tokens) -> Tokens:
        return [*base, Token(r"^{\top}", 1)]

    def gap(self, number: int, width: int) -> Token:
        # A box high enough to write in, which amsmath, KaTeX and MathJax draw alike.
        mark = rf"{{\scriptstyle {number}}}\," if number else ""
        return Token(rf"\boxed{{{mark}\phantom{{{'0' * width}}}\vphantom{{\big|}}}}", width + 2, tall=True)

    def pending(self, inner: Expr, by: Expr) -> Tokens:
        piece = deeper(self.tokens(inner))
        left, right = (r"\Bigl[", r"\Bigr]") if any(t.tall for t in piece) else ("[", "]")
        mark = Token(rf"\frac{{\partial}}{{\partial {self.write(by)}}} {left}", self.width(by) + 3, tall=True)
        return [*glue(mark, piece), Token(right, 1)]

    def ellipsis(self, direction: str) -> Token:
        return Token({"right": r"\cdots", "down": r"\vdots", "both": r"\ddots"}[direction], 2)

    def matrix(self, rows: tuple[tuple[Expr, ...], ...]) -> Tokens:
        body = r" \\ ".join(" & ".join(self.write(entry) for entry in row) for row in rows)
        wide = max(sum(self.width(entry) + 2 for entry in row) for row in rows) + 1
        return [Token(rf"\begin{{bmatrix}} {body} \end{{bmatrix}}", wide, tall=True)]
