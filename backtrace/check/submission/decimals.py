"""The decimal sign of a submission: a point, or a comma that is used throughout."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backtrace.check.submission.statements import Statement
from backtrace.errors import InputError, Place

BEFORE, BEHIND = r"(?<![A-Za-z0-9_.,{^])", r"(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_.,])"
POINT = rf"{BEFORE}[0-9]*\.[0-9]+{BEHIND}"
COMMA = rf"{BEFORE}[0-9]+,[0-9]+{BEHIND}"
# The two arguments of a function, which a comma parts.
ARGUMENTS = r"\b((?:max|min)\([0-9]+),"


def with_points(statements: Sequence[Statement], name: str = "") -> tuple[tuple[Statement, ...], bool]:
    """The statements with a point in every number, and whether it was a comma. Where both signs are used, the lines
    with the rarer one are refused."""
    points = _found(statements, POINT)
    commas = _found(statements, COMMA)
    if not commas:
        return tuple(statements), False
    comma = len(commas) > len(points)
    usual, odd = (commas, points) if comma else (points, commas)
    wrong = dict(reversed(odd)) if usual else {}
    found = []
    for one in statements:
        text = next((wrong[part.line] for part in one.parts if part.line in wrong), "")
        if text and one.error is None:
            line, other = usual[0]
            what = f"two decimal signs: {text} here, {other} in line {line}"
            one = one._replace(error=InputError(what, Place(name, one.line), "use a point or a comma throughout"))
        elif comma:
            one = one._replace(parts=tuple(part._replace(text=_point(part.text)) for part in one.parts))
            one = one._replace(left=one.left._replace(text=_point(one.left.text)))
        found.append(one)
    return tuple(found), comma


def _found(statements: Sequence[Statement], pattern: str) -> list[tuple[int, str]]:
    """The numbers with this decimal sign, with their lines."""
    return [
        (part.line, number)
        for one in statements
        if one.error is None
        for part in one.parts
        for number in re.findall(pattern, re.sub(ARGUMENTS, r"\1;", part.text))
    ]


def _point(text: str) -> str:
    """The same text with points; a semicolon that parts two arguments is a comma then."""
    text = re.sub(rf"{BEFORE}([0-9]+),([0-9]+)(?={BEHIND})", r"\1.\2", text)
    return text if "[" in text else text.replace(";", ",")


def with_commas(text: str) -> str:
    """The way back: a text with points as it was typed with commas."""
    text = text if "[" in text else text.replace(",", ";")
    return re.sub(r"(?<=[0-9])\.(?=[0-9])", ",", text)
