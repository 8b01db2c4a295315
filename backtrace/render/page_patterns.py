"""A page as a pattern: literal text with slots, for all pages that differ in numbers and names alone.

A pattern is made by writing the page once with marks (render/slots.py) where such a text stands:

- marks that the document brings along: its form id, its name, and numbers in sentences and tables;
- marks for the rows of a derivation (line_patterns.py), which are worked out and filled in for each network;
- marks for the room behind a number in a column, which depends on the other numbers of the column.

Numbers decide a little more than what stands in their slots: whether a column is one of plain numbers, how wide it is.
A page of which that cannot be told before is `Unlike` the others, and is written as it comes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from backtrace.render.slots import ANY_MARK, Slots, mark

if TYPE_CHECKING:
    from backtrace.derivation.skeletons import Worked
    from backtrace.network.records import Network
    from backtrace.render.line_patterns import LinesPattern

WIDEST = 13  # characters of a number; so much room is kept for each when columns are laid out


class Unlike(Exception):
    """The numbers of this page decide more than what stands in its slots."""


class Filling:
    """What one page is filled with. raw: numbers in their machine spelling, by their marks; networks: in the order in
    which the pattern knows them; rows are worked out once for all pages."""

    def __init__(self, raw: Sequence[str], networks: Sequence[Network]) -> None:
        if max(map(len, raw)) > WIDEST or "e" in "".join(raw):
            raise Unlike
        self.raw, self.networks = raw, networks
        self._rows: dict[tuple[LinesPattern, int, bool], list[str]] = {}

    def rows(self, pattern: LinesPattern, place: int, blank: bool) -> list[str]:
        """The rows of a derivation about the network at that place, without its targets if `blank`."""
        found = self._rows.get((pattern, place, blank))
        if found is None:
            network = self.networks[place]
            worked = pattern.skeleton.worked(network._replace(targets=None) if blank else network)
            if worked is None:
                raise Unlike
            found = self._rows[pattern, place, blank] = pattern.texts(worked)
        return found


Filler = Callable[[Filling], Sequence[str]]


class PagePattern(NamedTuple):
    """The text with its slots, and what gives the texts that the document does not bring along."""

    slots: Slots
    fillers: tuple[Filler, ...]

    def filled(self, shown: Sequence[str], filling: Filling) -> str:
        """The page. shown: what goes in place of the document's marks, as this page writes it."""
        texts = [*shown]
        for filler in self.fillers:
            texts += filler(filling)
        return self.slots.filled(texts)


class Open:
    """A page that is being written with open slots. own: how many marks the document brings along; networks: those
    whose numbers may stand on it."""

    def __init__(self, own: int, networks: Sequence[Network]) -> None:
        self.count, self.networks = own, networks
        self.fillers: list[Filler] = []
        self.marks: dict[str, int] = {}

    def take(self, count: int, filler: Filler, written: Callable[[str], str] = str) -> list[str]:
        """So many marks for what the filler gives. written: how the page writes it."""
        places = range(self.count, self.count + count)
        self.count += count
        self.marks |= {written(mark(place)): place for place in places}
        self.fillers.append(filler)
        return [mark(place) for place in places]

    def rows(self, pattern: LinesPattern, worked: Worked) -> list[str]:
        """Marks for the rows of a derivation."""
        place, blank = self.place_of(worked.network)
        return self.take(len(pattern.fillings), lambda filling: filling.rows(pattern, place, blank))

    def place_of(self, network: Network) -> tuple[int, bool]:
        """Which network this is, and whether only its targets are missing."""
        for place, one in enumerate(self.networks):
            if one is network:
                return place, False
        for place, one in enumerate(self.networks):
            if network.targets is None and all(
                a is b for a, b in zip(one._replace(targets=None), network, strict=True)
            ):
                return place, True
        raise Unlike

    def pattern(self, text: str, own: Mapping[str, int]) -> PagePattern:
        """What was written as a pattern. own: the document's marks as the page writes them."""
        marks = {**own, **self.marks}
        # Marks are written in a few ways only: <mn>X</mn>, X.
        ways = sorted({ANY_MARK.join(map(re.escape, re.split(ANY_MARK, one))) for one in marks}, key=len, reverse=True)
        pieces = re.split(f"({'|'.join(ways)})", text)
        places = [marks[piece] for piece in pieces[1::2]]
        return PagePattern(Slots(pieces[::2], places), tuple(self.fillers))
