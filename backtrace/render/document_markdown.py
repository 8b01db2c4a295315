"""Documents as Markdown with mathematics between dollar signs."""

from __future__ import annotations

from backtrace.derivation.steps import Derivation
from backtrace.expression.tree import Expr
from backtrace.render.document import Diagram, Document, DocumentOptions
from backtrace.render.document_shown import Sheet
from backtrace.render.escapes import markdown_text
from backtrace.render.grids import markdown_table
from backtrace.render.latex import LatexWriter
from backtrace.render.markdown import WIDTH
from backtrace.render.math_documents import MathDocuments
from backtrace.render.mathematics import MathPage, Part
from backtrace.render.pages import fill
from backtrace.render.text import Speller


def document_markdown(documents: tuple[Document, ...], options: DocumentOptions) -> str:
    """The documents, a rule between two."""
    return MarkdownDocuments(options).page(documents)


class MarkdownDocuments(MathDocuments):
    """Documents being written as Markdown."""

    strong = ("**", "**")

    def escape(self, text: str) -> str:
        return markdown_text(text)

    def new_writer(self, speller: Speller) -> LatexWriter:
        return LatexWriter(speller, self.options.page.comma)

    def formula(self, e: Expr) -> str:
        return f"${self.writer.write(e)}$"

    def math_page(self, derivation: Derivation) -> MathPage:
        page = MathPage(derivation, self.spelling, self.options.page, markdown_text, WIDTH)
        page.set_table = markdown_table
        return page

    def laid(self, page: MathPage, parts: list[Part]) -> str:
        return fill("lines.md.j2", self.options.page.templates, columns=page.columns, parts=parts)

    def diagram(self, block: Diagram) -> str:
        return ""

    def set(self, sheets: list[Sheet]) -> str:
        return fill(
            "sheet.md.j2",
            self.options.page.templates,
            sheets=sheets,
            labels=self.labels,
            answer_space=self.options.answer_space,
        )


PAGE = MarkdownDocuments
