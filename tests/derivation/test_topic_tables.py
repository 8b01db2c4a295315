"""Topics read back: the numbers in the tables of pages, in a terminal and in LaTeX, under every notation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from math import isclose

import pytest

import backtrace as bt
from backtrace.derivation.general.explain import Explanation
from backtrace.derivation.steps import Table
from backtrace.notation.loading import profile_names
from backtrace.render.options import PageOptions

TOPICS = ("vanishing-gradient", "initialisation", "softmax", "momentum")
SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
TEXT_NUMBER = r"−?\d+(?:[.,]\d+)?(?:×10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
LATEX_NUMBER = r"-?\d+(?:\.\d+|\{,\}\d+)?(?: \\times 10\^\{-?\d+\})?"


def wanted(explanation: Explanation) -> Iterator[tuple[float, ...]]:
    """The numbers of every row of every table that has numbers only."""
    for section in explanation.derivation.sections:
        for item in section.items:
            if isinstance(item, Table):
                yield from (tuple(c for c in row if isinstance(c, float)) for row in item.rows)


def of_text(line: str) -> list[float]:
    """The numbers in a line of a terminal."""
    found = re.findall(TEXT_NUMBER, line)
    return [float(re.sub("×10", "e", x).translate(SUPERSCRIPTS).replace(",", ".")) for x in found]


def of_latex(line: str) -> list[float]:
    """The numbers in a row of a LaTeX table."""
    found = re.findall(LATEX_NUMBER, line)
    return [float(re.sub(r" \\times 10\^\{(-?\d+)\}", r"e\1", x).replace("{,}", ".")) for x in found]


def stand(numbers: tuple[float, ...], rows: list[list[float]], digits: int) -> bool:
    """Whether a line has these numbers, in their order."""
    close = 10.0 ** (1 - digits)

    def holds(row: list[float]) -> bool:
        rest = iter(row)
        return all(any(isclose(x, y, rel_tol=close, abs_tol=1e-300) for y in rest) for x in numbers)

    return any(map(holds, rows))


@cache
def explained(topic: str, notation: str) -> bt.api.ExplanationPage:
    return bt.explain(topic, notation=notation)


@pytest.mark.parametrize("notation", profile_names())
@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("options", [PageOptions(width=200), PageOptions(width=200, digits=3, decimal="comma")])
def test_the_numbers_of_tables(topic: str, notation: str, options: PageOptions) -> None:
    made = explained(topic, notation)
    rows = [row for row in wanted(made.explanation) if row]
    assert rows
    text = [of_text(line) for line in made.page("terminal", options).split("\n")]
    latex = [of_latex(line) for line in made.page("latex", options).split("\n") if "&" in line]
    for row in rows:
        assert stand(row, text, options.digits), row
        assert stand(row, latex, options.digits), row


def test_a_wrong_number_is_found() -> None:
    made = bt.explain("vanishing-gradient")
    text = [of_text(line) for line in made.page().split("\n")]
    row = next(row for row in wanted(made.explanation) if row)
    assert stand(row, text, 6)
    assert not stand((*row[:-1], row[-1] * 1.001), text, 6)
    assert not stand(tuple(reversed(row)), text, 6)
