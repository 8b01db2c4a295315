"""Where a result goes: to standard output, or into a file that appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Sequence

from backtrace.cli import streams
from backtrace.errors import InputError, nearest, printable

SUFFIXES = {
    ".txt": "terminal",
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".tex": "latex",
    ".json": "json",
    ".py": "script",
    ".csv": "csv",
    ".toml": "toml",
}


def format_for(output: str, formats: Sequence[str]) -> str:
    """The format that the suffix of a file name implies; InputError when it implies none that the command has."""
    suffix = os.path.splitext(output)[1].lower()
    found = SUFFIXES.get(suffix)
    if found is not None and found in formats:
        return found
    known = ", ".join(s for s, name in SUFFIXES.items() if name in formats)
    raise InputError(
        f"cannot tell the format from the name '{printable(output)}'",
        hint=f"say it with --format ({', '.join(formats)}), or use one of the suffixes {known}",
    )


def deliver(text: str, output: str = "", force: bool = False) -> None:
    """Prints the text, or writes it to the file `output` (UTF-8); "" and "-" are standard output."""
    if output in ("", "-"):
        streams.say(text)
        return
    write_file(output, text if text.endswith("\n") else text + "\n", force)
    streams.advise(f"written: {printable(output, 200)}")


def check_name(name: str, force: bool = False) -> None:
    """Refuses the name of a file that will not be written, before there is anything to write."""
    shown = printable(name, 200)
    if os.path.islink(name):
        raise InputError(f"'{shown}' is a symbolic link and is not written through", hint="name the file itself")
    if os.path.isdir(name):
        raise InputError(f"'{shown}' is a folder", hint="give the name of a file")
    if os.path.lexists(name) and not force:
        raise InputError(f"'{shown}' exists already", hint="--force overwrites it")


def write_file(name: str, text: str, force: bool = False) -> None:
    """Writes a text as `write_bytes`."""
    write_bytes(name, text.encode("utf-8", "backslashreplace"), force)


def write_bytes(name: str, data: bytes, force: bool = False) -> None:
    """Writes a file whole or not at all: beside its place first, then moved there in one go.

    Raises InputError when the name is a folder or a symbolic link, exists without `force`, or cannot be written.
    """
    check_name(name, force)
    shown = printable(name, 200)
    beside = os.path.join(os.path.dirname(name), f".backtrace-{os.getpid()}.part")
    try:
        # O_EXCL: a file or link that somebody else put there is never followed.
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
        try:
            with open(handle, "wb") as file:
                file.write(data)
            place(beside, name, force)
        finally:
            if os.path.lexists(beside):
                os.unlink(beside)
    except FileExistsError:
        raise InputError(f"'{shown}' exists already", hint="--force overwrites it") from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError(f"cannot write '{shown}': {reason}") from error


def place(beside: str, name: str, force: bool) -> None:
    """Moves the finished file to its name; without `force` a file that has appeared there meanwhile is kept."""
    if force:
        os.replace(beside, name)
        return
    try:
        os.link(beside, name)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: the check above has to do.
        os.replace(beside, name)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as aligned columns, two blanks apart; the last column runs free."""
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines) + "\n"


def chosen(value: str, choices: Sequence[str], option: str) -> str:
    """The value, when it is one of the choices; else InputError with the nearest."""
    if value in choices:
        return value
    raise InputError(f"{option}: there is no '{printable(value)}'", hint=nearest(value, choices))
