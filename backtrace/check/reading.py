"""From text to a submission: lines of `name = part = part`, names by the notation in force, formulas by the bounded
reader. Nothing else ever sees the text."""

from __future__ import annotations

from backtrace.check.numerals import numeral
from backtrace.check.records import FORMULA, NUMBER, SUBSTITUTION, Line, Part, Submission
from backtrace.errors import InputError, Place
from backtrace.expression.reader import read
from backtrace.expression.tree import symbols
from backtrace.network.records import Network
from backtrace.notation.names import Names
from backtrace.notation.profile import Profile


def read_submission(text: str, network: Network, profile: Profile, name: str = "") -> Submission:
    """The submission that a text is."""
    names = Names(network, profile)
    found = []
    for number, raw in enumerate(text.splitlines(), 1):
        written = raw.partition("#")[0].strip()
        if written:
            found.append(read_line(written, number, names, name))
    return Submission(tuple(found), profile.name, name)


def read_line(text: str, number: int, names: Names, name: str = "") -> Line:
    """One line; where it cannot be read, it says why."""
    place = Place(name, number)
    left, *rest = [part.strip() for part in text.replace("≈", "=").split("=")]
    try:
        if not rest:
            raise InputError("there is no = in this line", place, "a line is written name = number")
        parts = tuple(read_part(part, names, place) for part in rest)
        try:
            return Line(number, text, left, names.resolve(left), parts)
        except InputError:
            return Line(number, text, left, None, (read_part(left, names, place), *parts))
    except InputError as error:
        return Line(number, text, left, error=error)


def read_part(text: str, names: Names, place: Place) -> Part:
    """What stands between two =."""
    number = numeral(text.replace("−", "-").replace("·", "*"))
    form = read(text, names.resolve, place, longest_name=names.longest)
    if number is not None:
        return Part(text, NUMBER, form, number)
    return Part(text, FORMULA if next(symbols(form), None) is not None else SUBSTITUTION, form)
