"""Texts with slots: what is the same on many pages is written once, with marks where they differ.

A mark is a private character of the fifteenth plane. No text from outside brings one onto a page: what is not printable
is written as an escape (`errors.printable`), and names of quantities are made of letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import TypeVar

T = TypeVar("T")
MARKS = 0xF0000
MOST = 65_000
ANY_MARK = f"[{chr(MARKS)}-{chr(MARKS + MOST - 1)}]"


def mark(place: int) -> str:
    """What stands for the text of that place."""
    assert place < MOST
    return chr(MARKS + place)


def is_mark(text: str) -> bool:
    """Whether the text is a mark."""
    return len(text) == 1 and text >= chr(MARKS)


def place_of(text: str) -> int:
    """The place of a mark."""
    return ord(text) - MARKS


def picker(places: Sequence[int]) -> Callable[[Sequence[T]], tuple[T, ...]]:
    """What takes the things at these places."""
    return itemgetter(*places) if len(places) > 1 else lambda things: tuple([things[n] for n in places])


class Slots:
    """A text with slots: %s for each, and which text goes into each."""

    __slots__ = ("_picked", "places", "text")

    def __init__(self, pieces: Sequence[str], places: Sequence[int]) -> None:
        """The pieces with a slot between each and the next."""
        self.text = "%s".join([piece.replace("%", "%%") for piece in pieces])
        self.places = tuple(places)
        # One text fills one slot as it is.
        self._picked: Callable[[Sequence[str]], str | tuple[str, ...]]
        self._picked = itemgetter(*places) if places else lambda texts: ()

    def filled(self, texts: Sequence[str]) -> str:
        """The text with these texts."""
        return self.text % self._picked(texts)


def slots(text: str, marks: Mapping[str, int]) -> Slots:
    """The text with a slot wherever one of the marks stands, as the page writes it."""
    pieces = re.split("(" + "|".join(map(re.escape, marks)) + ")", text) if marks else [text]
    return Slots(pieces[::2], [marks[piece] for piece in pieces[1::2]])
