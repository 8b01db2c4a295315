"""What a mistake is called, what is believed and what hints at it, in the language of the page."""

from __future__ import annotations

import os.path
from functools import lru_cache
from typing import Any, NamedTuple

from backtrace.mistakes.catalogue import CATALOGUE
from backtrace.questions.reasons import REASONS
from backtrace.shipped import shipped


class Told(NamedTuple):
    """A mistake in words, as in its record; what merely tempts to a wrong option has a belief alone."""

    name: str
    belief: str
    hints: tuple[str, ...] = ()


def told(mistake: str, language: str) -> Told | None:
    """The words of a mistake by its id; None for what is neither in the catalogue nor among the reasons."""
    if mistake in REASONS:
        return Told("", REASONS[mistake] if language == "en" else translated(language)["reasons"][mistake])
    if mistake not in CATALOGUE:
        return None
    record = CATALOGUE[mistake]
    if language == "en":
        return Told(record.name, record.belief, record.hints)
    own = translated(language)[mistake]
    return Told(own["name"], own["belief"], tuple(own["hints"]))


@lru_cache
def translated(language: str) -> dict[str, Any]:
    """The file of a language other than English."""
    import tomllib

    with open(os.path.join(shipped("exercises"), "language", f"mistakes-{language}.toml"), "rb") as file:
        return tomllib.load(file)
