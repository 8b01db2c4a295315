"""Every page about a circuit, read back and checked; the script runs; LaTeX compiles; the JSON contract."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtrace.api.circuits import Circuit, circuit
from backtrace.engine.circuits import build
from backtrace.network.quantity import Derivative
from backtrace.notation.circuits import CircuitSpelling, latex_name
from backtrace.notation.loading import NAMES, load_profile
from backtrace.render.options import PageOptions
from tests.circuits.examples import EXAMPLES, NEURON, NEURON_AT, made_circuits
from tests.readback.pages import check
from tests.render.test_documents import compiled, in_one

VIEWS = ("chain", "paths", "gates")
DETAILS = ("result", "factors", "calculus")
PAGES = (
    ("terminal", PageOptions()),
    ("terminal", PageOptions(ascii=True, digits=4, width=60)),
    ("terminal", PageOptions(decimals=3, decimal="comma")),
    ("markdown", PageOptions()),
    ("latex", PageOptions(decimal="comma", digits=5)),
)
# Every view with every detail; notations and pages take turns.
CASES = [
    (name, *pair, notation, page)
    for (name, pair), notation, page in zip(
        itertools.product(EXAMPLES, itertools.product(VIEWS, DETAILS)), itertools.cycle(NAMES), itertools.cycle(PAGES)
    )
]


def problems(found: Circuit, page: tuple[str, PageOptions], **choices: str) -> list[str]:
    format, options = page
    made = found.derive(digits=options.digits, **choices)
    return check(made.derivation, format, options).problems


@pytest.mark.parametrize(("name", "view", "detail", "notation", "page"), CASES)
def test_pages_are_true(name: str, view: str, detail: str, notation: str, page: tuple[str, PageOptions]) -> None:
    text, at = EXAMPLES[name]
    assert problems(circuit(text, at=at), page, view=view, detail=detail, notation=notation) == []


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("view", VIEWS)
def test_pages_in_symbols_and_of_a_person_who_rounds(name: str, view: str) -> None:
    text, at = EXAMPLES[name]
    numbers = circuit(text, at=at).derive(view=view, notation="nielsen").derivation.values
    made = circuit(text).derive(view=view, notation="nielsen").derivation
    found = check(made, "terminal", PageOptions(), values=numbers).problems
    # A formula's own numbers stand in its slopes, too.
    assert [problem for problem in found if name != "constants" or "without numbers" not in problem] == []
    rounded = ("terminal", PageOptions(digits=4))
    assert problems(circuit(text, at=at), rounded, view=view, carry="rounded") == []


@given(made_circuits(), st.sampled_from(VIEWS), st.sampled_from(NAMES), st.sampled_from(PAGES))
@settings(max_examples=12)
def test_random_pages_are_true(made, view, notation, page) -> None:
    assert problems(made.read(), page, view=view, notation=notation) == []


def test_a_planted_fault_is_found() -> None:
    made = circuit(NEURON, at=NEURON_AT).derive("w0").derivation
    page = circuit(NEURON, at=NEURON_AT).derive("w0").page()
    assert check(made, "terminal", PageOptions(), page).problems == []
    assert check(made, "terminal", PageOptions(), page.replace("x0 ", "w0 ")).problems != []


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_script_computes_the_gradients(name: str, view: str) -> None:
    text, at = EXAMPLES[name]
    found = circuit(text, at=at)
    script = found.derive(view=view).page("script")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(script, {})  # noqa: S102 (what the program wrote is what is tested)
    shown = dict(line.split(" = ") for line in printed.getvalue().splitlines())
    output = found.circuit.output.name
    for leaf in found.circuit.leaves:
        assert float(shown[f"d{output}_d{leaf}"]) == pytest.approx(found.trace().to_dict()["gradients"][leaf], rel=1e-9)


def test_the_trace_contract() -> None:
    found = circuit("q = x + y; f = q*z", at="x=-2, y=5, z=-4").trace()
    assert found.page("json") == (
        '{"version": 1, "values": {"x": -2.0, "y": 5.0, "z": -4.0, "q": 3.0, "f": -12.0}, '
        '"gradients": {"x": -4.0, "y": -4.0, "z": 3.0, "q": -4.0, "f": 1.0}}\n'
    )
    assert json.loads(found.page("json")) == found.to_dict()
    assert found.page("csv").splitlines()[:2] == ["x,-2.0", "y,5.0"]


def test_the_derive_contract() -> None:
    found = circuit(NEURON, at=NEURON_AT).derive("w0", "df/dnet", notation="cs231n").to_dict()
    assert list(found) == ["version", "network", "quantity", "view", "notation", "steps"]
    assert found["quantity"] == ["df/dw0", "df/dnet"] or found["quantity"] == ["w0", "df/dnet"]
    ids = [step["id"] for step in found["steps"]]
    assert len(set(ids)) == len(ids)
    for step in found["steps"]:
        assert list(step) == ["id", "kind", "name", "symbolic", "substituted", "value", "from", "used_by"]
        assert set(step["from"]) <= set(ids)
    other = circuit(NEURON, at=NEURON_AT).derive("w0", "df/dnet", notation="nielsen").to_dict()
    assert {**other, "notation": "cs231n"} == found


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_two_names_are_spelt_alike(name: str) -> None:
    found = circuit(EXAMPLES[name][0]).circuit
    keys = build(found).keys
    everything = [*keys, *(Derivative(found.output, key) for key in keys if key != found.output)]
    for notation in NAMES:
        spelling = CircuitSpelling(load_profile(notation), found)
        for spell in (spelling.text, spelling.ascii, spelling.latex):
            assert len({spell(key) for key in everything}) == len(everything), notation


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("x", "x"),
        ("w0", "w_{0}"),
        ("x_1", "x_{1}"),
        ("alpha_2", r"\alpha_{2}"),
        ("net", r"\mathrm{net}"),
        ("net_h1", r"\mathrm{net}_{\mathrm{h1}}"),
        ("a_b_c", r"\mathrm{a\_b\_c}"),
    ],
)
def test_names_in_latex(name: str, latex: str) -> None:
    assert latex_name(name) == latex


def test_derivatives_follow_the_notation() -> None:
    found = circuit(NEURON, at=NEURON_AT)
    assert "dw0 = dnet · ∂net/∂w0" in found.derive("w0", notation="cs231n").page()
    assert found.derive("dw0", notation="cs231n").page() == found.derive("w0", notation="cs231n").page()
    # Where dx is a name of the circuit it cannot be a derivative.
    assert "∂f/∂x" in circuit("f = x*dx").derive("x", notation="cs231n").page()


@pytest.mark.parametrize("view", VIEWS)
def test_latex_compiles(view: str, pdflatex: str, tmp_path: Path) -> None:
    made = [circuit(text, at=at) for text, at in map(EXAMPLES.__getitem__, ("names", "direct", "max"))]
    options = PageOptions(standalone=True)
    pages = [one.derive(view=view, detail="calculus").page("latex", options) for one in made]
    assert "Overfull" not in compiled(pdflatex, in_one(pages), tmp_path)


def test_a_step_in_the_forward_pass_is_explained_where_it_first_stands() -> None:
    text = circuit("f = step(x) + max(x, y)", at={"x": 2, "y": 1}).derive().page()
    words = "relu′(u) stands for 1 where u is above 0, else 0."
    assert text.count(words) == 1
    assert text.index(words) < text.index("relu′(2)")


def test_e_may_be_a_name_where_no_power_of_e_stands() -> None:
    assert "f = e² = 3²" in " ".join(circuit("f = e^2", at={"e": 3}).derive().page().split())
