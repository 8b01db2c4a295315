"""`backtrace mark`: a class's hand-ins marked, as tables, pages for the students, and points in a gradebook."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from backtrace.cli import output, streams
from backtrace.cli.commands import entry
from backtrace.errors import InputError, InternalFault, Place, printable

if TYPE_CHECKING:
    from backtrace.check.marking.class_marking import Unit
    from backtrace.check.marking.gradebook import Filled
    from backtrace.check.marking.handins import Refused
    from backtrace.check.marking.instances import Sheet
    from backtrace.check.marking.matching import Matched
    from backtrace.check.marking.records import Marked
    from backtrace.check.marking.settings import Settings

FORMATS = ("html", "markdown", "text")
SUMMARY_FORMATS = {".html": "html", ".htm": "html", ".md": "markdown", ".txt": "text", ".json": "json", ".tex": "latex"}
LISTED = 20

HELP = """Marks the hand-ins of a class against the sheets in a FOLDER that `backtrace sheet` made.

SUBMISSIONS are folders, archives (zip) and files, as a learning platform exports them: answer forms, or typed work with
a line `form = ID`. Each belongs to the student whose form id it names, else to the one whose id stands in its path; of
several the latest counts. A file that cannot be read is named, the others are marked, and the exit status is 2.
"""


@click.command("mark", help=HELP, short_help=entry("mark").summary, epilog=f"Example: {entry('mark').example}")
@click.argument("folder", metavar="FOLDER")
@click.argument("submissions", nargs=-1, required=True, metavar="SUBMISSIONS...")
@click.option("-o", "--output", "marks", default="", metavar="CSV", help="A row for every student and part.")
@click.option("--totals", default="", metavar="CSV", help="A row for every student.")
@click.option("--summary", default="", metavar="FILE", help="The class at a glance: .html, .md, .txt, .tex or .json.")
@click.option("--feedback", default="", metavar="DIR", help="A page for every student who handed in.")
@click.option("-f", "--format", "formats", default="html", metavar="A,B", help="Of these pages: html, markdown, text.")
@click.option("--reveal", is_flag=True, help="The pages tell the right answers.")
@click.option("--gradebook", default="", metavar="CSV", help="The platform's own export, to fill in one column.")
@click.option("--column", default="", metavar="HEADING", help="That column.")
@click.option("--id-column", metavar="HEADING", help="The gradebook's column with the students' ids.")
@click.option("--gradebook-out", default="", metavar="CSV", help="Where it goes. [default: NAME-marked.csv]")
@click.option("--templates", default="", metavar="DIR", help="A folder with templates in place of ours.")
@click.option("--workers", type=click.IntRange(1, 256), default=1, metavar="N", help="Processes. [default: 1]")
@click.option("--force", is_flag=True, help="Overwrite what exists.")
def command(folder: str, submissions: tuple[str, ...], **asked: Any) -> int:
    """Marks, and says what was done; 2 where a file could not be read, 70 where we could not mark one."""
    from backtrace.check.marking.handins import Refused, hand_ins
    from backtrace.check.marking.instances import instance_files, read_instance
    from backtrace.check.marking.matching import matched
    from backtrace.check.marking.settings import settings_of

    check_options(asked)
    records = {path: read_instance(path, whole=False) for path in instance_files(folder)}
    found = [one for path in submissions for one in hand_ins(path)]
    refused = [one for one in found if isinstance(one, Refused)]
    whose = matched(list(records.values()), found)
    settings = settings_of(folder)
    marked = marked_units(units_of(records, whose), settings, asked)
    deliver(marked, whose, settings, asked)
    tell(marked, whose, refused)
    if broken := sum(one.ours for one in marked):
        raise InternalFault(f"{broken} of {len(marked)} could not be marked, as listed above")
    if any(not one.other for one in refused) or any(one.fault for one in marked):
        raise click.exceptions.Exit(2)
    return 0


def check_options(asked: dict[str, Any]) -> None:
    """Refuses what does not go together before anything is marked."""
    if asked["gradebook"] and not asked["column"]:
        raise InputError("which column of the gradebook?", hint="name it: --column 'Homework 3'")
    for option in ("column", "id_column", "gradebook_out"):
        if asked[option] and not asked["gradebook"]:
            raise InputError(f"--{option.replace('_', '-')} is for a gradebook", hint="name it: --gradebook export.csv")
    asked["formats"] = [output.chosen(part.strip(), FORMATS, "--format") for part in asked["formats"].split(",")]
    suffix = os.path.splitext(asked["summary"])[1].lower()
    if asked["summary"] and suffix not in SUMMARY_FORMATS:
        raise InputError(
            f"cannot tell the format from the name '{printable(asked['summary'])}'",
            hint=f"use one of the suffixes {', '.join(SUMMARY_FORMATS)}",
        )
    if asked["templates"]:
        from backtrace.render.pages import check_folder

        check_folder(asked["templates"])
    if asked["gradebook"]:
        asked["gradebook_out"] = asked["gradebook_out"] or "-marked".join(os.path.splitext(asked["gradebook"]))
    for option in ("marks", "totals", "summary", "gradebook_out"):
        if asked[option] not in ("", "-"):
            output.check_name(asked[option], asked["force"])
    if asked["gradebook"]:
        gradebook(asked, {})


def units_of(records: dict[str, Sheet], whose: Matched) -> list[Unit]:
    """Every sheet with what was handed in for it, in the order of the class."""
    from backtrace.check.marking.class_marking import Unit

    units = []
    for path, sheet in sorted(records.items(), key=lambda pair: (pair[1].number, pair[0])):
        own, fault = whose.chosen.get(sheet.stem), whose.faults.get(sheet.stem)
        if own is not None:
            units.append(Unit(path, own.name, own.text))
        elif fault is not None:
            units.append(Unit(path, fault.name, fault=fault.why))
        else:
            units.append(Unit(path))
    return units


def marked_units(units: list[Unit], settings: Settings, asked: dict[str, Any]) -> list[Marked]:
    """The marks of all; the pages for students are written on the way."""
    from backtrace.check.marking.class_marking import Job, made
    from backtrace.cli.progress import shown
    from backtrace.questions.workers import ordered_map

    folder = asked["feedback"]
    if folder:
        try:
            os.makedirs(folder, exist_ok=True)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise InputError(f"cannot make the folder '{printable(folder, 200)}': {why}") from None
    job = Job(settings, tuple(asked["formats"]) if folder else (), asked["reveal"], asked["templates"])
    found = []
    for one in shown(ordered_map(made, job, units, asked["workers"]), len(units), "hand-ins"):
        for name, text in one.pages:
            output.write_file(os.path.join(folder, name), text, asked["force"])
        found.append(one.marked)
    return found


def deliver(marked: list[Marked], whose: Matched, settings: Settings, asked: dict[str, Any]) -> None:
    """The tables, the summary, the gradebook."""
    from backtrace.check.marking.feedback import options
    from backtrace.check.marking.summary import summary
    from backtrace.check.marking.tables import marks_table, totals_table
    from backtrace.render.documents import write

    language, force = settings.spoken, asked["force"]
    lost, double = [name for name, _ in whose.lost], [name for _, rest in whose.double for name in rest]
    page, how = summary(marked, settings, lost, double), options(settings, asked["templates"])
    book = filled_gradebook(marked, asked) if asked["gradebook"] else None
    if asked["marks"]:
        output.deliver(marks_table(marked, language), asked["marks"], force)
    if asked["totals"]:
        output.deliver(totals_table(marked, language), asked["totals"], force)
    if asked["summary"]:
        format = SUMMARY_FORMATS[os.path.splitext(asked["summary"])[1].lower()]
        output.write_file(asked["summary"], write(page, format, how), force)
    if book is not None:
        output.write_bytes(asked["gradebook_out"], book, force)
    if "-" not in (asked["marks"], asked["totals"]):
        streams.say(write(page, "text", how._replace(page=how.page._replace(ascii=not streams.shows_unicode()))))


def filled_gradebook(marked: list[Marked], asked: dict[str, Any]) -> bytes:
    """The platform's table with the points of those who handed in."""
    points = {one.sheet.id: one.points for one in marked if one.handed_in and one.sheet.id}
    if not points:
        raise InputError("nobody who handed in has an id", hint="sheets for a gradebook are made with --roster")
    book = gradebook(asked, points)
    students = "student" if book.given == 1 else "students"
    streams.complain(f"gradebook: {book.given} {students} in the column '{printable(book.column)}'")
    return book.data


