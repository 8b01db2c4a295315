"""The pages of a sheet from patterns (render/page_patterns.py), once sheets alike were met before.

The first sheet of its kind is written as it comes. The second is written with open answers, an open form id and an open
name as well: that gives the patterns, which are kept if they give the very pages of the second sheet. From the third on
numbers are put in. Where anything does not fit there is no pattern, and the pages are written as they come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import NamedTuple, TypeAlias

from backtrace.expression.kept import Same
from backtrace.questions.alike import Alike
from backtrace.questions.answer_texts import TEXTS, Open, all_texts
from backtrace.questions.records import Instance, Numeric
from backtrace.questions.variants import Copy, Variant
from backtrace.render.document import Document, DocumentOptions
from backtrace.render.documents import math_documents, write
from backtrace.render.math_documents import MathDocuments
from backtrace.render.page_patterns import Filling, PagePattern, Unlike
from backtrace.render.page_patterns import Open as OpenPage
from backtrace.render.slots import mark

FORM, NAME, NUMBERS = 0, 1, 2  # the places of the texts that a document brings along

Documents: TypeAlias = "Callable[[Copy, Variant], Mapping[str, Document]]"
# The text of each page, by its format and its folder.
Pages: TypeAlias = "dict[tuple[str, str], str]"


class Patterns(NamedTuple):
    """The pages of one format by their folders; page: what writes names and numbers."""

    page: MathDocuments
    pages: Mapping[str, PagePattern]

    def filled(self, copy: Copy, variant: Variant, filling: Filling) -> dict[str, str]:
        """The pages of a sheet."""
        escape, shown = self.page.escape, self.page.number_written()
        own = [escape(variant.form), escape(copy.name or copy.id), *map(shown, filling.raw[NUMBERS:])]
        return {folder: pattern.filled(own, filling) for folder, pattern in self.pages.items()}


def kept_pages(
    key: Sequence[object],
    copy: Copy,
    variant: Variant,
    found: Alike,
    documents: Documents,
    formats: Sequence[str],
    options: DocumentOptions,
) -> Pages:
    """The pages in those of the formats for which there are patterns. key: all that pages depend on beside the copy and
    its variant; found: what the variant is alike to."""
    place = ("pages", *map(Same, key), bool(copy.name or copy.id), bool(copy.id))
    if place not in found.kept:
        found.kept.keep(place, None)
        return {}
    known: dict[str, Patterns | None] = found.kept[place] or found.kept.keep(place, {})
    try:
        filling = filling_of(found)
        for name in formats:
            if name not in known:
                known[name] = made(copy, variant, documents, name, options, found)
        filled = {name: one.filled(copy, variant, filling) for name in formats if (one := known[name]) is not None}
    except Unlike:
        return {}
    return {(name, folder): text for name, pages in filled.items() for folder, text in pages.items()}


def filling_of(found: Alike) -> Filling:
    """The numbers of a variant."""
    return Filling(["", "", *all_texts(found.answers)], found.networks)


def made(
    copy: Copy, variant: Variant, documents: Documents, format: str, options: DocumentOptions, found: Alike
) -> Patterns | None:
    """The patterns of a format; None for one that has none, and where they do not give the pages of this sheet."""
    page = math_documents(format, options)
    if page is None:
        return None
    open_copy = copy._replace(id=copy.id and mark(NAME), name=copy.name and mark(NAME))
    own = NUMBERS + TEXTS * len(found.answers)
    patterns: dict[str, PagePattern] = {}
    try:
        for folder, document in documents(open_copy, opened(variant)).items():
            opening = OpenPage(own, found.networks)
            writing = math_documents(format, options._replace(open=opening))
            assert writing is not None
            patterns[folder] = opening.pattern(writing.page((document,)), writing.own_marks(own))
        filled = Patterns(page, patterns).filled(copy, variant, filling_of(found))
    except Unlike:
        return None
    whole = {folder: write(document, format, options) for folder, document in documents(copy, variant).items()}
    return Patterns(page, patterns) if filled == whole else None


def opened(variant: Variant) -> Variant:
    """The variant with an open form id and open answers."""
    places = count(NUMBERS, TEXTS)

    def without_numbers(instance: Instance) -> Instance:
        parts = [
            part._replace(answer=Open(*part.answer)._replace(value=float(next(places))))
            if isinstance(part.answer, Numeric)
            else part
            for part in instance.parts
        ]
        return instance._replace(parts=tuple(parts))

    exercises = [one._replace(instance=without_numbers(one.instance)) for one in variant.exercises]
    return variant._replace(form=mark(FORM), exercises=tuple(exercises))
