"""A bar for long runs, on a terminal only: that of `rich` where it is installed, else a count. The only importer of
rich."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def shown(items: Iterable[T], total: int, what: str) -> Iterator[T]:
    """The items, one after the other, with the progress on standard error while a person watches."""
    if total < 2 or sys.stderr is None or not sys.stderr.isatty():
        yield from items
        return
    try:
        from rich.console import Console
        from rich.progress import track
    except ImportError:
        yield from _counted(items, total, what)
        return
    yield from track(items, what, total, console=Console(stderr=True), transient=True)


def _counted(items: Iterable[T], total: int, what: str) -> Iterator[T]:
    done, percent = 0, -1
    try:
        for item in items:
            yield item
            done += 1
            if 100 * done // total > percent:
                percent = 100 * done // total
                sys.stderr.write(f"\r{what}: {done} of {total}")
                sys.stderr.flush()
    finally:
        sys.stderr.write("\r" + " " * (len(what) + 2 * len(str(total)) + 6) + "\r")
        sys.stderr.flush()
