"""Pages of typed lines (`-f text`) read back: every name resolves, every part has the value that the line states."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

import backtrace as bt
from backtrace.errors import InputError
from backtrace.network.quantity import is_whole
from backtrace.notation.names import Names
from backtrace.render.options import PageOptions
from tests.readback.cases import DETAILS, NETWORKS, NOTATIONS, VIEWS, quantities
from tests.readback.checking import Checker, Style
from tests.readback.pages import known, spelt
from tests.readback.statements import Statement
from tests.readback.text import TextReader
from tests.worksheets.typed import Reader, lines, problems

BUILT_IN = (*NETWORKS, "xor", "logistic")
SCALAR = [view for view in VIEWS if view != "matrix"]


def smooth(network: str, detail: str) -> bool:
    """Where lines of calculus have slopes on both sides: the xor network stands on a corner of relu."""
    return (network, detail) != ("xor", "calculus")


EVERY = [case for case in product(BUILT_IN, NOTATIONS, SCALAR, DETAILS) if smooth(case[0], case[3])]
CASES = [
    (n, NOTATIONS[i % 10], v, d)
    for i, (n, v, d) in enumerate(product(BUILT_IN, SCALAR, DETAILS))
    if smooth(n, d) and (i % 3 == 0 or n == "mazur")
]
CASES += Random(4).sample(EVERY, 6)


@pytest.mark.parametrize(("network", "notation", "view", "detail"), CASES)
def test_every_line_is_read_back(network: str, notation: str, view: str, detail: str) -> None:
    net = bt.load(network)
    page = net.derive(view=view, detail=detail, notation=notation)
    found, computed = problems(page.page("text"), Reader(page.derivation), Style())
    assert not found, "\n".join(found[:5])
    assert computed >= 5


@pytest.mark.parametrize(
    ("network", "notation"), [(n, NOTATIONS[i + (i > 4)]) for i, n in enumerate(BUILT_IN)] + [("tiny", "ng")]
)
def test_matrix_lines_are_read_back(network: str, notation: str) -> None:
    """By the reader of ASCII pages, as the bounded one has no matrices; names by `resolve` here too."""
    net = bt.load(network)
    made = net.derive(view="matrix", notation=notation)
    names = Names(net.network, made.derivation.profile)
    found = [Statement(f"line {n}", left, list(parts)) for n, left, parts, _ in lines(made.page("text"))]
    for statement in found:
        names.resolve(statement.left)
    read = TextReader(spelt(made.derivation, "ascii"), True, False).read
    report = Checker(read, known(made.derivation), Style()).page(found)
    assert not report.problems, "\n".join(report.problems[:5])
    assert report.computed + report.symbolic >= 10


def test_a_wrong_line_is_found() -> None:
    net = bt.load("mazur")
    made = net.derive("w5")
    reader = Reader(made.derivation)
    page = made.page("text")
    for right, wrong in (
        ("0.186816\n", "0.186817\n"),
        ("(0.01 - ", "(0.02 - "),
        ("= -(t1 - out_o1)", "= -(t1 + out_o1)"),
        ("dE/dw5 = 0.7413651", "dE/dw5 = 0.7413751"),
    ):
        assert right in page
        assert problems(page.replace(right, wrong, 1), reader, Style())[0]


def test_names_before_between_and_after() -> None:
    net = bt.load("mazur")
    made = net.derive(*quantities("mazur", "chain")["between"], digits=4)
    reader = Reader(made.derivation)
    assert problems(made.page("text"), reader, Style(4))[0] == []


def test_no_line_is_broken_or_aligned_and_all_is_ascii() -> None:
    page = bt.load("grid").derive(view="paths").page("text", PageOptions(width=40))
    assert page.isascii() and "   " not in page
    assert max(map(len, page.splitlines())) > 200
    for line in page.splitlines():
        assert not line or line.startswith(("#", "=")) or " = " in line


def test_heading_lines_of_an_update_and_of_one_sample() -> None:
    assert "\nstep 2\n" in bt.load("mazur").derive("w5", step=2).page("text")
    assert "\nsample 3\n" in bt.load("logistic").derive("w1", samples=[3]).page("text")
    page = bt.load("logistic").derive("w1").page("text")
    assert "\nsample" not in page and "@2" in page


def test_decimal_comma() -> None:
    page = bt.load("mazur").derive("w5").page("text", PageOptions(decimal="comma"))
    assert "dout_o1/dnet_o1 = out_o1*(1 - out_o1) = 0,751365*(1 - 0,751365) = 0,186816\n" in page


def test_a_circuit() -> None:
    made = bt.circuit("q = x + y; f = q*z", at="x=-2, y=5, z=-4").derive("x")
    assert "\ndf/dx = df/dq * dq/dx\n" in made.page("text") or "df/dx = " in made.page("text")


def test_whole_layers_have_whole_matrices() -> None:
    """No entry is left out where a line is to be read again."""
    page = bt.load("9-8-2", batch=1, seed=1).derive(view="matrix").page("text")
    assert "..." not in page


def test_names_of_a_page_resolve_whatever_the_book() -> None:
    for notation in NOTATIONS:
        net = bt.load("mazur")
        made = net.derive(view="matrix", notation=notation)
        names = Names(net.network, made.derivation.profile)
        assert any(is_whole(names.resolve(line.left)) for line in lines(made.page("text")) if "/" not in line.left)
    with pytest.raises(InputError):
        names.resolve("no_such_name")
