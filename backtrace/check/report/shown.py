"""The right line of a quantity as a person could have typed it: `name = formula = numbers = value`."""

from __future__ import annotations

from backtrace.check.records import LineReport
from backtrace.check.report.right_lines import RightLines, about
from backtrace.derivation.steps import Step
from backtrace.errors import InputError
from backtrace.notation.profile import Profile
from backtrace.notation.spelling import Spelling
from backtrace.render.body import numbers
from backtrace.render.options import PageOptions
from backtrace.render.text import TextWriter


def shown(one: LineReport, right: RightLines, profile: Profile, options: PageOptions) -> str:
    """The line; empty where there is none to show."""
    key = about(one.line)
    if key is None:
        return ""
    try:
        step = right.step(right.canonical(key))
    except (InputError, KeyError):
        return ""
    return " = ".join(parts_of_step(step, right, profile, options))


def parts_of_step(step: Step, right: RightLines, profile: Profile, options: PageOptions) -> tuple[str, ...]:
    """The parts of a line: its name, its forms, the numbers put in, its value."""
    substituted, value = numbers(step, right.derivation([step], profile), options)
    parts = [step.left, *step.forms, *(part for part in (substituted, value) if part is not None)]
    return tuple(map(writer_for(right, profile, options).write, parts))


def writer_for(right: RightLines, profile: Profile, options: PageOptions) -> TextWriter:
    """What writes formulas as they are typed."""
    return TextWriter(Spelling(profile, right.network), ascii=True, comma=options.comma, boxed=False)
