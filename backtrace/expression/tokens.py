"""Cuts a formula into tokens: ASCII once a dozen signs are mapped, within every budget that needs no grammar.

Text comes from outside. Nothing here is evaluated, and every refusal is a `ReadError` with a code and a column.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from backtrace.errors import InputError, Place, printable

MAX_CHARACTERS = 2000
MAX_TOKENS = 400
MAX_SIGNS = 4
MAX_DIGITS = 30

# Signs that people type or paste from a page, and what they stand for.
SIGNS = {"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "∗": "*", "÷": "/", "∕": "/", "\u00a0": " "}
GREEK = {"σ": "sigmoid", "η": "eta"}
SUPERSCRIPTS = {"²": "2", "³": "3"}
HINTS = {
    "½": "write 1/2",
    "¼": "write 1/4",
    "¾": "write 3/4",
    "√": "write sqrt(…)",
    "π": "write its digits",
    "!": "factorials are not read",
    "%": "write 0.25 for 25 %",
    "=": "one formula at a time",
    "_": "a name may not begin with _",
    "[": "use round brackets",
    "{": "use round brackets",
    ".": "a number has a digit after its point",
}

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_NUMBER = re.compile(r"(?:([0-9]+)(?:\.([0-9]+))?|\.([0-9]+))(?:[eE][+-]?[0-9]{1,3}(?![0-9]))?")
_BROKEN_NUMBER = re.compile(r"[0-9._]|[eE](?![A-Za-z])|[xXbBoO][0-9]")

LongestName: TypeAlias = Callable[[str, int], int]


class ReadError(InputError):
    """A text that is not read as a formula.

    code: bad-character, bad-number, unknown-name, syntax, arity, no-implicit-product, too-long, too-deep,
    too-many-signs or power-too-large; `place.column` is where it was found, counted from 1.
    """

    def __init__(self, code: str, what: str, place: Place, hint: str = "") -> None:
        super().__init__(what, place, hint)
        self.code = code


class Token(NamedTuple):
    """kind: "number", "name", "squared" (² or ³), "end", or the sign itself; start: its position, from 0."""

    kind: str
    text: str
    start: int


def place_of(position: int, place: Place | None) -> Place:
    """The place of a position of the text, when the text begins at `place`."""
    base = place or Place()
    return Place(base.file, base.line, max(base.column, 1) + position)


def tokens(text: str, place: Place | None = None, longest_name: LongestName | None = None) -> list[Token]:
    """The tokens of the text, the last of which is the end.

    longest_name: the length of the name that begins at a position (0 for none), for names with signs in them such as
    `dE/dw5` or `w5+`; it is asked before anything else is tried.
    """
    if len(text) > MAX_CHARACTERS:
        raise ReadError(
            "too-long",
            f"a formula of {len(text)} characters is too long",
            place_of(0, place),
            f"at most {MAX_CHARACTERS} characters are read",
        )
    found: list[Token] = []
    signs = position = 0
    while position < len(text):
        token, length = _next(text, position, place, longest_name)
        if token:
            signs = signs + 1 if token.kind in ("+", "-") else 0
            if signs > MAX_SIGNS:
                raise ReadError("too-many-signs", f"more than {MAX_SIGNS} signs in a row", place_of(position, place))
            found.append(token)
            if len(found) > MAX_TOKENS:
                raise ReadError(
                    "too-long",
                    f"a formula of more than {MAX_TOKENS} numbers, names and signs is too long",
                    place_of(position, place),
                )
        position += length
    found.append(Token("end", "", len(text)))
    return found


def _next(text: str, position: int, place: Place | None, longest_name: LongestName | None) -> tuple[Token | None, int]:
    """The token that begins at the position (None for a blank) and its length."""
    length = longest_name(text, position) if longest_name else 0
    if length > 0:
        return Token("name", text[position : position + length], position), length
    character = SIGNS.get(text[position], text[position])
    if character in " \t":
        return None, 1
    if number := _NUMBER.match(text, position):
        return Token("number", _checked_number(number, text, place), position), number.end() - position
    if name := _NAME.match(text, position):
        return Token("name", name[0], position), len(name[0])
    if character in GREEK:
        return Token("name", GREEK[character], position), 1
    if character in SUPERSCRIPTS:
        return Token("squared", SUPERSCRIPTS[character], position), 1
    if character == "*" and text[position : position + 2] == "**":
        return Token("^", "**", position), 2
    if character in "+-*/^(),":
        return Token(character, character, position), 1
    code_point = f"U+{ord(character):04X}"
    shown = f"'{character}' ({code_point})" if character.isprintable() else code_point
    raise ReadError(
        "bad-character", f"the character {shown} cannot stand here", place_of(position, place), HINTS.get(character, "")
    )


def _checked_number(number: re.Match[str], text: str, place: Place | None) -> str:
    """The number's own text, refused when it runs on into something else or has no finite value."""
    here = place_of(number.start(), place)
    if _BROKEN_NUMBER.match(text, number.end()):
        shown = printable(text[number.start() : number.end() + 8])
        raise ReadError(
            "bad-number", f"'{shown}' does not begin with a number", here, "a number is written 12, 0.5 or 8.2e-2"
        )
    if _NAME.match(text, number.end()):
        raise ReadError(
            "no-implicit-product",
            f"a sign is missing after {printable(number[0])}",
            place_of(number.end(), place),
            "write the product with *",
        )
    if sum(len(digits) for digits in number.groups("")) > MAX_DIGITS:
        raise ReadError("bad-number", f"a number of more than {MAX_DIGITS} digits", here)
    if not math.isfinite(float(number[0])):
        raise ReadError("bad-number", f"{printable(number[0])} is too large for a number", here)
    return number[0]
