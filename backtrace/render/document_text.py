"""Documents as lines of text."""

from __future__ import annotations

from backtrace.derivation.steps import Derivation, Section
from backtrace.errors import printable
from backtrace.expression.tree import Expr
from backtrace.render.boxes import breadth
from backtrace.render.document import Diagram, Document, DocumentOptions
from backtrace.render.document_page import DocumentPage
from backtrace.render.document_shown import Shown
from backtrace.render.layout import wrapped
from backtrace.render.terminal import Page
from backtrace.render.text import Speller, TextWriter, plain

WIDTH = 78
LONGEST = 10_000
INDENT, WRITING = "    ", 30


def document_text(documents: tuple[Document, ...], options: DocumentOptions) -> str:
    """The documents below each other, a form feed between two."""
    return TextDocuments(options).page(documents)


class TextDocuments(DocumentPage):
    """Documents being written as text."""

    def __init__(self, options: DocumentOptions) -> None:
        super().__init__(options)
        self.width = options.page.width or WIDTH

    def escape(self, text: str) -> str:
        shown = printable(text, LONGEST)
        return plain(shown) if self.options.page.ascii else shown

    def new_writer(self, speller: Speller) -> TextWriter:
        return TextWriter(speller, self.options.page.ascii, self.options.page.comma, boxed=False)

    def formula(self, e: Expr) -> str:
        return self.writer.write(e)

    def derivation(self, derivation: Derivation) -> str:
        return LinesInText(derivation, self.spelling, self.options.page._replace(width=self.width)).text()

    def diagram(self, block: Diagram) -> str:
        return ""

    def page(self, documents: tuple[Document, ...]) -> str:
        """Every document."""
        return "\f".join("".join(f"{line.rstrip()}\n" for line in self.document(one)) for one in documents)

    def document(self, document: Document) -> list[str]:
        """The lines of a document."""
        head, blocks = self.sheet(document)
        form = f"{self.labels.form} {head.form}" if head.form else ""
        lines = [line for text in head.lines for line in wrapped(text, self.width, "")]
        if head.title:
            lines += ["", *wrapped(head.title, self.width, "")]
            lines.append("=" * min(max(len(line) for line in lines), self.width))
        if head.name_line:
            lines += ["", f"{self.labels.name}: {head.name or '_' * WRITING}"]
        lines += [form] if form else []
        lines += ["", *wrapped(head.instructions, self.width, "")] if head.instructions else []
        for shown in blocks:
            lines += ["", *self.laid(shown)]
        return lines[next((n for n, line in enumerate(lines) if line), 0) :]

    def laid(self, shown: Shown) -> list[str]:
        """The lines of a block."""
        return getattr(self, f"_{shown.kind}")(shown)  # type: ignore[no-any-return]

    def _heading(self, shown: Shown) -> list[str]:
        number = f"{self.labels.exercise} {shown.number}: " if shown.number else ""
        lines = wrapped(number + shown.text + _points(shown), self.width, INDENT)
        return [*lines, "-" * max(map(len, lines))]

    def _subheading(self, shown: Shown) -> list[str]:
        return wrapped(shown.text, self.width, "")

    def _paragraph(self, shown: Shown) -> list[str]:
        label = f"{shown.label} " if shown.label else ""
        return wrapped(label + shown.text + _points(shown), self.width, INDENT if label else "")

    def _choices(self, shown: Shown) -> list[str]:
        found = [f"{INDENT}({self.escape(self.labels.several)})"] if shown.several else []
        for option in shown.options:
            found += wrapped(f"{INDENT}{option.letter}  {option.text}", self.width, INDENT + "   ")
        return found

    def _lines(self, shown: Shown) -> list[str]:
        return shown.text.rstrip("\n").split("\n")

    def _box(self, shown: Shown) -> list[str]:
        before = f"{shown.text} " if shown.text else ""
        if shown.lines <= 1:
            return [f"{INDENT}{before}{'_' * WRITING}"]
        rule = "_" * (self.width - len(INDENT))
        return [
            *([INDENT + before] if before else []),
            *[line for _ in range(shown.lines) for line in ("", INDENT + rule)],
        ]

    def _diagram(self, shown: Shown) -> list[str]:
        return wrapped(f"{self.labels.network}: {shown.text}", self.width, INDENT)

    def _break(self, shown: Shown) -> list[str]:
        return []

    def _group(self, shown: Shown) -> list[str]:
        return [line for block in shown.blocks for line in ("", *self.laid(block))][1:]

    def _table(self, shown: Shown) -> list[str]:
        rows = [shown.heading, *shown.rows] if shown.heading else [*shown.rows]
        texts = [[cell.text + " " * len(cell.pad) for cell in row] for row in rows]
        widths = [max((breadth(row[n]) for row in texts if n < len(row)), default=0) for n in range(len(shown.numeric))]
        return [INDENT + "   ".join(self._cells(row, widths, shown.numeric)) for row in texts]

    def _cells(self, row: list[str], widths: list[int], numeric: tuple[bool, ...]) -> list[str]:
        """The cells of a row, each as wide as its column."""
        blanks = [" " * (width - breadth(text)) for text, width in zip(row, widths, strict=False)]
        return [b + text if right else text + b for text, b, right in zip(row, blanks, numeric, strict=False)]


def _points(shown: Shown) -> str:
    """The points behind a sentence."""
    return f" ({shown.points})" if shown.points else ""


class LinesInText(Page):
    """The lines of a derivation within a document: what a page has above and below them is left out."""

    def header(self) -> list[str]:
        return []

    def footer(self) -> list[str]:
        return []

    def heading(self, section: Section, number: int) -> list[str]:
        return super().heading(section, 0)
