"""What all pages of documents have in common: blocks become what a template is given, text by text.

Here is decided what stands where; a format says how text is escaped, how a formula is written, and what is drawn.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import NamedTuple, Protocol

from backtrace.derivation.steps import Derivation
from backtrace.engine.structure import alike
from backtrace.errors import InternalFault
from backtrace.expression.kept import Kept, Same
from backtrace.expression.tree import Expr, number, symbol
from backtrace.network.quantity import Derivative, Key, Quantity
from backtrace.network.records import Network
from backtrace.notation.subject import Subject, spelling
from backtrace.render.document import (
    Bars,
    Block,
    Box,
    Break,
    Choices,
    Diagram,
    Document,
    DocumentOptions,
    Group,
    Heading,
    Lines,
    Maths,
    Number,
    Paragraph,
    Run,
    Runs,
    Strong,
    Subheading,
    Table,
    WorkedLines,
)
from backtrace.render.document_shown import Cell, Head, Option, Sheet, Shown
from backtrace.render.neutral import NeutralSpelling
from backtrace.render.numbers import typed
from backtrace.render.page_patterns import WIDEST, Unlike
from backtrace.render.slots import is_mark
from backtrace.render.text import Speller
from backtrace.render.writer import Writer

LINE, LONG, NAMED = 84, 24, 6  # signs in a line, in a cell that is long, about as many as a formula takes


class Format(Protocol):
    """Makes a page of documents that have been prepared by a DocumentPage."""

    def page(self, documents: tuple[Document, ...]) -> str:
        """The whole page."""


class Hand(NamedTuple):
    """What writes about all networks alike: the writer of formulas, and the names it has written within sentences."""

    writer: Writer
    names: dict[Key, str]


_hands: Kept[Hand] = Kept()
_drawings: Kept[Shown] = Kept()


class DocumentPage:
    """Documents being written in one format."""

    strong = ("", "")

    def __init__(self, options: DocumentOptions) -> None:
        self.options = options
        self.labels = options.labels
        self._hand: Hand | None = None  # of the network at hand
        self._letters: Hand | None = None  # of any network
        self.subject: Subject | None = None
        self.lettered = False

    # What a format says.

    def escape(self, text: str) -> str:
        """Text that is printed literally."""
        raise NotImplementedError

    def made(self, text: str) -> str:
        """Text that needs no more escaping."""
        return text

    def new_writer(self, speller: Speller) -> Writer:
        """A writer of formulas."""
        raise NotImplementedError

    def formula(self, e: Expr) -> str:
        """A formula within a sentence."""
        raise NotImplementedError

    def derivation(self, derivation: Derivation) -> str:
        """The lines of a derivation."""
        raise NotImplementedError

    def diagram(self, block: Diagram) -> str:
        """A drawing of a network."""
        raise NotImplementedError

    def bars(self, block: Bars) -> str:
        """A chart; nothing where the format shows none."""
        return ""

    # What all have in common.

    @property
    def spelling(self) -> Speller:
        """The names of the network at hand; the neutral ones where there is none."""
        if self.lettered:
            from backtrace.notation.lettered import LetteredSpelling

            return LetteredSpelling(self.options.profile)
        return spelling(self.options.profile, self.subject) if self.subject else NeutralSpelling()

    @property
    def writer(self) -> Writer:
        """The writer of formulas about the network at hand."""
        return self.hand.writer

    @property
    def hand(self) -> Hand:
        """Who writes about the network at hand."""
        if self._hand is None:
            self._hand = self.hand_made()
        return self._hand

    def hand_made(self) -> Hand:
        """A hand: the one that wrote about a network alike, which knows the names already."""
        subject = self.subject
        if self.lettered or not isinstance(subject, Network):
            return Hand(self.new_writer(self.spelling), {})
        place = self.place_of(subject)
        return _hands.get(place) or _hands.keep(place, Hand(self.new_writer(self.spelling), {}))

    def place_of(self, network: Network) -> tuple[Hashable, ...]:
        """What all that is written about a network depends on, its numbers apart."""
        return (Same(type(self)), self.options.page.key, Same(self.options.profile), *alike(network))

    def sheet(self, document: Document) -> Sheet:
        """A document for its template."""
        head = Head(
            self.made(self.escape(document.title)),
            tuple(self.made(self.escape(line)) for line in document.head),
            self.own(document.form),
            self.own(document.name),
            document.name_line,
            self.logo(document.logo),
            self.text(document.instructions),
        )
        return Sheet(head, self.blocks(document.blocks))

    def own(self, text: str) -> str:
        """A text that is this document's own, or the mark of one."""
        return self.made(text if self.options.open and is_mark(text) else self.escape(text))

    def logo(self, file: str) -> str:
        """How the page names the file of the logo; nothing where it shows none."""
        return ""

    def text(self, runs: Runs) -> str:
        """A sentence."""
        return self.made("".join([self.escape(run) if isinstance(run, str) else self.run(run) for run in runs]))

    def run(self, run: Run) -> str:
        """A piece of a sentence."""
        if isinstance(run, str):
            return self.escape(run)
        if isinstance(run, Quantity | Derivative):
            names = self.hand.names
            return names.get(run) or names.setdefault(run, self.formula(symbol(run)))
        if isinstance(run, Strong):
            return self.strong[0] + self.escape(run.text) + self.strong[1]
        if isinstance(run, Maths) and run.lettered:
            return self.in_letters(run.expr)
        return self.formula(expression(run))

    def in_letters(self, e: Expr) -> str:
        """A formula about any network, in the letters of the notation."""
        outer = self.lettered, self._hand
        self.lettered, self._hand = True, self._letters
        try:
            return self.formula(e)
        finally:
            self._letters = self._hand
            self.lettered, self._hand = outer

    def points(self, points: float) -> str:
        """So many points, in words; nothing for none."""
        if not points:
            return ""
        text = f"{points:g}".replace(".", "," if self.options.page.comma else ".")
        return self.made(self.escape(f"{text} {self.labels.point if points == 1 else self.labels.points}"))

    def blocks(self, blocks: tuple[Block, ...]) -> tuple[Shown, ...]:
        """Blocks for their template; those of which nothing is seen are left out."""
        found = [self.block(block) for block in blocks]
        return tuple(shown for shown in found if shown is not None)

    def block(self, block: Block) -> Shown | None:
        """A block for its template."""
        match block:
            case Heading(number_, runs, points):
                return Shown("heading", self.text(runs), number=self.escape(number_), points=self.points(points))
            case Subheading(runs):
                return Shown("subheading", self.text(runs))
            case Paragraph(runs, label, points):
                return Shown("paragraph", self.text(runs), self.made(self.escape(label)), points=self.points(points))
            case Table():
                return self.table(block)
            case Choices(options, several):
                lettered = (Option(chr(ord("A") + n), self.text(runs)) for n, runs in enumerate(options))
                return Shown("choices", options=tuple(lettered), several=several)
            case Lines() if self.options.open:
                raise Unlike
            case Lines(sections, values, carry):
                return Shown("lines", self.made(self.lines(sections, values, carry)))
            case WorkedLines():
                return Shown("lines", self.made(self.derived(block)))
            case Box(before, lines):
                room = self.options.answer_space != "none"
                return Shown("box", self.text(before), lines=lines) if room else None
            case Diagram():
                return self.drawing(block)
            case Bars():
                picture = self.bars(block)
                return Shown("bars", picture=picture) if picture else None
            case Break(odd):
                return Shown("break", odd=odd)
            case Group():
                return self.group(block)
        raise InternalFault(f"no rule to write the block {type(block).__name__}")

    def drawing(self, block: Diagram) -> Shown:
        """A network in words and as a picture, made once for all networks alike."""
        from backtrace.render.diagram import described

        place = self.place_of(block.network)
        shown = _drawings.get(place)
        if shown is None:
            words = described(block.network, spelling(self.options.profile, block.network))
            picture = self.made(self.diagram(block))
            shown = _drawings.keep(place, Shown("diagram", self.made(self.escape(words)), picture=picture))
        return shown

    def group(self, group: Group) -> Shown:
        """Blocks that stay together, in the names of their network."""
        outer = self.subject, self._hand
        self.subject, self._hand = group.network or self.subject, None
        try:
            return Shown("group", blocks=self.blocks(group.blocks), whole=group.whole)
        finally:
            self.subject, self._hand = outer

    def table(self, table: Table) -> Shown:
        """A table: columns of numbers have their decimal signs below each other."""
        columns = range(max((len(row) for row in (table.heading, *table.rows)), default=0))
        bodies = [[row[n] for row in table.rows if n < len(row)] for n in columns]
        plain = [[plain_number(cell) for cell in body] for body in bodies]
        numeric = tuple(
            bool(body) and all(text or not cell for text, cell in zip(texts, body, strict=True))
            for texts, body in zip(plain, bodies, strict=True)
        )
        behind = [max(map(after_sign, texts), default=0) for texts in plain]
        pads = [
            [self.pad(text, behind[n]) if numeric[n] and text else "" for text in texts]
            for n, texts in enumerate(plain)
        ]
        wide = shares(table, len(columns))
        if self.options.open and any(is_mark(text) for texts in plain for text in texts):
            if any(wide):
                raise Unlike
            pads = [
                self.open_pads(texts) if numeric[n] and any(map(is_mark, texts)) else pads[n]
                for n, texts in enumerate(plain)
            ]
        left = [iter(column) for column in pads]
        rows = tuple(tuple(Cell(self.text(cell), next(left[n])) for n, cell in enumerate(row)) for row in table.rows)
        heading = tuple(Cell(self.text(c)) for c in table.heading)
        return Shown("table", heading=heading, rows=rows, numeric=numeric, shares=wide)

    def pad(self, plain: str, behind: int) -> str:
        """What is missing behind a number; behind: the room that the column has from the decimal sign on."""
        missing = behind - after_sign(plain)
        zeros = missing - (missing > 0 and "." not in plain)
        sign = "," if self.options.page.comma else "."
        return (sign if zeros < missing else "") + "0" * zeros if missing > 0 else ""

    def open_pads(self, texts: list[str]) -> list[str]:
        """Marks for what is missing behind the numbers of a column, some of which are marks."""
        raise NotImplementedError

    def derived(self, block: WorkedLines) -> str:
        """The same where many networks are alike; a format may have kept what is the same about them."""
        return self.lines(*block.lines)

    def lines(self, sections: object, values: object, carry: str) -> str:
        """The lines of a derivation about the network at hand."""
        return self.derivation(self.derivation_of(sections, values, carry))

    def derivation_of(self, sections: object, values: object, carry: str) -> Derivation:
        """These lines as a derivation."""
        if self.subject is None:
            raise InternalFault("lines of a derivation stand in a group that names its network")
        profile = self.options.profile
        return Derivation(self.subject, profile, "chain", "factors", (), sections, values, carry)  # type: ignore[arg-type]


