"""What the text of a sheet comes to, beside its key."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, log10
from typing import NamedTuple

from backtrace.errors import InputError
from backtrace.questions.reading_back.readers import reader
from backtrace.questions.reading_back.records import PERSON, Carried, Contradiction, Found
from backtrace.questions.reading_back.sheets import Asked, Exercise, exercises
from backtrace.questions.records import Choice, Essay, Formula, Instance, Numeric, Part, Shape, Whole

CLOSE = 1e-9


class Compared(NamedTuple):
    """How many answers were recomputed, and how many are read by a person; unread: those that could not be read, and
    why; mismatches: those that do not agree, in words."""

    recomputed: int
    by_person: int
    unread: tuple[str, ...]
    mismatches: tuple[str, ...]


def compared(markdown: str, instances: Sequence[Instance], language: str = "en") -> Compared:
    """The answers read from a rendered sheet in that language, beside those of its key."""
    try:
        found = exercises(markdown, language)
    except (InputError, ValueError) as error:
        return Compared(0, 0, (f"the sheet is not taken apart: {error}",), ())
    if len(found) != len(instances):
        return Compared(0, 0, (), (f"the sheet shows {len(found)} exercises, the key has {len(instances)}",))
    recomputed = by_person = 0
    unread: list[str] = []
    wrong: list[str] = []
    for number, (exercise, instance) in enumerate(zip(found, instances, strict=True), 1):
        if len(exercise.asked) != len(instance.parts):
            wrong.append(
                f"{number}: the sheet asks for {len(exercise.asked)} answers, the key has {len(instance.parts)}"
            )
            continue
        for asked, part in zip(exercise.asked, instance.parts, strict=True):
            label = f"{number}{asked.label}"
            try:
                mine = read(exercise, asked)
                found_wrong = differences(mine, asked, part)
            except Contradiction as error:
                wrong.append(f"{label} {asked.ask.key}: {error.what}")
                continue
            except (InputError, KeyError, IndexError, ValueError, ArithmeticError) as error:
                unread.append(f"{label} {instance.kind}: {error}")
                continue
            by_person += mine == PERSON
            recomputed += mine != PERSON
            wrong += [f"{label} {asked.name or asked.ask.key}: {said}" for said in found_wrong]
    return Compared(recomputed, by_person, tuple(unread), tuple(wrong))


def read(exercise: Exercise, asked: Asked) -> Found:
    """The answer, from the text of the exercise."""
    known = reader(asked.ask.key)
    if known is None:
        raise InputError(
            f"nothing reads the sentence '{asked.ask.key}'",
            hint="a row in backtrace/questions/reading_back/readers.py, with what computes its answer from the text",
        )
    return known(exercise, asked)


def differences(mine: Found, asked: Asked, part: Part) -> list[str]:
    """In what the answer of the sheet and that of the key differ, in words."""
    key = part.answer
    if mine == PERSON:
        return [] if isinstance(key, Essay) else ["the key has an answer to what is words"]
    if isinstance(mine, Carried):
        by_hand, mine = mine.by_hand, mine.value
        if isinstance(key, Numeric) and by_hand is not None and not key.low <= by_hand <= key.high:
            return [
                f"{by_hand!r}, every line rounded to {key.digits} digits, is not accepted: {key.low!r} to {key.high!r}"
            ]
    if isinstance(key, Numeric) and isinstance(mine, float | int):
        return _of_number(float(mine), key, asked)
    if isinstance(key, Whole) and isinstance(mine, float | int):
        wrong = [one.mistake for one in key.wrong if one.value == key.value]
        same = abs(mine - key.value) <= CLOSE
        return [*([] if same else [f"the sheet gives {mine!r}, the key {key.value}"]), *_accepted(wrong)]
    if isinstance(key, Shape) and isinstance(mine, tuple):
        shown = "x".join(map(str, mine))
        wrong = [one.mistake for one in key.wrong if one.value == shown]
        return [*([] if mine == key.dims else [f"the sheet gives {shown}, the key {key.dims}"]), *_accepted(wrong)]
    if isinstance(key, Choice) and isinstance(mine, frozenset):
        return _of_choice(mine, key, asked)
    if isinstance(key, Formula) and callable(mine):
        wrong = [mistake for mistake, form in key.wrong if mine(form)]
        return [*([] if mine(key.expr) else ["the formula of the key is not that of the sheet"]), *_accepted(wrong)]
    return [f"the sheet asks for another sort of answer than the key, {type(key).__name__}"]


def _accepted(mistakes: Sequence[str]) -> list[str]:
    return [f"{mistake} gives the right answer" for mistake in mistakes]


def _of_number(mine: float, key: Numeric, asked: Asked) -> list[str]:
    found = []
    if abs(mine - key.value) > CLOSE * max(1e-3, abs(key.value)):
        found.append(f"the sheet gives {mine!r}, the key {key.value!r}")
    if asked.digits != key.digits:
        found.append(f"the sheet asks for {asked.digits} digits, the key for {key.digits}")
    # A hair below, so that a power of ten that was computed as 0.09999… counts as such.
    half = 0.5 * 10.0 ** (floor(log10(abs(mine) * (1 - CLOSE))) + 1 - key.digits) if mine else 0.0
    if not key.low <= mine - half * (1 - 1e-6) or not mine + half * (1 - 1e-6) <= key.high:
        found.append(f"{mine!r} rounded to {key.digits} digits is not all accepted: {key.low!r} to {key.high!r}")
    return [*found, *_accepted([one.mistake for one in key.wrong if key.low <= float(one.value) <= key.high])]


def _of_choice(mine: frozenset[str], key: Choice, asked: Asked) -> list[str]:
    found = []
    if len(asked.options) != len(key.options):
        found.append(f"the sheet has {len(asked.options)} options, the key {len(key.options)}")
    if mine != frozenset(key.letters.split()):
        found.append(f"the sheet gives {' '.join(sorted(mine)) or 'no option'}, the key {key.letters}")
    if asked.several != key.several:
        found.append("the sheet and the key differ in whether several options may be right")
    return [*found, *["a wrong option names no mistake" for one in key.options if not one.right and not one.why]]
