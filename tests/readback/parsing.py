"""From tokens to a tree, by the rules a person reads by, and refusing what a person could read in two ways: a bare
minus after an operator, a product after a quotient, two kinds of matrix products side by side."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from tests.readback.tree import Node, Unreadable


class Token(NamedTuple):
    """kind: num, half, name, func, matrix, pending, dots, end, or the sign itself; what: its text, key or rows."""

    kind: str
    what: Any = None


PRODUCTS = {"·": "mul", "*": "mul", "⊙": "hadamard", "@": "times", "/": "div"}


class Parser:
    """Reads one part of a line."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = [*tokens, Token("end")]
        self.at = 0

    @property
    def next(self) -> str:
        return self.tokens[self.at].kind

    def take(self, kind: str = "") -> Token:
        token = self.tokens[self.at]
        if kind and token.kind != kind:
            raise Unreadable(f"{token} where {kind} should be")
        self.at += 1
        return token

    def whole(self) -> Node:
        """The tree of all tokens."""
        found = self.sum()
        self.take("end")
        return found

    def sum(self) -> Node:
        negative = self.next == "-"
        if negative:
            self.take()
        found = self.product()
        found = ("neg", found) if negative else found
        while self.next in ("+", "-"):
            kind = "add" if self.take().kind == "+" else "sub"
            found = (kind, found, self.product())
        return found

    def product(self) -> Node:
        found = self.factor()
        used: set[str] = set()
        while self.next in PRODUCTS:
            if "/" in used:
                raise Unreadable("a quotient goes on without brackets")
            sign = self.take().kind
            used.add(sign)
            if len(used & {"⊙", "@"}) > 1:
                raise Unreadable("⊙ and a matrix product side by side")
            found = (PRODUCTS[sign], found, self.factor())
        return found

    def factor(self) -> Node:
        if self.next != "half":
            return self.power()
        self.take()
        half: Node = ("div", ("num", "1"), ("num", "2"))
        return ("mul", half, self.power()) if self.next == "(" else half

    def power(self) -> Node:
        base = self.atom()
        raised = False
        while self.next in ("^", "T"):
            if self.take().kind == "T":
                base = ("transpose", base)
            elif raised:
                raise Unreadable("a power of a power without brackets")
            else:
                base, raised = ("pow", base, self.atom()), True
        return base

    def atom(self) -> Node:
        token = self.take()
        if token.kind == "num":
            return ("num", token.what)
        if token.kind == "name":
            return ("name", token.what)
        if token.kind == "dots":
            return ("dots",)
        if token.kind == "matrix":
            return ("matrix", token.what)
        if token.kind == "(":
            found = self.sum()
            self.take(")")
            return found
        if token.kind == "|":
            found = self.sum()
            self.take("|")
            return ("call", "abs", found)
        if token.kind == "pending":
            return self.pending(token.what)
        if token.kind == "func":
            return self.call(token.what)
        raise Unreadable(f"{token} where a number or a name should be")

    def pending(self, by: Hashable) -> Node:
        self.take("[")
        found = self.sum()
        self.take("]")
        return ("pending", by, found)

    def call(self, name: str) -> Node:
        self.take("(")
        args = [self.sum()]
        while self.next == ",":
            self.take()
            args.append(self.sum())
        self.take(")")
        return ("call", name, *args)
