"""Answers of an exercise that are no quantity of its network: counts, shapes, letters, formulas in letters."""

from __future__ import annotations

from collections.abc import Hashable

from backtrace.check.marking.answers import Judged, equal, judged, last_part, right_or
from backtrace.check.marking.records import PARTLY, TO_READ
from backtrace.check.practice.pages import Writing
from backtrace.check.records import RIGHT, UNREADABLE, WRONG
from backtrace.errors import InputError
from backtrace.expression.reader import read
from backtrace.expression.tree import symbols
from backtrace.network.quantity import Derivative, Quantity, neutral
from backtrace.network.records import Network
from backtrace.notation.names import Names
from backtrace.notation.profile import Profile
from backtrace.questions.records import Answer, Formula

# An answer of which a part is right is asked on; one that a person reads is taken.
HERE = {PARTLY: WRONG, TO_READ: RIGHT}


def judge(answer: Answer, text: str, network: Network | None, writing: Writing) -> Judged:
    """The verdict on an answer; raises InputError where it cannot be read."""
    found = _formula(answer, text, network, writing.profile) if isinstance(answer, Formula) else judged(text, answer)
    if found.verdict == UNREADABLE:
        note = found.notes[0]
        raise InputError(writing.say(note.id, *note.args))
    return found._replace(verdict=HERE.get(found.verdict, found.verdict))


def _formula(answer: Formula, text: str, network: Network | None, profile: Profile) -> Judged:
    """A formula in the names of the notation, where it is about a network."""
    own = {neutral(key): key for key in symbols(answer.expr) if isinstance(key, Quantity | Derivative)}
    names = None if network is None or any(_is_letter(key) for key in own.values()) else Names(network, profile)

    def resolve(name: str) -> Hashable | None:
        return own.get(name) or (names.resolve(name) if names is not None else None)

    form = read(last_part(text), resolve, longest_name=names.longest if names is not None else None)
    if equal(form, answer.expr):
        return Judged(RIGHT)
    return right_or(False, (mistake for mistake, wrong in answer.wrong if equal(form, wrong)))


def _is_letter(key: Hashable) -> bool:
    return isinstance(key, Quantity) and key.kind == "named"
