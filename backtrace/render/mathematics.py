"""The rows of a derivation as LaTeX mathematics, for every page that is set by LaTeX, KaTeX or MathJax."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from backtrace.derivation.steps import Derivation, Remark, Section, Table
from backtrace.errors import printable
from backtrace.expression.tree import Expr, symbol
from backtrace.network.quantity import Key
from backtrace.render import tables
from backtrace.render.body import Block, Row, blocks, numbered
from backtrace.render.escapes import latex_label
from backtrace.render.grids import filled, latex_table
from backtrace.render.heading import opening
from backtrace.render.latex import LatexWriter
from backtrace.render.options import PageOptions
from backtrace.render.routes import DRAWN
from backtrace.render.terminal import gap_count, made_numbers, precision
from backtrace.render.text import Speller
from backtrace.render.words import say, used

EQUALS = 3  # the width of a relation sign
INDENTED = 2  # the width of \quad
NOTE_SIGN, NOTE_GAP = 1.0, 4  # the width of a sign in a note, and of the space before it


class Line(NamedTuple):
    """One line of an alignment: what stands left of the relation sign, and the rest."""

    left: str
    right: str


class Group(NamedTuple):
    """The lines of one step, with its label. row: what they were made of; left: the room of the left sides."""

    label: str
    lines: tuple[Line, ...]
    row: Row | None = None
    left: float = 0


class Piece(NamedTuple):
    """Either a sentence or an alignment; `starts`: it begins a block. rows: what stands in a sentence of results."""

    text: str = ""
    groups: tuple[Group, ...] = ()
    starts: bool = False
    rows: tuple[Row, ...] = ()


class Part(NamedTuple):
    """A section: its number (0 for none), heading, routes as mathematics, and pieces."""

    number: int
    heading: str
    routes: tuple[str, ...]
    pieces: tuple[Piece, ...]


class MathPage:
    """One page being made. `escape`: for text outside mathematics; `width`: of a line, in digits.

    columns: of an alignment, 2 where the words beside a line have one of their own. set_table: writes a table whose
    cells are written already.
    """

    columns = 1
    equals = " = "
    arrow = r" \to "
    set_table: Callable[[tables.Table], str] = staticmethod(latex_table)

    def __init__(
        self, derivation: Derivation, spelling: Speller, options: PageOptions, escape: Callable[[str], str], width: int
    ) -> None:
        self.derivation = derivation
        self.spelling = spelling
        self.options = options._replace(width=options.width or width)
        self.escape = escape
        self.width = options.width or width
        self.writer = self.new_writer()
        self.left = 0.0  # the width of the widest left side of the section
        self.labels: dict[str, int] = {}
        self.named = {"network": printable(options.typed or derivation.network.name, 200)}

    def new_writer(self) -> LatexWriter:
        """The writer of formulas."""
        return LatexWriter(self.spelling, self.options.comma)

    def mathematics(self, text: str) -> str:
        """A formula within a sentence."""
        return f"${text}$"

    def related(self, relation: str, text: str) -> str:
        """A relation sign and what stands to its right."""
        return f"{relation} {text}"

    def indented(self, text: str) -> str:
        """The line that goes on with the one above."""
        return rf"\quad {{}} {text}"

    def behind(self, note: str, mark: str) -> str:
        """The words behind a line."""
        return note_text(note) + note_text(mark)

    def word(self, text: str) -> str:
        """Words in place of a formula."""
        return rf"\text{{{text}}}"

    def inline(self, key: Key) -> str:
        """A name within a sentence."""
        return self.mathematics(self.writer.write(symbol(key)))

    def say(self, remark: Remark | Section) -> str:
        """A sentence of the page."""
        return say(remark.words, remark.args, self.inline, self.escape, self.named, self.options.words)

    def header(self) -> str:
        """What network this is, and its loss."""
        subject = self.derivation.network
        opens = opening(subject)
        start = f"{self.escape(subject.name)}: {self.escape(opens.sizes)}"
        written = [
            self.mathematics(self.writer.write(left) + self.equals + self.writer.write(right))
            for left, right in opens.written
        ]
        return "; ".join([start, *written, *([self.escape(opens.words)] if opens.words else [])])

    def footer(self) -> str:
        """How numbers were made that nobody typed, and what the numbers of this page mean."""
        made = made_numbers(self.derivation)
        key, count = precision(self.derivation, self.options)
        said = [gap_count(self.derivation), made, Remark(key, (count,)) if key else None]
        return " ".join(self.say(remark) for remark in said if remark)

    def parts(self) -> list[Part]:
        """The sections."""
        found = []
        for section, number in numbered(self.derivation):
            section_blocks = blocks(section, self.derivation, self.options)
            rows = [item for block in section_blocks for item in block.items if isinstance(item, Row)]
            self.measure(rows)
            pieces = [
                piece._replace(starts=place == 0)
                for block in section_blocks
                for place, piece in enumerate(self.pieces(block))
            ]
            if number or pieces:
                heading = self.say(section) if section.words else ""
                found.append(Part(number, heading, self.routes(section), tuple(pieces)))
        return found

    def measure(self, rows: list[Row]) -> None:
        """What all rows of a section have to share: the width of its left sides."""
        self.left = max((self.writer.width(row.left) for row in rows), default=0)

    def routes(self, section: Section) -> tuple[str, ...]:
        """The routes to the loss, in mathematics."""
        found = [self.arrow.join(self.writer.write(symbol(key)) for key in route) for route in section.routes[:DRAWN]]
        rest = section.route_count - len(found)
        if found and rest > 0:
            found.append(self.word(say("more_routes", (rest,), self.inline, self.escape, table=self.options.words)))
        return tuple(found)

    def pieces(self, block: Block) -> list[Piece]:
        """A block: sentences, and alignments between them."""
        if block.inline:
            return self.results(block)
        found: list[Piece] = []
        groups: list[Group] = []
        for item in block.items:
            if isinstance(item, Row):
                groups.append(self.group(item))
                continue
            found += [Piece(groups=tuple(groups))] if groups else []
            groups = []
            found.append(Piece(self.say(item) if isinstance(item, Remark) else self.table(item)))
        return [*found, Piece(groups=tuple(groups))] if groups else found

    def table(self, table: Table) -> str:
        """A table of numbers, its cells as mathematics."""
        return self.set_table(
            filled(table, self.say, lambda e: self.mathematics(self.writer.write(e)), self.options.style)
        )

    def results(self, block: Block) -> list[Piece]:
        """Bare results as one sentence, remarks between."""
        found: list[Piece] = []
        for item in block.items:
            assert not isinstance(item, Table)
            if isinstance(item, Remark):
                found.append(Piece(self.say(item)))
                continue
            beside = found.pop().rows if found and found[-1].rows else ()
            found.append(Piece(self.side_by_side((*beside, item)), rows=(*beside, item)))
        return found

    def side_by_side(self, rows: Sequence[Row]) -> str:
        """Bare results, each with its name."""
        write, equals = self.writer.write, self.equals
        return ", ".join(self.mathematics(write(row.left) + equals + write(row.value)) for row in rows if row.value)

    def group(self, row: Row) -> Group:
        """A row as lines: one where it fits, else one for each part, broken further where a part is too wide."""
        label = self.label(row.id)
        left = "" if row.continued else self.writer.write(row.left)
        parts = [*row.parts, *([row.value] if row.value is not None else [])]
        relation = "=" if row.continued else row.relation
        note, mark = self.note(row), used(row.uses)
        room = self.width - self.left - EQUALS
        lines: list[Line] = []
        beside = sum(NOTE_GAP + NOTE_SIGN * len(words) for words in (note, mark) if words)
        for run in self.runs(parts, room - beside):
            texts = [self.writer.write(run[0])] if len(run) > 1 else self.writer.lines(run[0], room - INDENTED)
            texts[-1] = self.equals.join([texts[-1], *[self.writer.write(part) for part in run[1:]]])
            for number, text in enumerate(texts):
                lines.append(Line(left, self.indented(text) if number else self.related(relation, text)))
                left, relation = "", "="
        beside_line = self.behind(note, mark)
        if beside_line and self.writer.width(parts[-1]) + beside > room:
            lines.append(Line("", beside_line.strip()))
        elif beside_line:
            lines[-1] = Line(lines[-1].left, lines[-1].right + beside_line)
        return Group(label, tuple(lines), row, self.left)

    def runs(self, parts: list[Expr], room: float) -> list[list[Expr]]:
        """The parts of a row line by line: all on one where they fit, else one each, numbers and value together."""
        if sum(self.writer.width(part) + EQUALS for part in parts) - EQUALS <= room:
            return [parts]
        if len(parts) > 2 and self.writer.width(parts[-2]) + EQUALS + self.writer.width(parts[-1]) <= room:
            return [*[[part] for part in parts[:-2]], parts[-2:]]
        return [[part] for part in parts]

    def note(self, row: Row) -> str:
        """The words at a line's end."""
        return f"({row.rule})" if row.rule else row.shapes

    def label(self, identity: str) -> str:
        """A label that no other row of the page has."""
        label = latex_label(identity)
        seen = self.labels[label] = self.labels.get(label, 0) + 1
        return label if seen == 1 else f"{label}:{seen}"


SHAPE_SIGNS = str.maketrans({"×": r"\times ", "·": r"\cdot ", "⊙": r"\odot ", "→": r"\to ", "ᵀ": r"^{\top}", "−": "-"})


def note_text(note: str) -> str:
    """The words at a line's end within mathematics: the name of a rule as text, shapes as formulas."""
    if not note:
        return ""
    if "×" in note:
        return rf" \qquad {note.translate(SHAPE_SIGNS)}"
    return rf" \qquad \text{{{note}}}"
