"""Sentences, quantities, formulas and answers as plain data for JSON, and back: what was drawn survives as it was.

| what       | as data                                                     |
|------------|-------------------------------------------------------------|
| a quantity | {"quantity": [kind, layer, unit, source, sample, updates, name]} |
| ∂a/∂b      | {"of": …, "by": …}, and "via" where it comes through a gate |
| a formula  | {"op": …, "args": […]}                                      |
| a number   | itself; as typed: {"typed": "0.40"}                         |
| a sentence | {"say": key, "args": […]}                                   |
| a text     | itself; in several languages {"texts": {"en": …}}           |
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backtrace.errors import InputError, InternalFault
from backtrace.expression.tree import Expr
from backtrace.expression.tree import Given as Typed
from backtrace.network.quantity import Derivative, Key, Quantity
from backtrace.questions.records import (
    Answer,
    Choice,
    Essay,
    Formula,
    Numeric,
    Option,
    Say,
    Shape,
    Texts,
    Whole,
    Wrong,
    WrongNumbers,
)


def key_data(key: Key) -> dict[str, Any]:
    """A quantity, or one of them by another."""
    if isinstance(key, Derivative):
        found = {"of": key_data(key.of), "by": key_data(key.by)}
        return found | ({"via": key_data(key.via)} if key.via else {})
    return {"quantity": list(key)}


def expr_data(e: Expr) -> dict[str, Any]:
    """A formula."""
    return {"op": e.op, "args": [value_data(arg) for arg in e.args]}


def say_data(say: Say) -> dict[str, Any]:
    """A sentence by its key."""
    return {"say": say.key, "args": [value_data(arg) for arg in say.args]}


def value_data(value: object) -> Any:
    """Whatever may be an argument of a formula or of a sentence."""
    if isinstance(value, Expr):
        return expr_data(value)
    if isinstance(value, Quantity | Derivative):
        return key_data(value)
    if isinstance(value, Say):
        return say_data(value)
    if isinstance(value, Texts):
        return {"texts": dict(value.texts)}
    if isinstance(value, Typed):
        return {"typed": value.text}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise InternalFault(f"an exercise holds a {type(value).__name__}, for which there is no data")


def value_of(data: Any) -> Any:
    """What `value_data` was given."""
    if not isinstance(data, dict):
        return data
    if "op" in data:
        return Expr(data["op"], tuple(value_of(arg) for arg in data["args"]))
    if "quantity" in data:
        return Quantity(*data["quantity"])
    if "of" in data:
        return Derivative(value_of(data["of"]), value_of(data["by"]), value_of(data.get("via")))
    if "say" in data:
        return Say(data["say"], tuple(value_of(arg) for arg in data["args"]))
    if "texts" in data:
        return Texts(tuple(data["texts"].items()))
    if "typed" in data:
        return Typed(data["typed"])
    raise InputError("the data of this exercise cannot be read", hint="was the file changed by hand?")


def answer_data(answer: Answer) -> dict[str, Any]:
    """An answer by its sort, with the wrong ones and the mistakes behind them."""
    match answer:
        case Numeric(value, digits, low, high, wrong):
            return {
                "sort": "numeric",
                "value": float(value),
                "digits": digits,
                "low": low,
                "high": high,
                "wrong": wrong_data(wrong),
            }
        case Whole(value, wrong):
            return {"sort": "whole", "value": value, "wrong": wrong_data(wrong)}
        case Shape(dims, wrong):
            return {"sort": "shape", "dims": list(dims), "wrong": wrong_data(wrong)}
        case Formula(expr, formulas):
            wrong_forms = [(mistake, expr_data(form)) for mistake, form in formulas]
            return {"sort": "formula", "formula": expr_data(expr), "wrong": wrong_forms}
        case Choice(options, several):
            found = [{"text": say_data(o.text), "right": o.right, "why": o.why} for o in options]
            return {"sort": "choice", "options": found, "several": several}
        case Essay(lines):
            return {"sort": "essay", "lines": lines}
    raise InternalFault(f"no data for the answer {type(answer).__name__}")


def wrong_data(wrong: Sequence[Wrong]) -> list[tuple[str, float | str]]:
    """Mistakes, each with the wrong answer that it gives."""
    return list(zip(wrong.mistakes, wrong.values, strict=True)) if isinstance(wrong, WrongNumbers) else [*wrong]


def answer_of(data: dict[str, Any]) -> Answer:
    """The answer of such data."""
    sort = data["sort"]
    if sort == "choice":
        options = tuple(Option(value_of(o["text"]), o["right"], o["why"]) for o in data["options"])
        return Choice(options, data["several"])
    if sort == "essay":
        return Essay(data["lines"])
    if sort == "formula":
        wrong_forms = tuple((mistake, value_of(form)) for mistake, form in data["wrong"])
        return Formula(value_of(data["formula"]), wrong_forms)
    if any(isinstance(one, dict) for one in data["wrong"]):
        what = "the wrong answers are written as an earlier version of backtrace wrote them"
        raise InputError(what, hint="use the version that made the sheets, or make them anew")
    wrong = tuple(Wrong(mistake, value) for mistake, value in data["wrong"])
    if sort == "numeric":
        return Numeric(data["value"], data["digits"], data["low"], data["high"], wrong)
    if sort == "whole":
        return Whole(data["value"], wrong)
    if sort == "shape":
        return Shape(tuple(data["dims"]), wrong)
    raise InputError(f"there is no answer of the sort '{sort}'", hint="was the file changed by hand?")
