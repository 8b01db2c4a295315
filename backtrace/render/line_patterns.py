"""Lines that are laid out once for all numbers of one shape, and then only filled in.

How a line is written, bracketed and broken depends on its form and on the shapes of its numbers: their sign, how many
digits they have, whether they have a power of ten. A shape met for the first time is laid out by the page itself, with
marks in place of digits; what its template makes of these lines is kept with slots where the marks stand.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import cached_property, partial
from itertools import islice
from typing import cast

from backtrace.derivation.skeletons import Skeleton, Worked
from backtrace.derivation.steps import Step
from backtrace.errors import InternalFault
from backtrace.expression.kept import Kept, Same
from backtrace.expression.rounding import rounded, rounding_to
from backtrace.expression.straight_line import compiled_together
from backtrace.expression.tree import Expr, number, replace, symbols
from backtrace.network.quantity import Key
from backtrace.render.body import Row, rows
from backtrace.render.mathematics import Group, Line, MathPage, Part, Piece
from backtrace.render.numbers import REPR, figures
from backtrace.render.slots import Slots, mark, picker, slots

DIGIT = "#"  # stands for any digit in a shape
DIGITS = dict.fromkeys(map(ord, "0123456789"), DIGIT)
WIDE = ("#.##########", "-#.##########")  # of numbers above and below 0 without a power of ten
SHORT = 2  # so short a number stands as it is: ½ is written in a way of its own
SHAPES = 1024  # of one line


class Printed:
    """Numbers as they are printed, in a row. texts: their machine spellings; values: what these say; widest: the widest
    shapes of their sorts; shown: as the page writes them."""

    __slots__ = ("shown", "texts", "values", "widest")

    def __init__(self, texts: list[str], written: Callable[[str], str]) -> None:
        self.texts = texts
        self.values = [*map(float, texts)]
        self.widest = [*map(widest, texts, self.values)]
        self.shown = [*map(written, texts)]


def widest(text: str, value: float) -> str:
    """The widest shape of the sort of a number."""
    if SHORT < len(text) < len(WIDE[0]) and "." in text and "e" not in text and value:
        return WIDE[value < 0]
    return shape(text, value)


def shape(text: str, value: float) -> str:
    """The shape of a number: -#.###, or the number itself where that decides how it is written."""
    return text.translate(DIGITS) if len(text) > SHORT and value else text


class RowPattern:
    """A row with numbers: those of the symbols of its last form, then its result.

    at: where the number of a key stands; place: where the result does; set_lines: what the template makes of lines in
    the place of this row.
    """

    def __init__(
        self, page: MathPage, group: Group, at: dict[Key, int], place: int, set_lines: Callable[[Group], str]
    ) -> None:
        assert group.row is not None and group.row.step is not None
        self.page, self.label, self.left, self.set_lines = page, group.label, group.left, set_lines
        self.step: Step = group.row.step
        form = self.step.forms[-1] if self.step.forms else None
        self.form = form if form is not None and form.op not in ("symbol", "number") else None
        self.keys: tuple[Key, ...] = tuple(dict.fromkeys(symbols(self.form))) if self.form else ()  # type: ignore[arg-type]
        self.places = (*[at[key] for key in self.keys], place)
        self.negates = self.form is not None and self.form.op == "neg" and self.form.args[0].op == "symbol"
        self.known: Kept[Slots | None] = Kept(SHAPES)

    @cached_property
    def value(self) -> Callable[[Sequence[float]], tuple[float, ...] | None]:
        """The last form as a function of its numbers; None where it has no value."""
        assert self.form is not None
        return compiled_together([self.form], self.keys)

    def text(self, texts: Sequence[str], widths: Sequence[str], shown: Sequence[str]) -> str:
        """The row with its numbers, those of its symbols and then its result: their machine spellings, widest shapes,
        and as the page writes them."""
        negated = self.negates and texts[1] == f"-{texts[0]}"
        # Most rows were met with numbers of these sorts: the one look is all they cost.
        row = self.known.get((negated, widths)) or self.of_shapes(texts, widths, negated)
        return row.filled(shown)

    def of_shapes(self, texts: Sequence[str], widths: Sequence[str], negated: bool) -> Slots:
        """The row for numbers of these shapes. What fits on one line with the widest numbers does so with all: then
        nothing else depends on their shapes."""
        key: tuple[Hashable, ...] = (negated, widths)
        if key not in self.known:
            self.known.keep(key, self.laid(widths, negated, True))
        row = self.known[key]
        if row is None:
            shapes = tuple([shape(text, float(text)) for text in texts])
            key = ("lines", negated, shapes)
            row = self.known.get(key) or self.known.keep(key, self.laid(shapes, negated, False))
        assert row is not None
        return row

    def laid(self, shapes: Sequence[str], negated: bool, one_line: bool) -> Slots | None:
        """The same, laid out."""
        page, leaves = self.page, [marked(shape, place) for place, shape in enumerate(shapes)]
        put_in = dict(zip(self.keys, leaves, strict=False))
        substituted = replace(self.form, put_in.get) if self.form and self.keys and not negated else None  # type: ignore[arg-type]
        row = list(rows(self.step, page.derivation, page.options, (substituted, leaves[-1])))[-1]
        page.left = self.left
        lines = page.group(row).lines
        if one_line and len(lines) > 1:
            return None
        text = self.set_lines(Group(self.label, lines))
        shown = [page.writer.figure(leaf.args[1]) for leaf in leaves]
        return slots(text, {one: n for n, one in enumerate(shown) if DIGIT in shapes[n]})


