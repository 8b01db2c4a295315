"""The reader itself: faults planted in real pages, each of which it must find."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import pytest

from tests.readback.cases import Case
from tests.readback.checking import is_rounding
from tests.readback.pages import check, render, spelt

ROW = Case("mazur", "mazur", "chain", "factors", "terminal", "6 digits", "whole step", "full", "point")
PAGES = [
    ROW,
    ROW._replace(view="paths", page="latex", notation="bishop", decimal="comma"),
    ROW._replace(view="delta", page="markdown", notation="rumelhart", numbers="3 digits"),
    ROW._replace(view="gates", page="terminal-ascii", notation="nielsen", asked="parameters"),
    ROW._replace(network="tiny", view="matrix", page="terminal", notation="ng"),
    ROW._replace(network="grid", view="matrix", page="markdown", notation="d2l"),
    ROW._replace(network="tiny", detail="calculus", page="terminal-narrow", notation="o-grid", asked="parameters"),
]
NOTES = re.compile(r"\s{3,}\(?[^=]*(?:→|->|rule|simplify|output|factors|line|×\d)[^=]*$|\\qquad.*|\\label.*")
EACH = 8  # faults of each kind and page


def formulas(case: Case, page: str) -> list[tuple[int, int]]:
    """Where the lines stand that hold formulas: not headings, sentences, routes, shapes or names of rules."""
    found = []
    at = 0
    for line in page.splitlines(keepends=True):
        text = NOTES.sub("", line)
        math = r"^ .*|^[^#$].*&.*" if case.format != "terminal" else r"^ {3}.*"
        is_route = re.search(r"→|->|\\to ", text) and "=" not in text
        if re.match(math, text) and not is_route and not re.search(r"[a-z]{3,} [a-z]{2,} [a-z]", text):
            found.append((at, at + len(text.rstrip())))
        at += len(line)
    return found


def numbers(case: Case, page: str) -> Iterator[tuple[int, int]]:
    """Where numbers with at least three signs stand."""
    point = r"(?:\{,\}|,)" if case.decimal == "comma" else r"\."
    for start, end in formulas(case, page):
        for number in re.finditer(rf"(?<![\w.,{{}}^_⁺⁾\]])\d+{point}\d+", page[start:end]):
            yield start + number.start(), start + number.end()


def changed_digits(case: Case, page: str, rng: Random) -> Iterator[str]:
    places = [at for start, end in numbers(case, page) for at in range(start, end) if page[at].isdigit()]
    for at in rng.sample(places, min(EACH, len(places))):
        yield page[:at] + str((int(page[at]) + rng.randint(1, 9)) % 10) + page[at + 1 :]


def dropped_minus(case: Case, page: str, rng: Random) -> Iterator[str]:
    """A minus before a number or a bracket is taken away; one between two operands becomes a plus."""
    minus = "−" if case.format == "terminal" and "ascii" not in case.page else "-"
    places = []
    for start, end in formulas(case, page):
        for sign in re.finditer(re.escape(minus), page[start:end]):
            before, after = page[: start + sign.start()][-1:], page[start + sign.end() :][:1]
            if re.match(r"[\d(\\a-zA-Z ]", after) and before not in "e^>" and not before.isdigit():
                places.append(start + sign.start())
    for at in rng.sample(places, min(EACH, len(places))):
        spaced = page[at - 1] == " " and page[at + 1] == " "
        yield page[:at] + ("+" if spaced else "") + page[at + 1 :]


def swapped_names(case: Case, page: str, rng: Random) -> Iterator[str]:
    """A name is replaced by another, of another value."""
    derivation = case.derivation()
    how = "latex" if case.format != "terminal" else "ascii" if "ascii" in case.page else "text"
    names = {n: k for n, k in spelt(derivation, how).items() if isinstance(derivation.values.get(k), float)}
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    places = []
    for start, end in formulas(case, page):
        for name in pattern.finditer(page, start, end):
            before, after = page[name.start() - 1], page[name.end() : name.end() + 1]
            if not re.match(r"[\w∂{}^_@⁺′₀-₉⁰-⁹'\[]", after) and not re.match(r"[\w∂^_{/]", before):
                places.append((name.start(), name[0]))
    for at, name in rng.sample(places, min(EACH, len(places))):
        mine = derivation.values[names[name]]
        others = [n for n in sorted(names) if abs(derivation.values[names[n]] - mine) > 1e-3 * (1 + abs(mine))]
        yield page[:at] + rng.choice(others) + page[at + len(name) :]


FAULTS = (changed_digits, dropped_minus, swapped_names)
# The names of the matrix view are those of matrices, of which there are too few to swap.
PLANTED = [(case, fault) for case in PAGES for fault in FAULTS if case.view != "matrix" or fault is not swapped_names]


@pytest.mark.parametrize(("case", "fault"), PLANTED, ids=lambda one: getattr(one, "__name__", "") or " ".join(one))
def test_planted_faults_are_found(case: Case, fault) -> None:
    derivation = case.derivation()
    page = render(derivation, case.format, case.options)
    assert not check(derivation, case.format, case.options, page).problems
    planted = list(fault(case, page, Random(7)))
    assert len(planted) >= 4
    for wrong in planted:
        if not check(derivation, case.format, case.options, wrong).problems:
            was, now = next((a, b) for a, b in zip(page.splitlines(), wrong.splitlines(), strict=True) if a != b)
            pytest.fail(f"not found:\n{was}\n{now}")


def test_roundings() -> None:
    assert is_rounding(0.593270, "0.5933")
    assert not is_rounding(0.593270, "0.5932")
    assert is_rounding(-4.16575e-05, "-4.2e-5")
