"""The page for a terminal: header, sections, footer, with one empty line between blocks."""

from __future__ import annotations

from backtrace.derivation.steps import Derivation, Remark, Section, Table
from backtrace.errors import printable
from backtrace.network.made import how_made
from backtrace.network.quantity import Key
from backtrace.network.records import Network
from backtrace.render.body import Block, Row, blocks, numbered
from backtrace.render.heading import opening
from backtrace.render.layout import CONTINUED, EQUALS, INDENT, Laid, Layout, wrapped
from backtrace.render.options import PageOptions
from backtrace.render.routes import DRAWN, drawing
from backtrace.render.text import Speller, TextWriter, plain
from backtrace.render.words import say, used

WIDTH = 84
EDGE = 80  # routes are drawn up to here, however wide the window is
NARROWEST = 30

Lines = list[Laid | str]


def terminal_page(derivation: Derivation, spelling: Speller, options: PageOptions) -> str:
    """The whole page, ending in a line feed."""
    return Page(derivation, spelling, options).text()


class Page:
    """One page being made."""

    def __init__(self, derivation: Derivation, spelling: Speller, options: PageOptions) -> None:
        self.derivation = derivation
        self.options = options
        self.width = max(options.width or WIDTH, NARROWEST)
        self.writer = TextWriter(spelling, options.ascii, options.comma)
        self.named = {"network": printable(options.typed or derivation.network.name, 200)}
        self.sections = [
            (section, number, blocks(section, derivation, options)) for section, number in numbered(derivation)
        ]
        self.layout = Layout(self.writer, self.width, *self.value_widths())

    def value_widths(self) -> tuple[int, int]:
        """The width of the widest number that is a value, and of the widest mark beside one."""
        items = [item for _, _, found in self.sections for block in found for item in block.items]
        rows = [row for row in items if isinstance(row, Row) and row.value and not row.matrix]
        values = [1 + round(self.writer.width(row.value)) for row in rows if row.value]
        return max(values, default=0), max((len(used(row.uses)) for row in rows), default=0)

    def text(self) -> str:
        """The page."""
        pages: list[Lines] = [[*self.header()]]
        for section, number, found in self.sections:
            parts = [self.block(block) for block in found]
            if not number:
                if parts:
                    pages[0] += [*self.heading(section, number), *[line for part in parts for line in part]]
                continue
            heading: Lines = [*self.heading(section, number)]
            if parts and isinstance(parts[0][0], str):
                parts[0] = [*heading, *parts[0]]
            else:
                parts.insert(0, heading)
            pages += parts
        column = self.layout.value_column([line for lines in pages for line in lines if isinstance(line, Laid)])
        finished = [*[self.layout.finished(lines, column) for lines in pages], self.footer()]
        return "\n".join("".join(f"{line.rstrip()}\n" for line in block) for block in finished if block)

    def say(self, remark: Remark | Section) -> str:
        """A sentence of the page."""
        words = say(
            remark.words, remark.args, self.spell, lambda text: printable(text, 500), self.named, self.options.words
        )
        return plain(words) if self.options.ascii else words

    def spell(self, key: Key) -> str:
        """The spelling of a key on this page."""
        return self.writer.spell(key)

    def header(self) -> list[str]:
        """What network this is, and its loss."""
        subject = self.derivation.network
        opens = opening(subject)
        start = f"{printable(subject.name)}: {opens.sizes}"
        start = plain(start) if self.options.ascii else start
        if not opens.written:
            return wrapped(f"{start}; {opens.words}" if opens.words else start, self.width, INDENT)
        minus = self.writer.marks.minus
        lefts = [self.writer.write(left) + EQUALS for left, _ in opens.written]
        formulas = [self.writer.write(right).replace(minus, minus.strip()) for _, right in opens.written]
        line = "; ".join([start, *(left + formula for left, formula in zip(lefts, formulas, strict=True))])
        if len(line) <= self.width:
            return [line]
        found = wrapped(start, self.width, INDENT)
        for left, (_, right) in zip(lefts, opens.written, strict=True):
            found += hung(INDENT + left, self.writer.lines(right, self.width - len(INDENT + left + CONTINUED)))
        return found

    def heading(self, section: Section, number: int) -> list[str]:
        """The section's number and question, the routes at the right edge."""
        if not section.words:
            return []
        text = f"{number}  {self.say(section)}" if number else self.say(section)
        routes = drawing(section.routes, self.spell, self.options.ascii)
        rest = section.route_count - min(len(section.routes), DRAWN)
        if routes and rest > 0:
            routes.append(say("more_routes", (rest,), self.spell, table=self.options.words).rjust(len(routes[0])))
        edge = min(self.width, EDGE)
        if routes and len(text) + 2 + len(routes[0]) <= edge:
            return [text + routes[0].rjust(edge - len(text)), *[line.rjust(edge) for line in routes[1:]]]
        found = wrapped(text, self.width, INDENT)
        if any(len(INDENT + line) > edge for line in routes):
            routes = drawing(section.routes[:1], self.spell, self.options.ascii) if len(section.routes) == 1 else []
        for line in routes:
            found += [line.rjust(edge)] if len(line) <= edge else wrapped(INDENT + line, self.width, INDENT * 2)
        return found

    def block(self, block: Block) -> Lines:
        """The lines of a block."""
        if block.inline:
            return [*self.side_by_side(block)]
        laid = iter(self.layout.block([item for item in block.items if isinstance(item, Row)]))
        found: Lines = []
        for item in block.items:
            if isinstance(item, Row):
                found += next(laid)
            elif isinstance(item, Table):
                found += self.table(item)
            else:
                found += wrapped(INDENT + self.say(item), self.width, INDENT)
        return found

    def table(self, table: Table) -> list[str]:
        """A table, its title as a sentence above it."""
        from backtrace.render.grids import filled
        from backtrace.render.tables import terminal_table

        cells = filled(table, self.say, self.writer.write, self.options.style)
        title = wrapped(INDENT + cells.title, self.width, INDENT) if cells.title else []
        return [*title, *terminal_table(cells._replace(title=""), self.width)]

    def side_by_side(self, block: Block) -> list[str]:
        """Bare results on as few lines as they need, remarks between."""
        found: list[str] = []
        line = ""
        for item in block.items:
            assert not isinstance(item, Table)
            if isinstance(item, Remark):
                found += [*([line] if line else []), *wrapped(INDENT + self.say(item), self.width, INDENT)]
                line = ""
                continue
            piece = f"{INDENT}{self.writer.write(item.left)}{EQUALS}{self.layout.value(item.value).strip()}"
            if line and len(line + piece) > self.width:
                found, line = [*found, line], ""
            line += piece
        return [*found, line] if line else found

    def footer(self) -> list[str]:
        """How numbers were made that nobody typed, and what they mean where that is not the usual: rounded lines."""
        made = made_numbers(self.derivation)
        said = [self.say(remark) for remark in (gap_count(self.derivation), made) if remark]
        key, count = precision(self.derivation, self.options)
        if key and self.derivation.carry == "rounded":
            said.append(say(key, (count,), self.spell))
        return [line for sentence in said for line in wrapped(sentence, self.width, "")]


