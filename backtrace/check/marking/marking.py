"""A hand-in marked: every part its verdict, its points by the sheet's rule, and the mistakes behind it."""

from __future__ import annotations

from collections.abc import Iterable

from backtrace.check.diagnosis import PEN
from backtrace.check.marking.answers import Judged, fewer_digits, judged, number_in, of_its_own
from backtrace.check.marking.instances import Asked, Sheet
from backtrace.check.marking.quantities import Found, Joint, joint_exercises, judged_together
from backtrace.check.marking.records import BLANK, PARTLY, TO_READ, Mark, Marked
from backtrace.check.marking.written import Entry, shown, written
from backtrace.check.records import (
    FOLLOW_THROUGH,
    NOT_FROM_OWN,
    RIGHT,
    ROUNDED_EARLY,
    ROUNDING_SLIP,
    UNREADABLE,
    WRONG,
    LineReport,
    Note,
)
from backtrace.notation.profile import Profile
from backtrace.questions.records import Essay, Numeric
from backtrace.questions.sheet_file import Marking

# What of the sheet's rule each verdict earns.
SHARES = {
    RIGHT: "right",
    NOT_FROM_OWN: "right",
    ROUNDED_EARLY: "rounding",
    ROUNDING_SLIP: "rounding",
    FOLLOW_THROUGH: "follow_through",
}
WITHHELD = ("trivial_follow_through", "too_much_work")


def mark(sheet: Sheet, text: str, profile: Profile | None = None, file: str = "") -> Marked:
    """The marks of a sheet for the text that was handed in. profile: the sheet's notation; without one the work says or
    shows its own."""
    hand_in = written(text, [part.label for part in sheet.parts])
    joints = list(joint_exercises(sheet.parts))
    found, notes = list[tuple[Joint, Found]](), list[Note]()
    for place, joint in enumerate(joints):
        # Work under no heading belongs to the first network of the sheet.
        own = judged_together(joint, hand_in, place == 0, profile)
        found.append((joint, own))
        notes += [note for note in own.notes if note not in notes]
    marks: list[Mark] = []
    for part in sheet.parts:
        report = next((own.reports.get(part.label) for joint, own in found if part in joint.parts), None)
        found_now = marked(part, sheet.marking, hand_in.answers.get(part.label), report)
        marks.append(once(found_now, part, zip(marks, sheet.parts, strict=False), sheet.marking))
    if not any(mark.verdict == ROUNDED_EARLY for mark in marks):
        notes = [note for note in notes if note.id != ROUNDED_EARLY]
    wrong = [(line, one) for _, own in found for line, one in own.aside if one.verdict == WRONG]
    notes += [Note("line_wrong", (line, one.line.name)) for line, one in wrong]
    return Marked(sheet, tuple(marks), file, tuple(notes))


def not_handed_in(sheet: Sheet, fault: str = "", file: str = "") -> Marked:
    """The marks of a sheet that did not come back, or not in a form that can be read."""
    return Marked(sheet, tuple(blank(part) for part in sheet.parts), file, (), fault, handed_in=False)


def marked(part: Asked, rule: Marking, entry: Entry | None, report: LineReport | None) -> Mark:
    """The mark of one part."""
    if isinstance(part.answer, Essay):
        found = blank(part)._replace(verdict=TO_READ, points=None)
        return found._replace(written=shown(entry.text)) if entry is not None else found
    if report is not None:
        text = entry.text if entry is not None else _parts_of(report)
        verdict = reported(part, report)
    elif entry is not None:
        text = entry.text
        verdict = judged(entry.text, part.answer)
    else:
        return blank(part)
    notes = list(verdict.notes)
    if entry is not None and entry.before:
        notes.append(Note("answered_twice", (shown(entry.before),)))
    return Mark(
        part.label,
        part.exercise,
        part.kind,
        part.name,
        shown(text),
        verdict.verdict,
        earned(verdict, part.points, rule),
        part.points,
        verdict.mistakes,
        tuple(notes),
        part.title,
    )


def once(mark: Mark, part: Asked, before: Iterable[tuple[Mark, Asked]], rule: Marking) -> Mark:
    """The mark where an exercise asks for one quantity twice: the same wrong number is not wrong again."""
    if mark.verdict != WRONG or part.key is None:
        return mark
    for earlier, other in before:
        if earlier.verdict == WRONG and (other.exercise, other.key) == (part.exercise, part.key):
            mine, theirs = number_in(mark.written), number_in(earlier.written)
            if mine and theirs and abs(mine.value - theirs.value) <= max(mine.unit, theirs.unit) / 2:
                points = part.points * rule.follow_through
                return mark._replace(verdict=FOLLOW_THROUGH, points=points, mistakes=(), notes=())
    return mark


def blank(part: Asked) -> Mark:
    """The mark of a part without an answer: no points, and no mistake either."""
    points = None if isinstance(part.answer, Essay) else 0.0
    return Mark(part.label, part.exercise, part.kind, part.name, "", BLANK, points, part.points, title=part.title)


def earned(verdict: Judged, points: float, rule: Marking) -> float:
    """The points of a verdict."""
    if verdict.verdict == PARTLY:
        return points * max(rule.right * verdict.share, rule.wrong)
    return float(points * getattr(rule, SHARES.get(verdict.verdict, "wrong")))


def reported(part: Asked, report: LineReport) -> Judged:
    """The checker's report as the verdict on an answer: what the key accepts is right whatever else was written."""
    answer = part.answer
    assert isinstance(answer, Numeric)
    if report.line.error is not None:
        return Judged(UNREADABLE, notes=(Note("not_read", (report.line.error.what,)),))
    given = report.given
    if given is None:
        # A formula or a sum in place of a number.
        return judged(_parts_of(report), answer)
    if answer.low <= given.value <= answer.high:
        return Judged(RIGHT)
    typed = number_in(report.line.parts[-1].text) or given
    fewer = fewer_digits(typed, answer.digits)
    if report.verdict == RIGHT:
        return Judged(ROUNDED_EARLY, notes=fewer) if fewer else Judged(RIGHT)
    if report.verdict in (NOT_FROM_OWN, ROUNDED_EARLY, ROUNDING_SLIP):
        return Judged(report.verdict, notes=fewer)
    if report.verdict == FOLLOW_THROUGH:
        return Judged(FOLLOW_THROUGH)
    notes = tuple(note for note in report.notes if note.id in WITHHELD)
    if given.digits > typed.digits:
        # The zeros behind it are ours: nothing is read into them.
        return Judged(WRONG, notes=(*notes, *fewer))
    mistakes = tuple(match.mistake.id for match in report.matches if match.rank != PEN)
    mistakes = mistakes or of_its_own(given, answer) or tuple(match.mistake.id for match in report.matches)
    return Judged(WRONG, mistakes, notes)


def _parts_of(report: LineReport) -> str:
    """What a typed line says behind its name."""
    return " = ".join(part.text for part in report.line.parts)
