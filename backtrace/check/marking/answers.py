"""An answer held against its own part alone: numbers without a network, counts, shapes, formulas, letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from random import Random
from typing import NamedTuple

from backtrace.check.agreement import TRIES, agree
from backtrace.check.marking.records import PARTLY, TO_READ
from backtrace.check.numerals import SIGNS, TOO_FEW, judged_unit, numeral
from backtrace.check.records import RIGHT, ROUNDED_EARLY, ROUNDING_SLIP, UNREADABLE, WRONG, Note, Numeral
from backtrace.errors import InputError
from backtrace.expression.evaluate import evaluate
from backtrace.expression.reader import read
from backtrace.expression.rounding import exponent
from backtrace.expression.tree import Expr, add, symbols
from backtrace.network.quantity import Derivative, Quantity, neutral
from backtrace.questions.records import Answer, Choice, Essay, Formula, Numeric, Shape, Whole

# With so many digits a number has been worked out, however many are asked for.
ENOUGH = 3
THOUSANDS = r"[+-]?[0-9]{1,3}(?:([,.'\u2009\u202f ])[0-9]{3})(?:\1[0-9]{3})*"
LONGEST = 2000  # signs of an answer


class Judged(NamedTuple):
    """What is found about an answer. share: how much of it is right, for a choice of several."""

    verdict: str
    mistakes: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    share: float = 0.0


def judged(text: str, answer: Answer) -> Judged:
    """The verdict on an answer by itself."""
    if len(text) > LONGEST:
        return unreadable("too_long")
    match answer:
        case Numeric():
            return number(text, answer)
        case Whole(value, wrong):
            found = whole(text)
            if found is None:
                return unreadable("no_whole_number")
            return right_or(found == value, (one.mistake for one in wrong if one.value == found))
        case Shape(dims, wrong):
            sizes = shape(text)
            if sizes is None:
                return unreadable("no_shape")
            return right_or(sizes == dims, (one.mistake for one in wrong if shape(str(one.value)) == sizes))
        case Choice():
            return choice(text, answer)
        case Formula():
            return formula(text, answer)
        case Essay():
            return Judged(TO_READ)


def right_or(right: bool, mistakes: Iterable[str]) -> Judged:
    """Right, or wrong with the mistakes that lead there."""
    return Judged(RIGHT) if right else Judged(WRONG, tuple(dict.fromkeys(mistakes)))


def unreadable(note: str, *args: object) -> Judged:
    """An answer that is none."""
    return Judged(UNREADABLE, notes=(Note(note, args),))


# Numbers


def last_part(text: str) -> str:
    """What stands behind the last equals sign."""
    return re.split(r"[=≈]", text)[-1].strip()


def number_in(text: str) -> Numeral | None:
    """The number that an answer ends in, with a point or a comma; what can be worked out counts as its value."""
    end = with_point(last_part(text))
    found = numeral(end)
    if found is not None:
        return found
    try:
        value = evaluate(read(end, ()), lambda key: 0.0)
    except InputError:
        return None
    return Numeral(value, 0.0, 15)


def with_point(text: str) -> str:
    """A number or a sum in the signs of a keyboard; its one comma is a decimal one."""
    typed = text.translate(SIGNS)
    return typed.replace(",", ".") if re.fullmatch(r"[^,.]*[0-9],[0-9][^,.]*", typed) else typed


def number(text: str, answer: Numeric) -> Judged:
    """A number against what is accepted."""
    found = number_in(text)
    if found is None:
        return unreadable("no_number")
    if answer.low <= found.value <= answer.high:
        return Judged(RIGHT)
    held = held_to(found, answer.digits)
    away, half = abs(found.value - answer.value), judged_unit(held) / 2
    if away <= half * (1 + 1e-9):
        return Judged(ROUNDED_EARLY, notes=fewer_digits(found, answer.digits))
    if held.digits > found.digits:
        return Judged(WRONG, notes=fewer_digits(found, answer.digits))
    mistakes = of_its_own(found, answer)
    if away <= 3 * half and not mistakes:
        return Judged(ROUNDING_SLIP)
    return Judged(WRONG, mistakes)


def held_to(found: Numeral, digits: int) -> Numeral:
    """A number with too few digits as if zeros stood behind it: who writes 1 for 0.593 has not worked it out. Enough is
    one digit less than asked, and three always are."""
    least = max(min(digits - 1, ENOUGH), 1)
    if found.digits >= least or not found.value:
        return found
    return found._replace(unit=min(found.unit, 10.0 ** (exponent(found.value) - least)), digits=least, whole=False)


def fewer_digits(found: Numeral, digits: int) -> tuple[Note, ...]:
    """A remark where fewer digits are written than asked."""
    return (Note("fewer_digits", (found.digits, digits)),) if found.digits < digits else ()


def of_its_own(found: Numeral, answer: Numeric) -> tuple[str, ...]:
    """The part's own mistakes that give a number, to its digits and no more than are asked."""
    if found.digits <= TOO_FEW and not found.whole:
        return ()
    half = max(judged_unit(found), 10.0 ** (exponent(found.value) - answer.digits) if found.value else 0.0) / 2
    close = (one for one in answer.wrong if abs(float(one.value) - found.value) <= half * (1 + 1e-9))
    return tuple(dict.fromkeys(one.mistake for one in close))


