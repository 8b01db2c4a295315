"""A small reader of `-f text` pages: lines, names by `resolve`, formulas by the bounded reader; it knows nothing of
how the pages are made."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from functools import cache
from typing import NamedTuple

from backtrace.derivation.steps import Derivation
from backtrace.errors import InputError
from backtrace.expression.evaluate import evaluate
from backtrace.expression.reader import read
from backtrace.expression.tree import symbols
from backtrace.network.quantity import Derivative, Quantity
from backtrace.notation.names import Names
from tests.readback.checking import Style
from tests.readback.pages import known, spelt

PENDING = re.compile(r"d/d(\S+) \[")


class Line(NamedTuple):
    """One line: its left side, its parts, and the heading lines that hold for it."""

    number: int
    left: str
    parts: tuple[str, ...]
    heading: tuple[str, ...]


def lines(page: str) -> Iterator[Line]:
    """The lines of a page; a line that begins with = goes on with the left side above it."""
    left, heading = "", ()
    for number, raw in enumerate(page.splitlines(), 1):
        text = raw.partition("#")[0].strip()
        if re.fullmatch(r"(sample|step) \d+", text):
            heading = (*heading, text)
        elif text:
            name, *parts = (f" {text}" if text.startswith("=") else text).split(" = ")
            left = name.strip() or left
            yield Line(number, left, tuple(part.strip() for part in parts), heading)


class Reader:
    """Reads names and formulas as one derivation means them, with the numbers of its quantities."""

    def __init__(self, derivation: Derivation) -> None:
        self.names = Names(derivation.network, derivation.profile)
        self.resolve = cache(self.names.resolve)
        self.numbers = {step.left.args[0]: step.value for step in derivation.steps() if step.value is not None}
        self.numbers |= known(derivation)
        # Names that only a page has: the outputs of its gates, the terms of its routes, the loss by a loss.
        self.own = {name: key for name, key in spelt(derivation, "ascii").items() if of_page(key)}

    def key(self, name: str) -> Hashable:
        """The quantity of a name."""
        return self.own[name] if name in self.own else self.resolve(name)

    def longest(self, text: str, position: int) -> int:
        own = max(
            (len(n) for n in self.own if text.startswith(n, position) and ends(text, position + len(n))), default=0
        )
        return max(own, self.names.longest(text, position))

    def number(self, key: Hashable) -> float:
        return float(self.numbers[key])

    def formula(self, text: str) -> object:
        return read(text, self.key, longest_name=self.longest)

    def value(self, text: str) -> float:
        """The value of a part; what is still to be differentiated is, by central differences."""
        if re.fullmatch(r"-?[\d.]+(e-?\d+)?", text):
            return float(text)
        while marks := list(PENDING.finditer(text)):
            mark = marks[-1]  # the innermost
            end = closing(text, mark.end())
            slope = self.slope(text[mark.end() : end], mark[1])
            text = f"{text[: mark.start()]}({slope:.17f}){text[end + 1 :]}"
        return evaluate(self.formula(text), self.number)

    def slope(self, formula: str, by: str) -> float:
        tree, key, h = self.formula(formula), self.key(by), 1e-5
        at = self.number(key)
        up, down = (evaluate(tree, lambda k, x=x: x if k == key else self.number(k)) for x in (at + h, at - h))
        return (up - down) / (2 * h)


def closing(text: str, start: int) -> int:
    """Where the bracket closes that is open at the start."""
    depth = 1
    for place in range(start, len(text)):
        depth += {"[": 1, "]": -1}.get(text[place], 0)
        if not depth:
            return place
    raise ValueError(text)


def ends(text: str, position: int) -> bool:
    """Whether a name may end here."""
    return position == len(text) or not (text[position].isalnum() or text[position] in "_@/")


def of_page(key: Hashable) -> bool:
    if isinstance(key, Derivative):
        return any(q.kind == "wire" for q in key if q) or key.of.kind == key.by.kind == "loss"
    return isinstance(key, Quantity) and key.kind in ("wire", "term")


def is_number(part: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", part) is not None


def problems(page: str, reader: Reader, style: Style) -> tuple[list[str], int]:
    """What is not true of a page without matrices, and how many parts were computed."""
    found, computed = [], 0
    for line in lines(page):
        try:
            key = reader.key(line.left)
            if key not in reader.numbers:  # a line of calculus that the page puts no numbers into
                reader.numbers[key] = reader.value(line.parts[-1])
            true = reader.number(key)
            for part in line.parts:
                value = reader.value(part)
                computed += 1
                pure = "[" not in part and not list(symbols(reader.formula(part)))
                if is_number(part) and part is line.parts[-1]:
                    right = float(part) in (true, float(style.rounded(true)))
                elif pure and is_number(line.parts[-1]):
                    right = float(style.rounded(value)) == float(style.rounded(float(line.parts[-1])))
                else:
                    right = abs(value - true) <= 1e-6 * max(1e-2, abs(true))
                if not right:
                    found.append(f"line {line.number}: {line.left} = {part} gives {value}, not {true}")
        except (InputError, KeyError) as error:
            found.append(f"line {line.number}: {line.left} = {line.parts}: {error!r}")
    return found, computed
