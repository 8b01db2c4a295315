"""`backtrace sheet`: homework for a class, everybody with numbers of their own, and the keys."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from backtrace.cli import output, streams
from backtrace.cli.commands import entry
from backtrace.cli.sheet_folder import CHANGED, TEACHER, SheetFolder, free_stem
from backtrace.errors import InputError, Place, nearest, printable

if TYPE_CHECKING:
    from backtrace.questions.sheet_file import SheetFile
    from backtrace.questions.sheet_making import Job
    from backtrace.questions.variants import Copy

FORMATS = ("markdown", "latex", "latex-body", "html", "json", "text")
PER_FILE = ("each", "batches", "all")
NOTATION = f"{TEACHER}/notation.toml"

HELP = """Makes the sheets of a sheet FILE, or of one that ships with the program by its NAME; without either, lists
those. --new prints a file to begin with; with a NAME, the one that ships under it.

With a roster every student has numbers of their own, which depend on the master seed, the sheet and the student's id
alone: a second run adds who is missing and changes nobody else's. In the folder, students/ holds what students get and
nothing else; teacher/ holds the keys, every sheet as data, and the master seed.
"""


@click.command("sheet", help=HELP, short_help=entry("sheet").summary, epilog=f"Example: {entry('sheet').example}")
@click.argument("file", required=False, metavar="[FILE|NAME]")
@click.option("--new", is_flag=True, help="Print a sheet file to begin with, or the one of the NAME.")
@click.option("--roster", metavar="CSV", help="A sheet for each student of this list.")
@click.option("--id-column", metavar="HEADING", help="The roster's column that identifies students, or its number.")
@click.option(
    "--name-column", "name_columns", multiple=True, metavar="HEADING", help="The column of their names; repeatable."
)
@click.option("--only", metavar="ID", help="Make the sheet of this student alone.")
@click.option("--copies", type=click.IntRange(1), metavar="N", help="N different sheets without names. [default: 1]")
@click.option("--forms", type=click.IntRange(1, 1000), metavar="N", help="N different sheets, dealt over the roster.")
@click.option("-o", "--output", "out", metavar="FOLDER", help="Where sheets and keys go.")
@click.option(
    "-f", "--format", "formats", metavar="A,B", help=f"One or several of {', '.join(FORMATS)}. [default: markdown]"
)
@click.option("--per-file", metavar="|".join(PER_FILE), help="A file each, of 50 sheets, or of all. [default: each]")
@click.option("--templates", default="", metavar="DIR", help="A folder with templates in place of ours.")
@click.option("--seed", metavar="S", help="The master seed. [default: one nobody can guess]")
@click.option("--workers", type=click.IntRange(1, 256), default=1, metavar="N", help="Processes. [default: 1]")
@click.option("--force", is_flag=True, help="Make every sheet anew.")
@click.option("--ascii", "ascii_", is_flag=True, help="With --new: ASCII alone.")
def command(file: str | None, new: bool, out: str | None, ascii_: bool, **asked: Any) -> None:
    """Prints what there is, or makes sheets."""
    from backtrace.questions import sheet_file

    for option in ("roster", "only", "seed"):
        # A script's variable that is empty must not make the sheets of everybody, or of nobody.
        if asked[option] == "":
            raise InputError(f"--{option} is empty", hint="give it a value, or leave it out")
    if new:
        text = sheet_file.new_sheet(file)
        output.deliver(streams.plain(text) if ascii_ else text, out or "", asked["force"])
        return
    if file is None:
        given = next((name for name in ("roster", "copies", "forms", "only") if asked[name]), None)
        if given or out:
            raise InputError(
                "which sheet?", hint="backtrace sheet FILE ...; backtrace sheet --new prints one to change"
            )
        output.deliver(output.table(sheet_file.shipped_sheet_titles()) or "no sheets ship with the program\n")
        return
    if not out:
        raise InputError("where do the sheets go?", hint="name a folder: -o out")
    make_sheets(sheet_file.load_sheet(file), out, asked)


def make_sheets(sheet: SheetFile, out: str, asked: dict[str, Any]) -> None:
    """Makes what is missing and says what was done."""
    from itertools import chain, islice

    from backtrace.cli.progress import shown
    from backtrace.network.source import file_text
    from backtrace.notation.loading import is_file
    from backtrace.questions.sheet_making import all_made
    from backtrace.questions.variants import varies

    folder = SheetFolder(out, asked["force"])
    run = run_of(sheet, asked, folder)
    copies = copies_of(asked, run["master_seed"])
    wanted = missing(copies, {} if folder.force else folder.records, asked)
    job = job_of(sheet, run, asked["templates"])
    letters = file_text(sheet.page.notation) if is_file(sheet.page.notation) else ""
    if letters and folder.begun and not folder.force:
        same_letters(letters, folder)
    wanted_units = units_of(job, run, wanted, folder)
    distinct = run["of"] != "forms" and len(copies) > 1 and varies(sheet, run["master_seed"])
    taken = [] if folder.force else [record["note"] for record in folder.in_order()]
    making = all_made(job, wanted_units, taken, distinct, asked["workers"])
    # A sheet file that nothing can be made of begins no folder, which could not be continued once the file is mended.
    first = list(islice(making, 1))
    folder.begin(run, sheet.text)
    if letters:
        folder.write_anew(NOTATION, letters)
    if sheet.page.logo and "latex" in run["formats"]:
        folder.lay_beside(sheet.page.logo)
    for made in shown(chain(first, making), len(wanted_units), "sheets"):
        for name, text in made.files:
            folder.write(name, text)
        folder.records |= {record["stem"]: record for record in made.records}
    write_tables(folder, job)
    say_what_was_done(folder, out, len(wanted), distinct)
    if any(name.startswith("latex") for name in run["formats"]):
        advise_about_letters([copy.name for copy in wanted])


def run_of(sheet: SheetFile, asked: dict[str, Any], folder: SheetFolder) -> dict[str, Any]:
    """How the sheets are asked for; what was begun otherwise is not continued."""
    from backtrace.questions.seeds import fresh_seed
    from backtrace.questions.sheet_making import fingerprint

    formats = [output.chosen(part.strip(), FORMATS, "--format") for part in (asked["formats"] or "markdown").split(",")]
    per_file = output.chosen(asked["per_file"] or "each", PER_FILE, "--per-file")
    if asked["forms"] and not asked["roster"]:
        raise InputError("--forms are dealt over a roster", hint="name one, or say --copies for sheets without names")
    if asked["copies"] and asked["roster"]:
        raise InputError("--copies and --roster exclude each other", hint="--forms deals a few sheets over a roster")
    of = "forms" if asked["forms"] else "students" if asked["roster"] else "copies"
    begun = folder.begun
    run: dict[str, Any] = {
        "version": 1,
        "sheet": sheet.name,
        "title": sheet.title,
        "fingerprint": fingerprint(sheet, texts_named(sheet)),
        "master_seed": asked["seed"] or begun.get("master_seed") or fresh_seed(),
        "of": of,
        "forms": asked["forms"],
        "formats": list(dict.fromkeys(formats)),
        "per_file": per_file,
    }
    if begun and not folder.force:
        continued(run, begun, asked, folder)
    return run


def texts_named(sheet: SheetFile) -> list[str]:
    """The texts of the networks and banks that the sheet names by their files."""
    from backtrace.network.source import file_text

    named = [shared.network for shared in sheet.networks]
    named += [name for item in sheet.items for name in (item.network, item.bank_file)]
    # A name without a suffix is one of ours, or the id of a network.
    return [file_text(name) for name in named if os.path.splitext(name)[1] and os.path.isfile(name)]


def continued(run: dict[str, Any], begun: dict[str, Any], asked: dict[str, Any], folder: SheetFolder) -> None:
    """Takes over what was said when the folder was begun; raises InputError where something else is said now."""
    place = Place(printable(folder.inside("teacher/run.json"), 200))
    hint = "take another folder, or --force to make every sheet anew"
    formats = begun["formats"]
    if not formats or any(name not in FORMATS for name in formats) or begun["per_file"] not in PER_FILE:
        raise InputError("this is not one of our files", place, CHANGED)
    if begun["fingerprint"] != run["fingerprint"]:
        what = "the sheets in this folder were made from another sheet file, or it has changed or a file it names"
        raise InputError(what, place, hint)
    for key, option in (("formats", "formats"), ("per_file", "per_file")):
        if asked[option] is None:
            run[key] = begun[key]
    said = {"master_seed": "another seed", "of": "another list", "forms": "another number of forms"}
    said |= {"formats": "other formats", "per_file": "another number of sheets per file"}
    for key, what in said.items():
        if begun[key] != run[key]:
            raise InputError(f"the sheets in this folder were made with {what}", place, hint)


def same_letters(letters: str, folder: SheetFolder) -> None:
    """Raises InputError where the notation file has changed: some students would read other letters than the rest."""
    from backtrace.network.source import file_text

    path = folder.inside(NOTATION)
    if os.path.exists(path) and file_text(path) != letters:
        hint = "take another folder, or --force to make every sheet anew"
        what = "the sheets in this folder were made with another notation file, or it has changed"
        raise InputError(what, Place(printable(path, 200)), hint)


def copies_of(asked: dict[str, Any], master: str) -> tuple[Copy, ...]:
    """Every sheet there is to be."""
    from backtrace.questions.roster import read_roster
    from backtrace.questions.variants import for_students, in_forms, numbered

    if not asked["roster"]:
        for option in ("only", "id_column", "name_columns"):
            if asked[option]:
                raise InputError(f"--{option.rstrip('s').replace('_', '-')} is for students", hint="name a --roster")
        return numbered(asked["copies"] or 1)
    students = read_roster(*roster_bytes(asked["roster"]), asked["id_column"], asked["name_columns"])
    return in_forms(students, asked["forms"], master) if asked["forms"] else for_students(students)


def roster_bytes(path: str) -> tuple[bytes, str]:
    """What is in the roster, and how it is called in messages."""
    from backtrace.questions.roster import SIZE_CAP

    name = printable(path, 200)
    if path == "-":
        return sys.stdin.buffer.read(SIZE_CAP + 1), "stdin"
    try:
        with open(path, "rb") as file:
            return file.read(SIZE_CAP + 1), name
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "not a path").lower()
        raise InputError(f"the roster cannot be read: {reason}", Place(name)) from None


def missing(copies: tuple[Copy, ...], records: dict[str, Any], asked: dict[str, Any]) -> list[Copy]:
    """The sheets that are not there yet, each under a name that is free."""
    there = {(r["student"] or {}).get("id") or r["variant"] for r in records.values()}
    if asked["only"]:
        known = [copy.id for copy in copies]
        if asked["only"] not in known:
            raise InputError(
                f"the roster has no student '{printable(asked['only'])}'", hint=nearest(asked["only"], known)
            )
        copies = tuple(copy for copy in copies if copy.id == asked["only"])
    wanted: list[Copy] = []
    stems = dict(records)
    for copy in copies:
        if (copy.id or copy.variant) not in there:
            copy = copy._replace(stem=free_stem(copy.stem, stems))
            stems[copy.stem] = {}
            wanted.append(copy)
    return wanted


def job_of(sheet: SheetFile, run: dict[str, Any], templates: str) -> Job:
    """What all sheets have in common."""
    from backtrace.questions.sheet_making import Job

    if templates:
        from backtrace.render.pages import check_folder

        check_folder(templates)
    return Job(sheet, run["master_seed"], tuple(run["formats"]), templates)


def units_of(job: Job, run: dict[str, Any], wanted: list[Copy], folder: SheetFolder) -> Any:
    """The sheets in files, numbered after those that are there."""
    from backtrace.questions.sheet_making import BATCH, STUDENTS, units

    together = {"each": 1, "batches": BATCH, "all": 0}[run["per_file"]]
    files = {name for r in folder.records.values() for name in r["files"] if name.startswith(f"{STUDENTS}/sheets-")}
    first = 1 + len(files) // len(job.formats) if not folder.force else 1
    return units(wanted, together, first)


def write_tables(folder: SheetFolder, job: Job) -> None:
    """key.csv, the table of the class, and the class at a glance, over all sheets of the folder."""
    from backtrace.questions.keys import KEY_COLUMNS, OVERVIEW_COLUMNS, csv_table
    from backtrace.questions.sheet_making import overview_pages

    records = folder.in_order()
    rows = {(row["form"], row["part"]): row for record in records for row in record["key"]}
    folder.write_anew(f"{TEACHER}/key.csv", csv_table(KEY_COLUMNS, list(rows.values()), ("student",)))
    table = [overview_row(record) for record in records]
    folder.write_anew(f"{TEACHER}/overview.csv", csv_table(OVERVIEW_COLUMNS, table, ("student", "name")))
    for name, text in overview_pages(job, records):
        folder.write_anew(name, text)


def overview_row(record: dict[str, Any]) -> dict[str, object]:
    """Who has which form."""
    student = record["student"] or {"id": "", "name": ""}
    own = {"number": record["number"], "student": student["id"], "name": student["name"], "form": record["form"]}
    return own | {"file": record["files"][0], "drawn_again": record["attempt"]}


def say_what_was_done(folder: SheetFolder, out: str, made: int, distinct: bool) -> None:
    """A line or two."""
    total = len(folder.records)
    shown = printable(out.rstrip("/") or out, 200)
    were = "was" if total - made == 1 else "were"
    there = f", {total - made} {were} there already" if total > made else ""
    sheets = "sheet" if made == 1 else "sheets"
    if made:
        streams.say(f"{made} {sheets} made in {shown}/students{there}; keys in {shown}/teacher")
    else:
        streams.say(f"nothing to add: all {total} are in {shown}/students")
    notes = [record["note"] for record in folder.records.values()]
    if distinct and len(set(notes)) < len(notes):
        same = len(notes) - len(set(notes))
        streams.say(f"{same} have the numbers of somebody else: the sheet has too few different numbers to draw")


def advise_about_letters(names: list[str]) -> None:
    """Says which names LaTeX cannot print letter by letter, so that nobody finds out from the paper."""
    from backtrace.render.escapes import latex_text

    unknown = [name for name in names if latex_text(name).count("[U+") > name.count("[U+")]
    if unknown:
        shown = ", ".join(printable(name, 40) for name in unknown[:5]) + ", …" * (len(unknown) > 5)
        streams.say(f"pdflatex lacks letters of these names and prints their codes instead: {shown}; HTML has them")