def whole(text: str) -> int | None:
    """A whole number; groups of three digits may be set apart, since no decimals are asked for."""
    end = last_part(text).translate(SIGNS)
    grouped = re.fullmatch(THOUSANDS, end)
    if grouped:
        return int(end.replace(grouped[1], ""))
    found = number_in(end)
    if found is None or found.value != int(found.value) or abs(found.value) > 1e15:
        return None
    return int(found.value)


def shape(text: str) -> tuple[int, ...] | None:
    """50x20, 50 × 20, (50, 20), [50; 20] as its sizes."""
    end = last_part(text).strip("()[] ")
    if not re.fullmatch(r"[0-9]{1,9}(?:\s*(?:[x×X*·,;]|by|\s)\s*[0-9]{1,9})*,?", end):
        return None
    return tuple(int(size) for size in re.findall(r"[0-9]+", end))


# Letters


def choice(text: str, answer: Choice) -> Judged:
    """Letters in any order and case. Of several, each right one earns its part and each wrong one takes as much
    away."""
    letters = re.sub(r"(?i)\b(?:and|und|or|oder)\b|[\s,;+&()./]", "", last_part(text)).upper()
    places = {ord(letter) - ord("A") for letter in letters}
    if not letters.isascii() or not letters.isalpha() or max(places) >= len(answer.options):
        return unreadable("no_letters", chr(ord("A") + len(answer.options) - 1))
    right = {n for n, option in enumerate(answer.options) if option.right}
    if places == right:
        return Judged(RIGHT)
    mistakes = tuple(dict.fromkeys(answer.options[n].why for n in sorted(places - right) if answer.options[n].why))
    if not answer.several:
        return Judged(WRONG, mistakes, (Note("one_letter"),) if len(places) > 1 else ())
    share = max(0.0, (len(places & right) - len(places - right)) / len(right)) if right else 0.0
    return Judged(PARTLY if share else WRONG, mistakes, share=share)


# Formulas


def formula(text: str, answer: Formula) -> Judged:
    """A formula in letters, equal at random points of both signs."""
    names = {neutral(key): key for key in symbols(answer.expr) if isinstance(key, Quantity | Derivative)}
    for _, form in answer.wrong:
        names |= {neutral(key): key for key in symbols(form) if isinstance(key, Quantity | Derivative)}
    try:
        found = read(last_part(text).translate(SIGNS), names.get)
    except InputError as error:
        return unreadable("not_read", error.what)
    if equal(found, answer.expr):
        return Judged(RIGHT)
    return Judged(WRONG, tuple(dict.fromkeys(mistake for mistake, form in answer.wrong if equal(found, form))))


def equal(a: Expr, b: Expr) -> bool:
    """Whether two formulas in letters give the same at random points, wherever both can be worked out; a formula that
    cannot be worked out where the other can is another one."""
    draw, keys = Random(1), list(dict.fromkeys(symbols(add(a, b))))
    points = ({key: draw.choice((-1, 1)) * (0.2 + 3 * draw.random()) for key in keys} for _ in range(TRIES))
    pairs = (tuple(_value(form, point.__getitem__) for form in (a, b)) for point in points)
    return agree((one, other) for one, other in pairs if one is not None or other is not None) is True


def _value(form: Expr, lookup: Callable[[object], float]) -> float | None:
    try:
        return evaluate(form, lookup)
    except InputError:
        return None
