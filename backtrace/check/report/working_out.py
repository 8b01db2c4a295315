"""A line worked out step by step beside the person's own, with the slip marked: what `--explain` shows."""

from __future__ import annotations

from backtrace.check.own_numbers import last_number
from backtrace.check.records import WRONG, LineReport, Report
from backtrace.check.report.account import Asked, Tell, Worked
from backtrace.check.report.hints import words_of
from backtrace.check.report.misplaced import misplaced
from backtrace.check.report.naming_lines import lines_named
from backtrace.check.report.right_lines import RightLines, about
from backtrace.check.report.shown import parts_of_step, writer_for
from backtrace.check.report.words import teller
from backtrace.errors import InputError, printable
from backtrace.expression.tree import symbols
from backtrace.network.quantity import Derivative, Key, Quantity
from backtrace.notation.profile import Profile
from backtrace.render.options import PageOptions


def worked_out(report: Report, right: RightLines, profile: Profile, asked: Asked, options: PageOptions) -> Worked:
    """The right lines that lead to a line, from what the person has written before it.

    Raises InputError where the submission has no such line, or none that can be worked out.
    """
    tell = teller(asked.language)
    one = line_asked(report, asked.explain)
    found = about(one.line)
    assert found is not None
    key = right.canonical(found)
    writer = writer_for(right, profile, options)
    keys, sources = cone(key, right)
    steps = [parts_of_step(right.step(k), right, profile, options) for k in keys]
    said = [tell("from_lines", ", ".join(source(k, report, right, tell) for k in sources))] if sources else []
    places = misplaced(one, right)
    happened = [tell("not_there", writer.figure(place.written), writer.spell(place.key)) for place in places]
    beliefs = list(dict.fromkeys(words_of(match.mistake, asked.language).belief for match in one.matches))
    if beliefs:
        happened.append(tell("happened" if len(beliefs) == 1 else "may_have_happened", " ".join(beliefs)))
    elif one.verdict == WRONG and not places:
        happened.append(tell("unknown_mistake"))
    return Worked(
        tell("worked_out", one.line.line),
        "".join(said),
        tuple(steps),
        tell("yours"),
        (printable(one.line.name, 200), *(printable(part.text, 2_000) for part in one.line.parts)),
        tuple(writer.figure(place.written).lstrip("-") for place in places),
        tuple(happened),
    )


def line_asked(report: Report, number: int) -> LineReport:
    """The line to work out."""
    lines = [one.line.line for one in report.lines if about(one.line) is not None and one.line.error is None]
    found = next((one for one in report.lines if one.line.line == number and number in lines), None)
    if found is None:
        hint = f"there is: {lines_named(lines, teller())}" if lines else ""
        raise InputError(f"there is no line {number} that could be worked out", hint=hint)
    return found


def cone(key: Key, right: RightLines) -> tuple[list[Key], list[Key]]:
    """The quantities whose lines lead to one, in order, itself last; and those written ones that go in."""
    keys: list[Key] = []
    sources: dict[Key, None] = {}

    def add(one: Key) -> None:
        form = right.shown_form(one)
        for inner in symbols(form) if form is not None else ():
            if not isinstance(inner, Quantity | Derivative) or inner in right.given:
                continue
            inner = right.canonical(inner)
            if inner in right.own and inner != key:
                sources[inner] = None
            elif inner not in keys:
                add(inner)
        if one not in keys:
            keys.append(one)

    add(key)
    return keys, list(sources)


def source(key: Key, report: Report, right: RightLines, tell: Tell) -> str:
    """A line of the person's that goes in: what stands there."""
    lines = [line for line in report.submission.lines if (own := about(line)) and right.canonical(own) == key]
    line = next(line for line in reversed(lines) if last_number(line) is not None)
    return tell("from_line", printable(line.name, 200), printable(line.parts[-1].text, 200), line.line)
