"""The question bank: conceptual questions from TOML files, ours in `exercises/banks/`, or a teacher's own.

    [[questions]]
    id = "epoch"
    type = "choice"                    # or "true-false"
    topic = "training"
    idea = "one epoch uses every sample once"
    en = "What is one epoch?"          # the question itself, in one language or more
    de = "Was ist eine Epoche?"
    [[questions.options]]
    id = "all-once"
    right = true
    en = "every sample has been used once"
    [[questions.options]]
    id = "one-update"
    en = "one update of the weights"
    why = {en = "with full batches both are the same"}     # why it tempts

A true-false question has `right = true` or `false` and one `why` in place of options. Several options may be right.
"""

from __future__ import annotations

import os.path
import re
from functools import lru_cache
from typing import NamedTuple

from backtrace.errors import InputError, nearest, printable
from backtrace.network.fields import Table
from backtrace.network.source import Document, file_text
from backtrace.questions.records import Choice, Instance, Option, Part, Say, Texts
from backtrace.questions.sampling import shuffled
from backtrace.questions.seeds import Draws
from backtrace.questions.words import LANGUAGES
from backtrace.shipped import shipped

MOST_QUESTIONS = 1000
MOST_OPTIONS = 12
TYPES = ("choice", "true-false")
NAME = r"[a-z0-9]+(?:-[a-z0-9]+)*"


class Alternative(NamedTuple):
    """An option as it stands in the bank. why: what tempts, of a wrong one; None where the bank does not say."""

    id: str
    texts: Texts
    right: bool
    why: Texts | None = None


class Question(NamedTuple):
    """A question of a bank. The options of a true-false one are "true" and "false", in this order.

    type: one of TYPES; several: the sheet says that more than one option may be right; idea: what the question is
    after, for teachers; level: from which level of difficulty on it is asked; file: where it stands.
    """

    id: str
    type: str
    topic: str
    idea: str
    texts: Texts
    options: tuple[Alternative, ...]
    several: bool = False
    level: int = 1
    file: str = ""


TRUE = Texts((("en", "true"), ("de", "richtig")))
FALSE = Texts((("en", "false"), ("de", "falsch")))


def bank_files() -> list[str]:
    """The banks that ship with the program, by name of the file."""
    folder = os.path.join(shipped("exercises"), "banks")
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".toml")]


@lru_cache
def bank() -> dict[str, Question]:
    """Every question that ships with the program, by its id."""
    found: dict[str, Question] = {}
    for path in bank_files():
        for question in read_bank(file_text(path), os.path.basename(path)):
            found[question.id] = question
    return found


def read_file(path: str) -> dict[str, Question]:
    """The questions of a file of one's own by their ids; raises InputError with the place."""
    return {question.id: question for question in read_bank(file_text(path), printable(path, 200))}


def question(name: str, bank_file: str = "") -> Question:
    """The question of that id, of the file or else of our own banks; raises InputError with the nearest ids."""
    known = read_file(bank_file) if bank_file else bank()
    if name not in known:
        where = f"in {printable(bank_file)}" if bank_file else "in the bank"
        hint = nearest(name, known) or "docs/bank.md lists ours"
        raise InputError(f"there is no question '{printable(name)}' {where}", hint=hint)
    return known[name]


def topics() -> list[str]:
    """The topics of our own banks, in their order."""
    return list(dict.fromkeys(question.topic for question in bank().values()))


def read_bank(text: str, file: str) -> list[Question]:
    """The questions of a bank's text. Raises InputError with file, line and what was expected."""
    document = Document(text, file)
    whole = Table(document, (), document.tables, ("title", "questions"), "the bank")
    whole.text("title")
    rows = whole.values.get("questions")
    if not isinstance(rows, list) or not rows:
        raise whole.refusal("questions", "there are no questions", "a question begins with [[questions]]")
    if len(rows) > MOST_QUESTIONS:
        raise whole.refusal("questions", f"there are more than {MOST_QUESTIONS} questions")
    found: dict[str, Question] = {}
    for index, row in enumerate(rows):
        one = _question(document, index, row, file)
        if one.id in found:
            raise InputError(f"two questions have the id '{one.id}'", document.place("questions", index, "id"))
        found[one.id] = one
    return list(found.values())


def _question(document: Document, index: int, row: object, file: str) -> Question:
    keys = ("id", "type", "topic", "idea", "level", "right", "why", "several", "options", *LANGUAGES)
    table = Table(document, ("questions", index), row, keys, f"question {index + 1}")
    name = _name(table)
    table.what = f"question '{name}'"
    kind = table.choice("type", TYPES, "choice")
    level = table.whole("level", 1, 3) if "level" in table else 1
    texts = _texts(table)
    options = _true_false(table) if kind == "true-false" else _options(document, index, table)
    right = sum(option.right for option in options)
    several = table.boolean("several", right > 1)
    if right > 1 and not several:
        raise table.refusal("several", f"{right} options are right, but several = false", "write several = true")
    return Question(name, kind, table.text("topic", "", 60), table.text("idea"), texts, options, several, level, file)


