"""The record of a sheet: all that is known of it, as data, from which it is marked: nothing is ever drawn again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from backtrace.expression.tree import Expr
from backtrace.network.to_toml import to_toml
from backtrace.questions.alike import Alike
from backtrace.questions.data import answer_data, expr_data, key_data, say_data
from backtrace.questions.keys import answer_text, asked_name, plain
from backtrace.questions.labels import Exercise, Labelled, labelled_by_item
from backtrace.questions.records import Numeric, Whole
from backtrace.questions.sheet_file import SheetFile
from backtrace.questions.variants import Copy, Variant

VERSION = 1


class PartData(NamedTuple):
    """What the record of a part has in common with those of all parts alike. asked: the neutral name of what is asked
    for; worth: the points as a table has them."""

    label: str
    exercise: int
    asked: str
    worth: str
    ask: dict[str, Any]
    name: Any
    points: float


def record(sheet: SheetFile, copy: Copy, variant: Variant, found: Alike, files: Sequence[str]) -> dict[str, Any]:
    """The record of one sheet. found: what the variant is alike to."""
    student = copy.id if copy.variant.startswith("student ") else ""
    items = found.kept.get("records")
    if items is None:
        known = [[part_data(one) for one in item] for item in labelled_by_item(variant.exercises)]
        items = found.kept.keep("records", known)
    cells = key_cells(found.answers)
    texts: dict[int, str] = {}
    rows: list[dict[str, object]] = []
    exercises: list[dict[str, Any]] = []
    for exercise, parts in zip(variant.exercises, items, strict=True):
        rows += key_rows(exercise, parts, variant.form, student, cells)
        exercises.append(exercise_data(exercise, parts, texts))
    return {
        "version": VERSION,
        "form": variant.form,
        "number": copy.number,
        "stem": copy.stem,
        "student": {"id": copy.id, "name": copy.name} if copy.id else None,
        "variant": copy.variant,
        "attempt": variant.attempt,
        "note": variant.note,
        "sheet": {"name": sheet.name, "title": sheet.title, "points": sheet.points},
        "marking": sheet.marking._asdict(),
        "files": list(files),
        "key": rows,
        "exercises": exercises,
    }


def as_json(data: Mapping[str, Any], indent: int | None = None) -> str:
    """Data as JSON: in one line, which takes a fifth of the time, or for people to read."""
    from json import dumps

    return dumps(data, indent=indent, ensure_ascii=False) + "\n"


def part_data(one: Labelled) -> PartData:
    """A part as data, but for its answer."""
    return PartData(
        one.label,
        one.exercise,
        asked_name(one),
        plain(one.points),
        say_data(one.part.ask),
        name_data(one),
        one.points,
    )


def key_cells(answers: Sequence[Numeric]) -> Iterator[list[str]]:
    """Of each answer that is a number the cells answer, low, high and tolerance: as `plain` writes them."""
    numbers: list[float] = []
    for value, _, low, high, _ in answers:
        numbers += (value, low, high, max(high - value, value - low))
    texts = ("%.15g " * len(numbers) % tuple(numbers)).split()
    return (texts[n : n + 4] for n in range(0, len(texts), 4))


def key_rows(
    exercise: Exercise, parts: Sequence[PartData], form: str, student: str, cells: Iterator[list[str]]
) -> Iterator[dict[str, object]]:
    """The rows of key.csv. Numbers are as machines write them; low, high and tolerance stay empty where an answer is
    not judged by its size."""
    kind = exercise.instance.kind
    for known, part in zip(parts, exercise.instance.parts, strict=True):
        answer = part.answer
        low = high = tolerance = digits = ""
        if isinstance(answer, Numeric):
            (text, low, high, tolerance), digits = next(cells), str(answer.digits)
        else:
            text = answer_text(answer)
            if isinstance(answer, Whole):
                low, high, tolerance = text, text, "0"
        yield {
            "form": form,
            "student": student,
            "part": known.label,
            "exercise": kind,
            "asked": known.asked,
            "sort": type(answer).__name__.lower(),
            "answer": text,
            "low": low,
            "high": high,
            "tolerance": tolerance,
            "digits": digits,
            "points": known.worth,
        }


def exercise_data(exercise: Exercise, parts: Sequence[PartData], texts: dict[int, str]) -> dict[str, Any]:
    """What an item became: its network, its parts and their answers, the wrong ones and their mistakes included. Items
    that are asked together have the same number. texts: the networks of items before as files, by their identities."""
    instance, network = exercise.instance, exercise.instance.network
    if network is not None and id(network) not in texts:
        texts[id(network)] = to_toml(network)
    return {
        "number": parts[0].exercise,
        "kind": instance.kind,
        "level": instance.level,
        "seed": instance.seed,
        "points": exercise.points,
        "title": say_data(instance.title),
        "note": instance.note,
        "settings": {name: value for name, value in instance.settings.items() if is_plain(value)},
        "network": None if network is None else texts[id(network)],
        "parts": [
            {
                "label": known.label,
                "ask": known.ask,
                "name": known.name,
                "points": known.points,
                "share": part.share,
                "answer": answer_data(part.answer),
            }
            for known, part in zip(parts, instance.parts, strict=True)
        ],
    }


def name_data(one: Labelled) -> Any:
    """The name of a part as data: null, a key or a formula."""
    name = one.part.name
    if name is None:
        return None
    return expr_data(name) if isinstance(name, Expr) else key_data(name)


def is_plain(value: object) -> bool:
    """Whether JSON can hold a setting as it is."""
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return all(is_plain(part) for part in value)
    return value is None or type(value) in (bool, int, float, str)
