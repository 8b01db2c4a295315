"""What is said about one line: what of it is right, what is not, and a hint."""

from __future__ import annotations

from backtrace.check.records import WRONG, LineReport
from backtrace.check.report.account import Asked, Block, Tell
from backtrace.check.report.hints import hint_for
from backtrace.check.report.misplaced import misplaced
from backtrace.check.report.naming_lines import lines_named
from backtrace.check.report.right_lines import RightLines, about
from backtrace.errors import printable

# How much of a line is quoted.
LONGEST = 2_000


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
