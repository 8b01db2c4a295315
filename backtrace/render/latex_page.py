"""LaTeX pages: a fragment to \\input, a whole document, and slides that show one step per click."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, repeat
from typing import NamedTuple

from backtrace.derivation.steps import Derivation
from backtrace.render.escapes import latex_text
from backtrace.render.mathematics import Group, MathPage, Part
from backtrace.render.options import PageOptions
from backtrace.render.pages import fill
from backtrace.render.text import Speller

WIDTH = 72  # digits in a line of a4 or letter paper at 11 points, beside the equation's number
SLIDE_WIDTH = 62
SLIDE_HEIGHT = 9.0  # lines of text on a slide below its title
TALL_LINE, TEXT_LINE = 1.7, 1.0


def latex_page(derivation: Derivation, spelling: Speller, options: PageOptions) -> str:
    """A fragment whose equations are labelled by their steps' ids, or with `standalone` a document that compiles."""
    page = MathPage(derivation, spelling, options, latex_text, WIDTH)
    return set_in_latex(page, derivation.network.title or derivation.network.name)


def set_in_latex(page: MathPage, title: str) -> str:
    """The fragment or document of a page."""
    template = "document.tex.j2" if page.options.standalone else "fragment.tex.j2"
    return fill(
        template,
        title=latex_text(title),
        header=page.header(),
        columns=page.columns,
        sections=[aligned(part) for part in page.parts()],
        footer=page.footer(),
        paper=page.options.paper,
    )


class Entry(NamedTuple):
    """One row of a section's alignment, with how it ends, or a sentence between rows."""

    row: str
    between: str = ""


class Aligned(NamedTuple):
    """A section with all its rows in one alignment; sentences at its ends stand outside."""

    part: Part
    before: tuple[str, ...]
    entries: tuple[Entry, ...]
    after: tuple[str, ...]


def aligned(part: Part) -> Aligned:
    """The section as one alignment."""
    pieces = list(part.pieces)
    before: list[str] = []
    after: list[str] = []
    while pieces and pieces[0].text:
        before.append(pieces.pop(0).text)
    while pieces and pieces[-1].text:
        after.insert(0, pieces.pop().text)
    entries: list[Entry] = []
    for place, piece in enumerate(pieces):
        if piece.text:
            entries.append(Entry("", piece.text))
            continue
        rows = [
            f"{line.left} &{line.right}" + (f" \\label{{{group.label}}}" if first else r" \nonumber")
            for group in piece.groups
            for line, first in zip(group.lines, chain([True], repeat(False)), strict=False)
        ]
        following = pieces[place + 1] if place + 1 < len(pieces) else None
        last = "" if following is None else r" \\[2ex]" if following.starts and not following.text else r" \\"
        entries += [Entry(row + (r" \\" if number < len(rows) - 1 else last)) for number, row in enumerate(rows)]
    return Aligned(part, tuple(before), tuple(entries), tuple(after))


class Click(NamedTuple):
    """What one click adds to a slide: a sentence, or the lines of one step."""

    number: int
    text: str
    group: Group | None
    first: bool
    last: bool


class Slide(NamedTuple):
    """One slide."""

    title: str
    routes: tuple[str, ...]
    clicks: tuple[Click, ...]


def beamer_page(derivation: Derivation, spelling: Speller, options: PageOptions) -> str:
    """Slides, one step per click, a new slide where one is full."""
    page = MathPage(derivation, spelling, options, latex_text, SLIDE_WIDTH)
    return set_as_slides(page, derivation.network.title or derivation.network.name)


def set_as_slides(page: MathPage, title: str) -> str:
    """The slides of a page."""
    slides = [slide for part in page.parts() for slide in slides_of(part)]
    return fill(
        "beamer.tex.j2",
        header=page.header(),
        columns=page.columns,
        slides=slides,
        footer=page.footer(),
        overlay=overlay,
        title=latex_text(title),
    )


def slides_of(part: Part) -> Iterator[Slide]:
    """The slides of a section."""
    title = f"{part.number}\\quad {part.heading}" if part.number else part.heading
    room = SLIDE_HEIGHT - TEXT_LINE * len(part.routes)
    routes = part.routes
    clicks: list[Click] = []
    for text, group, first, last in entries(part):
        lines = [line.left + line.right for line in group.lines] if group else [text]
        height = sum(TALL_LINE if tall(line) else TEXT_LINE for line in lines)
        # A sentence leads to the line after it, so the two stay on one slide.
        if clicks and height + (2 * TALL_LINE if text else 0) > room:
            yield Slide(title, routes, closed(clicks))
            clicks, routes, room = [], (), SLIDE_HEIGHT
            first = True
        room -= height
        clicks.append(Click(len(clicks) + 1, text, group, first, last))
    yield Slide(title, routes, closed(clicks))


def entries(part: Part) -> Iterator[tuple[str, Group | None, bool, bool]]:
    """What may be clicked, in order; whether it begins or ends an alignment."""
    for piece in part.pieces:
        if piece.text:
            yield piece.text, None, False, False
        for number, group in enumerate(piece.groups):
            yield "", group, number == 0, number == len(piece.groups) - 1


def closed(clicks: list[Click]) -> tuple[Click, ...]:
    """The clicks of a full slide, the last alignment ended."""
    if not clicks or clicks[-1].group is None:
        return tuple(clicks)
    last = clicks[-1]
    return (*clicks[:-1], Click(last.number, last.text, last.group, last.first, True))


def tall(line: str) -> bool:
    """Whether a line holds a fraction or a matrix."""
    return r"\frac" in line or "bmatrix" in line


def overlay(click: int) -> str:
    """From which click on something is seen, as beamer writes it."""
    return f"<{click}->"
