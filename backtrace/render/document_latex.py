"""Documents as LaTeX: a body to \\input under a class of one's own, or a whole document for plain pdflatex."""

from __future__ import annotations

import os.path

from backtrace.derivation.steps import Derivation
from backtrace.errors import InputError, Place, printable
from backtrace.expression.tree import Expr
from backtrace.render.document import Diagram, Document, DocumentOptions
from backtrace.render.document_shown import Sheet
from backtrace.render.escapes import latex_text
from backtrace.render.latex import LatexWriter
from backtrace.render.math_documents import MathDocuments
from backtrace.render.mathematics import MathPage, Part
from backtrace.render.pages import fill
from backtrace.render.text import Speller

WIDTH = 76  # digits in a line of a4 or letter paper at 11 points
# A file name that TeX reads as it stands.
LOGO = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def document_latex(documents: tuple[Document, ...], options: DocumentOptions) -> str:
    """The documents: bodies below each other, or with `standalone` one LaTeX document, each begins on an odd page."""
    return LatexDocuments(options).page(documents)


class LatexDocuments(MathDocuments):
    """Documents being written as LaTeX."""

    strong = (r"\textbf{", "}")

    def escape(self, text: str) -> str:
        return latex_text(text)

    def new_writer(self, speller: Speller) -> LatexWriter:
        return LatexWriter(speller, self.options.page.comma)

    def formula(self, e: Expr) -> str:
        return f"${self.writer.write(e)}$"

    def math_page(self, derivation: Derivation) -> MathPage:
        return MathPage(derivation, self.spelling, self.options.page, latex_text, WIDTH)

    def laid(self, page: MathPage, parts: list[Part]) -> str:
        return fill("lines.tex.j2", self.options.page.templates, columns=page.columns, parts=parts)

    def diagram(self, block: Diagram) -> str:
        from backtrace.notation.subject import spelling
        from backtrace.render.diagram import tikz

        return tikz(block.network, spelling(self.options.profile, block.network))

    def logo(self, file: str) -> str:
        """The file's own name: it lies beside the document. Raises InputError where TeX would not read it as it is."""
        name = os.path.basename(file)
        if not LOGO.issuperset(name):
            what = "LaTeX cannot read a picture with this name"
            raise InputError(what, Place(printable(file)), "name it with letters, digits, - _ . only")
        return name

    def set(self, sheets: list[Sheet]) -> str:
        return fill(
            "sheet.tex.j2" if self.options.page.standalone else "sheet_body.tex.j2",
            self.options.page.templates,
            sheets=sheets,
            labels=self.labels_in_latex(),
            answer_space=self.options.answer_space,
            paper=self.options.page.paper,
        )

    def labels_in_latex(self) -> object:
        """The document's own words, escaped."""
        return type(self.labels)(*map(latex_text, self.labels))


PAGE = LatexDocuments
