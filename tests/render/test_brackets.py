"""Brackets of random formulas: as many as are needed to read the same formula again, and none around a 0."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings

from backtrace.expression.evaluate import evaluate
from backtrace.expression.functions import EvaluationError
from backtrace.expression.reader import ReadError, read
from backtrace.expression.tree import Expr
from backtrace.render.latex import LatexWriter
from backtrace.render.text import TextWriter
from tests.expression.formulas import FORMULAS
from tests.readback.latex import LatexReader
from tests.readback.text import TextReader
from tests.readback.tree import value

AT = {"x": 0.4375, "y": -1.3125}
LONE_NUMBER = re.compile(r"(?<![a-zσ′])\(\d+(\.\d+)?\)")


class Letters:
    """Symbols as they are."""

    def text(self, key: object) -> str:
        return str(key)

    ascii = latex = text


class Free(TextWriter):
    """For symbols that are no quantities."""

    def symbol_rank(self, e: Expr):  # type: ignore[no-untyped-def]
        return self.rank(Expr("number", (1.0, "1")))


def number_of(e: Expr) -> float | None:
    try:
        return evaluate(e, lambda key: AT[str(key)])
    except (EvaluationError, OverflowError):
        return None


@settings(max_examples=300)
@given(FORMULAS)
def test_no_bare_number_stands_in_brackets(e: Expr) -> None:
    assert not LONE_NUMBER.search(Free(Letters()).write(e))


@settings(max_examples=300)
@given(FORMULAS)
def test_what_is_written_is_read_as_the_same_number(e: Expr) -> None:
    expected = number_of(e)
    if expected is None:
        return
    try:
        again = read(Free(Letters(), ascii=True).write(e), set(AT))
    except ReadError:  # 0^0, which the reader of typed formulas refuses
        return
    assert number_of(again) == pytest.approx(expected)
    for reader, writer in ((TextReader({"x": "x", "y": "y"}), Free), (LatexReader({"x": "x", "y": "y"}), LatexWriter)):
        assert value(reader.read(writer(Letters()).write(e)), AT) == pytest.approx(expected)
