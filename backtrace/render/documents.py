"""From documents to a page of the format asked for. Adding a format is one entry here."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from backtrace.errors import InputError, nearest, printable
from backtrace.render.document import ANSWER_SPACES, Document, DocumentOptions
from backtrace.render.options import PAPERS

if TYPE_CHECKING:
    from backtrace.render.math_documents import MathDocuments


class DocumentFormat(NamedTuple):
    """A kind of page: its name, what it is, the end of its files' names; it is made by `document_NAME` in the module of
    that name, of which a body is the page without its preamble."""

    name: str
    title: str
    suffix: str


BODY = "-body"
DOCUMENT_FORMATS = {
    made.name: made
    for made in (
        DocumentFormat("text", "lines of text", ".txt"),
        DocumentFormat("markdown", "Markdown with mathematics between dollar signs", ".md"),
        DocumentFormat("latex", "a LaTeX document, or its body", ".tex"),
        DocumentFormat("latex-body", "the exercises alone, to \\input under a class of your own", "-body.tex"),
        DocumentFormat("html", "one file with everything in it, formulas as MathML", ".html"),
        DocumentFormat("json", "every block as data", ".json"),
    )
}


def write(document: Document, format: str, options: DocumentOptions) -> str:
    """The document as text; raises InputError for a format that does not exist or a choice that cannot be met."""
    return write_all((document,), format, options)


def write_all(documents: Sequence[Document], format: str, options: DocumentOptions) -> str:
    """Several documents in one file: each begins on an odd page, and its pages are counted from 1."""
    if format not in DOCUMENT_FORMATS:
        raise InputError(f"there is no format '{printable(format)}'", hint=nearest(format, DOCUMENT_FORMATS))
    if options.page.paper not in PAPERS:
        found = printable(options.page.paper)
        raise InputError(f"there is no paper '{found}'", hint=nearest(options.page.paper, PAPERS))
    if options.answer_space not in ANSWER_SPACES:
        found = printable(options.answer_space)
        raise InputError(f"there is no answer space '{found}'", hint=nearest(options.answer_space, ANSWER_SPACES))
    name = f"document_{format.removesuffix(BODY)}"
    page: str = getattr(import_module(f"backtrace.render.{name}"), name)(tuple(documents), in_format(options, format))
    return page


def in_format(options: DocumentOptions, format: str) -> DocumentOptions:
    """The options, for a page without its preamble where the format is one."""
    if not format.endswith(BODY):
        return options
    return options._replace(page=options.page._replace(standalone=False))


def math_documents(format: str, options: DocumentOptions) -> MathDocuments | None:
    """What writes the documents of a format; None for one that does not lay out its lines as mathematics."""
    module = import_module(f"backtrace.render.document_{format.removesuffix(BODY)}")
    page: type[MathDocuments] | None = getattr(module, "PAGE", None)
    return page(in_format(options, format)) if page is not None else None
