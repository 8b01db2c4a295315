"""The key of a form as it follows from a slip: what every part gives when a student goes on correctly from a number of
their own. For marking on paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from backtrace.check.checking import given_numbers, lines_for
from backtrace.check.cone import Own
from backtrace.check.figures import Figures
from backtrace.check.marking.feedback import as_part, exercise_group
from backtrace.check.marking.instances import Asked, Sheet
from backtrace.check.marking.quantities import Joint, joint_exercises
from backtrace.check.marking.settings import Settings
from backtrace.check.marking.words import say
from backtrace.check.numerals import SIGNS, numeral
from backtrace.errors import BacktraceError, InputError, nearest, printable
from backtrace.network.quantity import Key, neutral
from backtrace.notation.names import Names
from backtrace.notation.profile import Profile
from backtrace.questions.records import Numeric
from backtrace.questions.sheet_pages import divided_table
from backtrace.questions.words import Language
from backtrace.questions.writing import answer_runs
from backtrace.render.document import Block, Document, Group, Number, Paragraph, Runs, Strong
from backtrace.render.numbers import NumberStyle, figure


class Slip(NamedTuple):
    """A number that a student wrote. text: its digits."""

    exercise: int
    key: Key
    value: float
    text: str


class Followed(NamedTuple):
    """A part of the key. value: what follows, None where the slips do not reach it; written: it is a slip itself."""

    part: Asked
    value: float | None = None
    written: bool = False


def slips_of(sheet: Sheet, said: Sequence[str], profile: Profile) -> list[Slip]:
    """The numbers of `--with NAME=VALUE`: NAME is a label, or a quantity, `2:out_h1` for that of exercise 2."""
    joints = list(joint_exercises(sheet.parts))
    found = list[Slip]()
    for text in said:
        name, equals, value = text.partition("=")
        typed = value.strip().translate(SIGNS).replace(",", ".")
        number = numeral(typed)
        if not equals or number is None:
            raise InputError(
                f"'{printable(text)}' is no number for a quantity", hint="write it NAME=VALUE: out_h1=0.5393"
            )
        exercise, key = _meant(sheet, joints, name.strip(), profile)
        if any((one.exercise, one.key) == (exercise, key) for one in found):
            raise InputError(
                f"'{printable(name.strip())}' is given twice", hint="say once what the student wrote for it"
            )
        digits = typed if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", typed) else f"{number.value:.15g}"
        found.append(Slip(exercise, key, number.value, digits))
    return found


def _meant(sheet: Sheet, joints: Sequence[Joint], name: str, profile: Profile) -> tuple[int, Key]:
    """The exercise and the quantity that a name means."""
    label = next((part for part in sheet.parts if part.label.lower() == name.lower()), None)
    if label is not None:
        if label.key is None or not any(label in joint.parts for joint in joints):
            raise InputError(f"part {label.label} is no number of a network: nothing follows from it")
        return label.exercise, label.key
    asked, colon, rest = name.partition(":")
    wanted = [joint for joint in joints if not colon or str(joint.exercise) == asked.strip()]
    if colon and not wanted:
        raise InputError(
            f"exercise {printable(asked)} has no network",
            hint=f"there is: {', '.join(str(joint.exercise) for joint in joints)}",
        )
    found: list[tuple[int, Key]] = []
    fault: InputError | None = None
    for joint in wanted:
        try:
            found.append((joint.exercise, Names(joint.network, profile).resolve(rest if colon else name)))
        except InputError as error:
            fault = fault or error
    if len({exercise for exercise, _ in found}) > 1:
        ways = " or ".join(f"{exercise}:{name}" for exercise, _ in found)
        raise InputError(f"several exercises have a quantity '{printable(name)}'", hint=f"say which one: {ways}")
    if found:
        return found[0]
    labels = [part.label for part in sheet.parts if part.key is not None]
    raise fault or InputError(f"there is no part '{printable(name)}'", hint=nearest(name, labels))


def followed(sheet: Sheet, slips: Sequence[Slip]) -> list[Followed]:
    """Every part with what follows from the slips."""
    values: dict[str, float] = {}
    written: set[str] = set()
    for joint in joint_exercises(sheet.parts):
        own = [slip for slip in slips if slip.exercise == joint.exercise]
        if own:
            figures = _figures(joint, own)
            mine = {figures.lines.canonical(slip.key) for slip in own}
            for part in joint.parts:
                assert part.key is not None
                key = figures.lines.canonical(part.key)
                if key in mine:
                    written.add(part.label)
                    values[part.label] = figures.own[key].value
                elif (value := _value(figures, part.key)) is not None:
                    values[part.label] = value
    return [Followed(part, values.get(part.label), part.label in written) for part in sheet.parts]


def _figures(joint: Joint, slips: Sequence[Slip]) -> Figures:
    """The network's numbers with the slips in their places."""
    lines = lines_for(joint.network, [slip.key for slip in slips])
    given = given_numbers(joint.network)
    for slip in slips:
        key = lines.canonical(slip.key)
        if key not in given and lines.function(key) is None:
            raise InputError(f"{neutral(slip.key)} has no place in this calculation")
    own = {lines.canonical(slip.key): Own(slip.value, 0.0, place) for place, slip in enumerate(slips)}
    changed = {key: number.value for key, number in own.items() if key in given}
    return Figures(joint.network, lines, {**given, **changed}, own, 3, lambda key: False)


