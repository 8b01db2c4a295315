"""Values and gradients of circuits against the lecture notes, HIPS autograd and SymPy; the three zooms agree."""

from __future__ import annotations

import math

import pytest
import sympy
from hypothesis import given, settings

from backtrace.api.circuits import Circuit, circuit
from backtrace.expression.functions import FUNCTIONS
from backtrace.network.circuit import named
from backtrace.network.quantity import Derivative
from tests.circuits.examples import ENVIRONMENT, EXAMPLES, NEURON, NEURON_AT, Made, by_autograd, made_circuits

VIEWS = ("chain", "paths", "gates")


def close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-10, abs_tol=1e-12)


def derived(found: Circuit, view: str, **choices: str) -> dict[str, float]:
    """The gradient by every leaf as a page of this view has it."""
    derivation = found.derive(view=view, **choices).derivation
    output = found.circuit.output
    return {name: derivation.values[Derivative(output, named(name))] for name in found.circuit.leaves}


@pytest.mark.parametrize("lines", ["f = (x + y)*z", "q = x + y; f = q*z", "f = q*z\nq = x + y"])
def test_the_first_circuit_of_the_lecture_notes(lines: str) -> None:
    found = circuit(lines, at="x=-2, y=5, z=-4").trace().to_dict()
    assert found["values"]["f"] == -12
    assert {name: found["gradients"][name] for name in "xyz"} == {"x": -4, "y": -4, "z": 3}


def test_the_neuron_of_the_lecture_notes() -> None:
    found = circuit(NEURON, at=NEURON_AT).trace().to_dict()
    assert found["values"]["f"] == pytest.approx(0.731058578630005, abs=1e-15)
    assert found["gradients"] == pytest.approx(
        {
            "w0": -0.196611933241482,
            "x0": 0.393223866482964,
            "w1": -0.393223866482964,
            "x1": -0.589835799724446,
            "w2": 0.196611933241482,
            "net": 0.196611933241482,
            "f": 1.0,
        },
        abs=1e-14,
    )


def test_the_rule_of_two_branches() -> None:
    page = circuit("f = x*y; g = x - y; h = f*g").derive("x").page()
    assert "∂h/∂x = ∂h/∂f · ∂f/∂x + ∂h/∂g · ∂g/∂x" in page
    at = circuit("f = x*y; g = x - y; h = f*g", at={"x": 3, "y": 2})
    assert "∂h/∂x = ∂h/∂f·∂f/∂x" not in page
    assert derived(at, "chain")["x"] == 2 * 3 * 2 - 4


@given(made_circuits())
@settings(max_examples=60)
def test_against_autograd(made: Made) -> None:
    found = made.read()
    trace = found.trace().to_dict()
    value, slopes = by_autograd(made)
    assert close(trace["values"]["out"], value)
    assert list(trace["gradients"])[: len(slopes)] == list(found.circuit.leaves)
    for name, slope in slopes.items():
        assert close(trace["gradients"][name], slope), (name, made)


@given(made_circuits())
@settings(max_examples=25)
def test_the_zooms_agree(made: Made) -> None:
    found = made.read()
    gradients = found.trace().to_dict()["gradients"]
    for view in VIEWS:
        for name, slope in derived(found, view).items():
            assert close(slope, gradients[name]), (view, name, made)


SMOOTH = {
    name: getattr(sympy, {"ln": "log"}.get(name, name))
    for name in ("exp", "ln", "sqrt", "tanh", "erf", "sin", "cos", "sinh", "cosh")
}
SMOOTH["sigmoid"] = lambda u: 1 / (1 + sympy.exp(-u))


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name not in ("max", "corner", "routes")])
def test_against_sympy(name: str) -> None:
    text, at = EXAMPLES[name]
    found = circuit(text, at=at)
    trace = found.trace().to_dict()
    names = {leaf: sympy.Symbol(leaf) for leaf in found.circuit.leaves}
    known: dict[str, object] = dict(names)
    for line in found.circuit.lines:
        formula = next(part.partition("=")[2] for part in text.split(";") if part.split("=")[0].strip() == line.name)
        known[line.name] = eval(formula.strip().replace("^", "**"), {**SMOOTH}, known)  # noqa: S307
    output = known[found.circuit.output.name]
    point = {names[leaf]: trace["values"][leaf] for leaf in names}
    for leaf, symbol in names.items():
        assert close(trace["gradients"][leaf], float(sympy.diff(output, symbol).subs(point).evalf())), leaf


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_closed_form_agrees(name: str) -> None:
    text, at = EXAMPLES[name]
    found = circuit(text, at=at)
    gradients = found.trace().to_dict()["gradients"]
    steps = found.derive(*found.circuit.leaves, closed_form=True).derivation.sections[-1].items
    for leaf, step in zip(found.circuit.leaves, steps, strict=True):
        assert close(step.value, gradients[leaf]), leaf


ARGUMENTS = {1: "({})", 2: "({}, 1.7 - x*{})"}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("view", VIEWS)
def test_every_function_of_the_reader(name: str, view: str) -> None:
    inner = ARGUMENTS[FUNCTIONS[name].arity].format("0.3 + x^2", "y")
    made = Made((("u", "x*y"), ("f", f"{name}{inner}*y + u")), {"x": 0.81, "y": 1.37})
    slopes = by_autograd(made)[1]
    assert name in ENVIRONMENT
    for detail in ("factors", "calculus"):
        for leaf, slope in derived(made.read(), view, detail=detail).items():
            assert close(slope, slopes[leaf]), leaf


def test_one_value_in_several_gates_and_one_gate_with_one_value_twice() -> None:
    found = circuit("a = x*x; f = a*x + a", at="x=3").trace().to_dict()
    assert found["gradients"] == {"x": 3 * 9 + 2 * 3, "a": 4.0, "f": 1.0}


@pytest.mark.parametrize(
    ("formula", "at", "slopes"),
    [
        ("max(x, y)", "x=1, y=1", {"x": 0, "y": 1}),
        ("min(x, y)", "x=1, y=1", {"x": 0, "y": 1}),
        ("max(x, x)", "x=1", {"x": 1}),
        ("max(0, x)", "x=0", {"x": 0}),
        ("max(x, 0)", "x=0", {"x": 0}),
        ("abs(x)", "x=0", {"x": 0}),
        ("relu(x)", "x=0", {"x": 0}),
    ],
)
def test_corners_have_one_slope_in_every_view(formula: str, at: str, slopes: dict[str, float]) -> None:
    found = circuit(f"f = {formula}", at=at)
    gradients = found.trace().to_dict()["gradients"]
    assert {name: gradients[name] for name in slopes} == slopes
    for view in VIEWS:
        assert derived(found, view) == slopes
        assert "is taken" in found.derive(view=view).page()


def test_rows_of_calculus_end_in_what_the_page_goes_on_with() -> None:
    for text, at in EXAMPLES.values():
        for step in circuit(text, at=at).derive(detail="calculus").derivation.steps():
            if step.lines:
                assert step.lines[-1].forms[-1] == step.forms[0], step.id
