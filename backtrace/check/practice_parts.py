"""Answers of an exercise that are no quantity of its network: counts, shapes, letters, formulas in letters."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import NamedTuple

from backtrace.check.numerals import numeral
from backtrace.check.practice_words import say
from backtrace.check.records import RIGHT, WRONG
from backtrace.errors import InputError
from backtrace.expression.reader import read
from backtrace.expression.tree import Expr, symbol, symbols
from backtrace.network.quantity import Derivative, Quantity
from backtrace.network.records import Network
from backtrace.notation.names import Names
from backtrace.notation.profile import Profile
from backtrace.questions.formulas import same, typed
from backtrace.questions.records import Answer, Choice, Essay, Formula, Numeric, Shape, Whole

SHAPE = r"\s*[(\[]?\s*(\d{1,9}(?:\s*[x×*,]\s*\d{1,9})*)\s*,?\s*[)\]]?\s*"


class Found(NamedTuple):
    """Whether an answer is right, and the ids of the mistakes that lead to it."""

    verdict: str
    mistakes: tuple[str, ...] = ()


def judge(answer: Answer, text: str, network: Network | None, profile: Profile) -> Found:
    """The verdict on an answer; raises InputError where it cannot be read."""
    if isinstance(answer, Numeric | Whole):
        return _number(answer, text)
    if isinstance(answer, Shape):
        found = re.fullmatch(SHAPE, text)
        if found is None:
            raise InputError(say("a_shape"))
        dims = tuple(map(int, re.findall(r"\d+", found[1])))
        wrong = [one.mistake for one in answer.wrong if one.value == "x".join(map(str, dims))]
        return Found(RIGHT if dims == answer.dims else WRONG, tuple(wrong))
    if isinstance(answer, Choice):
        return _letters(answer, text)
    if isinstance(answer, Formula):
        return _formula(answer, text, network, profile)
    assert isinstance(answer, Essay)
    return Found(RIGHT)


def _number(answer: Numeric | Whole, text: str) -> Found:
    written = numeral(text.replace("−", "-").replace("·", "*").replace(",", "."))
    if written is None:
        raise InputError(say("a_number"))
    if isinstance(answer, Numeric):
        if answer.low <= written.value <= answer.high:
            return Found(RIGHT)
    elif written.value == answer.value:
        return Found(RIGHT)
    half = 0.0 if isinstance(answer, Whole) else written.unit / 2
    near = [one.mistake for one in answer.wrong if abs(float(one.value) - written.value) <= half]
    return Found(WRONG, tuple(near))


def _letters(answer: Choice, text: str) -> Found:
    typed = re.sub(r"[\s,;.)(]+", "", text).upper()
    last = chr(ord("A") + len(answer.options) - 1)
    if not typed or any(not "A" <= letter <= last for letter in typed):
        raise InputError(say("letters_of", last))
    if sorted(set(typed)) == sorted(answer.letters.split()):
        return Found(RIGHT)
    chosen = [option for n, option in enumerate(answer.options) if chr(ord("A") + n) in typed]
    return Found(WRONG, tuple(option.why for option in chosen if option.why))


def _formula(answer: Formula, text: str, network: Network | None, profile: Profile) -> Found:
    own = {typed(symbol(name)): name for name in symbols(answer.expr)}
    named = any(quantity_of(name) is not None for name in own.values())
    names = Names(network, profile) if network is not None and named else None

    def resolve(name: str) -> Hashable | None:
        return names.resolve(name) if names is not None else own.get(name)

    form = read(text.rpartition("=")[2], resolve, longest_name=names.longest if names is not None else None)
    if _equal(form, answer.expr):
        return Found(RIGHT)
    return Found(WRONG, tuple(mistake for mistake, wrong in answer.wrong if _equal(form, wrong)))


def _equal(a: Expr, b: Expr) -> bool:
    try:
        return same(a, b)
    except InputError:
        return False


def sort_of(answer: Answer) -> str:
    """Which hints suit a part that is no quantity."""
    if isinstance(answer, Whole):
        return "count"
    return "shape" if isinstance(answer, Shape) else "choice" if isinstance(answer, Choice) else "other"


def quantity_of(name: object) -> Quantity | Derivative | None:
    """The quantity that a part asks for, if it does."""
    return name if isinstance(name, Quantity | Derivative) else None
