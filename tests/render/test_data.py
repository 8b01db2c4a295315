"""JSON and scripts."""

import ast
import contextlib
import io
import json
import math

import pytest

from backtrace.derivation.steps import Step
from backtrace.errors import NotSupported
from backtrace.render.page import FORMATS, format_of, render
from backtrace.render.script import identifier


def test_json_has_every_step_and_neutral_names(derivation) -> None:
    made = derivation("mazur", "w5", detail="calculus")
    data = json.loads(render(made, "json"))
    assert data["version"] == 1
    assert (data["network"], data["quantity"], data["view"], data["notation"]) == ("mazur", "w2_1_1", "chain", "mazur")
    assert [step["id"] for step in data["steps"]] == [step.id for step in made.steps()]
    last = data["steps"][-1]
    assert last["name"] == "w2_1_1+"
    assert last["symbolic"]["text"] == "w2_1_1 - eta*dE/dw2_1_1"
    assert last["substituted"]["text"] == "0.40 - 0.5*0.08216704"
    assert last["value"] == pytest.approx(0.358916479717885, abs=1e-15)
    assert any(step.get("rule") for step in data["steps"])


def test_json_does_not_depend_on_the_notation(derivation) -> None:
    pages = [json.loads(render(derivation("mazur", "w1_1_1", notation=name), "json")) for name in ("mazur", "nielsen")]
    assert pages[0]["steps"] == pages[1]["steps"]


def test_json_of_matrices(derivation) -> None:
    data = json.loads(render(derivation("mazur", view="matrix"), "json"))
    first = data["steps"][0]
    assert first["value"] == [[pytest.approx(0.3775), pytest.approx(0.3925)]]
    assert first["substituted"]["text"] == "[0.05  0.10] @ [0.15  0.25; 0.20  0.30] + [0.35  0.35]"


@pytest.mark.parametrize("view", ["chain", "paths", "delta", "gates"])
@pytest.mark.parametrize("network", ["mazur", "tiny", "grid"])
def test_scripts_run_and_give_the_same_numbers(derivation, network: str, view: str) -> None:
    made = derivation(network, view=view)
    source = render(made, "script")
    printed = io.StringIO()
    scope: dict[str, object] = {}
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.parse(source), "script", "exec"), scope)  # noqa: S102 (our own output)
    results = [float(line.rpartition(" = ")[2]) for line in printed.getvalue().splitlines()]
    steps = [step for section in made.sections for step in section.items if isinstance(step, Step)]
    # A value without a line of its own is printed only if no line has printed it before.
    written = {step.left for step in steps if step.forms}
    expected = [s.value for s in steps if s.value is not None and (s.forms or s.left not in written)]
    assert len(results) == len(expected)
    assert all(math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-15) for a, b in zip(results, expected, strict=True))


def test_what_cannot_be_a_script_is_refused(derivation) -> None:
    with pytest.raises(NotSupported, match="matrix view"):
        render(derivation("mazur", view="matrix"), "script")
    with pytest.raises(NotSupported, match="with numbers"):
        render(derivation("2-2-1", "w1"), "script")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("dE/dw5", "dE_dw5"),
        ("w5++", "w5_new_new"),
        ("lambda", "lambda_"),
        ("x@2", "x_at_2"),
        ("__import__('os')", "__import____newos_new_"),
        ("2a", "_2a"),
    ],
)
def test_identifiers(text: str, name: str) -> None:
    assert identifier(text) == name
    assert name.isidentifier()


def test_formats_by_suffix() -> None:
    assert format_of("page.MD") == "markdown"
    assert format_of("page.tex") == "latex"
    assert format_of("page") is None
    assert list(FORMATS) == ["terminal", "markdown", "latex", "beamer", "html", "json", "text", "script"]