def _name(table: Table) -> str:
    name = table.text("id", "", 80)
    if not re.fullmatch(NAME, name):
        raise table.refusal(
            "id",
            f"'{printable(name)}' cannot be an id" if name else "there is no id",
            "an id is small letters and digits, with hyphens between",
        )
    return name


def _texts(table: Table) -> Texts:
    """The text of a question or an option in every language it has; one at least."""
    found = tuple((code, table.text(code, "", 500)) for code in LANGUAGES if code in table)
    if not found or not all(text.strip() for _, text in found):
        raise table.refusal("", "there is no text", f"write it as {' or '.join(f'{c} = …' for c in LANGUAGES)}")
    return Texts(found)


def _why(table: Table, document: Document, path: tuple[str | int, ...]) -> Texts | None:
    if "why" not in table:
        return None
    return _texts(Table(document, (*path, "why"), table.values["why"], LANGUAGES, f"{table.what}: why"))


def _true_false(table: Table) -> tuple[Alternative, ...]:
    for key in ("options", "several"):
        if key in table:
            raise table.refusal(key, f"a true-false question has no {key}", 'leave it out, or write type = "choice"')
    if "right" not in table:
        raise table.refusal("", "nothing says whether it is true", "write right = true or right = false")
    right = table.boolean("right", True)
    why = _why(table, table.document, table.path)
    return (
        Alternative("true", TRUE, right, None if right else why),
        Alternative("false", FALSE, not right, why if right else None),
    )


def _options(document: Document, index: int, table: Table) -> tuple[Alternative, ...]:
    for key in ("right", "why"):
        if key in table:
            raise table.refusal(key, f"'{key}' belongs to an option, or to a true-false question")
    rows = table.values.get("options", [])
    if not isinstance(rows, list) or not 2 <= len(rows) <= MOST_OPTIONS:
        raise table.refusal("options", f"a choice has 2 to {MOST_OPTIONS} options", "write [[questions.options]]")
    found: list[Alternative] = []
    for position, row in enumerate(rows):
        path = ("questions", index, "options", position)
        one = Table(document, path, row, ("id", "right", "why", *LANGUAGES), f"{table.what}, option {position + 1}")
        name, right, texts = _name(one), one.boolean("right", False), _texts(one)
        why = _why(one, document, path)
        if right and why:
            raise one.refusal("why", "only a wrong option has a why", "leave it out, or right = true")
        _refuse_doubles(one, found, name, texts)
        found.append(Alternative(name, texts, right, why))
    if not any(option.right for option in found):
        raise table.refusal("options", "no option is right", "write right = true in one or more of them")
    if all(option.right for option in found) and len(found) < 3:
        raise table.refusal("options", "every option is right", "add one that is wrong")
    return tuple(found)


def _refuse_doubles(table: Table, found: list[Alternative], name: str, texts: Texts) -> None:
    for other in found:
        if other.id == name:
            raise table.refusal("id", f"two options have the id '{name}'")
        for code, text in texts.texts:
            if dict(other.texts.texts).get(code) == text:
                raise table.refusal(code, f"this option says the same as option '{other.id}'")


def part(one: Question, draw: Draws) -> Part:
    """The question with its options in an order drawn (true before false, as everywhere); the solution says what
    tempts about each wrong option."""
    options = list(one.options)
    if one.type == "choice":
        options = shuffled(draw, options)
    answer = Choice(
        tuple(
            Option(Say("as_it_is", (option.texts,)), option.right, "" if option.right else f"{one.id}.{option.id}")
            for option in options
        ),
        one.several,
    )
    reasons = tuple(
        Say("bank_tempts", (chr(ord("A") + position), option.why))
        for position, option in enumerate(options)
        if option.why is not None
    )
    ask = {"true-false": "bank_true_false", "choice": "bank_several" if one.several else "bank_choice"}[one.type]
    return Part(Say(ask, (one.texts,)), answer, solution=(Say("bank_right", (answer.letters,)), *reasons))


def instance(one: Question, draw: Draws, seed: str = "") -> Instance:
    """The question as an exercise of its own."""
    made = part(one, draw)
    assert isinstance(made.answer, Choice)
    order = " ".join(option.why or "right" for option in made.answer.options)
    kind = "true-false" if one.type == "true-false" else "multiple-choice"
    title = "bank_title_true_false" if one.type == "true-false" else "bank_title_choice"
    return Instance(kind, one.level, seed, Say(title), (), (made,), note=f"{kind} {one.id}: {order}")
