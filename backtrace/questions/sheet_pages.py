"""The pages of a sheet as documents: what a student gets, the three lengths of key, and the class at a glance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from backtrace.notation.profile import Profile
from backtrace.questions.answer_form import words
from backtrace.questions.answer_texts import interval_texts
from backtrace.questions.joining import gives_all, joint, own_given
from backtrace.questions.labels import Labelled, asked_together, labelled
from backtrace.questions.mistake_words import told
from backtrace.questions.records import Choice, Given, Instance, Numeric, Part, Say
from backtrace.questions.sheet_file import SheetFile
from backtrace.questions.variants import Copy, Variant
from backtrace.questions.words import Language, labels
from backtrace.questions.writing import answer_runs, before, exercise_document
from backtrace.render.document import (
    Block,
    Document,
    DocumentOptions,
    Group,
    Heading,
    Number,
    Paragraph,
    Runs,
    Strong,
    Table,
)
from backtrace.render.numbers import NumberStyle, figure
from backtrace.render.options import PageOptions

# The lengths of key, by the folder they stand in.
KEYS = ("answers", "marking", "solutions")
# Of a table, as many as a page holds: rows, and in the class's table columns of answers.
ROWS, COLUMNS = 24, 4


def sheet_document(sheet: SheetFile, copy: Copy, variant: Variant, language: Language, profile: Profile) -> Document:
    """What the student gets."""
    page = exercise_document(
        said_once(variant),
        language,
        profile,
        "sheet",
        part_points(variant),
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
    if length == "solutions":
        page = exercise_document(
            said_once(variant),
            language,
            profile,
            "solution",
            part_points(variant),
            title,
        )
    else:
        page = Document(
            title, blocks=answers(variant, language) if length == "answers" else marking(sheet, variant, language)
        )
    return page._replace(head=head_of(sheet), form=variant.form, name=copy.name or copy.id, name_line=bool(copy.id))


def said_once(variant: Variant) -> list[Instance]:
    """The exercises; a network that an earlier one has given already is referred to and not given again."""
    whole = [joint(group) for group in asked_together(variant.exercises)]
    found: list[Instance] = []
    for place, instance in enumerate(whole):
        earlier = next((n for n, one in enumerate(whole[:place], 1) if gives_all(one, instance)), 0)
        if earlier:
            same = Given(say=Say("sheet_same_network", (str(earlier),)))
            instance = instance._replace(given=(same, *own_given(instance)))
        found.append(instance)
    return found


def part_points(variant: Variant) -> list[list[float]]:
    """The points of the parts, exercise by exercise."""
    parts = labelled(variant.exercises)
    count = max((one.exercise for one in parts), default=0)
    return [[one.points for one in parts if one.exercise == n] for n in range(1, count + 1)]


def tables(
    variant: Variant, language: Language, columns: Sequence[str], row: Callable[[Labelled], tuple[Runs, ...]]
) -> list[Block]:
    """A table for each exercise, its quantities in the names of its network."""
    heading = tuple((words(language, f"sheet_{name}"),) for name in columns)
    blocks: list[Block] = []
    parts = labelled(variant.exercises)
    for number, group in enumerate(asked_together(variant.exercises), 1):
        own = [one for one in parts if one.exercise == number]
        instance, points = joint(group), sum(one.points for one in own)
        rows = [row(one) for one in own]
        title = Heading(str(number), language.say(instance.title), points)
        blocks.append(Group((title, *divided_table(heading, rows)), instance.network))
    return blocks


def divided_table(heading: Sequence[Runs], rows: Sequence[tuple[Runs, ...]]) -> list[Table]:
    """A table in pieces that fit on a page, without columns in which nothing stands."""
    used = [n for n in range(len(heading)) if any(row[n] for row in rows)]
    heading, rows = [heading[n] for n in used], [tuple(row[n] for n in used) for row in rows]
    pieces = (rows[start : start + ROWS] for start in range(0, len(rows), ROWS))
    return [Table(tuple(heading), tuple(piece)) for piece in pieces]


def answers(variant: Variant, language: Language) -> tuple[Block, ...]:
    """Every part with its answer, nothing else."""

    def row(one: Labelled) -> tuple[Runs, ...]:
        return (one.label,), asked(one.part), answer_runs(one.part) or (words(language, "sheet_by_hand"),)

    return tuple(tables(variant, language, ("part", "asked", "answer"), row))


def marking(sheet: SheetFile, variant: Variant, language: Language) -> tuple[Block, ...]:
    """Every part with its answer, what is accepted for it, and its points; then what other work is worth."""

    def row(one: Labelled) -> tuple[Runs, ...]:
        answer = one.part.answer
        accepted: Runs = ()
        if isinstance(answer, Numeric):
            low, high = interval_texts(answer)
            accepted = (Number(low), " … ", Number(high))
        shown = answer_runs(one.part) or (words(language, "sheet_by_hand"),)
        return (one.label,), asked(one.part), shown, accepted, (Number(short(one.points)),)

    blocks = tables(variant, language, ("part", "asked", "answer", "accepted", "points"), row)
    for number in range(len(blocks), 0, -1):
        own = [one for one in labelled(variant.exercises) if one.exercise == number]
        blocks[number:number] = [block for one in own for block in wrong_options(one, language)]
    total = short(sum(exercise.points for exercise in variant.exercises))
    blocks.append(Paragraph((Strong(words(language, "sheet_total")), ": ", Number(total))))
    for name in ("right", "rounding", "follow_through", "wrong"):
        share = short(100 * getattr(sheet.marking, name))
        blocks.append(Paragraph((words(language, f"sheet_marks_{name}"), " ", Number(share), " %.")))
    return tuple(blocks)


def wrong_options(one: Labelled, language: Language) -> list[Block]:
    """What is behind each wrong option of a choice, where a named mistake is."""
    found: list[Block] = []
    for place, option in enumerate(one.part.answer.options if isinstance(one.part.answer, Choice) else ()):
        behind = told(option.why, language.code)
        if behind is not None:
            found.append(Paragraph((Strong(f"{one.label} {chr(ord('A') + place)}"), f": {behind.belief}")))
    return found


def overview_document(sheet: SheetFile, records: Sequence[Mapping[str, Any]], language: Language) -> Document:
    """The class: who has which form, and the answers that are numbers or letters, a row a sheet."""
    labels = list(dict.fromkeys(row["part"] for record in records for row in record["key"]))
    heading = [(words(language, f"sheet_{name}"),) for name in ("number", "student", "form")]
    whose = [tuple(student_cells(record)) for record in records]
    blocks: list[Block] = []
    for start in range(0, len(labels), COLUMNS):
        shown = labels[start : start + COLUMNS]
        rows = []
        for record, student in zip(records, whose, strict=True):
            own = {row["part"]: row for row in record["key"]}
            rows.append((*student, *(overview_cell(own.get(label)) for label in shown)))
        blocks += divided_table((*heading, *((label,) for label in shown)), rows)
    title = f"{sheet.title}: {words(language, 'sheet_overview')}"
    return Document(title, head=head_of(sheet), name_line=False, blocks=tuple(blocks))


def student_cells(record: Mapping[str, Any]) -> list[Runs]:
    """The number, the student and the form of a sheet."""
    student = record["student"] or {"id": "", "name": ""}
    whose = " ".join(text for text in (student["id"], student["name"]) if text)
    return [(str(record["number"]),), (whose,) if whose else (), (record["form"],)]


def overview_cell(row: Mapping[str, Any] | None) -> Runs:
    """An answer in the class's table, numbers to the digits asked."""
    if row is None or not row["answer"]:
        return ()
    if row["sort"] == "numeric":
        return (Number(figure(float(row["answer"]), NumberStyle(int(row["digits"])))),)
    if row["sort"] == "whole":
        return (Number(str(row["answer"])),)
    return (str(row["answer"]),)


def head_of(sheet: SheetFile) -> tuple[str, ...]:
    """The lines above the title."""
    return tuple(line for line in (sheet.page.course, sheet.page.term) if line)


def asked(part: Part) -> Runs:
    """What is asked for, without the equals sign that stands before its box."""
    runs: Runs = before(part)[:1]
    return runs


def short(value: float) -> str:
    """A number of points, a third as 0.333."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def document_options(sheet: SheetFile, language: Language, profile: Profile, templates: str = "") -> DocumentOptions:
    """How the pages of this sheet are written."""
    page = PageOptions(
        decimal=sheet.page.decimal or language.decimal,
        paper=sheet.page.paper,
        standalone=True,
        templates=templates,
        words=language.derivations,
    )
    return DocumentOptions(profile, page, labels(language), sheet.answer_space)
