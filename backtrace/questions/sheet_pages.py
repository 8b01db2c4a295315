"""The pages of a sheet as documents: what a student gets, the three lengths of key, and the class at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backtrace.notation.profile import Profile
from backtrace.questions.answer_form import words
from backtrace.questions.records import Numeric, Say
from backtrace.questions.sheet_file import SheetFile
from backtrace.questions.variants import Copy, Variant, labelled
from backtrace.questions.words import Language
from backtrace.questions.writing import answer_runs, before, exercise_document
from backtrace.render.document import Block, Document, DocumentOptions, Labels, Number, Paragraph, Runs, Strong, Table
from backtrace.render.options import PageOptions

# The lengths of key, by the folder they stand in.
KEYS = ("answers", "marking", "solutions")


def sheet_document(sheet: SheetFile, copy: Copy, variant: Variant, language: Language, profile: Profile) -> Document:
    """What the student gets."""
    page = exercise_document(
        [exercise.instance for exercise in variant.exercises],
        language,
        profile,
        "sheet",
        [exercise.points for exercise in variant.exercises],
        sheet.title,
    )
    return page._replace(
        head=head_of(sheet),
        form=variant.form,
        name=copy.name or copy.id,
        name_line=True,
        logo=sheet.page.logo,
        instructions=(sheet.page.instructions,) if sheet.page.instructions else (),
    )


def key_document(
    sheet: SheetFile, copy: Copy, variant: Variant, language: Language, profile: Profile, length: str
) -> Document:
    """One of the KEYS for this sheet: the answers alone; what is accepted and for how many points; or worked out."""
    title = f"{sheet.title}: {words(language, f'sheet_{length}')}"
    whose = {"head": head_of(sheet), "form": variant.form, "name": copy.name or copy.id, "name_line": bool(copy.id)}
    if length == "solutions":
        page = exercise_document(
            [exercise.instance for exercise in variant.exercises],
            language,
            profile,
            "solution",
            [exercise.points for exercise in variant.exercises],
            title,
        )
        return page._replace(**whose)
    blocks = answers(variant, language) if length == "answers" else marking(sheet, variant, language)
    return Document(title, blocks=blocks, **whose)  # type: ignore[arg-type]


def answers(variant: Variant, language: Language) -> tuple[Block, ...]:
    """Every part with its answer, nothing else."""
    heading = tuple((words(language, f"sheet_{name}"),) for name in ("part", "asked", "answer"))
    rows = tuple(
        ((one.label,), asked(one.part), answer_runs(one.part) or (words(language, "sheet_by_hand"),))
        for one in labelled(variant.exercises)
    )
    return (Table(heading, rows),)


def marking(sheet: SheetFile, variant: Variant, language: Language) -> tuple[Block, ...]:
    """Every part with its answer, what is accepted for it, and its points; then what other work is worth."""
    heading = tuple((words(language, f"sheet_{name}"),) for name in ("part", "asked", "answer", "accepted", "points"))
    rows: list[tuple[Runs, ...]] = []
    for one in labelled(variant.exercises):
        answer = one.part.answer
        accepted: Runs = ()
        if isinstance(answer, Numeric):
            low, high = interval(answer)
            accepted = (Number(low), " … ", Number(high))
        shown = answer_runs(one.part) or (words(language, "sheet_by_hand"),)
        rows.append(((one.label,), asked(one.part), shown, accepted, (Number(short(one.points)),)))
    total: Runs = (Strong(words(language, "sheet_total")),)
    rows.append((total, (), (), (), (Number(short(sum(e.points for e in variant.exercises))),)))
    shares = [("right", sheet.marking.right), ("rounding", sheet.marking.rounding)]
    shares += [("follow_through", sheet.marking.follow_through), ("wrong", sheet.marking.wrong)]
    rules = tuple(
        Paragraph((words(language, f"sheet_marks_{name}"), " ", Number(short(100 * share)), " %")) for name, share in shares
    )
    return (Table(heading, tuple(rows)), *rules)


def overview_document(sheet: SheetFile, records: Sequence[Mapping[str, Any]], language: Language) -> Document:
    """The class: who has which form, and the answers that are numbers or letters, a row a sheet."""
    labels = list(dict.fromkeys(row["part"] for record in records for row in record["key"]))
    heading = [(words(language, f"sheet_{name}"),) for name in ("number", "student", "form")]
    rows = []
    for record in records:
        own = {row["part"]: row for row in record["key"]}
        student = record["student"] or {"id": "", "name": ""}
        whose = " ".join(text for text in (student["id"], student["name"]) if text)
        cells: list[Runs] = [(str(record["number"]),), (whose,) if whose else (), (record["form"],)]
        cells += [overview_cell(own.get(label)) for label in labels]
        rows.append(tuple(cells))
    title = f"{sheet.title}: {words(language, 'sheet_overview')}"
    return Document(
        title,
        head=head_of(sheet),
        name_line=False,
        blocks=(Table((*heading, *((label,) for label in labels)), tuple(rows)),),
    )


def overview_cell(row: Mapping[str, Any] | None) -> Runs:
    """An answer in the class's table, numbers to the digits asked."""
    if row is None or not row["answer"]:
        return ()
    if row["sort"] in ("numeric", "whole"):
        digits = int(row["digits"] or 15)
        return (Number(f"{float(row['answer']):.{digits}g}"),)
    return (str(row["answer"]),)


def head_of(sheet: SheetFile) -> tuple[str, ...]:
    """The lines above the title."""
    return tuple(line for line in (sheet.page.course, sheet.page.term) if line)


def asked(part: Any) -> Runs:
    """What is asked for, without the equals sign that stands before its box."""
    runs: Runs = before(part)[:1]
    return runs


def interval(answer: Numeric) -> tuple[str, str]:
    """The bounds with two digits more than are asked for, the lower one never rounded up, nor the upper one down."""
    from math import ceil, floor, log10

    size = max(abs(answer.low), abs(answer.high))
    places = answer.digits + 1 - floor(log10(size)) if size else answer.digits
    unit = 10.0**-places
    low, high = floor(answer.low / unit + 1e-6) * unit, ceil(answer.high / unit - 1e-6) * unit
    return f"{low:.{max(places, 0)}f}", f"{high:.{max(places, 0)}f}"


def short(value: float) -> str:
    """A number of points, a third as 0.333."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def document_options(sheet: SheetFile, language: Language, profile: Profile, templates: str = "") -> DocumentOptions:
    """How the pages of this sheet are written."""
    page = PageOptions(
        decimal=sheet.page.decimal or language.decimal, paper=sheet.page.paper, standalone=True, templates=templates
    )
    return DocumentOptions(profile, page, labels_of(language), sheet.answer_space)


def labels_of(language: Language) -> Labels:
    """The words that a page has of its own."""
    named = [field for field in Labels._fields if field not in ("language", "name", "form")]
    own = {field: words(language, f"page_{field}") for field in named}
    return Labels(language.code, words(language, "name"), words(language, "form"), **own)


