"""Text files from outside: bytes to text, text to TOML tables, and the line on which each key stands.

Everything here is hostile until read: size and nesting are capped before the TOML parser sees the text. tomllib
does not say where a key stands, so a second, small scan finds the lines; it runs only when an error needs one.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from typing import Any

from backtrace.errors import InputError, Place, printable
from backtrace.expression.tree import Given

SIZE_CAP = 1_000_000
DEPTH_CAP = 12
DOTS_CAP = 8
UTF8_MARK = b"\xef\xbb\xbf"

# Every alternative that opens a string also takes an unclosed one, so that the scan is linear on any text.
TOKEN = (
    r"""(?s)\"{3}(?:[^\\]|\\.?)*?(?:\"{3,5}|\Z)|'{3}.*?(?:'{3,5}|\Z)|"(?:[^"\\\n]|\\.)*"?|'[^'\n]*'?"""
    r"""|\#[^\n]*|[][{}=,.\n]|[^][{}=,.\n\s"'#]+"""
)
PARSER_PLACE = r" \(at (?:line (\d+), column (\d+)|end of document)\)$"


def decoded(data: bytes, file: str, most: int = SIZE_CAP) -> str:
    """The text of a file in UTF-8, or UTF-16 with a mark; refused when it is neither, or larger than most bytes."""
    if len(data) > most:
        raise InputError(f"the file is larger than {most // 1_000_000} MB", Place(file), "is it the right one?")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    try:
        return data.removeprefix(UTF8_MARK).decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1 if encoding == "utf-8" else 0
        raise InputError(
            "the file is not UTF-8, nor UTF-16 with a mark", Place(file, line), "save it as UTF-8 in your editor"
        ) from None


