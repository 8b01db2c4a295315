"""The page as one HTML file: formulas as MathML, no script, nothing fetched, made to be read, printed and heard."""

from __future__ import annotations

from backtrace.derivation.steps import Derivation
from backtrace.render.escapes import html_text
from backtrace.render.grids import html_table
from backtrace.render.mathematics import Group, Line, MathPage, Part, Piece
from backtrace.render.mathml import MathmlWriter
from backtrace.render.options import PageOptions
from backtrace.render.pages import Html, fill
from backtrace.render.text import Speller

WIDTH = 84  # digits in a line of a window of usual width, and of a4 or letter paper


class InHtml:
    """What a page of formulas says in HTML; stands before the page's own class."""

    equals = "<mo>=</mo>"
    arrow = "<mo>→</mo>"
    set_table = staticmethod(html_table)
    spelling: Speller
    options: PageOptions

    def new_writer(self) -> MathmlWriter:
        """The writer of formulas."""
        return MathmlWriter(self.spelling, self.options.comma)

    def mathematics(self, text: str) -> str:
        """A formula within a sentence."""
        return f"<math>{text}</math>"

    def related(self, relation: str, text: str) -> str:
        """A relation sign and what stands to its right."""
        return f"<mo>{relation}</mo>{text}"

    def indented(self, text: str) -> str:
        """The line that goes on with the one above."""
        return f'<mspace width="1.5em"/>{text}'

    def behind(self, note: str, mark: str) -> str:
        """The words behind a line."""
        words = (text for text in (note, mark) if text)
        return "".join(f'<mspace width="2em"/><mtext>{html_text(text)}</mtext>' for text in words)

    def word(self, text: str) -> str:
        """Words in place of a formula."""
        return f"<mtext>{text}</mtext>"


class HtmlPage(InHtml, MathPage):
    """A derivation in HTML."""


def html_page(derivation: Derivation, spelling: Speller, options: PageOptions) -> str:
    """The whole page; without `standalone` too, since a browser needs no less."""
    page = HtmlPage(derivation, spelling, options, html_text, WIDTH)
    return set_in_html(page, derivation.network.title or derivation.network.name)


def html_part(derivation: Derivation, spelling: Speller, options: PageOptions) -> str:
    """The page without <html> and <head>, for a notebook and other pages to hold."""
    return part_of(HtmlPage(derivation, spelling, options, html_text, WIDTH))


def part_of(page: MathPage) -> str:
    """A page without <html> and <head>."""
    return fill("notebook.html.j2", page.options.templates, **_values(page))


def set_in_html(page: MathPage, title: str) -> str:
    """The page of what has been laid out."""
    return fill(
        "page.html.j2", page.options.templates, title=title, language="en", paper=page.options.paper, **_values(page)
    )


def _values(page: MathPage) -> dict[str, object]:
    """What both templates of a page receive."""
    return {"header": Html(page.header()), "parts": marked(page.parts()), "footer": Html(page.footer())}


def marked(parts: list[Part]) -> list[Part]:
    """The parts, their texts marked as HTML."""
    return [
        part._replace(
            heading=Html(part.heading), routes=tuple(map(Html, part.routes)), pieces=tuple(map(_piece, part.pieces))
        )
        for part in parts
    ]


def _piece(piece: Piece) -> Piece:
    groups = (
        Group(group.label, tuple(Line(Html(line.left), Html(line.right)) for line in group.lines))
        for group in piece.groups
    )
    return piece._replace(text=Html(piece.text) if piece.text else "", groups=tuple(groups))
