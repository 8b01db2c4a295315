"""A whole report put into words."""

from __future__ import annotations

from collections.abc import Callable

from backtrace.check.records import (
    FOLLOW_THROUGH,
    NOT_FROM_OWN,
    NOT_JUDGED,
    RIGHT,
    ROUNDED_EARLY,
    ROUNDING_SLIP,
    UNREADABLE,
    WRONG,
    LineReport,
    Note,
    Report,
)
from backtrace.check.report.account import Account, Asked, Row, Tell
from backtrace.check.report.naming_lines import lines_named
from backtrace.check.report.right_lines import RightLines
from backtrace.check.report.telling_lines import block
from backtrace.check.report.words import teller
from backtrace.errors import printable

# What stands beside each other in a row.
SHORT = 28
# Who cuts numbers off is told so, and not that they rounded early as well.
CUT_OFF, EARLY = Note("cut_off"), Note("rounded_early")
# The title says that decimals have a comma.
SAID_ABOVE = Note("decimal_comma")
# Who has more wrong than this mends the first ones first.
MOST_BLOCKS = 20
# The tally: what is counted under which sentence.
COUNTED = {
    "n_right": (RIGHT, ROUNDED_EARLY, NOT_FROM_OWN),
    "n_slip": (ROUNDING_SLIP,),
    "n_follow": (FOLLOW_THROUGH,),
    "n_wrong": (WRONG,),
    "n_unreadable": (UNREADABLE,),
}


def account(report: Report, right: RightLines, asked: Asked, shown: Callable[[LineReport], str]) -> Account:
    """The report in words. shown: writes the right line of a quantity."""
    tell = teller(asked.language)
    faulty = [one for one in report.lines if one.verdict in (WRONG, UNREADABLE)]
    first = {one.line.line for one in faulty[:MOST_BLOCKS]}
    told = [one for one in report.lines if one.line.line in first or asked.reveals(one)]
    more = [tell("more_blocks", len(faulty) - MOST_BLOCKS)] if len(faulty) > MOST_BLOCKS else []
    return Account(
        title(report, tell),
        tuple(row(one, report, tell) for one in report.lines),
        tuple(notes(report, tell)),
        tuple(block(one, right, asked, tell, shown(one) if asked.reveals(one) else "") for one in told),
        (*more, *ending(report, tell)),
    )


def title(report: Report, tell: Tell) -> str:
    """Which work, how many lines, how it was read."""
    work = report.submission
    digits = [one.given.digits for one in report.lines if one.given and not one.given.whole]
    parts = [tell("lines", len(report.lines))]
    if digits:
        few, many = min(digits), max(digits)
        parts.append(tell("digits", few) if few == many else tell("digits_from_to", few, many))
    parts.append(tell("names", printable(work.notation)))
    if work.comma:
        parts.append(tell("decimal_comma"))
    return f"{printable(work.name, 200) or tell('work')}: {', '.join(parts)}"


def row(one: LineReport, report: Report, tell: Tell) -> Row:
    """What stands beside a line."""
    line = one.line
    last = line.text.rpartition("=")[2].strip() if "=" in line.text else ""
    name = line.name if line.name and line.error is None else line.text.partition("=")[0].strip()
    return Row(line.line, printable(name, SHORT), printable(last, SHORT), one.verdict, remark(one, report, tell))


def remark(one: LineReport, report: Report, tell: Tell) -> str:
    """What is said beside a line: its verdict, and its notes."""
    if one.verdict == WRONG and one.line.line == report.first_mistake:
        said = tell("first_wrong")
    elif one.verdict == FOLLOW_THROUGH:
        said = tell(one.verdict, lines_named(one.follows, tell))
    elif one.verdict == ROUNDED_EARLY and CUT_OFF in report.notes:
        said = tell("cut_off_here")
    elif one.verdict == NOT_JUDGED and one.notes:
        return "; ".join(note_said(note, tell) for note in one.notes)
    else:
        said = tell(one.verdict)
    own = [note_said(note, tell) for note in one.notes if note.id not in {n.id for n in report.notes}]
    return "; ".join(part for part in (said, *own) if part)


def notes(report: Report, tell: Tell) -> list[str]:
    """What is said once about the whole."""
    hidden = [SAID_ABOVE, *([EARLY] if CUT_OFF in report.notes else [])]
    said = [note for note in report.notes if note not in hidden]
    return [tell("rounded_early_note") if note == EARLY else note_said(note, tell) for note in said]


def note_said(note: Note, tell: Tell) -> str:
    """A note as a sentence."""
    return tell(note.id, *(printable(str(arg), 200) for arg in note.args))


def ending(report: Report, tell: Tell) -> list[str]:
    """The tally, and what to mend."""
    if not report.lines:
        return [tell("nothing")]
    verdicts = [one.verdict for one in report.lines]
    counts = {key: sum(v in held for v in verdicts) for key, held in COUNTED.items()}
    tally = ", ".join(tell(key, count) for key, count in counts.items() if count)
    found = []
    if tally:
        credited = sum(one.credited for one in report.lines)
        tally = f"{tally}: {tell('points', credited, sum(counts.values()))}."
    skipped = verdicts.count(NOT_JUDGED)
    if skipped:
        tally = f"{tally} {tell('n_not_judged', skipped)}.".strip()
    found.append(tally[:1].upper() + tally[1:])
    wrong = [one.line.line for one in report.lines if one.verdict == WRONG]
    follow = [one.line.line for one in report.lines if one.verdict == FOLLOW_THROUGH]
    unreadable = [one.line.line for one in report.lines if one.verdict == UNREADABLE]
    if wrong:
        key = "mend_and_renew" if follow else "mend"
        found.append(tell(key, lines_named(wrong, tell), *([lines_named(follow, tell), len(follow)] if follow else [])))
    if unreadable:
        found.append(tell("rewrite", lines_named(unreadable, tell), len(unreadable)))
    return found
