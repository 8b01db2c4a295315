"""The records of sheets (`teacher/instances/*.json`), read as marking needs them. Nothing is drawn again.

The files are our own, but they lie in a folder for weeks: size, depth, doubled keys and numbers that are none are
refused, and whatever has been changed so that it no longer makes sense, with the file and what is wrong with it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from math import isfinite
from typing import Any, NamedTuple

from backtrace.check.submission.reading import MOST_UPDATES
from backtrace.errors import BacktraceError, InputError, Place, printable
from backtrace.expression.functions import FUNCTIONS
from backtrace.expression.tree import Expr, operands
from backtrace.network.quantity import Derivative, Key, Quantity, neutral
from backtrace.network.source import decoded
from backtrace.questions.data import answer_of, value_of
from backtrace.questions.records import Answer, Choice, Essay, Formula, Numeric, Say, Shape, Whole
from backtrace.questions.sheet_file import Marking

INSTANCES = "teacher/instances"
LARGEST = 5_000_000
DEEPEST = 200
MOST_PARTS = 2000
HINT = "was the file changed by hand?"
# How many operands each operation of a formula takes at least and at most; others have no number.
OPERANDS = {"neg": (1, 1), "div": (2, 2), "power": (2, 2), "add": (2, 999), "mul": (2, 999), "call": (1, 99)}


class Asked(NamedTuple):
    """A part of a sheet. key: the quantity that is asked for, where it is one; network: of its item, as TOML, empty for
    none; exercise: its number on the sheet, which items on one network share; title: of its item."""

    label: str
    exercise: int
    kind: str
    key: Key | None
    points: float
    answer: Answer
    network: str = ""
    title: Say = Say("")

    @property
    def name(self) -> str:
        """The neutral name of what is asked for; empty where it has none."""
        return neutral(self.key) if self.key is not None else ""


class Sheet(NamedTuple):
    """What is known of one copy of a sheet. id, name: of the student, empty for a copy without one; stem: of its
    files; file: the record's own."""

    form: str
    number: int
    stem: str
    id: str
    name: str
    title: str
    marking: Marking
    parts: tuple[Asked, ...]
    file: str = ""

    @property
    def points(self) -> float:
        """Of the whole sheet."""
        return sum(part.points for part in self.parts)

    @property
    def whose(self) -> str:
        """Whom it belongs to, in a message."""
        return " ".join(word for word in (self.id, self.name) if word) or self.stem


def instance_files(folder: str) -> list[str]:
    """The paths of all records of a folder of sheets, in order; raises InputError where there are none."""
    inside = os.path.join(folder, *INSTANCES.split("/"))
    try:
        names = sorted(name for name in os.listdir(inside) if name.endswith(".json")) if os.path.isdir(inside) else []
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"the folder cannot be read: {reason}", Place(printable(inside, 200))) from None
    if not names:
        hint = "name the folder that `backtrace sheet … -o FOLDER` made"
        raise InputError("there are no sheets in this folder", Place(printable(folder, 200)), hint)
    return [os.path.join(inside, name) for name in names]


def read_instance(path: str, whole: bool = True) -> Sheet:
    """The record in a file, or only whose it is; raises InputError."""
    name = printable(path, 200)
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise InputError(f"the record cannot be read: {(error.strerror or str(error)).lower()}", Place(name)) from None
    return sheet_of(decoded(data, name, LARGEST), name, whole)


def sheet_of(text: str, file: str, whole: bool = True) -> Sheet:
    """The record that a JSON text is; without its parts where they are not wanted."""
    data = bounded_json(text, file)
    try:
        return _sheet(data, file, whole)
    except BacktraceError as error:
        raise InputError(error.what, Place(file), error.hint or HINT) from None
    except KeyError as error:
        raise InputError(f"the record has no {error}", Place(file), HINT) from None
    except (TypeError, ValueError, IndexError, AttributeError, RecursionError):
        raise InputError("the record does not make sense", Place(file), HINT) from None


def bounded_json(text: str, file: str) -> Any:
    """JSON of bounded depth, every key once, every number finite."""
    from json import loads

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            double = next(key for n, (key, _) in enumerate(pairs) if key in dict(pairs[:n]))
            raise InputError(f"the key '{printable(double)}' is there twice", Place(file), HINT)
        return found

    def no_number(word: str) -> float:
        raise InputError(f"{word} is no number", Place(file), HINT)

    def finite(word: str) -> float:
        value = float(word)
        return value if isfinite(value) else no_number(printable(word, 20))

    try:
        data = loads(text, object_pairs_hook=once, parse_constant=no_number, parse_float=finite)
        if _is_deep(data):
            raise RecursionError
    except RecursionError:
        raise InputError(f"the brackets are nested more than {DEEPEST} deep", Place(file), HINT) from None
    except ValueError:
        raise InputError("the file cannot be read as JSON", Place(file), HINT) from None
    return data