def gap_count(derivation: Derivation) -> Remark | None:
    """How many gaps a worksheet has."""
    return Remark("gaps", (len(derivation.gaps),)) if derivation.gaps else None


def made_numbers(derivation: Derivation) -> Remark | None:
    """The rules and seeds of the numbers that nobody typed, for a page that shows numbers."""
    subject = derivation.network
    made = how_made(subject) if derivation.values else ""
    return Remark("made_numbers", (made,)) if made else None


def precision(derivation: Derivation, options: PageOptions) -> tuple[str, int]:
    """The sentence about digits, and how many; no sentence for a page without numbers."""
    style = options.style
    count = style.digits if style.decimals is None else style.decimals
    key = "digits" if style.decimals is None else "decimals"
    if derivation.carry == "rounded":
        key += "_rounded"
    return (key if derivation.values and options.show != ("symbols",) else "", count)


def hints(derivation: Derivation, spelling: Speller, options: PageOptions) -> list[str]:
    """How exact the numbers are and what else one may ask for: for a person at a terminal, never part of the page."""
    named = {"network": printable(options.typed, 200)}
    key, count = precision(derivation, options)
    exact = [say(key, (count,), spelling.text)] if key and derivation.carry != "rounded" else []
    if not isinstance(derivation.network, Network):
        return [*exact, say("hint_circuit", (), spelling.text)]
    first = derivation.network.parameters()[0]
    setting = f"{spelling.ascii(first)}=0.7"
    keys = ("hint_calculus", "hint_notation", "hint_names")
    return [*exact, *(say(key, (setting,), spelling.text, named=named) for key in keys)]


def hung(start: str, lines: list[str]) -> list[str]:
    """Folded lines behind a start, the later ones below the first."""
    return [(start if number == 0 else " " * (len(start) + len(CONTINUED))) + line for number, line in enumerate(lines)]