def marked(shape: str, place: int) -> Expr:
    """A number of the shape, with marks for digits."""
    if DIGIT not in shape:
        return number(float(shape), shape)
    return number(1.0, shape.replace(DIGIT, mark(place)))


class LinesPattern:
    """The lines of all derivations alike, as a page sets them: a text with slots, and what fills each: a row, or the
    place of a number that stands in a sentence. set_parts: what the template makes of parts."""

    def __init__(self, page: MathPage, skeleton: Skeleton, set_parts: Callable[[list[Part]], str]) -> None:
        self.page, self.skeleton, self.set_parts = page, skeleton, set_parts
        self.style = style = page.options.style
        self.rounding = (
            rounding_to(style.digits) if style.decimals is None else partial(rounded, decimals=style.decimals)
        )
        steps = [item for section in page.derivation.sections for item in section.items if isinstance(item, Step)]
        self.places = {id(step): place for step, place in zip(steps, skeleton.places, strict=True)}
        self.at = {key: place for place, key in enumerate(skeleton.keys) if key is not None}
        self.fillings: list[RowPattern | int] = []
        parts = [part._replace(pieces=tuple([self.opened(piece) for piece in part.pieces])) for part in page.parts()]
        text, marks = set_parts(parts), {}
        for n, filling in enumerate(self.fillings):
            if isinstance(filling, RowPattern):
                start, end = bounds(text, mark(n))
                text = text[:start] + mark(n) + text[end:]
            marks[mark(n) if isinstance(filling, RowPattern) else page.writer.figure(mark(n))] = n
        self.slots = slots(text, marks)
        self.forms = [row.form for row in self.fillings if isinstance(row, RowPattern) and row.form and row.keys]
        self.keys = list(dict.fromkeys(key for form in self.forms for key in symbols(form)))
        self.operands = [self.at[key] for key in self.keys]  # type: ignore[index]
        rows = [(filling,) if isinstance(filling, int) else filling.places for filling in self.fillings]
        self.needed = list(dict.fromkeys((*[place for row in rows for place in row], *self.operands)))
        index = {place: n for n, place in enumerate(self.needed)}
        self.index = [index[row[-1]] for row in rows]
        self.picked = [picker([index[place] for place in row]) for row in rows]
        self.picked_operands = picker([index[place] for place in self.operands])

    def opened(self, piece: Piece) -> Piece:
        """The piece with marks in place of its numbers."""
        if piece.rows:
            leaves = [number(1.0, mark(len(self.fillings) + n)) for n in range(len(piece.rows))]
            self.fillings += [self.place_of(row) for row in piece.rows]
            open_rows = [row._replace(value=leaf) for row, leaf in zip(piece.rows, leaves, strict=True)]
            return Piece(self.page.side_by_side(open_rows))
        groups = list(piece.groups)
        first = len(self.fillings)
        numbered = [n for n, group in enumerate(groups) if group.row is not None and group.row.step is not None]
        for place, n in enumerate(numbered, first):
            groups[n] = open_group(piece.groups[n], place)
        for place, n in enumerate(numbered, first):
            group = piece.groups[n]
            set_lines = partial(self.set_in_place, groups, n, mark(place))
            self.fillings.append(RowPattern(self.page, group, self.at, self.place_of(group.row), set_lines))
        return piece._replace(groups=tuple(groups))

    def place_of(self, row: Row | None) -> int:
        """Where the result of a row stands among the numbers."""
        assert row is not None
        place = self.places[id(row.step)]
        assert place is not None
        return place

    def set_in_place(self, groups: list[Group], n: int, place: str, group: Group) -> str:
        """What the template makes of the lines of the nth group among these."""
        frame, made = (
            self.set_parts([Part(0, "", (), (Piece(groups=(*groups[:n], one, *groups[n + 1 :])),))])
            for one in (groups[n], group)
        )
        start, end = bounds(frame, place)
        behind = len(frame) - end
        if not (made.startswith(frame[:start]) and made.endswith(frame[end:])):
            raise InternalFault("the lines of a row change what stands around them")
        return made[start : len(made) - behind]

    @cached_property
    def together(self) -> Callable[[Sequence[float]], tuple[float, ...] | None]:
        """What the forms of all rows give."""
        return compiled_together(self.forms, self.keys)

    def texts(self, worked: Worked) -> list[str]:
        """What goes into the slots for the numbers of one network."""
        numbers = cast("Sequence[float]", worked.numbers)
        plain = self.printed(figures([numbers[place] for place in self.needed], self.style))
        values, widths, shown = plain.values, plain.widest, plain.shown
        found = self.together(self.picked_operands(values)) if self.forms else ()
        results = iter(found or ())
        texts: list[str] = []
        untrue: list[tuple[int, RowPattern, str]] = []
        for filling, place, picked in zip(self.fillings, self.index, self.picked, strict=True):
            if isinstance(filling, int):
                texts.append(shown[place])
            elif not filling.keys or self.agrees(next(results, None), values[place]):
                texts.append(filling.text(picked(plain.texts), picked(widths), picked(shown)))
            else:
                untrue.append((len(texts), filling, plain.texts[place]))
                texts.append("")
        more = 0 if found is None else 1
        while untrue:
            untrue = self.put_in(texts, untrue, numbers, more)
            more += 1
        return texts

    def put_in(
        self, texts: list[str], untrue: list[tuple[int, RowPattern, str]], numbers: Sequence[float], more: int
    ) -> list[tuple[int, RowPattern, str]]:
        """Writes rows, each with its place and its result, with so many digits more of the numbers put in; gives those
        that are still not true as printed: see numbers.put_in."""
        operands = [place for _, row, _ in untrue for place in row.places[:-1]]
        written = iter(figures([numbers[place] for place in operands], self.style, more))
        found = self.printed([text for _, row, result in untrue for text in (*islice(written, len(row.keys)), result)])
        left, start = [], 0
        for place, row, result in untrue:
            own = slice(start, start + len(row.places))
            start = own.stop
            # Rounding an operand can leave a function's domain: more digits are needed.
            *values, printed = found.values[own]
            value = row.value(values)
            if more < REPR and (value is None or not self.agrees(value[0], printed)):
                left.append((place, row, result))
            else:
                texts[place] = row.text(found.texts[own], tuple(found.widest[own]), found.shown[own])
        return left

    def printed(self, texts: list[str]) -> Printed:
        """Numbers in their machine spellings as this page prints them."""
        return Printed(texts, self.page.writer.figure)

    def agrees(self, found: float | None, printed: float) -> bool:
        """Whether what was found from numbers as printed is the printed result."""
        return found is not None and self.rounding(found) == printed

    def filled(self, worked: Worked) -> str:
        """The lines with the numbers of one network."""
        return self.slots.filled(self.texts(worked))


def open_group(group: Group, place: int) -> Group:
    """The group with a mark from which to which its lines go; the left side is empty where it stands above."""
    assert group.row is not None
    return Group(group.label, (Line("" if group.row.continued else mark(place), mark(place)),))


def bounds(text: str, place: str) -> tuple[int, int]:
    """Where the first of these marks begins, and where the last one ends."""
    return text.index(place), text.rindex(place) + len(place)


_patterns: Kept[LinesPattern] = Kept()


def pattern_of(
    page: Callable[[], MathPage],
    worked: Worked,
    key: tuple[Hashable, ...],
    set_parts: Callable[[MathPage, list[Part]], str],
) -> LinesPattern:
    """The pattern of these lines; key: of the page, whatever else it depends on than the lines."""
    place = (Same(worked.skeleton), *key)
    found = _patterns.get(place)
    if found is None:
        made = page()
        found = _patterns.keep(place, LinesPattern(made, worked.skeleton, partial(set_parts, made)))
    return found
