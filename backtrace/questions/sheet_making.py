"""Makes sheets: units of copies in, files as text out. Nothing here touches the disk, and nothing depends on which
process makes a unit or in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from backtrace.expression.kept import Same
from backtrace.notation.profile import Profile
from backtrace.questions.alike import Alike, alike_in
from backtrace.questions.answer_form import answer_form, given_files
from backtrace.questions.kept_pages import Pages, kept_pages
from backtrace.questions.seeds import digest
from backtrace.questions.sheet_file import SheetFile
from backtrace.questions.sheet_pages import KEYS, document_options, key_document, overview_document, sheet_document
from backtrace.questions.sheet_records import as_json, record
from backtrace.questions.variants import REDRAWS, Copy, Variant, draw_variant
from backtrace.questions.words import Language, language
from backtrace.questions.workers import ordered_map
from backtrace.render.document import Document
from backtrace.render.documents import DOCUMENT_FORMATS, write_all
from backtrace.render.slots import mark

STUDENTS, TEACHER = "students", "teacher"
INSTANCES = f"{TEACHER}/instances"
FOLDERS = (STUDENTS, *(f"{TEACHER}/{length}" for length in KEYS))
BATCH = 50


class Job(NamedTuple):
    """What all units have in common. formats: names of documents' formats; templates: a folder, empty for ours."""

    sheet: SheetFile
    master: str
    formats: tuple[str, ...] = ("markdown",)
    templates: str = ""


class Unit(NamedTuple):
    """Copies that share their files of a kind: one each, or as many as one file holds. stem: of these files."""

    stem: str
    copies: tuple[Copy, ...]


class Made(NamedTuple):
    """A unit as made. files: (path within the folder of sheets, text); records: what is known of each copy."""

    unit: Unit
    files: tuple[tuple[str, str], ...]
    records: tuple[dict[str, Any], ...]


def units(copies: Sequence[Copy], together: int = 1, first: int = 1) -> tuple[Unit, ...]:
    """The copies in files of so many, 0 for all of them in one. first: the number of the first such file."""
    if together == 1:
        return tuple(Unit(copy.stem, (copy,)) for copy in copies)
    size = together or max(len(copies), 1)
    return tuple(Unit(f"sheets-{n:03d}", tuple(part)) for n, part in enumerate(_parts(copies, size), first))


def _parts(copies: Sequence[Copy], size: int) -> Iterator[Sequence[Copy]]:
    return (copies[start : start + size] for start in range(0, len(copies), size))


def all_made(
    job: Job, wanted: Sequence[Unit], taken: Iterable[str], distinct: bool, workers: int = 1
) -> Iterator[Made]:
    """Every unit in order, made by so many processes: see `complete`.

    taken: the notes of sheets that are there already. distinct: a sheet that somebody has already is drawn anew, in
    the order of the units, so that the result does not depend on the workers.
    """
    seen = set(taken)
    for made in ordered_map(complete, job, wanted, workers):
        if not distinct:
            yield made
            continue
        attempts: dict[str, int] = {}
        for copy, found in zip(made.unit.copies, made.records, strict=True):
            note, attempt = found["note"], 0
            while note in seen and attempt < REDRAWS:
                attempt += 1
                note = draw_variant(job.sheet, job.master, copy.variant, attempt).note
            seen.add(note)
            if attempt:
                attempts[copy.variant] = attempt
        yield complete(job, made.unit, attempts) if attempts else made


def complete(job: Job, unit: Unit, attempts: Mapping[str, int] | None = None) -> Made:
    """The same as `make` with the records among the files, last: a copy whose record is there is complete. Of the
    records themselves is left what the tables of the class are made of."""
    made = make(job, unit, attempts)
    written = [(f"{INSTANCES}/{one['stem']}.json", as_json(one)) for one in made.records]
    left = [{name: value for name, value in one.items() if name != "exercises"} for one in made.records]
    return Made(unit, (*made.files, *written), tuple(left))


