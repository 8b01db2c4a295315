"""A whole class marked, by one process or several: the same marks and pages whatever the number."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from backtrace.check.marking.feedback import feedback, options
from backtrace.check.marking.instances import Sheet, read_instance
from backtrace.check.marking.marking import mark, not_handed_in
from backtrace.check.marking.records import Marked
from backtrace.check.marking.settings import Settings
from backtrace.errors import BacktraceError, printable
from backtrace.render.documents import DOCUMENT_FORMATS, write

# Units handed to a worker at a time.
HANDED = 8


class Job(NamedTuple):
    """What all units have in common. formats: of the pages for students, none for no pages."""

    settings: Settings
    formats: tuple[str, ...] = ()
    reveal: bool = False
    templates: str = ""


class Unit(NamedTuple):
    """A sheet and what was handed in for it. record: the path of its record; fault: why the hand-in cannot be read;
    text: None where there is none."""

    record: str
    file: str = ""
    text: str | None = None
    fault: str = ""


class Made(NamedTuple):
    """A unit as marked, its sheet without parts, and the pages for the student: (name, text)."""

    marked: Marked
    pages: tuple[tuple[str, str], ...] = ()


def all_marked(job: Job, units: Sequence[Unit], workers: int = 1) -> Iterator[Made]:
    """Every unit in order."""
    if workers <= 1 or len(units) <= 1:
        yield from (made(job, unit) for unit in units)
        return
    from multiprocessing import get_context

    # A fork is there at once; elsewhere it is not safe, and a fresh process does the same work.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    with context.Pool(min(workers, len(units)), _begin, (job,)) as pool:
        yield from pool.imap(_work, units, max(1, min(HANDED, len(units) // workers)))


_job: Job


def _begin(job: Job) -> None:
    """What a worker does first. An interruption is the parent's to answer, who then ends the workers."""
    import signal

    global _job
    _job = job
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _work(unit: Unit) -> Made:
    return made(_job, unit)


def made(job: Job, unit: Unit) -> Made:
    """One unit. What goes wrong with a hand-in is said of it, and concerns no other."""
    sheet = read_instance(unit.record)
    settings = job.settings
    if unit.text is None:
        marked = not_handed_in(sheet, unit.fault, unit.file)
    else:
        try:
            profile = settings.profile if settings.notation else None
            marked = mark(sheet, unit.text, profile, unit.file)
        except BacktraceError as error:
            marked = not_handed_in(sheet, error.what, unit.file)
        except Exception as error:  # a class is not lost for a fault of ours
            fault = f"our own fault, please report it: {type(error).__name__}: {printable(str(error), 200)}"
            marked = not_handed_in(sheet, fault, unit.file)
    pages = _pages(job, sheet, marked) if marked.handed_in else ()
    return Made(marked._replace(sheet=sheet._replace(parts=())), pages)


def _pages(job: Job, sheet: Sheet, marked: Marked) -> tuple[tuple[str, str], ...]:
    if not job.formats:
        return ()
    page, how = feedback(sheet, marked, job.settings, job.reveal), options(job.settings, job.templates)
    return tuple((f"{sheet.stem}{DOCUMENT_FORMATS[name].suffix}", write(page, name, how)) for name in job.formats)
