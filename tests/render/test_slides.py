"""Slides: as few as there can be, about equally full, and nothing beyond the lower edge."""

from __future__ import annotations

import re

import pytest

import backtrace as bt
from backtrace.render.latex_page import (
    AROUND,
    SLIDE_HEIGHT,
    height_of,
    height_of_line,
    height_of_text,
    on_slides,
    packed,
    slides_of,
)
from backtrace.render.mathematics import Group, Line, Part, Piece
from backtrace.render.options import PageOptions
from tests.render.test_documents import compiled


def section(*heights: int) -> Part:
    """A section of one alignment, a step for each number, of so many plain lines."""
    groups = tuple(Group(f"g{n}", (Line("x", "= 1"),) * lines) for n, lines in enumerate(heights))
    return Part(1, "Title", (), (Piece("", groups, True),))


def test_slides_are_about_equally_full() -> None:
    part = section(*[1] * 15)
    greedy = [len(slide.clicks) for slide in packed(part, SLIDE_HEIGHT)]
    assert greedy[-1] < greedy[0] // 2
    even = [len(slide.clicks) for slide in slides_of(part)]
    assert len(even) == len(greedy) and max(even) - min(even) <= 1
    assert sum(even) == sum(greedy)


def test_a_section_that_fits_is_one_slide() -> None:
    assert len(slides_of(section(1, 2, 3))) == 1


def test_a_step_higher_than_a_slide_is_parted() -> None:
    (group,) = section(40).pieces[0].groups
    parts = list(on_slides(group))
    assert len(parts) > 1
    assert [line for part in parts for line in part.lines] == list(group.lines)
    assert all(height_of(part) <= SLIDE_HEIGHT - AROUND for part in parts)


def test_heights() -> None:
    rows = r"\begin{bmatrix} 1 \\ 2 \\ 3 \\ 4 \end{bmatrix}"
    assert (
        height_of_line("x = 1") < height_of_line(r"\frac{a}{b}") == height_of_line(r"\sum_k a") < height_of_line(rows)
    )
    assert height_of_line(f"{rows} {rows}") == height_of_line(rows)
    assert height_of_text("short") < height_of_text("long " * 40)
    table = r"\begin{tabular}{r} a \\ b \\ c \\ \end{tabular}"
    assert height_of_text(table) > 3 * height_of_text("short")


@pytest.mark.parametrize("topic", ["softmax", "tanh"])
def test_topics_fit_on_their_slides(pdflatex: str, tmp_path, topic: str) -> None:
    """Others are set in tests/derivation, with the topics."""
    fits(bt.explain(topic).page("beamer", PageOptions(standalone=True)), pdflatex, tmp_path)


def test_large_matrices_fit_on_their_slides(pdflatex: str, tmp_path) -> None:
    page = bt.load("2-3-2", batch=6, seed=1).derive(view="matrix").page("beamer", PageOptions())
    fits(page, pdflatex, tmp_path)


def fits(page: str, pdflatex: str, tmp_path) -> None:
    """Compiles the slides, all clicks of one at once; nothing may be too wide or too high."""
    log = compiled(pdflatex, page.replace(r"\documentclass[", r"\documentclass[handout,"), tmp_path)
    assert not re.findall(r"Overfull .*", log)
