"""A chart of bars: as wide as its shares, hatched where nothing is known, and labels are data."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from backtrace.notation.loading import load_profile
from backtrace.render.bars import bars_svg
from backtrace.render.document import Bars, Document, DocumentOptions
from backtrace.render.documents import DOCUMENT_FORMATS, write

NAMES = ("right", "follows", "wrong", "blank", "no mark")


def widths(svg: str) -> list[list[float]]:
    """The widths of the pieces, bar by bar."""
    root = ElementTree.fromstring(svg)
    found: dict[str, list[float]] = {}
    for piece in root.iter("{http://www.w3.org/2000/svg}rect"):
        if piece.get("height") == "16":
            found.setdefault(piece.get("y") or "", []).append(float(piece.get("width") or 0))
    return list(found.values())


def test_bars_are_as_wide_as_their_shares() -> None:
    svg = bars_svg(Bars(NAMES, (("1a", (0.5, 0.25, 0.0, 0.0, 0.25)), ("1b", (0.0, 0.0, 0.0, 1.0, 0.0)))))
    first, second = widths(svg)
    assert [width / sum(first) for width in first] == pytest.approx([0.5, 0.25, 0.25], abs=1e-3)
    assert second == pytest.approx([sum(first)], abs=0.1)
    # The blank bar is a colour of its own and no hatching: 0 is not the same as unknown.
    assert svg.count('fill="url(#unknown)"') == 2


def test_labels_are_data() -> None:
    hostile = '<script>alert(1)</script>"&'
    svg = bars_svg(Bars((hostile,), ((hostile, (1.0,)),)))
    assert "<script" not in svg
    ElementTree.fromstring(svg)


def test_pages_without_charts_leave_it_out() -> None:
    page = Document("T", blocks=(Bars(NAMES, (("1a", (1.0, 0.0, 0.0, 0.0, 0.0)),)),))
    options = DocumentOptions(load_profile())
    made = {name: write(page, name, options) for name in DOCUMENT_FORMATS}
    assert {name for name, text in made.items() if re.search("svg|1a", text)} == {"html", "json"}
