"""A page for each student: every part right, following, or wrong with a hint; nothing is given away unless asked."""

from __future__ import annotations

from collections.abc import Sequence

from backtrace.check.marking.instances import Asked, Sheet
from backtrace.check.marking.quantities import network_of
from backtrace.check.marking.records import Mark, Marked
from backtrace.check.marking.settings import Settings
from backtrace.check.marking.words import behind, hint, noted, say, verdict
from backtrace.errors import BacktraceError
from backtrace.questions.joining import TITLE
from backtrace.questions.records import Choice, Part, Say
from backtrace.questions.sheet_pages import divided_table, short
from backtrace.questions.words import Language, labels
from backtrace.questions.writing import answer_runs
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
)
from backtrace.render.options import PageOptions

NO_CAPTION = Say("")


def feedback(sheet: Sheet, marked: Marked, settings: Settings, reveal: bool = False) -> Document:
    """The page of one student. reveal: the right answers and what is behind wrong ones are told as well."""
    language = settings.spoken
    blocks: list[Block] = [Paragraph(_total(marked, language))]
    if marked.notes:
        blocks.append(Paragraph((noted(language, marked.notes) + ".",)))
    for exercise in dict.fromkeys(part.exercise for part in sheet.parts):
        parts = [part for part in sheet.parts if part.exercise == exercise]
        own = [mark for mark in marked.marks if mark.exercise == exercise]
        blocks.append(_exercise(exercise, parts, own, language, reveal))
    return Document(
        f"{sheet.title}: {say(language, 'feedback')}",
        head=tuple(line for line in (settings.course, settings.term) if line),
        form=sheet.form,
        name=sheet.name or sheet.id,
        name_line=bool(sheet.id),
        blocks=tuple(blocks),
    )


def options(settings: Settings, templates: str = "") -> DocumentOptions:
    """How the pages are written: as the sheets are."""
    language = settings.spoken
    page = PageOptions(
        decimal="comma" if settings.comma else "point",
        paper=settings.paper,
        standalone=True,
        templates=templates,
        words=language.derivations,
    )
    return DocumentOptions(settings.profile, page, labels(language), "none")


def _total(marked: Marked, language: Language) -> Runs:
    """How many points there are, and how many a person still gives."""
    if not marked.handed_in:
        return (Strong(say(language, "unreadable_hand_in" if marked.fault else "not_handed_in")),)
    runs: Runs = (Strong(say(language, "total")), ": ", Number(short(marked.points)), " / ", Number(short(marked.of)))
    if marked.to_read:
        runs += ("; ", *language.say(Say("mark_still_to_read", (number_said(marked.to_read),))))
    return runs


def _exercise(number: int, parts: Sequence[Asked], marks: Sequence[Mark], language: Language, reveal: bool) -> Group:
    """The parts of an exercise as a table, then what helps with those that are wrong."""
    names = ["part", "asked", "written", "verdict", "points", "of", *(["right"] if reveal else [])]
    rows: list[tuple[Runs, ...]] = []
    for part, mark in zip(parts, marks, strict=True):
        points: Runs = () if mark.points is None else (Number(short(mark.points)),)
        row: list[Runs] = [(mark.label,), (part.key,) if part.key is not None else ()]
        row += [(mark.written,) if mark.written else (), (verdict(language, mark),)]
        row += [points, (Number(short(part.points)),)]
        rows.append((*row, answer_runs(as_part(part))) if reveal else tuple(row))
    heading = [(say(language, f"column_{name}"),) for name in names]
    blocks: list[Block] = [*divided_table(heading, rows)]
    for part, mark in zip(parts, marks, strict=True):
        blocks += _help(part, mark, language, reveal)
    return exercise_group(number, parts, blocks, language)


def exercise_group(number: int, parts: Sequence[Asked], blocks: Sequence[Block], language: Language) -> Group:
    """An exercise under its heading, its quantities in the names of its network."""
    title = Heading(str(number), title_of(parts, language), sum(part.points for part in parts))
    network = next((part.network for part in parts if part.network), "")
    return Group((title, *blocks), network_of(network) if network else None)


def _help(part: Asked, mark: Mark, language: Language, reveal: bool) -> list[Block]:
    """The remarks on a part, its hint, and what is behind it where that is told."""
    found = noted(language, mark.notes), hint(language, mark, isinstance(part.answer, Choice))
    said = [text for text in found if text]
    if reveal:
        said += [behind(language, id) for id in mark.mistakes]
    sentences = [text if text[-1] in ".?!" else f"{text}." for text in said]
    return [Paragraph((" ".join(sentences),), mark.label)] if sentences else []


def title_of(parts: Sequence[Asked | Mark], language: Language) -> Runs:
    """The title of an exercise; of several items on one network that of the sheet."""
    titles = list(dict.fromkeys(part.title for part in parts))
    title = titles[0] if len(titles) == 1 else Say(TITLE)
    try:
        return language.say(title)
    except BacktraceError:
        # A sentence that a later version no longer has.
        return (parts[0].kind,)


def as_part(part: Asked) -> Part:
    """The part as writing knows it."""
    return Part(NO_CAPTION, part.answer, part.key)


def number_said(points: float) -> int | float:
    """A number of points for a sentence, which has one point and two points."""
    return int(points) if points == int(points) else points
