"""A class at a glance: how each part went, which mistakes were made and how often, and who is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import mean, median
from typing import NamedTuple

from backtrace.check.marking.feedback import title_of
from backtrace.check.marking.records import BLANK, Mark, Marked
from backtrace.check.marking.settings import Settings
from backtrace.check.marking.words import name_of, say
from backtrace.check.records import FOLLOW_THROUGH, NOT_FROM_OWN, RIGHT, ROUNDED_EARLY, ROUNDING_SLIP
from backtrace.questions.records import Say
from backtrace.questions.sheet_pages import divided_table
from backtrace.questions.words import Language
from backtrace.render.document import Bars, Block, Document, Number, Paragraph, Runs, Strong, Subheading, Table

GOOD = (RIGHT, ROUNDED_EARLY, ROUNDING_SLIP, NOT_FROM_OWN)
# Of a chart, as many bars as one can look at; of lists, as much as one reads.
MOST_BARS, MOST_NAMES, MOST_MISTAKES = 40, 30, 20
LONGEST, LONGEST_TITLE = 64, 24  # signs of what a mistake is called, and an exercise


class PartOfClass(NamedTuple):
    """How one part went for those who handed in. label: on the sheet; kind: of exercise; share: of its points; counts:
    right, following, wrong, blank; to_read: left for a person."""

    label: str
    kind: str
    share: float
    counts: tuple[int, int, int, int]
    to_read: int

    def shares(self, everybody: int) -> tuple[float, ...]:
        """The counts as parts of the class, and last those whose part has no mark: it never looks like 0 points."""
        marked = [count / everybody for count in self.counts]
        return (*marked, 1 - sum(marked))


def parts_of(all_marked: Sequence[Marked]) -> list[PartOfClass]:
    """Every part over all hand-ins, in the order of the first sheet. Where exercises stand in another order for
    everyone, a part is the n-th of its kind, whatever its label is."""
    found: dict[tuple[str, int], list[Mark]] = {}
    for one in all_marked:
        seen: Counter[str] = Counter()
        for mark in one.marks:
            place = (mark.kind, seen[mark.kind])
            seen[mark.kind] += 1
            own = found.setdefault(place, [])
            if one.handed_in:
                own.append(mark)
    labels = _labels(all_marked)
    return [_part(labels[place], place[0], marks) for place, marks in found.items()]


def _labels(all_marked: Sequence[Marked]) -> dict[tuple[str, int], str]:
    """The label of each part, where all have the same one; else its kind and its number."""
    labels: dict[tuple[str, int], set[str]] = {}
    for one in all_marked:
        seen: Counter[str] = Counter()
        for mark in one.marks:
            labels.setdefault((mark.kind, seen[mark.kind]), set()).add(mark.label)
            seen[mark.kind] += 1
    return {(kind, n): next(iter(own)) if len(own) == 1 else f"{kind} {n + 1}" for (kind, n), own in labels.items()}


def _part(label: str, kind: str, marks: Sequence[Mark]) -> PartOfClass:
    judged = [mark for mark in marks if mark.points is not None]
    of = sum(mark.of for mark in judged)
    verdicts = [mark.verdict for mark in judged]
    right, follows = sum(v in GOOD for v in verdicts), verdicts.count(FOLLOW_THROUGH)
    blank = verdicts.count(BLANK)
    counts = (right, follows, len(verdicts) - right - follows - blank, blank)
    share = sum(mark.points or 0.0 for mark in judged) / of if of else 0.0
    return PartOfClass(label, kind, share, counts, len(marks) - len(judged))


def mistakes_of(all_marked: Sequence[Marked]) -> list[tuple[tuple[str, ...], int, tuple[str, ...]]]:
    """(mistakes, how many answers they explain, at which parts), the most frequent first. Several mistakes that explain
    the same answer alike stand together."""
    counts: Counter[tuple[str, ...]] = Counter()
    where: dict[tuple[str, ...], Counter[str]] = {}
    for one in all_marked:
        for mark in one.marks:
            if mark.mistakes:
                counts[mark.mistakes] += 1
                where.setdefault(mark.mistakes, Counter())[mark.label] += 1
    order = sorted(counts, key=lambda ids: (-counts[ids], ids))
    return [(ids, counts[ids], tuple(label for label, _ in where[ids].most_common())) for ids in order]


def summary(
    all_marked: Sequence[Marked], settings: Settings, lost: Sequence[str] = (), double: Sequence[str] = ()
) -> Document:
    """The page of the class. lost: hand-ins that belong to nobody; double: those that others took the place of."""
    language = settings.spoken
    here = [one for one in all_marked if one.handed_in]
    title = next((one.sheet.title for one in all_marked), "")
    kinds = {mark.kind: mark for one in all_marked for mark in one.marks}
    titles = {kind: "".join(map(str, title_of([mark], language))) for kind, mark in kinds.items()}
    return Document(
        f"{title}: {say(language, 'summary')}",
        head=tuple(line for line in (settings.course, settings.term) if line),
        name_line=False,
        blocks=(
            *_people(all_marked, here, language),
            *_named("lost", lost, language),
            *_named("double", double, language),
            *_parts(parts_of(all_marked) if here else [], len(all_marked), titles, language),
            *_mistakes(mistakes_of(all_marked), language),
        ),
    )


def _people(all_marked: Sequence[Marked], here: Sequence[Marked], language: Language) -> list[Block]:
    blocks: list[Block] = [Paragraph((say(language, "handed_in", len(here), len(all_marked)) + ".",))]
    shares = [100 * one.points / (one.of - one.to_read) for one in here if one.of > one.to_read]
    if shares:
        both = f"{mean(shares):.0f}", f"{median(shares):.0f}"
        blocks.append(Paragraph((say(language, "mean", *both),)))
    for key, people in (
        ("could_not_be_read", [one for one in all_marked if one.fault]),
        ("not_back", [one for one in all_marked if not one.handed_in and not one.fault]),
    ):
        blocks += _named(key, [one.sheet.whose for one in people], language)
    return blocks


def _named(key: str, names: Sequence[str], language: Language) -> list[Block]:
    """Some names with what they have in common, and how many there are; nothing for none."""
    if not names:
        return []
    shown = [*names[:MOST_NAMES], *["…"] * (len(names) > MOST_NAMES)]
    return [Paragraph((say(language, key), ": ", f"{', '.join(shown)} ({len(names)})"))]


def _parts(parts: Sequence[PartOfClass], everybody: int, titles: Mapping[str, str], language: Language) -> list[Block]:
    if not parts:
        return []
    names = ["part", "exercise", "right_share", "follows", "wrong", "blank", "to_read", "share"]
    rows = []
    for part in parts:
        counts: list[Runs] = [(Number(str(count)),) for count in part.counts]
        read: Runs = (Number(str(part.to_read)),) if part.to_read else ()
        share: Runs = (Number(f"{100 * part.share:.0f}"),) if sum(part.counts) else ()
        rows.append(((part.label,), (cut(titles[part.kind], LONGEST_TITLE),), *counts, read, share))
    heading = [(say(language, f"column_{name}"),) for name in names]
    blocks: list[Block] = [Subheading((say(language, "parts_title"),))]
    judged = [part for part in parts if sum(part.counts)]
    if judged:
        hardest = min(judged, key=lambda part: part.share)
        if hardest.share < 0.995:
            blocks.append(Paragraph((Strong(say(language, "hardest", hardest.label, f"{100 * hardest.share:.0f}")),)))
        words = tuple(
            say(language, f"column_{name}") for name in ("right_share", "follows", "wrong", "blank", "unmarked")
        )
        blocks.append(Bars(words, tuple((part.label, part.shares(everybody)) for part in parts[:MOST_BARS])))
    return [*blocks, *divided_table(heading, rows)]


def _mistakes(found: Sequence[tuple[tuple[str, ...], int, tuple[str, ...]]], language: Language) -> list[Block]:
    blocks: list[Block] = [Subheading((say(language, "mistakes_title"),))]
    if not found:
        return [*blocks, Paragraph((say(language, "no_mistakes"),))]
    heading = tuple((say(language, f"column_{name}"),) for name in ("mistake", "times", "parts"))
    rows = []
    for ids, count, labels in found[:MOST_MISTAKES]:
        where = " ".join(labels[:6]) + " …" * (len(labels) > 6)
        named = " / ".join(ids) if len(ids) > 1 else f"{ids[0]}: {name_of(language, ids[0])}"
        rows.append(((cut(named),), (Number(str(count)),), (where,)))
    blocks.append(Table(heading, tuple(rows)))
    if len(found) > MOST_MISTAKES:
        blocks.append(Paragraph(language.say(Say("mark_more_mistakes", (len(found) - MOST_MISTAKES,)))))
    return blocks


def cut(text: str, longest: int = LONGEST) -> str:
    """The text, short enough for a table, and cut behind a word."""
    return text if len(text) <= longest else f"{text[: longest - 1].rsplit(' ', 1)[0]}…"
