"""What tables of keys are made of: names, answers as text, and cells that are safe in any spreadsheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backtrace.expression.tree import Expr
from backtrace.network.quantity import Derivative, Key, Quantity, neutral
from backtrace.questions.labels import Labelled
from backtrace.questions.records import Answer, Choice, Formula, Numeric, Shape, Whole

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
