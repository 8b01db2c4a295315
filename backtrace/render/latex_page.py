"""LaTeX pages: a fragment to \\input, a whole document, and slides that show one step per click."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, repeat
from typing import NamedTuple

from backtrace.derivation.steps import Derivation
from backtrace.render.escapes import latex_text
from backtrace.render.mathematics import Group, Line, MathPage, Part
from backtrace.render.options import PageOptions
from backtrace.render.pages import fill
from backtrace.render.text import Speller

WIDTH = 72  # digits in a line of a4 or letter paper at 11 points, beside the equation's number
SLIDE_WIDTH = 72
# Heights on a slide, in lines of its text; below the title there is room for 18 of them.
SLIDE_HEIGHT = 16.5
TEXT_LINE, TABLE_LINE, MATH_LINE, TALL_LINE, MATRIX_LINE = 1.0, 1.1, 1.3, 2.4, 1.15
AROUND = 0.9  # above and below an alignment
CHARACTERS = 95  # of text in a line, commands left out


def latex_page(derivation: Derivation, spelling: Speller, options: PageOptions) -> str:
    """A fragment whose equations are labelled by their steps' ids, or with `standalone` a document that compiles."""
    page = MathPage(derivation, spelling, options, latex_text, WIDTH)
    return set_in_latex(page, derivation.network.title or derivation.network.name)


def set_in_latex(page: MathPage, title: str) -> str:
    """The fragment or document of a page."""
    template = "document.tex.j2" if page.options.standalone else "fragment.tex.j2"
    return fill(
        template,
        page.options.templates,
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
        page.options.templates,
        header=page.header(),
        columns=page.columns,
        slides=slides,
        footer=page.footer(),
        overlay=overlay,
        title=latex_text(title),
    )


def slides_of(part: Part) -> list[Slide]:
    """The slides of a section: as few as there can be, about equally full."""
    found = packed(part, SLIDE_HEIGHT)
    for less in range(1, round(SLIDE_HEIGHT / 2)):
        fewer = packed(part, SLIDE_HEIGHT - less)
        if len(fewer) > len(found):
            break
        found = fewer
    return found


def packed(part: Part, height: float) -> list[Slide]:
    """The slides of a section, each filled up to the height."""
    title = f"{part.number}\\quad {part.heading}" if part.number else part.heading
    room = height - TEXT_LINE * len(part.routes)
    routes = part.routes
    slides: list[Slide] = []
    clicks: list[Click] = []
    closing = part.pieces[-1].text if part.pieces else ""
    for text, group, first, last in entries(part):
        needed = height_of(group) + (AROUND if first else 0.0) if group else height_of_text(text)
        # A sentence leads to the line after it, so the two stay on one slide.
        if clicks and needed + (AROUND + TALL_LINE if text and text != closing else 0.0) > room:
            slides.append(Slide(title, routes, closed(clicks)))
            clicks, routes, room = [], (), height
            needed += AROUND if group and not first else 0.0
            first = True
        room -= needed
        clicks.append(Click(len(clicks) + 1, text, group, first, last))
    return [*slides, Slide(title, routes, closed(clicks))]


def entries(part: Part) -> Iterator[tuple[str, Group | None, bool, bool]]:
    """What may be clicked, in order; whether it begins or ends an alignment."""
    for piece in part.pieces:
        if piece.text:
            yield piece.text, None, False, False
        groups = [some for group in piece.groups for some in on_slides(group)]
        for number, group in enumerate(groups):
            yield "", group, number == 0, number == len(groups) - 1


def on_slides(group: Group) -> Iterator[Group]:
    """The lines of a step, in parts where they are too high for one slide."""
    lines: list[Line] = []
    room = SLIDE_HEIGHT - AROUND
    for line in group.lines:
        height = height_of_line(line.left + line.right)
        if lines and height > room:
            yield group._replace(lines=tuple(lines))
            lines, room = [], SLIDE_HEIGHT - AROUND
        room -= height
        lines.append(line)
    yield group._replace(lines=tuple(lines))


def closed(clicks: list[Click]) -> tuple[Click, ...]:
    """The clicks of a full slide, the last alignment ended."""
    if not clicks or clicks[-1].group is None:
        return tuple(clicks)
    last = clicks[-1]
    return (*clicks[:-1], Click(last.number, last.text, last.group, last.first, True))


def height_of(group: Group) -> float:
    """How high the lines of a step are."""
    return sum(height_of_line(line.left + line.right) for line in group.lines)


def height_of_line(line: str) -> float:
    """How high a line of formulas is: its highest matrix, a fraction or a sum, or nothing of these."""
    matrices = [part.partition(r"\end{bmatrix}")[0] for part in line.split(r"\begin{bmatrix}")[1:]]
    rows = max((matrix.count(r"\\") + 1 for matrix in matrices), default=0)
    tall = TALL_LINE if r"\frac" in line or r"\sum" in line else MATH_LINE
    return max(tall, MATRIX_LINE * rows + MATH_LINE - 1.0 if rows else 0.0)


def height_of_text(text: str) -> float:
    """How high a sentence is, or a table with what stands above it."""
    if r"\begin{tabular" in text:
        return TABLE_LINE * (text.count(r"\\") + 2)
    return TEXT_LINE * (1 + len(re.sub(r"\\[a-zA-Z]+|[{}$_^]", "", text)) // CHARACTERS)


def overlay(click: int) -> str:
    """From which click on something is seen, as beamer writes it."""
    return f"<{click}->"