def _is_deep(data: Any) -> bool:
    """Whether there are too many brackets within each other for what goes through the data afterwards."""
    level: list[Any] = [[data]]
    for _ in range(DEEPEST + 1):
        values = (one.values() if isinstance(one, dict) else one for one in level)
        level = [inner for several in values for inner in several if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def _sheet(data: Any, file: str, whole: bool) -> Sheet:
    if not isinstance(data, dict) or data["version"] != 1:
        raise InputError("this is no record of a sheet that this version reads")
    student = data["student"] or {"id": "", "name": ""}
    shares = [_number(data["marking"][name], 1) for name in ("right", "rounding", "follow_through", "wrong")]
    marking = Marking(shares[0], shares[1], shares[2], shares[3])
    parts = tuple(_parts(data["exercises"])) if whole else ()
    if len({part.label for part in parts}) < len(parts) or len(parts) > MOST_PARTS:
        raise InputError("two parts have one label, or there are too many")
    words = [data["form"], data["stem"], student["id"], student["name"], data["sheet"]["title"]]
    if not all(isinstance(word, str) for word in words) or not isinstance(data["number"], int):
        raise InputError("a name is no text, or the number of the sheet is none")
    form, stem, id, name, title = words
    if not re.fullmatch(r"[a-z0-9-]{1,200}", stem):
        # Pages for students are written under this name: nothing in it may lead out of their folder.
        raise InputError(f"the stem '{printable(stem, 40)}' is no name of a file of ours")
    return Sheet(form, data["number"], stem, id, name, title, marking, parts, file)


def _parts(exercises: list[dict[str, Any]]) -> Iterator[Asked]:
    for exercise in exercises:
        network, number, kind = exercise["network"] or "", exercise["number"], exercise["kind"]
        title = value_of(exercise["title"])
        if not (
            isinstance(title, Say) and isinstance(network, str) and isinstance(number, int) and isinstance(kind, str)
        ):
            raise InputError("an exercise is not what it was")
        hash(title)  # a TypeError where a list or an object stands in it
        for part in exercise["parts"]:
            answer = answer_of(part["answer"])
            _check_answer(answer)
            key = _key(part["name"])
            if not isinstance(part["label"], str):
                raise InputError("a label is no text")
            yield Asked(part["label"], number, kind, key, _number(part["points"], 1e6), answer, network, title)


def _key(data: Any) -> Key | None:
    """The quantity asked for; None for none and for a formula."""
    found = value_of(data) if data is not None else None
    if isinstance(found, Expr):
        found = found.args[0] if found.op == "symbol" else None
    if found is not None:
        _check_key(found)
    return found


def _check_key(key: object) -> None:
    if isinstance(key, Derivative):
        for quantity in key[: 3 if key.via else 2]:
            _check_key(quantity)
        return
    if not isinstance(key, Quantity) or not isinstance(key.kind, str) or not isinstance(key.name, str):
        raise InputError("what is asked for is no quantity")
    if not all(isinstance(n, int) and -1 <= n <= 100_000 for n in key[1:6]) or not 0 <= key.updates <= MOST_UPDATES:
        raise InputError("what is asked for is no quantity")


def _check_answer(answer: Answer) -> None:
    """Raises InputError for an answer that nothing can be held against."""
    match answer:
        case Numeric(value, digits, low, high, wrong):
            fine = all(_is_number(n) for n in (value, low, high)) and low <= high
            fine = fine and isinstance(digits, int) and 1 <= digits <= 15
            fine = fine and all(_is_number(one.value) for one in wrong)
        case Whole(value, wrong):
            fine = isinstance(value, int) and all(map(_is_number, (value, *(one.value for one in wrong))))
        case Shape(dims, wrong):
            fine = all(isinstance(d, int) for d in dims) and all(isinstance(one.value, str) for one in wrong)
        case Formula(expr, wrong_forms):
            fine = all(map(_is_sound, (expr, *(form for _, form in wrong_forms))))
        case Choice(options, several):
            fine = 0 < len(options) <= 26 and all(isinstance(o.right, bool) for o in options)
            fine = fine and isinstance(several, bool)
        case Essay():
            fine = True
    if not fine:
        raise InputError("an answer is not what it was")
    named = [one[0] for one in getattr(answer, "wrong", ())] + [option.why for option in getattr(answer, "options", ())]
    if not all(isinstance(mistake, str) for mistake in named):
        raise InputError("a mistake has no name")


def _is_sound(e: object) -> bool:
    """Whether a formula is one that has a value."""
    if not isinstance(e, Expr):
        return False
    if e.op == "number":
        return len(e.args) == 2 and _is_number(e.args[0]) and isinstance(e.args[1], str)
    if e.op == "symbol":
        _check_key(e.args[0])
        return True
    if e.op not in OPERANDS or (e.op == "call" and e.args[0] not in FUNCTIONS):
        return False
    least, most = OPERANDS[e.op]
    return least <= len(operands(e)) <= most and all(map(_is_sound, operands(e)))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _number(value: Any, most: float) -> float:
    if not _is_number(value) or not 0 <= value <= most:
        raise InputError(f"{printable(str(value), 30)} is no number of points")
    return float(value)
