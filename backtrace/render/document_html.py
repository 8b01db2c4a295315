"""Documents as one HTML file with everything in it: formulas as MathML, drawings as SVG, no script, nothing fetched."""

from __future__ import annotations

import os.path
import re

from backtrace.derivation.steps import Derivation
from backtrace.errors import InputError, Place, printable
from backtrace.expression.tree import Expr
from backtrace.render.document import Bars, Diagram, Document, DocumentOptions, Runs
from backtrace.render.document_shown import Sheet
from backtrace.render.escapes import html_text
from backtrace.render.html_page import WIDTH, HtmlPage, marked
from backtrace.render.math_documents import MathDocuments
from backtrace.render.mathematics import MathPage, Part
from backtrace.render.mathml import MathmlWriter, inline
from backtrace.render.pages import Html, fill
from backtrace.render.text import Speller

# Pictures that a browser shows, by suffix. SVG is left out: it can hold scripts.
PICTURES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
}
LARGEST_LOGO = 1_000_000


def document_html(documents: tuple[Document, ...], options: DocumentOptions) -> str:
    """The documents in one page, each beginning on a right-hand one when it is printed."""
    return HtmlDocuments(options).page(documents)


class HtmlDocuments(MathDocuments):
    """Documents being written as HTML."""

    strong = ("<strong>", "</strong>")

    def __init__(self, options: DocumentOptions) -> None:
        super().__init__(options)
        self.logos: dict[str, str] = {}

    def escape(self, text: str) -> str:
        return html_text(text)

    def made(self, text: str) -> str:
        return Html(text)

    def text(self, runs: Runs) -> str:
        # A word joiner: no line begins with the full stop behind a formula.
        return self.made(re.sub(r"(</math>)(?=[.,;:?)])", "\\1\u2060", super().text(runs)))

    def new_writer(self, speller: Speller) -> MathmlWriter:
        return MathmlWriter(speller, self.options.page.comma)

    def formula(self, e: Expr) -> str:
        return inline(self.writer.write(e))

    def math_page(self, derivation: Derivation) -> MathPage:
        return HtmlPage(derivation, self.spelling, self.options.page, html_text, WIDTH)

    def laid(self, page: MathPage, parts: list[Part]) -> str:
        return fill("lines.html.j2", self.options.page.templates, parts=marked(parts))

    def diagram(self, block: Diagram) -> str:
        from backtrace.notation.subject import spelling
        from backtrace.render.diagram import svg

        return svg(block.network, spelling(self.options.profile, block.network))

    def bars(self, block: Bars) -> str:
        from backtrace.render.bars import bars_svg

        return self.made(bars_svg(block))

    def logo(self, file: str) -> str:
        """The picture itself, in the page; raises InputError for one that cannot stand there."""
        if file and file not in self.logos:
            self.logos[file] = embedded(file)
        return self.logos.get(file, "")

    def set(self, sheets: list[Sheet]) -> str:
        return fill(
            "sheet.html.j2",
            self.options.page.templates,
            sheets=sheets,
            labels=self.labels,
            answer_space=self.options.answer_space,
            paper=self.options.page.paper,
        )


PAGE = HtmlDocuments


def embedded(file: str) -> str:
    """A picture as an address that holds it."""
    from base64 import b64encode

    place = Place(printable(file))
    kind = PICTURES.get(os.path.splitext(file)[1].lower())
    if kind is None:
        raise InputError("this kind of picture cannot stand in a page", place, f"use one of {', '.join(PICTURES)}")
    try:
        with open(file, "rb") as opened:
            data = opened.read(LARGEST_LOGO + 1)
    except OSError as error:
        raise InputError(f"the logo cannot be read: {error.strerror}", place) from None
    if len(data) > LARGEST_LOGO:
        raise InputError("the logo is larger than 1 MB, and it stands in every sheet", place, "make it smaller")
    return f"data:{kind};base64,{b64encode(data).decode('ascii')}"
