"""One family of errors: what is wrong, where, what to do about it, and whose fault it is.

Every refusal of the product is one of these. `str(error)` is what a person reads, without markup:

    net.toml:7:1: layer 2 has 3 rows of weights, but units = 2
      expected 2 rows of 3 weights each

The command line turns the fault into the exit status (see `exit_status`); nothing else in the house words an error
twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Place(NamedTuple):
    """Where in the reader's own text something stands; lines and columns count from 1, 0 means unknown."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file or (f"column {self.column}" if self.column else "")
        position = f"{self.line}:{self.column}" if self.column else f"{self.line}"
        return f"{self.file}:{position}" if self.file else f"{'' if self.column else 'line '}{position}"


class BacktraceError(Exception):
    """The base of all errors raised on purpose.

    what: one sentence, lower case, no full stop; place: where it stands; hint: what to do, or the nearest valid names.
    """

    exit_status = 70

    def __init__(self, what: str, place: Place | None = None, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.place = place or Place()
        self.hint = hint

    def __str__(self) -> str:
        where = str(self.place)
        first = f"{where}: {self.what}" if where else self.what
        return f"{first}\n  {self.hint}" if self.hint else first

    def at(self, place: Place) -> BacktraceError:
        """The same error with a place, for the layer that knows it; a place already known is kept."""
        if not str(self.place):
            self.place = place
        return self


class InputError(BacktraceError):
    """What the user gave cannot be used; the user can mend it."""

    exit_status = 2


class NotSupported(InputError):
    """A sensible request that the product cannot meet yet."""


class InternalFault(BacktraceError):
    """Our own fault: two of our own results disagree, or a table is incomplete."""


def own_fault(fault: Exception) -> str:
    """A fault of ours in a line, for work that goes on without the piece in which it happened."""
    from os.path import basename
    from traceback import extract_tb

    where = extract_tb(fault.__traceback__)[-1]
    what = f"{type(fault).__name__}: {' '.join(str(fault).split())}"
    return f"our own fault: {printable(what, 200)} ({basename(where.filename)}:{where.lineno} in {where.name})"


def nearest(name: str, candidates: Iterable[str], most: int = 3) -> str:
    """A hint that offers the candidates closest to `name`: "did you mean 'sigmoid'?", or all of them when they are
    few."""
    from difflib import get_close_matches

    names = list(candidates)
    close = get_close_matches(name.lower(), names, n=most, cutoff=0.6)
    if close:
        return "did you mean " + " or ".join(f"'{c}'" for c in close) + "?"
    if len(names) <= 16:
        return "there is: " + ", ".join(names)
    return ""


def printable(text: str, limit: int = 60) -> str:
    """Text from outside as it may stand in a message: control characters as escapes, cut to `limit` characters."""
    shown = "".join(
        c
        if c.isprintable()
        else c.encode("unicode_escape").decode("ascii")
        if ord(c) < 0xD800 or ord(c) > 0xDFFF
        else f"\\u{ord(c):04x}"
        for c in text[: limit + 1]
    )
    return shown if len(text) <= limit else shown[:limit] + "…"
