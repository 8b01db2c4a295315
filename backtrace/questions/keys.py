"""Keys as data: a row per part, the cells of a table safe in any spreadsheet, and every instance for the marking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backtrace.expression.tree import Expr
from backtrace.network.quantity import Derivative, Key, Quantity, neutral
from backtrace.network.to_toml import to_toml
from backtrace.questions.data import answer_data, expr_data, key_data, say_data
from backtrace.questions.labels import Exercise, Labelled, labelled_by_item
from backtrace.questions.records import Answer, Choice, Formula, Numeric, Shape, Whole
from backtrace.questions.sheet_file import SheetFile
from backtrace.questions.variants import Copy, Variant

VERSION = 1
KEY_COLUMNS = (
    "form",
    "student",
    "part",
    "exercise",
    "asked",
    "sort",
    "answer",
    "low",
    "high",
    "tolerance",
    "digits",
    "points",
)
OVERVIEW_COLUMNS = ("number", "student", "name", "form", "file", "drawn_again")

# A spreadsheet takes a cell that begins with one of these for a formula.
FORMULA_SIGNS = "=+-@\t\r\0"


def key_row(one: Labelled, form: str, student: str = "") -> dict[str, object]:
    """The row of key.csv. Numbers are as machines write them; low, high and tolerance stay empty where an answer is
    not judged by its size."""
    answer = one.part.answer
    low = high = tolerance = digits = ""
    if isinstance(answer, Numeric):
        low, high, digits = plain(answer.low), plain(answer.high), str(answer.digits)
        tolerance = plain(max(answer.high - answer.value, answer.value - answer.low))
    elif isinstance(answer, Whole):
        low = high = str(answer.value)
        tolerance = "0"
    cells = (
        form,
        student,
        one.label,
        one.instance.kind,
        asked_name(one),
        type(answer).__name__.lower(),
        answer_text(answer),
        low,
        high,
        tolerance,
        digits,
        plain(one.points),
    )
    return dict(zip(KEY_COLUMNS, cells, strict=True))


def asked_name(one: Labelled) -> str:
    """The neutral name of what is asked for; empty where it has none."""
    key = key_asked(one)
    return neutral(key) if key is not None else ""


def key_asked(one: Labelled) -> Key | None:
    """The quantity that is asked for, where it is one."""
    name = one.part.name
    if isinstance(name, Expr):
        name = name.args[0] if name.op == "symbol" else None
    return name if isinstance(name, Quantity | Derivative) else None


def answer_text(answer: Answer) -> str:
    """The answer as a student may write it on the answer form; empty where a person reads it."""
    if isinstance(answer, Numeric):
        return plain(answer.value)
    if isinstance(answer, Whole):
        return str(answer.value)
    if isinstance(answer, Shape):
        return "x".join(str(d) for d in answer.dims)
    if isinstance(answer, Choice):
        return answer.letters
    if isinstance(answer, Formula):
        return formula_text(answer)
    return ""


def formula_text(answer: Formula) -> str:
    """A formula in the neutral names, as the checker reads it."""
    from backtrace.render.neutral import NeutralSpelling
    from backtrace.render.text import TextWriter

    return TextWriter(NeutralSpelling(), ascii=True).write(answer.expr)


def plain(value: float) -> str:
    """A number of a table: 15 digits, no more zeros than it needs."""
    return f"{value:.15g}"


def spelt(value: float) -> str:
    """A number as it was typed, else in full."""
    return str(getattr(value, "text", repr(float(value))))


def csv_table(columns: Sequence[str], rows: Sequence[Mapping[str, object]], outside: Sequence[str] = ()) -> str:
    """The rows as CSV. outside: the columns whose text comes from others; in them nothing is taken for a formula."""
    import csv
    import io

    page = io.StringIO(newline="")
    writer = csv.writer(page, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe_cell(str(row[c])) if c in outside else row[c] for c in columns])
    return page.getvalue()


def safe_cell(text: str) -> str:
    """Text from outside as a cell that no spreadsheet evaluates: an apostrophe before what would be a formula."""
    return f"'{text}" if text[:1] and (text[0] in FORMULA_SIGNS or text.lstrip()[:1] in tuple("=+-@")) else text


def record(sheet: SheetFile, copy: Copy, variant: Variant, files: Sequence[str]) -> dict[str, Any]:
    """All that is known of one sheet, from which it is marked: nothing is ever drawn again."""
    alone = copy.variant.startswith("student ")
    items = labelled_by_item(variant.exercises)
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
        "key": [key_row(one, variant.form, copy.id if alone else "") for item in items for one in item],
        "exercises": [exercise_data(exercise, own) for exercise, own in zip(variant.exercises, items, strict=True)],
    }


def exercise_data(exercise: Exercise, parts: Sequence[Labelled]) -> dict[str, Any]:
    """What an item became: its network, its parts and their answers, the wrong ones and their mistakes included. Items
    that are asked together have the same number."""
    instance = exercise.instance
    return {
        "number": parts[0].exercise,
        "kind": instance.kind,
        "level": instance.level,
        "seed": instance.seed,
        "points": exercise.points,
        "title": say_data(instance.title),
        "note": instance.note,
        "settings": {name: value for name, value in instance.settings.items() if is_plain(value)},
        "network": to_toml(instance.network) if instance.network is not None else None,
        "parts": [
            {
                "label": one.label,
                "ask": say_data(one.part.ask),
                "name": name_data(one),
                "points": one.points,
                "share": one.part.share,
                "answer": answer_data(one.part.answer),
            }
            for one in parts
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
