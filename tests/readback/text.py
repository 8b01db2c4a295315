"""The signs of a terminal page and of the script-like text in JSON."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Iterable, Mapping

from tests.readback.parsing import Parser, Token
from tests.readback.tree import Node, Unreadable

UNICODE_FUNCTIONS = {
    "e^": "exp",
    "√": "sqrt",
    "ln": "ln",
    "tanh": "tanh",
    "erf": "erf",
    "σ": "sigmoid",
    "relu′": "step",
    "relu": "relu",
    "step": "threshold",
    "max": "max",
    "min": "min",
    "sign": "sign",
    "sinh": "sinh",
    "cosh": "cosh",
    "sin": "sin",
    "cos": "cos",
    "softmax": "softmax",
    "diag": "diag",
}
ASCII_FUNCTIONS = {
    name: name
    for name in (
        "exp",
        "sqrt",
        "ln",
        "tanh",
        "sigmoid",
        "step",
        "threshold",
        "relu",
        "abs",
        "max",
        "min",
        "sign",
        "sinh",
        "cosh",
    )
} | {"erf": "erf", "sin": "sin", "cos": "cos", "softmax": "softmax", "diag": "diag"}
# Where a function is called; the longest name first.
CALLED = {
    ascii: re.compile("(" + "|".join(map(re.escape, sorted(table, key=len, reverse=True))) + r")\(")
    for ascii, table in ((False, UNICODE_FUNCTIONS), (True, ASCII_FUNCTIONS))
}
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
NAME_GOES_ON = re.compile(r"(?!ᵀ|[⁰¹²³⁴⁵⁶⁷⁸⁹])[\w@⁺′₀-₉\[']")
NUMBERS = {
    ("point", False): re.compile(r"\d+(?:\.\d+)?(?:×10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"),
    ("comma", False): re.compile(r"\d+(?:,\d+)?(?:×10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"),
    ("point", True): re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?"),
    ("comma", True): re.compile(r"\d+(?:,\d+)?(?:e-?\d+)?"),
}
PI = re.compile("π")
ASCII_HALF = re.compile(r"1/2(?![\d.,e^])")
OPEN, CLOSE, NEW_ROW = "⟦", "⟧", "¦"  # a matrix of several rows after its box has been folded into its line


def lengths(names: Iterable[str]) -> dict[str, list[int]]:
    """By the first sign of a name: the lengths of such names, the greatest first."""
    found: dict[str, set[int]] = {}
    for name in names:
        found.setdefault(name[0], set()).add(len(name))
    return {start: sorted(of_start, reverse=True) for start, of_start in found.items()}


class TextReader:
    """Reads parts of lines of text. names: from spelling to key."""

    def __init__(self, names: Mapping[str, Hashable], ascii: bool = False, comma: bool = False) -> None:
        self.names = names
        self.lengths = lengths(names)
        self.known: dict[str, Node] = {}  # what was read before
        self.ascii = ascii
        self.number = NUMBERS["comma" if comma else "point", ascii]
        self.comma = comma
        self.minus = "-" if ascii else "−"
        self.functions = ASCII_FUNCTIONS if ascii else UNICODE_FUNCTIONS
        self.pending = ("d/d", "d/d") if ascii else ("∂/∂", "∂/d")
        self.signs = "()+/^[]" + ("*" if ascii else "·⊙|") + (";" if comma else ",")

    def read(self, text: str) -> Node:
        """The tree of a part; Unreadable when it is not what we print."""
        if text not in self.known:
            self.known[text] = Parser(self.tokens(text)).whole()
        return self.known[text]

    def name_at(self, text: str, at: int) -> str:
        """The longest name that stands here, or nothing."""
        for length in self.lengths.get(text[at], ()):
            name = text[at : at + length]
            if name in self.names:
                after = text[at + len(name) : at + len(name) + 1]
                if not NAME_GOES_ON.match(after) or after == "[":
                    return name
        return ""

    def tokens(self, text: str) -> list[Token]:
        found: list[Token] = []
        at = 0
        while at < len(text):
            token, at = self.one(text, at, found)
            if token:
                found.append(token)
        return found

    def one(self, text: str, at: int, before: list[Token]) -> tuple[Token | None, int]:
        c = text[at]
        if c == " ":
            return None, at + 1
        if text.startswith(self.pending[0], at):
            name = self.name_at(text, at + len(self.pending[0]))
            if name and text.startswith(" [", at + len(self.pending[0]) + len(name)):
                return Token("pending", self.names[name]), at + len(self.pending[0]) + len(name)
        name = self.name_at(text, at)
        if name:
            return Token("name", self.names[name]), at + len(name)
        called = CALLED[self.ascii].match(text, at)
        if called:
            return Token("func", self.functions[called[1]]), called.end(1)
        for spelt in () if self.ascii else ("e^", "√"):
            if not text.startswith(spelt, at):
                continue
            bare = PI.match(text, at + len(spelt)) or self.number.match(text, at + len(spelt))
            if bare:
                before += [
                    Token("func", self.functions[spelt]),
                    Token("("),
                    Token("num", plain(bare[0].replace("π", repr(math.pi)))),
                ]
                return Token(")"), bare.end()
        if self.ascii and ASCII_HALF.match(text, at):
            return Token("half"), at + 3
        if c == "½" and not self.ascii:
            return Token("half"), at + 1
        pi = "pi" if self.ascii else "π"
        if text.startswith(pi, at):
            return Token("num", repr(math.pi)), at + len(pi)
        matched = self.number.match(text, at)
        if matched:
            if text[matched.end() : matched.end() + 1].isalpha():
                raise Unreadable(f"a number runs into a name: {text[at:]!r}")
            return Token("num", plain(matched[0])), matched.end()
        return self.sign(text, at, before)

    def sign(self, text: str, at: int, before: list[Token]) -> tuple[Token | None, int]:
        c = text[at]
        if c == OPEN:
            end = text.index(CLOSE, at)
            return Token("matrix", self.rows(text[at + 1 : end].split(NEW_ROW))), end + 1
        if c == "[" and not (before and before[-1].kind == "pending"):
            end = text.find("]", at)
            if end < 0:
                raise Unreadable(f"a bracket does not close: {text[at:]!r}")
            return Token("matrix", self.rows(text[at + 1 : end].split("; "))), end + 1
        if c == self.minus:
            return Token("-"), at + 1
        if self.ascii and text.startswith("^T", at):
            return Token("T"), at + 2
        if self.ascii and text.startswith("...", at):
            return Token("dots"), at + 3
        if self.ascii and text.startswith(".*", at):
            return Token("⊙"), at + 2
        if self.ascii and text.startswith("@ ", at):
            return Token("@"), at + 1
        if not self.ascii and c == "ᵀ":
            return Token("T"), at + 1
        if not self.ascii and c in "⋯⋮⋱":
            return Token("dots"), at + 1
        if not self.ascii and c in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻":
            return self.raised(text, at, before)
        if c in self.signs:
            return Token("," if c == ";" else c), at + 1
        raise Unreadable(f"{c!r} in {text!r}")

    def raised(self, text: str, at: int, before: list[Token]) -> tuple[Token | None, int]:
        """A power written above the line; its digits become one number."""
        end = at
        while end < len(text) and text[end] in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻":
            end += 1
        digits = text[at:end].translate(RAISED)
        number = [Token("-"), Token("num", digits[1:])] if digits.startswith("-") else [Token("num", digits)]
        before += [Token("^"), Token("("), *number]
        return Token(")"), end

    def rows(self, rows: list[str]) -> list[list[Node]]:
        cells = [[self.read(cell) for cell in re.split(r"\s{2,}", row.strip())] for row in rows]
        if len({len(row) for row in cells}) != 1:
            raise Unreadable(f"rows of different lengths: {rows}")
        return cells


def plain(figure: str) -> str:
    """A printed number as Python reads it."""
    mantissa, _, power = figure.replace(",", ".").partition("×10")
    return f"{mantissa}e{power.translate(RAISED)}" if power else mantissa
