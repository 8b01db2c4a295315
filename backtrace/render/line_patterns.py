"""Lines that are laid out once for all numbers of one shape, and then only filled in.

How a line is written, bracketed and broken depends on its form and on the shapes of its numbers: their sign, how many
digits they have, whether they have a power of ten. A shape met for the first time is laid out by the page itself, with
marks in place of digits; the lines are kept with slots where the marks stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from typing import NamedTuple

from backtrace.derivation.skeletons import Skeleton, Worked
from backtrace.derivation.steps import Step, Value
from backtrace.errors import InputError
from backtrace.expression.evaluate import compiled
from backtrace.expression.kept import Kept, Same
from backtrace.expression.rounding import rounded
from backtrace.expression.tree import Expr, number, replace, symbols
from backtrace.network.quantity import Key
from backtrace.render.body import rows
from backtrace.render.mathematics import Group, Line, MathPage, Part, Piece
from backtrace.render.numbers import REPR, NumberStyle, figure

MARKS = 0xE000  # private characters: no text and no formula contains them
DIGIT = "#"  # stands for any digit in a shape
DIGITS = dict.fromkeys(map(ord, "0123456789"), DIGIT)
SHORT = 2  # so short a number stands as it is: ½ is written in a way of its own


class Figure(NamedTuple):
    """A number as it is printed: its machine spelling, the value of that, its shape (-#.###, or the number itself where
    that decides how it is written), and as the page writes it."""

    text: str
    value: float
    shape: str
    shown: str


class Figures:
    """The numbers of one page, each written once. shown: writes a machine spelling."""

    def __init__(self, values: dict[Key, float], style: NumberStyle, shown: Callable[[str], str]) -> None:
        self.values = values
        self.style = style
        self.shown = shown
        self._found: dict[tuple[Key, int], Figure] = {}

    def of(self, key: Key, more: int) -> Figure:
        """The number of a quantity with so many digits more than results have."""
        found = self._found.get((key, more))
        if found is None:
            found = self._found[key, more] = self.figure(self.values[key], more)
        return found

    def figure(self, x: float, more: int = 0) -> Figure:
        """A number."""
        text = figure(x, self.style, more)
        value = float(text)
        plain = len(text) > SHORT and value != 0
        return Figure(text, value, text.translate(DIGITS) if plain else text, self.shown(text))


class Slots(NamedTuple):
    """A text with slots: %s for each, and which number goes into each."""

    text: str
    places: tuple[int, ...]

    def filled(self, shown: list[str]) -> str:
        """The text with these numbers."""
        return self.text % tuple([shown[place] for place in self.places])


def marked(shape: str, place: int) -> Expr:
    """A number of the shape, with marks for digits."""
    if DIGIT not in shape:
        return number(float(shape), shape)
    return number(1.0, shape.replace(DIGIT, chr(MARKS + place)))


def slots(text: str, marks: dict[str, int]) -> Slots:
    """The text with a slot for each mark."""
    pieces = re.split("(" + "|".join(map(re.escape, marks)) + ")", text) if marks else [text]
    places = tuple(marks[mark] for mark in pieces[1::2])
    return Slots("%s".join(piece.replace("%", "%%") for piece in pieces[::2]), places)


class RowPattern:
    """A row with numbers. The numbers are those of the symbols of its last form, then its result."""

    def __init__(self, page: MathPage, group: Group, place: int) -> None:
        assert group.row is not None and group.row.step is not None
        self.page, self.label, self.left, self.place = page, group.label, group.left, place
        self.step: Step = group.row.step
        self.continued = group.row.continued
        form = self.step.forms[-1] if self.step.forms else None
        self.form = form if form is not None and form.op not in ("symbol", "number") else None
        self.keys: tuple[Key, ...] = tuple(dict.fromkeys(symbols(self.form))) if self.form else ()  # type: ignore[arg-type]
        self.value = compiled(self.form, self.keys) if self.form and self.keys else None
        self.negates = self.form is not None and self.form.op == "neg" and self.form.args[0].op == "symbol"
        self.known: Kept[tuple[tuple[Slots, Slots], ...]] = Kept()

    def group(self, figures: Figures, result: Value | None) -> Group:
        """The row with its numbers."""
        assert isinstance(result, float)
        printed = figures.figure(result)
        numbers = [*self.operands(figures, printed.value), printed] if self.value else [printed]
        negated = self.negates and numbers[1].text == f"-{numbers[0].text}"
        shape = (negated, *[found.shape for found in numbers])
        lines = self.known.get(shape)
        if lines is None:
            lines = self.known.keep(shape, self.laid([found.shape for found in numbers], negated))
        shown = [found.shown for found in numbers]
        return Group(self.label, tuple([Line(left.filled(shown), right.filled(shown)) for left, right in lines]))

    def operands(self, figures: Figures, goal: float) -> list[Figure]:
        """The numbers put in, with as many digits as make the line true as printed: see numbers.put_in."""
        assert self.value is not None
        style, of = figures.style, figures.of
        for more in range(REPR + 1):
            found = [of(key, more) for key in self.keys]
            try:
                if rounded(self.value(*[one.value for one in found]), style.digits, style.decimals) == goal:
                    break
            except InputError:  # rounding an operand can leave a function's domain: more digits are needed
                continue
        return found

    def laid(self, shapes: list[str], negated: bool) -> tuple[tuple[Slots, Slots], ...]:
        """The lines of the row for numbers of these shapes."""
        leaves = [marked(shape, place) for place, shape in enumerate(shapes)]
        put_in = dict(zip(self.keys, leaves, strict=False))
        substituted = replace(self.form, put_in.get) if self.form and self.keys and not negated else None  # type: ignore[arg-type]
        page = self.page
        row = list(rows(self.step, page.derivation, page.options, (substituted, leaves[-1])))[-1]
        page.left = self.left
        marks = marks_of(page, leaves)
        return tuple((slots(one.left, marks), slots(one.right, marks)) for one in page.group(row).lines)


class Sentence:
    """Bare results beside each other."""

    def __init__(self, page: MathPage, piece: Piece, places: list[int]) -> None:
        leaves = [marked("#.###", n) for n in range(len(places))]
        found = page.side_by_side([row._replace(value=leaf) for row, leaf in zip(piece.rows, leaves, strict=True)])
        self.places = places
        self.slots = slots(found, marks_of(page, leaves))

    def piece(self, figures: Figures, results: tuple[Value | None, ...]) -> Piece:
        """The sentence with its numbers."""
        shown = [figures.figure(results[place]).shown for place in self.places]  # type: ignore[arg-type]
        return Piece(self.slots.filled(shown))


def marks_of(page: MathPage, leaves: list[Expr]) -> dict[str, int]:
    """Which number each mark stands for, as the page writes it."""
    shown = [page.writer.figure(leaf.args[1]) for leaf in leaves]
    return {text: place for place, text in enumerate(shown) if any(ord(c) >= MARKS for c in text)}


class LinesPattern:
    """The parts of a page about all networks alike."""

    def __init__(self, page: MathPage, skeleton: Skeleton) -> None:
        self.page = page
        steps = [item for section in skeleton.sections for item in section.items if isinstance(item, Step)]
        places = {id(step): place for place, step in enumerate(steps)}
        self.parts = [(part, [self.made(piece, places) for piece in part.pieces]) for part in page.parts()]

    def made(self, piece: Piece, places: dict[int, int]) -> Piece | Sentence | list[Group | RowPattern]:
        """What is kept of a piece: itself where it has no numbers."""
        if piece.rows:
            return Sentence(self.page, piece, [places[id(row.step)] for row in piece.rows])
        if not any(group.row and group.row.step for group in piece.groups):
            return piece
        return [
            RowPattern(self.page, group, places[id(group.row.step)]) if group.row and group.row.step else group
            for group in piece.groups
        ]

    def filled(self, worked: Worked) -> list[Part]:
        """The parts with the numbers of one network."""
        figures = Figures(worked.values, self.page.options.style, self.page.writer.figure)  # type: ignore[arg-type]
        results = worked.results
        found = []
        for part, pieces in self.parts:
            filled = [
                one
                if isinstance(one, Piece)
                else one.piece(figures, results)
                if isinstance(one, Sentence)
                else Piece(
                    groups=tuple(
                        [row.group(figures, results[row.place]) if isinstance(row, RowPattern) else row for row in one]
                    )
                )
                for one in pieces
            ]
            found.append(Part(part.number, part.heading, part.routes, tuple(filled)))
        return found


_patterns: Kept[LinesPattern] = Kept()


def pattern_of(page: Callable[[], MathPage], worked: Worked, key: tuple[Hashable, ...]) -> LinesPattern:
    """The pattern of these lines; key: of the page, whatever else it depends on than the lines."""
    place = (Same(worked.skeleton), *key)
    return _patterns.get(place) or _patterns.keep(place, LinesPattern(page(), worked.skeleton))
