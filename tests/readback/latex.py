"""The commands of a LaTeX or Markdown page."""

from __future__ import annotations

import math
import re
from collections.abc import Hashable, Mapping

from tests.readback.parsing import Parser, Token
from tests.readback.text import lengths
from tests.readback.tree import Node, Unreadable

FUNCTIONS = {
    r"\ln": "ln",
    r"\tanh": "tanh",
    r"\mathrm{erf}": "erf",
    r"\sigma": "sigmoid",
    r"\mathrm{relu}'": "step",
    r"\mathrm{relu}": "relu",
    r"\max": "max",
    r"\min": "min",
    r"\mathrm{sign}": "sign",
    r"\mathrm{step}": "threshold",
    r"\sinh": "sinh",
    r"\cosh": "cosh",
    r"\sin": "sin",
    r"\cos": "cos",
    r"\mathrm{softmax}": "softmax",
    r"\mathrm{diag}": "diag",
}
SIGNS = {
    r"\cdot ": "·",
    r"\odot ": "⊙",
    r"\, ": "@",
    r"\Bigl(": "(",
    r"\Bigr)": ")",
    r"\Bigl[": "[",
    r"\Bigr]": "]",
    r"\lvert ": "|",
    r"\rvert ": "|",
    r"\tfrac{1}{2}": "half",
    r"\cdots": "dots",
    r"\vdots": "dots",
    r"\ddots": "dots",
    "^{\\top}": "T",
    "{}": "",
    "+": "+",
    "-": "-",
    "(": "(",
    ")": ")",
    "[": "[",
    "]": "]",
}
CALLED = re.compile("(" + "|".join(map(re.escape, FUNCTIONS)) + r")(?:\\Bigl)?\(")
SIGN = re.compile("|".join(map(re.escape, SIGNS)))
NAME_GOES_ON = re.compile(r"[\w'_]")
PENDING = r"\frac{\partial}{\partial "
MATRIX = (r"\begin{bmatrix} ", r" \end{bmatrix}")


class LatexReader:
    """Reads parts of lines of LaTeX. names: from spelling to key."""

    def __init__(self, names: Mapping[str, Hashable], comma: bool = False) -> None:
        self.names = names
        self.lengths = lengths(names)
        self.known: dict[str, Node] = {}  # what was read before
        part = r"(?:\{,\}\d+)?" if comma else r"(?:\.\d+)?"
        self.number = re.compile(rf"(\d+{part})(?: \\times 10\^\{{(-?\d+)\}})?")
        self.separator = "; " if comma else ", "

    def read(self, text: str) -> Node:
        """The tree of a part; Unreadable when it is not what we print."""
        if text not in self.known:
            self.known[text] = Parser(self.tokens(text + " ")).whole()
        return self.known[text]

    def tokens(self, text: str) -> list[Token]:
        found: list[Token] = []
        at = 0
        while at < len(text):
            if text[at] == " ":
                at += 1
                continue
            made, at = self.one(text, at)
            found += made
        return found

    def name_at(self, text: str, at: int) -> str:
        """The longest name that stands here, or nothing. A name with an index above the line cannot have a power."""
        for length in self.lengths.get(text[at], ()):
            name = text[at : at + length]
            if name not in self.names:
                continue
            after = text[at + len(name) : at + len(name) + 1]
            if NAME_GOES_ON.match(after) or (name[-1] != "}" and after == "{"):
                continue
            if after == "^" and "^" in name and not name.startswith(r"\frac"):
                raise Unreadable(f"TeX refuses two superscripts: {text[at:]!r}")
            return name
        return ""

    def one(self, text: str, at: int) -> tuple[list[Token], int]:
        if text.startswith(PENDING, at):
            name = self.name_at(text, at + len(PENDING))
            end = at + len(PENDING) + len(name)
            if name and text.startswith("} ", end):
                return [Token("pending", self.names[name])], end + 1
        name = self.name_at(text, at)
        if name:
            return [Token("name", self.names[name])], at + len(name)
        called = CALLED.match(text, at)
        if called:
            return [Token("func", FUNCTIONS[called[1]])], called.end(1)
        found = SIGN.match(text, at)
        if found:
            return ([Token(SIGNS[found[0]])] if SIGNS[found[0]] else []), found.end()
        if text.startswith(r"\pi", at):
            return [Token("num", repr(math.pi))], at + len(r"\pi")
        matched = self.number.match(text, at)
        if matched:
            power = f"e{matched[2]}" if matched[2] else ""
            return [Token("num", matched[1].replace("{,}", ".") + power)], matched.end()
        if text.startswith(self.separator, at):
            return [Token(",")], at + len(self.separator)
        return self.group(text, at)

    def group(self, text: str, at: int) -> tuple[list[Token], int]:
        """Commands with arguments in braces, and matrices."""
        for start, make in ((r"\frac", 2), (r"\sqrt", 1), ("e^", 1), ("^", 1)):
            if not text.startswith(start + "{", at):
                continue
            found: list[list[Token]] = []
            end = at + len(start)
            for _ in range(make):
                inner, end = braced(text, end)
                found.append([Token("("), *self.tokens(inner), Token(")")])
            if start == r"\frac":
                return [Token("("), *found[0], Token("/"), *found[1], Token(")")], end
            first = {r"\sqrt": Token("func", "sqrt"), "e^": Token("func", "exp"), "^": Token("^")}[start]
            return [first, *found[0]], end
        if text.startswith(MATRIX[0], at):
            end = text.index(MATRIX[1], at)
            rows = [row.split(" & ") for row in text[at + len(MATRIX[0]) : end].split(r" \\ ")]
            if len({len(row) for row in rows}) != 1:
                raise Unreadable(f"rows of different lengths: {rows}")
            return [Token("matrix", [[self.read(cell) for cell in row] for row in rows])], end + len(MATRIX[1])
        raise Unreadable(f"{text[at:]!r} in {text!r}")


def braced(text: str, at: int) -> tuple[str, int]:
    """What stands in the braces that open here, and where they end."""
    if text[at : at + 1] != "{":
        raise Unreadable(f"no brace in {text[at:]!r}")
    depth = 0
    for end in range(at, len(text)):
        depth += (text[end] == "{") - (text[end] == "}")
        if not depth:
            return text[at + 1 : end], end + 1
    raise Unreadable(f"braces do not close in {text!r}")
