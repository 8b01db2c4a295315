"""The networks that ship with the program, by name: which there are, their files, and their titles."""

from __future__ import annotations

import os
from collections.abc import Iterator

from backtrace.errors import InputError, nearest, printable
from backtrace.network.source import file_text, title_line
from backtrace.shipped import shipped


def builtins() -> list[str]:
    """The names of the built-in networks, in order."""
    return sorted(name.removesuffix(".toml") for name in os.listdir(_folder()) if name.endswith(".toml"))


def builtin_text(name: str) -> str:
    """The file of a built-in network, to be read or copied; raises InputError with the nearest names."""
    if name not in builtins():
        raise unknown(name)
    return file_text(os.path.join(_folder(), f"{name}.toml"))


def unknown(name: str) -> InputError:
    """The refusal of a name that no network has, with the nearest names."""
    hint = f"{nearest(name, builtins())} (a file needs a suffix or a path; a shorthand looks like 2-2-2)"
    return InputError(f"there is no network '{printable(name)}'", hint=hint.strip())


def builtin_titles(with_data: bool = False) -> Iterator[tuple[str, str]]:
    """Name and title of every built-in network, without the price of parsing TOML; with_data: only of those that have
    samples, and not the shape of an input alone, to be counted."""
    for name in builtins():
        text = builtin_text(name)
        if not with_data or "\ninputs = " in text:
            yield name, title_line(text)


def _folder() -> str:
    return os.path.join(shipped("exercises"), "networks")
