"""One student's sheet marked, with the pages for them: what a process does again and again for a class."""

from __future__ import annotations

from typing import NamedTuple

from backtrace.check.marking.feedback import feedback, options
from backtrace.check.marking.instances import Sheet, read_instance
from backtrace.check.marking.marking import mark, not_handed_in
from backtrace.check.marking.records import Marked
from backtrace.check.marking.settings import Settings
from backtrace.errors import InputError, own_fault
from backtrace.render.documents import DOCUMENT_FORMATS, write


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


def made(job: Job, unit: Unit) -> Made:
    """One unit. What goes wrong with a hand-in is said of it, and concerns no other; so is a fault of ours."""
    sheet = read_instance(unit.record)
    try:
        marked = _marked(job, sheet, unit)
        pages = _pages(job, sheet, marked) if marked.handed_in else ()
    except InputError:
        raise  # a template that cannot be used concerns everybody
    except Exception as error:
        marked, pages = not_handed_in(sheet, own_fault(error), unit.file)._replace(ours=True), ()
    return Made(marked._replace(sheet=sheet._replace(parts=())), pages)


def _marked(job: Job, sheet: Sheet, unit: Unit) -> Marked:
    if unit.text is None:
        return not_handed_in(sheet, unit.fault, unit.file)
    profile = job.settings.profile if job.settings.notation else None
    try:
        return mark(sheet, unit.text, profile, unit.file)
    except InputError as error:
        return not_handed_in(sheet, error.what, unit.file)


def _pages(job: Job, sheet: Sheet, marked: Marked) -> tuple[tuple[str, str], ...]:
    if not job.formats:
        return ()
    page, how = feedback(sheet, marked, job.settings, job.reveal), options(job.settings, job.templates)
    return tuple((f"{sheet.stem}{DOCUMENT_FORMATS[name].suffix}", write(page, name, how)) for name in job.formats)
