"""The derivation as lines that a person could have typed: `name = formula = numbers put in = value`.

Every name is one that `backtrace names` lists, every line is whole, and everything else is a comment. So the page can
be read back, by a person with an editor or by a program.
"""

from __future__ import annotations

from backtrace.derivation.steps import Derivation, Remark, Section, Table
from backtrace.errors import printable
from backtrace.expression.tree import Expr, symbol
from backtrace.network.quantity import Quantity
from backtrace.network.records import Network
from backtrace.render.body import LATER, Row, blocks, numbered
from backtrace.render.gaps import gaps
from backtrace.render.heading import opening
from backtrace.render.options import PageOptions
from backtrace.render.terminal import gap_count, made_numbers, precision
from backtrace.render.text import Speller, TextWriter, plain
from backtrace.render.words import say, used


def typed_page(derivation: Derivation, spelling: Speller, options: PageOptions) -> str:
    """The whole page, ending in a line feed."""
    return TypedPage(derivation, spelling, options).text()


class TypedPage:
    """One page being made."""

    def __init__(self, derivation: Derivation, spelling: Speller, options: PageOptions) -> None:
        self.derivation = derivation
        # A matrix is written whole: a line that leaves entries out could not be read back.
        self.options = options._replace(whole=True)
        self.writer = TextWriter(spelling, ascii=True, comma=options.comma, boxed=False, numbered=False)
        self.named = {"network": printable(options.typed or derivation.network.name, 200)}

    def text(self) -> str:
        """The page."""
        found = [*self.header()]
        for section, number in numbered(self.derivation):
            found += ["", *self.section(section, number)]
        found += ["", *map(self.comment, self.footer())] if self.footer() else []
        return "".join(f"{line.rstrip()}\n" for line in found)

    def comment(self, words: str) -> str:
        """A sentence for people."""
        return f"# {plain(words)}"

    def say(self, remark: Remark | Section) -> str:
        """A sentence of the page."""
        return say(remark.words, remark.args, self.writer.spell, lambda text: printable(text, 500), self.named)

    def header(self) -> list[str]:
        """The network, the notation whose names the lines use, and which update they are of."""
        subject = self.derivation.network
        opens = opening(subject)
        words = [f"{printable(subject.name)}: {opens.sizes}"]
        words += [f"{self.writer.write(left)} = {self.writer.write(right)}" for left, right in opens.written]
        words += [opens.words] if opens.words else []
        found = [self.comment("; ".join(words)), self.comment(f"notation: {self.derivation.profile.name}")]
        step = next((section.args[0] for section in self.derivation.sections if section.words in LATER), 0)
        part = subject.part.split() if isinstance(subject, Network) else []
        found += [" ".join(part[:2])] if part[:1] == ["sample"] else []
        return [*found, *([f"step {step}"] if step else [])]

    def section(self, section: Section, number: int) -> list[str]:
        """The heading, with the number by which other lines refer to it, and the lines of a section."""
        found = (
            [self.comment(f"{number}  {self.say(section)}" if number else self.say(section))] if section.words else []
        )
        for block in blocks(section, self.derivation, self.options):
            for item in block.items:
                if isinstance(item, Row):
                    found.append(self.line(item))
                else:
                    found += self.table(item) if isinstance(item, Table) else [self.comment(self.say(item))]
        return found

    def line(self, row: Row) -> str:
        """A row as one line; what continues the row above begins with its =. Its gaps' numbers stand behind it."""
        parts = [*row.parts, *([row.value] if row.value is not None else [])]
        name = "" if row.continued else self.writer.write(updated(row))
        shown = parts if row.continued else [row.left, *parts]
        number = " ".join(f"({gap.args[1]})" for e in shown for gap in gaps(e) if gap.args[1])
        text = " = ".join([*([name] if name or row.continued else []), *map(self.writer.write, parts)])
        notes = ", ".join(filter(None, (number, row.shapes, row.rule, used(row.uses))))
        return text.strip() + (f"  {self.comment(notes)}" if notes else "")

    def table(self, table: Table) -> list[str]:
        """A table for people."""
        from backtrace.render.grids import filled
        from backtrace.render.tables import terminal_table

        cells = filled(table, self.say, self.writer.write, self.options.style)
        return [self.comment(line) for line in [cells.title, *terminal_table(cells._replace(title=""), 100)] if line]

    def footer(self) -> list[str]:
        """What the gaps and the numbers mean."""
        key, count = precision(self.derivation, self.options)
        said = [gap_count(self.derivation), made_numbers(self.derivation), Remark(key, (count,)) if key else None]
        return [self.say(remark) for remark in said if remark]


def updated(row: Row) -> Expr:
    """The left side: what `w := w - ...` assigns is the weight after the update, under its own name."""
    if row.relation != ":=" or row.left.op != "symbol" or not isinstance(row.left.args[0], Quantity):
        return row.left
    key = row.left.args[0]
    return symbol(key._replace(updates=key.updates + 1))
