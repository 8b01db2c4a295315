"""Documents whose derivations are laid out as mathematics: what Markdown, LaTeX and HTML have in common.

Their pages can be written with open slots, of which a pattern is made (page_patterns.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from backtrace.derivation.steps import Derivation
from backtrace.expression.kept import Same
from backtrace.render.document import Document, WorkedLines
from backtrace.render.document_page import DocumentPage, after_sign
from backtrace.render.document_shown import NO_HEAD, Cell, Sheet, Shown
from backtrace.render.neutral import NeutralSpelling
from backtrace.render.page_patterns import Filling
from backtrace.render.slots import is_mark, mark, place_of
from backtrace.render.text import Speller

if TYPE_CHECKING:
    from backtrace.render.latex import LatexWriter
    from backtrace.render.mathematics import MathPage, Part


class MathDocuments(DocumentPage):
    """Documents whose derivations are laid out as mathematics."""

    def new_writer(self, speller: Speller) -> LatexWriter:
        raise NotImplementedError

    def set(self, sheets: list[Sheet]) -> str:
        """What the template makes of documents."""
        raise NotImplementedError

    def page(self, documents: tuple[Document, ...]) -> str:
        """Every document."""
        return self.set([self.sheet(document) for document in documents])

    def math_page(self, derivation: Derivation) -> MathPage:
        """The page of a derivation about the network at hand."""
        raise NotImplementedError

    def laid(self, page: MathPage, parts: list[Part]) -> str:
        """Its parts in their template."""
        raise NotImplementedError

    def derivation(self, derivation: Derivation) -> str:
        page = self.math_page(derivation)
        return self.laid(page, page.parts())

    def derived(self, block: WorkedLines) -> str:
        if self.options.page.templates:  # what a template of one's own makes of a line may depend on its numbers
            return self.lines(*block.lines)
        from backtrace.render.line_patterns import pattern_of

        key = (Same(type(self)), Same(self.options.profile), block.carry, self.options.page.key)
        laid = type(self)(self.options._replace(open=None)).laid
        pattern = pattern_of(lambda: self.math_page(self.derivation_of(*block.lines)), block.worked, key, laid)
        if self.options.open:
            return pattern.slots.filled(self.options.open.rows(pattern, block.worked))
        return pattern.filled(block.worked)

    def open_pads(self, texts: list[str]) -> list[str]:
        """Marks for what is missing behind the numbers of a column, some of which are marks."""
        if not self.padded("0"):
            return [""] * len(texts)
        padded = cache(self.padded)

        def filler(filling: Filling) -> list[str]:
            numbers = [filling.raw[place_of(text)] if is_mark(text) else text for text in texts]
            behind = max(map(after_sign, numbers))
            return [padded(self.pad(text, behind)) if text else "" for text in numbers]

        assert self.options.open is not None
        return self.options.open.take(len(texts), filler, self.padded)

    def padded(self, pad: str) -> str:
        """What the template makes of what is missing behind a number."""
        frame, made = (
            self.set([Sheet(NO_HEAD, (Shown("table", rows=((Cell(mark(0), one),),), numeric=(True,), shares=(0.0,)),))])
            for one in ("", pad)
        )
        start = frame.index(mark(0)) + 1
        return made[start : len(made) - (len(frame) - start)]

    def own_marks(self, count: int) -> dict[str, int]:
        """The marks that a document brings along, as the page writes them: two of texts, then numbers."""
        shown = self.number_written()
        return {mark(place) if place < 2 else shown(mark(place)): place for place in range(count)}

    def number_written(self) -> Callable[[str], str]:
        """Writes a number within a formula from its machine spelling."""
        return self.new_writer(NeutralSpelling()).figure