def shares(table: Table, columns: int) -> tuple[float, ...]:
    """The part of a line that each column with long words may take; 0 for one that takes what it needs."""
    rows = [row for row in (table.heading, *table.rows) if row]
    widths = [max(sum(map(signs, row[n])) for row in rows if n < len(row)) for n in range(columns)]
    long = [width if width > LONG else 0 for width in widths]
    if sum(widths) <= LINE or not any(long):
        return (0.0,) * columns
    left = max(LINE - sum(w for w, wide in zip(widths, long, strict=True) if not wide) - 3 * columns, LONG)
    return tuple(round(width / sum(long) * left / LINE, 2) for width in long)


def signs(run: Run) -> int:
    """About how many signs a piece of a sentence takes."""
    if isinstance(run, Number):
        return WIDEST if is_mark(run.text) else len(run.text)
    return len(run) if isinstance(run, str) else len(run.text) if isinstance(run, Strong) else NAMED


def expression(run: Maths | Number | Key) -> Expr:
    """The formula of a piece of a sentence that is one."""
    if isinstance(run, Maths):
        return run.expr
    return figure(run) if isinstance(run, Number) else symbol(run)


def figure(run: Number) -> Expr:
    """A number as it stands: as typed, powers of ten without leading zeros."""
    return _figure(run.text)


@lru_cache(2048)
def _figure(text: str) -> Expr:
    if is_mark(text):
        return number(1.0, text)
    mantissa, power, exponent = typed(text).partition("e")
    return number(float(text), f"{mantissa}e{int(exponent)}" if power else mantissa)


def plain_number(runs: Runs) -> str:
    """The machine spelling of the number that a cell is, "" where it is none or has a power of ten."""
    run = runs[0] if len(runs) == 1 else None
    e = figure(run) if isinstance(run, Number) else run.expr if isinstance(run, Maths) else None
    if e is None or e.op != "number" or "e" in e.args[1]:
        return ""
    return str(e.args[1])


def after_sign(text: str) -> int:
    """How many characters a number has from its decimal sign on."""
    return len(text) - text.index(".") if "." in text else 0