def make(job: Job, unit: Unit, attempts: Mapping[str, int] | None = None) -> Made:
    """One unit: its pages, keys, forms and records. attempts: which variants are drawn anew, and how often."""
    sheet = job.sheet
    spoken, profile = language(sheet.page.language), notation(sheet.page.notation)
    variants = [draw_variant(sheet, job.master, c.variant, (attempts or {}).get(c.variant, 0)) for c in unit.copies]
    drawn = [(copy, one, alike_in(one.exercises)) for copy, one in zip(unit.copies, variants, strict=True)]
    files = dict(pages(job, unit.stem, drawn, spoken, profile))
    whole, records = list(files), []
    for copy, variant, found in drawn:
        own = forms(sheet, variant, found, spoken, profile)
        files.update(own)
        records.append(record(sheet, copy, variant, found, [*whole, *(name for name, _ in own)]))
    return Made(unit, tuple(files.items()), tuple(records))


def pages(
    job: Job, stem: str, drawn: Sequence[tuple[Copy, Variant, Alike]], spoken: Language, profile: Profile
) -> list[tuple[str, str]]:
    """The sheets and the three lengths of key, in every format."""
    sheet = job.sheet
    options = document_options(sheet, spoken, profile, job.templates)

    def documents(copy: Copy, variant: Variant) -> dict[str, Document]:
        keys = {f"{TEACHER}/{length}": key_document(sheet, copy, variant, spoken, profile, length) for length in KEYS}
        return {STUDENTS: sheet_document(sheet, copy, variant, spoken, profile), **keys}

    found: Pages = {}
    if len(drawn) == 1 and not job.templates:  # a template of one's own may look at numbers
        found = kept_pages((sheet, spoken.sentences, profile), *drawn[0], documents, job.formats, options)
    if len(found) < len(FOLDERS) * len(job.formats):
        written = [documents(copy, variant) for copy, variant, _ in drawn]
        for name in job.formats:
            for folder in FOLDERS:
                if (name, folder) not in found:
                    found[name, folder] = write_all([one[folder] for one in written], name, options)
    return [
        (f"{folder}/{stem}{DOCUMENT_FORMATS[name].suffix}", found[name, folder])
        for name in job.formats
        for folder in FOLDERS
    ]


def overview_pages(job: Job, records: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The class at a glance, in every format."""
    spoken, profile = language(job.sheet.page.language), notation(job.sheet.page.notation)
    options = document_options(job.sheet, spoken, profile, job.templates)
    document = overview_document(job.sheet, records, spoken)
    return [
        (f"{TEACHER}/overview{DOCUMENT_FORMATS[name].suffix}", write_all((document,), name, options))
        for name in job.formats
    ]


def forms(
    sheet: SheetFile, variant: Variant, found: Alike, spoken: Language, profile: Profile
) -> list[tuple[str, str]]:
    """The answer form of a variant and, where students may check their own work, its numbers."""
    place = ("form", Same(sheet), Same(spoken), Same(profile))
    if place not in found.kept:
        found.kept.keep(place, answer_form(sheet.title, mark(0), variant.exercises, spoken, profile))
    files = [(f"{STUDENTS}/answers-{variant.form}.txt", found.kept[place].replace(mark(0), variant.form))]
    if sheet.self_check:
        given = given_files(variant.form, variant.exercises, spoken)
        files += [(f"{STUDENTS}/{name}", text) for name, text in given]
    return files


@lru_cache(maxsize=8)
def notation(name: str) -> Profile:
    """The profile of that name or file, else the default one."""
    from backtrace.notation.loading import load_profile

    return load_profile(name) if name else load_profile()


def fingerprint(sheet: SheetFile, named: Sequence[str] = ()) -> str:
    """Of the sheet file and the texts of the files it names: what was begun with one text is not continued with
    another."""
    return digest(sheet.name, sheet.text, *named)
