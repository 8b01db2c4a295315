"""What a mistake is called, what is believed and what hints at it, in the language of the page."""

from __future__ import annotations

import os.path
from functools import lru_cache
from typing import Any, NamedTuple

from backtrace.errors import InputError, nearest, printable
from backtrace.mistakes.catalogue import CATALOGUE
from backtrace.questions.reasons import REASONS
from backtrace.questions.records import Texts
from backtrace.questions.words import LANGUAGES
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


def reason_of(id: str, language: str = "en", bank_file: str = "") -> str:
    """What the id of a wrong answer on a key means, in a sentence: a mistake, a reason, or why an option of the bank
    tempts, in the language where the bank has it.

    bank_file: a bank of your own, in which its questions are looked up. Raises InputError for an id that nothing has.
    """
    from backtrace.questions.bank import bank, read_file

    found = told(id, language)
    if found is not None:
        return found.belief
    questions = read_file(bank_file) if bank_file else bank()
    name, _, option = id.partition(".")
    for one in questions[name].options if name in questions else ():
        if one.id == option and one.why is not None:
            return one.why.by(language)
    raise InputError(f"no mistake is called '{printable(id)}'", hint=nearest(id, (*CATALOGUE, *REASONS)))


def belief_of(mistake: str) -> Texts:
    """What is believed, in every language."""
    return Texts(tuple((code, reason_of(mistake, code)) for code in LANGUAGES))


@lru_cache
def translated(language: str) -> dict[str, Any]:
    """The file of a language other than English."""
    import tomllib

    with open(os.path.join(shipped("exercises"), "language", f"mistakes-{language}.toml"), "rb") as file:
        return tomllib.load(file)
