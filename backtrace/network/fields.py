"""Checked access to the tables of a network file: every value of the right kind, every refusal with its place.

Numbers keep the spelling they were typed in; `typed` is also the reader of a number given on the command line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from backtrace.errors import InputError, Place, nearest, printable
from backtrace.expression.tree import Given
from backtrace.network.source import Document

DIGITS_CAP = 30
TYPED_NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?"


def typed(text: str, place: Place | None = None) -> Given:
    """The number that a person typed, with its spelling; raises InputError for anything but a finite decimal number."""
    plain = text.strip().replace("−", "-")
    if not re.fullmatch(TYPED_NUMBER, plain):
        raise InputError(f"'{printable(text.strip())}' is not a number", place, "write it like 0.7, -3 or 8.2e-2")
    return finite(Given(plain), place)


def finite(value: Given, place: Place | None) -> Given:
    """The number, its spelling cleaned of a plus sign and of the minus of −0; refused when not finite or too long."""
    text = value.text.lstrip("+")
    if not isfinite(value):
        raise InputError(f"'{printable(text)}' is not a finite number", place, "every number must be finite")
    if sum(c.isdigit() for c in text) > DIGITS_CAP:
        raise InputError(f"the number '{printable(text, 20)}' has more than {DIGITS_CAP} digits", place)
    if value == 0.0:
        text = text.lstrip("-")
    return value if text == value.text else Given(text)


def number(value: object, place: Place, what: str) -> Given:
    """A number of a TOML file as typed; `what` names it in the refusal."""
    if isinstance(value, Given):
        return finite(value, place)
    if isinstance(value, int) and not isinstance(value, bool):
        if abs(value) >= 10**DIGITS_CAP:
            raise InputError(f"{what} has more than {DIGITS_CAP} digits", place)
        return Given(str(value))
    raise InputError(f"{what} must be a number, not {shown(value)}", place)


def shown(value: object) -> str:
    """What was found, in a few words, for a refusal."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text '{printable(value)}'"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return "a table"
    return printable(str(value))


class Table:
    """One table of the file. `what` names it in refusals ("layer 2"); a key outside `keys` is refused at once."""

    def __init__(
        self, document: Document, path: tuple[str | int, ...], values: object, keys: Iterable[str], what: str
    ) -> None:
        self.document = document
        self.path = path
        self.what = what
        if not isinstance(values, Mapping):
            raise InputError(f"{what} must be a table, not {shown(values)}", document.place(*path))
        self.values: Mapping[str, Any] = values
        names = tuple(keys)
        for key in values:
            if key not in names:
                raise InputError(f"unknown key '{printable(key)}' in {what}", self.place(key), nearest(key, names))

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def place(self, *path: str | int) -> Place:
        """Where a key of this table stands, or an element of its list; without a key, where the table itself does."""
        return self.document.place(*self.path, *path)

    def refusal(self, key: str, what: str, hint: str = "") -> InputError:
        """An error about a key, told after the name of the table."""
        return InputError(f"{self.what}: {what}", self.place(key) if key else self.place(), hint)

    def text(self, key: str, default: str = "", longest: int = 2000) -> str:
        """A text without control characters."""
        value = self.values.get(key, default)
        if not isinstance(value, str):
            raise self.refusal(key, f"{key} must be a text in quotes, not {shown(value)}")
        if len(value) > longest:
            raise self.refusal(key, f"{key} is longer than {longest} characters")
        if not value.isprintable():
            raise self.refusal(key, f"{key} contains a character that cannot be printed: '{printable(value)}'")
        return value

    def choice(self, key: str, names: Iterable[str], default: str) -> str:
        """One of the names."""
        value = self.text(key, default)
        known = tuple(names)
        if value not in known:
            raise self.refusal(key, f"{key} = '{printable(value)}' is not known", nearest(value, known))
        return value

    def boolean(self, key: str, default: bool) -> bool:
        """true or false."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.refusal(key, f"{key} must be true or false, not {shown(value)}")
        return value

    def whole(self, key: str, least: int, most: int) -> int:
        """A whole number within the bounds; the key must be there."""
        value = self.values.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refusal(key, f"{key} must be a whole number, not {shown(value)}")
        if not least <= value <= most:
            raise self.refusal(key, f"{key} must lie between {least} and {most}")
        return value

    def number(self, key: str) -> Given:
        """A finite number; the key must be there."""
        return number(self.values.get(key), self.place(key), f"{self.what}: {key}")

    def names(self, key: str) -> tuple[str, ...]:
        """Names that may stand on any page: letters, digits and _ (ASCII), no two alike; empty without the key."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            raise self.refusal(key, f"{key} must be a list of names in quotes")
        for name in value:
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,19}", name):
                raise self.refusal(
                    key,
                    f"'{printable(name)}' cannot be a name",
                    "a name is a letter, then letters, digits or _, at most 20 in all",
                )
        if len(set(value)) < len(value):
            raise self.refusal(key, f"two of the {key} are alike")
        return tuple(value)

    def row(self, key: str, what: str) -> tuple[Given, ...]:
        """A list of numbers."""
        return self._row(self.values[key], (key,), what)

    def rows(self, key: str, what: str, flat: bool = False) -> tuple[tuple[Given, ...], ...]:
        """A list of rows of numbers; with `flat`, a plain list of numbers is one row."""
        value = self.values[key]
        if not isinstance(value, list):
            raise self.refusal(key, f"{key} must be a list of rows of numbers, not {shown(value)}")
        if flat and value and not isinstance(value[0], list):
            return (self._row(value, (key,), what),)
        return tuple(self._row(row, (key, index), f"row {index + 1} of {what}") for index, row in enumerate(value))

    def _row(self, value: object, path: tuple[str | int, ...], what: str) -> tuple[Given, ...]:
        if not isinstance(value, list):
            raise InputError(f"{self.what}: {what} must be a list of numbers, not {shown(value)}", self.place(*path))
        found: list[Given] = []
        for index, item in enumerate(value):
            if type(item) is Given and isfinite(item) and len(item.text) <= DIGITS_CAP and item.text[0] not in "+-":
                found.append(item)  # the usual case, without the price of finding its place
            else:
                found.append(self._item(item, (*path, index), f"{self.what}: number {index + 1} of {what}"))
        return tuple(found)

    def _item(self, item: object, path: tuple[str | int, ...], what: str) -> Given:
        if type(item) is int and abs(item) < 10**DIGITS_CAP:
            return Given(str(item))
        return number(item, self.place(*path), what)
