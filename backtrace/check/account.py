"""A report in words, as data: what stands beside each line, what is said about each wrong one, and what to mend.

Pages only lay it out. Nothing here gives a right answer away unless it is asked to reveal it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from backtrace.check.hints import hint_for
from backtrace.check.misplaced import misplaced
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
from backtrace.check.right_lines import RightLines
from backtrace.check.words import teller
from backtrace.errors import printable

LONGEST = 2_000
Tell = Callable[..., str]

# What stands beside a line of each verdict.
MARKS = {
    RIGHT: "✓",
    ROUNDED_EARLY: "~",
    FOLLOW_THROUGH: "↳",
    NOT_FROM_OWN: "~",
    ROUNDING_SLIP: "~",
    WRONG: "✗",
    UNREADABLE: "?",
    NOT_JUDGED: "?",
}
IN_ASCII = {"✓": "ok", "↳": "->", "~": "~", "✗": "x", "?": "?"}
# The tally: what is counted under which sentence.
COUNTED = {
    "n_right": (RIGHT, ROUNDED_EARLY, NOT_FROM_OWN),
    "n_slip": (ROUNDING_SLIP,),
    "n_follow": (FOLLOW_THROUGH,),
    "n_wrong": (WRONG,),
    "n_unreadable": (UNREADABLE,),
}


class Asked(NamedTuple):
    """What a reader asks of a report. hint: 1, or 2 for a stronger one; reveal: the lines whose right form is shown,
    None for every line that is not right; language: a code such as "en"."""

    hint: int = 1
    reveal: Collection[int] | None = ()
    language: str = "en"

    def reveals(self, one: LineReport) -> bool:
        """Whether the right line is shown."""
        if one.line.key is None or one.verdict == UNREADABLE:
            return False
        return one.verdict not in (RIGHT, NOT_JUDGED) if self.reveal is None else one.line.line in self.reveal


class Row(NamedTuple):
    """A line of the submission: its number, its left side and its last part as written, mark and remark."""

    line: int
    name: str
    given: str
    verdict: str
    remark: str


class Block(NamedTuple):
    """What is said about one line. head: "Line 9"; work: the line as written; said: sentences; right_head, right: the
    right line and what stands before it, where it is revealed."""

    head: str
    work: str
    said: tuple[str, ...]
    hint: str = ""
    right_head: str = ""
    right: str = ""


class Account(NamedTuple):
    """The whole page. end: the tally, and what to mend."""

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]
    end: tuple[str, ...]


def account(report: Report, right: RightLines, asked: Asked, shown: Callable[[LineReport], str]) -> Account:
    """The report in words. shown: writes the right line of a quantity."""
    tell = teller(asked.language)
    return Account(
        title(report, tell),
        tuple(row(one, report, tell) for one in report.lines),
        tuple(notes(report, tell)),
        tuple(
            block(one, report, right, asked, tell, shown(one) if asked.reveals(one) else "")
            for one in report.lines
            if one.verdict in (WRONG, UNREADABLE) or asked.reveals(one)
        ),
        tuple(ending(report, tell)),
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
        parts.append(tell("comma"))
    return f"{printable(work.name, 200) or tell('work')}: {', '.join(parts)}"


def row(one: LineReport, report: Report, tell: Tell) -> Row:
    """What stands beside a line."""
    line = one.line
    last = line.parts[-1].text if line.parts else line.text.partition("=")[2].strip()
    name = line.name or line.text.partition("=")[0].strip()
    return Row(line.line, printable(name, LONGEST), printable(last, LONGEST), one.verdict, remark(one, report, tell))


def remark(one: LineReport, report: Report, tell: Tell) -> str:
    """What is said beside a line: its verdict, and its notes."""
    if one.verdict == WRONG and one.line.line == report.first_mistake:
        said = tell("first_wrong")
    elif one.verdict == FOLLOW_THROUGH:
        said = tell(one.verdict, lines_named(one.follows, tell))
    elif one.verdict == NOT_JUDGED and one.notes:
        return "; ".join(note_said(note, tell) for note in one.notes)
    else:
        said = tell(one.verdict)
    own = [note_said(note, tell) for note in one.notes if note.id not in {n.id for n in report.notes}]
    return "; ".join(part for part in (said, *own) if part)


def notes(report: Report, tell: Tell) -> list[str]:
    """What is said once about the whole."""
    return [tell("rounded_early_note") if n.id == ROUNDED_EARLY else note_said(n, tell) for n in report.notes]


def note_said(note: Note, tell: Tell) -> str:
    """A note as a sentence."""
    return tell(note.id, *(printable(str(arg), 200) for arg in note.args))


def lines_named(numbers: Sequence[int], tell: Tell) -> str:
    """ "line 9", "lines 10 and 11"."""
    return tell("line_n" if len(numbers) == 1 else "lines_n", joined(map(str, numbers), tell))


def joined(words: Iterable[str], tell: Tell) -> str:
    """ "10, 11 and 12"."""
    *first, last = words
    return f"{', '.join(first)}{tell('and')}{last}" if first else last


def block(one: LineReport, report: Report, right: RightLines, asked: Asked, tell: Tell, revealed: str) -> Block:
    """Everything that is said about one line."""
    line = one.line
    head, work = tell("line_head", line.line), printable(line.text, LONGEST)
    if line.error is not None:
        said = [f"{part[:1].upper()}{part[1:]}." for part in (line.error.what, line.error.hint) if part]
        return Block(head, work, tuple(said))
    right_head = tell("should_be") if revealed else ""
    if one.verdict != WRONG:
        return Block(head, work, (), "", right_head, revealed)
    said = [*aspects(one, report, right, tell)]
    if one.follows:
        said.append(tell("built_on", lines_named(one.follows, tell)))
    if not one.matches and one.aspects.get("arithmetic", True):
        said.append(tell("unknown_mistake"))
    hint = tell("hint", hint_for(one, right, asked.hint, asked.language))
    return Block(head, work, tuple(said), hint, right_head, revealed)


def aspects(one: LineReport, report: Report, right: RightLines, tell: Tell) -> list[str]:
    """What of a wrong line is right, and what is not."""
    name, given = printable(one.line.name, 200), printable(one.line.parts[-1].text, 200)
    found, aspect = [], one.aspects.get
    if one.line.key is None:
        return [tell("parts_disagree")]
    if right.canonical(one.line.key) in right.given:
        return [tell("given_number")]
    if aspect("formula") is not None:
        only = aspect("formula") and aspect("arithmetic") is None and aspect("substitution", True) is not False
        wrong_end = only and aspect("value") is False and aspect("substitution") is None
        key = "formula_gives_other" if wrong_end else "formula_right" if aspect("formula") else "formula_wrong"
        found.append(tell(key, given if wrong_end else name))
    if aspect("arithmetic") is not None:
        found.append(tell("arithmetic_right" if aspect("arithmetic") else "arithmetic_wrong", given))
    if aspect("substitution"):
        found.append(tell("numbers_right"))
    elif aspect("substitution") is False:
        laid = misplaced(one, report, right)
        if laid:
            form = tell("form_right_too" if aspect("arithmetic") else "form_right")
            found.append(f"{form} {tell('one_misplaced') if len(laid) == 1 else tell('several_misplaced', len(laid))}")
        else:
            found.append(tell("numbers_wrong", name))
    if aspect("value") and one.given is not None:
        found.append(tell("value_right"))
    if len(one.line.parts) == 1 and one.given is not None:
        found.append(tell("only_a_number"))
    return found


def ending(report: Report, tell: Tell) -> list[str]:
    """The tally, and what to mend."""
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
        found.append(tell("rewrite", lines_named(unreadable, tell)))
    return found