def gradebook(asked: dict[str, Any], points: dict[str, float]) -> Filled:
    """The platform's table with points by id."""
    from backtrace.check.marking.gradebook import filled
    from backtrace.questions.roster import SIZE_CAP

    name = printable(asked["gradebook"], 200)
    try:
        with open(asked["gradebook"], "rb") as file:
            data = file.read(SIZE_CAP + 1)
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise InputError(f"the gradebook cannot be read: {why}", Place(name)) from None
    return filled(data, name, asked["column"], points, asked["id_column"])


def tell(marked: list[Marked], whose: Matched, refused: Sequence[Refused]) -> None:
    """What a teacher has to know beside the marks, on standard error."""
    listed("cannot be read", [f"{one.name}: {one.why}" for one in refused if not one.other])
    listed("not read, only text is", [one.name for one in refused if one.other])
    listed("belongs to nobody", [f"{name}: {why}" for name, why in whose.lost])
    listed("look at this", [f"{name}: {remark}" for name, remark in whose.strange])
    listed("several hand-ins, the latest counts", [f"{one}, not {', '.join(rest)}" for one, rest in whose.double])
    listed("could not be marked", [f"{one.sheet.whose}: {one.fault}" for one in marked if one.fault])
    waiting = [one for one in marked if one.handed_in and one.to_read]
    if waiting:
        streams.complain(f"parts that a person reads: {len(waiting)} students wait for points")


def listed(what: str, names: Sequence[str]) -> None:
    """A heading and some of the names; how many more there are."""
    if names:
        streams.complain(f"{what} ({len(names)}):")
        for name in names[:LISTED]:
            streams.complain(f"  {printable(name, 300)}")
        if len(names) > LISTED:
            streams.complain(f"  … and {len(names) - LISTED} more")