def file_text(path: str | os.PathLike[str]) -> str:
    """The text of the file; raises InputError when it cannot be read (see `decoded`)."""
    name = printable(str(path), 200)
    try:
        with open(path, "rb") as file:
            return decoded(file.read(SIZE_CAP + 1), name)
    except FileNotFoundError:
        raise InputError("there is no such file", Place(name)) from None
    except IsADirectoryError:
        raise InputError("this is a folder, not a file", Place(name)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise InputError(f"the file cannot be read: {reason}", Place(name)) from None


def title_line(text: str) -> str:
    """The title in a file that ships with the program, where it has a line of its own, in English if there are
    several; nothing is parsed for it."""
    return next(line.split('"')[1] for line in text.splitlines() if line.startswith("title = "))


class Document:
    """A parsed TOML file: `tables`, and the place of every key in it. Decimals are `Given`, with their spelling."""

    def __init__(self, text: str, file: str) -> None:
        import tomllib

        self.text = text
        self.file = file
        self._places: dict[tuple[str | int, ...], Place] | None = None
        _check_depth(text, file)
        try:
            self.tables: dict[str, Any] = tomllib.loads(text, parse_float=_given)
        except tomllib.TOMLDecodeError as error:
            message = str(error)
            found = re.search(PARSER_PLACE, message)
            place = (
                Place(file, int(found[1]), int(found[2])) if found and found[1] else Place(file, text.count("\n") + 1)
            )
            what = re.sub(PARSER_PLACE, "", message)
            raise InputError(f"this is not TOML: {what[:1].lower()}{what[1:]}", place) from None
        except (ValueError, RecursionError):
            raise InputError("this is not TOML: a number or a nesting in it is too large", Place(file)) from None

    def place(self, *path: str | int) -> Place:
        """Where the value at this path (keys, indices from 0) stands, or else the nearest thing around it."""
        if self._places is None:
            self._places = _places(self.text, self.file)
        for length in range(len(path), 0, -1):
            found = self._places.get(path[:length])
            if found:
                return found
        return Place(self.file)

    def placed(self, place: Place, *path: str | int) -> None:
        """Notes that the value at this path was put in from elsewhere, which refusals then name."""
        if self._places is None:
            self._places = _places(self.text, self.file)
        self._places[path] = place


def _given(text: str) -> Given:
    return Given(text.replace("_", ""))


def _check_depth(text: str, file: str) -> None:
    """Refuse brackets nested deeper, and keys dotted longer, than any network needs: both cost the parser dear."""
    depth = dots = 0
    for match in re.finditer(TOKEN, text):
        token = match[0]
        if token in "[{":
            depth += 1
        elif token in "]}":
            depth = max(0, depth - 1)
        elif token == ".":
            dots += 1
        if token in "[]{}=,\n":
            dots = 0
        if depth > DEPTH_CAP or dots > DOTS_CAP:
            place = Place(file, text.count("\n", 0, match.start()) + 1)
            raise InputError(
                "the brackets or dotted keys are nested too deeply", place, "rows of numbers need two levels"
            )


class _Scan:
    """Walks the tokens of a text that the parser has already accepted and notes where each key and element begins."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines = [0, *(i + 1 for i, c in enumerate(text) if c == "\n")]
        self.tokens = [(m[0], m.start()) for m in re.finditer(TOKEN, text) if not m[0].startswith("#")]
        self.tokens.append(("", len(text)))
        self.at = 0
        self.places: dict[tuple[str | int, ...], Place] = {}
        self.sizes: dict[tuple[str | int, ...], int] = {}

    @property
    def token(self) -> str:
        return self.tokens[self.at][0]

    def note(self, path: tuple[str | int, ...]) -> None:
        offset = self.tokens[self.at][1]
        line = bisect_right(self.lines, offset)
        self.places.setdefault(path, Place(self.file, line, offset - self.lines[line - 1] + 1))

    def key(self) -> tuple[str, ...]:
        parts: list[str] = []
        while self.token and self.token not in "=]\n":
            if self.token != ".":
                parts.append(self.token.strip("\"'"))
            self.at += 1
        return tuple(parts)

    def skip_lines(self) -> None:
        while self.token == "\n":
            self.at += 1

    def pair(self, prefix: tuple[str | int, ...]) -> None:
        start = self.at
        parts = self.key()
        end, self.at = self.at, start
        for length in range(1, len(parts) + 1):
            self.note(prefix + parts[:length])
        self.at = end + 1
        self.value(prefix + parts)

    def value(self, path: tuple[str | int, ...]) -> None:
        opening = self.token
        if opening and opening in "[{":
            self.at += 1
            self.skip_lines()
            index = 0
            while self.token and self.token not in "]}":
                if opening == "[":
                    self.note((*path, index))
                    self.value((*path, index))
                else:
                    self.pair(path)
                self.skip_lines()
                if self.token == ",":
                    index += 1
                    self.at += 1
                    self.skip_lines()
            self.at += 1
            return
        while self.token and self.token not in ",]}\n":
            self.at += 1

    def header(self) -> tuple[str | int, ...]:
        start = self.at
        repeated = self.tokens[self.at + 1][0] == "["
        self.at += 2 if repeated else 1
        path: tuple[str | int, ...] = ()
        parts = self.key()
        for part in parts[:-1]:
            path = (*path, part)
            path = (*path, self.sizes[path] - 1) if path in self.sizes else path
        path = (*path, *parts[-1:])
        end, self.at = self.at, start
        self.note(path)
        if repeated:
            self.sizes[path] = self.sizes.get(path, 0) + 1
            path = (*path, self.sizes[path] - 1)
            self.note(path)
        self.at = end + (2 if repeated else 1)
        return path


def _places(text: str, file: str) -> dict[tuple[str | int, ...], Place]:
    scan = _Scan(text, file)
    table: tuple[str | int, ...] = ()
    while scan.token:
        if scan.token == "\n":
            scan.at += 1
        elif scan.token == "[":
            table = scan.header()
        else:
            scan.pair(table)
    return scan.places
