"""Sentences of a sheet, found again by the language file that they were made from: their key and what was put in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from backtrace.questions.words import SLOT, language

# A template with fewer letters of its own says nothing about what it says.
LEAST_WORDS = 4
PUT_IN = r"(\$[^$]+\$|[^$]+?)"


class Said(NamedTuple):
    """A sentence by its key; args: what stands in its places, mathematics without dollar signs. key: empty for text
    that is no sentence of the language, which is then the one argument."""

    key: str
    args: tuple[str, ...]


class Pattern(NamedTuple):
    """A sentence turned into what finds it. size: how many letters it has of its own; places: the numbers of its
    arguments in the order in which they stand."""

    key: str
    found: re.Pattern[str]
    size: int
    places: tuple[int, ...]


class Sentences:
    """The sentences of one language; of several that fit, the one with the most words of its own is meant."""

    def __init__(self, code: str) -> None:
        self.words = language(code).sentences
        self.by_start: dict[str, list[Pattern]] = {}
        self.anywhere: list[Pattern] = []
        for key, template in self.words.items():
            one = pattern(key, template)
            if one.size >= LEAST_WORDS:
                start = template.split()[0]
                (self.anywhere if "{" in start else self.by_start.setdefault(start, [])).append(one)
        self.digits = pattern("asked_digits", self.words["asked_digits"]).found

    def candidates(self, text: str, start: int) -> list[Pattern]:
        """The sentences that may begin there."""
        end = text.find(" ", start)
        first = text[start : end if end >= 0 else len(text)]
        return [*self.by_start.get(first, ()), *self.anywhere]

    def whole(self, text: str) -> Said:
        """The sentence that the whole text is."""
        found = [(one, m) for one in self.candidates(text, 0) if (m := one.found.fullmatch(text))]
        if not found:
            return Said("", (text,))
        return said(*max(found, key=lambda pair: pair[0].size))

    def all(self, text: str) -> Iterator[Said]:
        """The sentences of a paragraph, one after the other; what is none is handed on up to the next full stop."""
        place = 0
        while place < len(text):
            found = [(one, m) for one in self.candidates(text, place) if (m := one.found.match(text, place))]
            if found:
                best = max(found, key=lambda pair: pair[0].size)
                yield said(*best)
                place = best[1].end()
            else:
                stop = text.find(". ", place)
                end = stop + 1 if stop >= 0 else len(text)
                yield Said("", (text[place:end],))
                place = end
            place += text[place : place + 1] == " "


def pattern(key: str, template: str) -> Pattern:
    """The template as what finds its sentences."""
    place, size, found, places = 0, 0, "", []
    for slot in re.finditer(SLOT, template):
        own = template[place : slot.start()]
        size += len(own.strip())
        found += re.escape(own)
        if slot[2] is None:
            found += PUT_IN
            places.append(int(slot[1]))
        else:
            found += f"(?:{re.escape(slot[2])}|{re.escape(slot[3])})"
        place = slot.end()
    size += len(template[place:].strip())
    return Pattern(key, re.compile(found + re.escape(template[place:])), size, tuple(places))


def said(one: Pattern, found: re.Match[str]) -> Said:
    """What was said, its arguments in the order of their numbers."""
    args: dict[int, str] = {}
    for number, text in zip(one.places, found.groups(), strict=True):
        args.setdefault(number, text.strip("$"))
    return Said(one.key, tuple(args[number] for number in sorted(args)))


@lru_cache
def sentences(code: str) -> Sentences:
    """The sentences of the language of that code."""
    return Sentences(code)
