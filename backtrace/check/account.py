"""A report in words, as data: what stands beside each line, what is said about each wrong one, and what to mend.

Pages only lay it out. Nothing here gives a right answer away unless it is asked to reveal it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
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
from backtrace.check.right_lines import RightLines, about
from backtrace.check.words import teller
from backtrace.errors import printable

# What stands beside each other in a row, and what is quoted whole.
SHORT, LONGEST = 28, 2_000
# Who cuts numbers off is told so, and not that they rounded early as well.
CUT_OFF, EARLY = Note("cut_off"), Note("rounded_early")
# The title says that decimals have a comma.
SAID_ABOVE = Note("decimal_comma")
# Who has more wrong than this mends the first ones first.
MOST_BLOCKS, MOST_NAMED = 20, 12
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
    None for every line that is not right; explain: the line that is worked out beside the person's own, 0 for none;
    language: a code such as "en"."""

    hint: int = 1
    reveal: Collection[int] | None = ()
    explain: int = 0
    language: str = "en"

    def reveals(self, one: LineReport) -> bool:
        """Whether the right line is shown."""
        if about(one.line) is None or one.verdict == UNREADABLE:
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


class Worked(NamedTuple):
    """A line worked out beside the person's own. head: a sentence; lines: the right lines, each in its parts; from_own:
    a sentence that says which of the person's lines go in, and what they are; yours: the parts of the person's line;
    slips: the numbers of it that do not belong there, as written; said: what probably happened."""

    head: str
    from_own: str
    lines: tuple[tuple[str, ...], ...]
    yours_head: str
    yours: tuple[str, ...]
    slips: tuple[str, ...]
    said: tuple[str, ...]


class Account(NamedTuple):
    """The whole page. end: the tally, and what to mend; worked: a line worked out."""

    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    blocks: tuple[Block, ...]
    end: tuple[str, ...]
    worked: Worked | None = None


def account(report: Report, right: RightLines, asked: Asked, shown: Callable[[LineReport], str]) -> Account:
    """The report in words. shown: writes the right line of a quantity."""
    tell = teller(asked.language)
    faulty = [one for one in report.lines if one.verdict in (WRONG, UNREADABLE)]
    told = [one for one in report.lines if one in faulty[:MOST_BLOCKS] or asked.reveals(one)]
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
    name = line.name or line.text.partition("=")[0].strip()
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


def lines_named(numbers: Sequence[int], tell: Tell) -> str:
    """ "line 9", "lines 10 and 11", "lines 4 to 7 and 9"; of many the first ones."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [word for run in runs for word in (map(str, run) if len(run) < 3 else [tell("run", run[0], run[-1])])]
    if len(words) > MOST_NAMED:
        said = tell("lines_and_more", ", ".join(words[:MOST_NAMED]))
    else:
        *first, last = words
        said = f"{', '.join(first)}{tell('and')}{last}" if first else last
    return tell("line_n" if len(numbers) == 1 else "lines_n", said)


def block(one: LineReport, right: RightLines, asked: Asked, tell: Tell, revealed: str) -> Block:
    """Everything that is said about one line."""
    line = one.line
    head, work = tell("line_head", line.line), printable(line.text, LONGEST)
    if line.error is not None:
        said = [sentence(part) for part in (line.error.what, line.error.hint) if part]
        return Block(head, work, tuple(said))
    right_head = tell("should_be") if revealed else ""
    if one.verdict != WRONG:
        return Block(head, work, (), "", right_head, revealed)
    said = [*aspects(one, right, tell)]
    if one.follows:
        said.append(tell("built_on", lines_named(one.follows, tell)))
    key = about(line)
    computed = key is not None and right.canonical(key) not in right.given
    if computed and not one.matches and one.aspects.get("arithmetic", True):
        said.append(tell("unknown_mistake"))
        if len(line.parts) == 1 and one.given is not None:
            said.append(tell("only_a_number"))
    hint = tell("hint", hint_for(one, right, asked.hint, asked.language))
    return Block(head, work, tuple(said), hint, right_head, revealed)


def sentence(text: str) -> str:
    """What an error says, as a sentence."""
    first = text[:1] if text.startswith("backtrace ") else text[:1].upper()
    return f"{first}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}"


def aspects(one: LineReport, right: RightLines, tell: Tell) -> list[str]:
    """What of a wrong line is right, and what is not."""
    key = about(one.line)
    if key is None:
        return [tell("parts_disagree")]
    if right.canonical(key) in right.given:
        return [tell("given_number")]
    name, given = printable(one.line.name, 200), printable(one.line.parts[-1].text, 200)
    formula, numbers, arithmetic, value = map(one.aspects.get, ("formula", "substitution", "arithmetic", "value"))
    found = []
    if formula is not None:
        # Where no numbers are put in, the last number is held against the formula itself.
        gives_other = numbers is None and (arithmetic is False or (formula and arithmetic is None and value is False))
        sentence = "formula_right" if formula else "formula_wrong"
        found.append(tell(f"{sentence}_gives_other", name, given) if gives_other else tell(sentence, name))
        arithmetic = None if gives_other else arithmetic
    if arithmetic is not None:
        found.append(tell("arithmetic_right" if arithmetic else "arithmetic_wrong", given))
    if numbers:
        found.append(tell("numbers_right"))
    elif numbers is False:
        places = misplaced(one, right)
        form = tell("form_right_too" if arithmetic else "form_right")
        which = tell("one_misplaced") if len(places) == 1 else tell("several_misplaced", len(places))
        found.append(f"{form} {which}" if places else tell("numbers_wrong", name))
    if value and one.given is not None:
        found.append(tell("value_right"))
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
        found.append(tell("rewrite", lines_named(unreadable, tell), len(unreadable)))
    return found
