"""Sentences of sheets in the reader's language: one data file per language, keys and arguments from everywhere else.

`{1}` is the first argument: a quantity or a formula becomes a run of its own, a number and a text stand as they are.
`{1|point|points}` is the first word where the argument is 1, as a number or as a text, else the second. Nothing else in
a sentence is special, and arguments are never read as sentences.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from backtrace.errors import InputError, InternalFault, nearest, printable
from backtrace.expression.kept import Kept, Same
from backtrace.expression.tree import Expr
from backtrace.network.quantity import Derivative, Quantity
from backtrace.questions.records import Say, Texts
from backtrace.render.document import Labels, Maths, Number, Run, Runs
from backtrace.render.words import WORDS
from backtrace.shipped import shipped

LANGUAGES = ("en", "de")
SLOT = r"\{(\d+)(?:\|([^{}|]*)\|([^{}|]*))?\}"


PLAIN = frozenset((Quantity, Derivative, str, int))
_said: Kept[Runs] = Kept(1024)


class Language(NamedTuple):
    """The sentences of one language by key, its decimal sign, "point" or "comma", and what derivations say in it."""

    code: str
    decimal: str
    sentences: Mapping[str, str]
    derivations: Mapping[str, str] = WORDS

    def say(self, say: Say) -> Runs:
        """The sentence with its arguments, as runs; InternalFault for a key that the language lacks."""
        # Tuples of other kinds can be equal, and 1 equals 1.0 and True: of such arguments nothing is kept.
        plain = PLAIN.issuperset(map(type, say.args))
        place = (Same(self.sentences), say.key, say.args)
        known = _said.get(place) if plain else None
        if known is None:
            known = self.worded(say)
            if plain:
                _said.keep(place, known)
        return known

    def worded(self, say: Say) -> Runs:
        """The same, put together anew."""
        if say.key not in self.sentences:
            raise InternalFault(f"the language {self.code} has no sentence '{say.key}'")
        words, position = self.sentences[say.key], 0
        runs: list[Run] = []
        for slot in re.finditer(SLOT, words):
            runs.append(words[position : slot.start()])
            part = _argument(slot, say)
            runs += self.say(part) if isinstance(part, Say) else (_filled(slot, part, self.code),)
            position = slot.end()
        return tuple(run for run in (*runs, words[position:]) if run != "")


def _argument(slot: re.Match[str], say: Say) -> object:
    index = int(slot[1]) - 1
    if index >= len(say.args):
        raise InternalFault(f"the sentence '{say.key}' needs an argument {index + 1}")
    return say.args[index]


def _filled(slot: re.Match[str], value: object, code: str) -> Run:
    if slot[2] is not None:
        return slot[2] if value in (1, "1") else slot[3]
    if isinstance(value, Texts):
        return value.by(code)
    if isinstance(value, Quantity | Derivative | str):
        return value
    if isinstance(value, Expr):
        return Maths(value)
    return Number(repr(value))


@lru_cache
def language(code: str) -> Language:
    """The language of that code; raises InputError with the nearest one."""
    data = language_file(code)
    return Language(code, data["decimal"], data["sentences"], {**WORDS, **data["derivations"]})


@lru_cache
def language_file(code: str) -> Mapping[str, Any]:
    """All that a language says, as its file has it; raises InputError with the nearest code."""
    import tomllib

    if code not in LANGUAGES:
        raise InputError(f"there is no language '{printable(code)}'", hint=nearest(code, LANGUAGES))
    with open(os.path.join(shipped("exercises"), "language", f"{code}.toml"), "rb") as file:
        return tomllib.load(file)


def labels(spoken: Language) -> Labels:
    """The words that a document has of its own, in this language."""
    words = spoken.sentences
    return Labels(spoken.code, *(words[field] for field in Labels._fields[1:]))
