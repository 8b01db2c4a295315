"""What practice says to an answer: it is read, judged, and put into words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from backtrace.check.figures import LEAST_DIGITS
from backtrace.check.practice.pages import Writing
from backtrace.check.practice.paper import CIRCULAR, FEW_DIGITS, LETTERS, LONGEST, OTHER_SIGN, VAGUE, Judged
from backtrace.check.practice.records import SHOWN, Reply
from backtrace.check.practice.tasks import Task
from backtrace.check.records import (
    FOLLOW_THROUGH,
    NOT_JUDGED,
    RIGHT,
    ROUNDED_EARLY,
    ROUNDING_SLIP,
    UNREADABLE,
    WRONG,
    LineReport,
    Match,
)
from backtrace.errors import InputError
from backtrace.questions.records import Essay, Numeric

# Verdicts after which the question stays as it is: nothing is counted.
OPEN = (CIRCULAR, LETTERS, FEW_DIGITS, VAGUE, OTHER_SIGN, NOT_JUDGED, UNREADABLE)


class Answered(NamedTuple):
    """The reply to an answer, whose kind is the verdict; judged: what the checker found, for a quantity."""

    reply: Reply
    judged: Judged | None = None


def answered(task: Task, text: str, writing: Writing) -> Answered:
    """The reply to an answer."""
    try:
        text = checked(text, writing)
        if task.paper is None or task.key is None:
            return Answered(_of_part(task, text, writing))
        found = task.paper.judge(task.key, text, task.letters)
    except InputError as error:
        words = ("unreadable_more", error.what, error.hint) if error.hint else ("unreadable", error.what)
        return Answered(Reply(UNREADABLE, (writing.say(*words),)))
    if found.verdict in OPEN:
        args = (task.name,) if found.verdict == CIRCULAR else (LEAST_DIGITS,)
        return Answered(Reply(found.verdict, (writing.say(found.verdict, *args),)))
    assert found.report is not None
    if found.verdict != WRONG:
        return Answered(_right(task, found, writing), found)
    if is_accepted(task, found):
        return Answered(Reply(RIGHT, (writing.say("right"),)), found)
    says = [writing.say(said_wrong(found.report))]
    if task.paper.misplaced(found) == 1:
        says.append(writing.say("misplaced"))
    return Answered(Reply(WRONG, tuple(says), mistakes=suited(found.report.matches)), found)


def checked(text: str, writing: Writing) -> str:
    """The answer without blanks around it; what is no answer is refused before anything reads it."""
    if len(text) > LONGEST:
        raise InputError(writing.say("too_long", LONGEST))
    text = text.strip()
    if len(text.splitlines()) > 1:
        raise InputError(writing.say("lines"))
    if any(ord(c) < 32 or 126 < ord(c) < 160 for c in text):
        raise InputError(writing.say("control"))
    return text


def is_accepted(task: Task, found: Judged) -> bool:
    """Whether a bare number lies within what the exercise accepts, however it was come by."""
    asked, number = task.part.answer if task.part is not None else None, found.line.parts[-1].number
    if not isinstance(asked, Numeric) or number is None or len(found.line.parts) > 1:
        return False
    return asked.low <= number.value <= asked.high


def _right(task: Task, found: Judged, writing: Writing) -> Reply:
    assert task.paper is not None and task.key is not None and found.report is not None
    shown = writing.figure(task.paper.network, task.paper.shown(task.key))
    if task.letters and task.step is not None:
        return Reply(RIGHT, (writing.say("right"),), writing.line(task.paper, task.step, letters=True))
    if found.line.parts[-1].number is None:
        return Reply(RIGHT, (writing.say("right_is", f"{task.name} = {shown}"),))
    if found.verdict in (ROUNDED_EARLY, ROUNDING_SLIP):
        return Reply(found.verdict, (writing.say(found.verdict, shown),))
    if found.verdict == FOLLOW_THROUGH:
        own = [writing.name(task.paper.network, key) for key in task.paper.numbered(found.report.follows)]
        return Reply(found.verdict, (writing.say(found.verdict, ", ".join(own)),))
    return Reply(found.verdict, (writing.say(found.verdict),))


def _of_part(task: Task, text: str, writing: Writing) -> Reply:
    assert task.part is not None and task.instance is not None
    if isinstance(task.part.answer, Essay):
        return Reply(SHOWN, (writing.say("model"),), writing.solution(task.instance, task.part))
    from backtrace.check.practice.parts import judge

    found = judge(task.part.answer, text, task.instance.network, writing)
    return Reply(found.verdict, (writing.say("wrong" if found.verdict == WRONG else "right"),), mistakes=found.mistakes)


def suited(matches: Sequence[Match]) -> tuple[str, ...]:
    """The mistakes that may explain an answer: the likeliest ones."""
    best = min((match.rank for match in matches), default=0)
    return tuple(match.mistake.id for match in matches if match.rank == best)


def said_wrong(report: LineReport) -> str:
    """The sentence that says what of a wrong answer is right."""
    right = report.aspects
    if right.get("value") and (right.get("formula") is False or right.get("substitution") is False):
        return "value_right"
    if right.get("formula") and right.get("arithmetic") is False:
        return "formula_right"
    if right.get("arithmetic") and right.get("value") is False and "substitution" in right:
        return "arithmetic_right"
    return "wrong"