def _value(figures: Figures, key: Key) -> float | None:
    try:
        return figures.of_key(key).value
    except (BacktraceError, KeyError):
        return None


def differs(one: Followed) -> bool:
    """Whether a part is not what the key says, at the digits asked for."""
    answer = one.part.answer
    return one.value is not None and isinstance(answer, Numeric) and not answer.low <= one.value <= answer.high


def key_page(sheet: Sheet, found: Sequence[Followed], slips: Sequence[Slip], settings: Settings) -> Document:
    """The key as one table for each exercise; where what follows is not what is right, it stands out."""
    language = settings.spoken
    blocks: list[Block] = []
    if slips:
        blocks.append(Paragraph((say(language, "key_with"),)))
    for exercise in dict.fromkeys(part.exercise for part in sheet.parts):
        own = [one for one in found if one.part.exercise == exercise]
        blocks.append(_exercise(exercise, own, [slip for slip in slips if slip.exercise == exercise], language))
    title = f"{sheet.title}: {say(language, 'key_title')}" if slips else sheet.title
    return Document(title, form=sheet.form, name=sheet.name or sheet.id, name_line=bool(sheet.id), blocks=tuple(blocks))


def _exercise(number: int, found: Sequence[Followed], slips: Sequence[Slip], language: Language) -> Group:
    parts = [one.part for one in found]
    rows: list[tuple[Runs, ...]] = []
    for one in found:
        right = answer_runs(as_part(one.part)) or (say(language, "verdict_to_read"),)
        rows.append(((one.part.label,), (one.part.key,) if one.part.key else (), right, *_follows(one, language)))
    names = ("column_part", "column_asked", "key_right", "key_follows")
    heading: list[Runs] = [*((say(language, name),) for name in names), ()]
    asked = {one.part.key for one in found if one.written}
    said = [Paragraph((slip.key, " = ", Number(slip.text))) for slip in slips if slip.key not in asked]
    return exercise_group(number, parts, [*said, *divided_table(heading, rows)], language)


def _follows(one: Followed, language: Language) -> tuple[Runs, Runs]:
    """What follows, to the digits asked for, and whether it is another number."""
    if one.value is None or not isinstance(one.part.answer, Numeric):
        return (), ()
    value: Runs = (Number(figure(one.value, NumberStyle(one.part.answer.digits))),)
    if one.written:
        return value, (Strong(say(language, "key_given")),)
    return value, (Strong(say(language, "key_changed")),) if differs(one) else ()


def no_form(forms: Iterable[str], form: str) -> InputError:
    """That there is no such form, with the nearest."""
    close = get_close_matches(form.strip().upper(), forms, n=3)
    near = f"did you mean {' or '.join(close)}?" if close else "it stands on the sheet and on the answer form"
    return InputError(f"there is no form '{printable(form)}'", hint=near)
