"""The update on the page: its lines are the trace's numbers, of the first update and of later ones."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

import pytest

import backtrace as bt
from backtrace.derivation.steps import Step
from backtrace.engine.run import run
from backtrace.errors import InputError
from backtrace.network.quantity import COUNT, FACTOR, NORM, SCHEDULED, Quantity, kept_of, neutral
from backtrace.render.options import PageOptions
from tests.engine.test_updating import VARIANTS

W5 = Quantity("weight", 2, 1, 1)


def values(derivation) -> dict[str, float]:
    """The numbers of the lines, by the neutral names of their left sides."""
    return {neutral(step.left.args[0]): step.value for step in derivation.steps() if step.value is not None}


@pytest.mark.parametrize("step", [1, 2, 4])
@pytest.mark.parametrize("more", [(), ("clip_norm=0.05",), ("clip_value=0.01", "schedule=eta/(1 + t)")])
@pytest.mark.parametrize("name", VARIANTS)
def test_the_page_shows_what_the_trace_computes(name: str, more: tuple[str, ...], step: int) -> None:
    net = bt.load("mazur", sets=[*VARIANTS[name], *more])
    found = values(net.derive("w5", step=step).derivation)
    traced = run(net.network, step, "scalar")
    assert found["w2_1_1+"] == traced.updated.weights[1][0][0]
    for slot, numbers in traced.state.items():
        assert found[f"{slot}_w2_1_1+"] == numbers.weights[1][0][0]


@pytest.mark.parametrize("view", ["chain", "paths", "delta", "gates", "matrix"])
def test_the_whole_second_step_in_every_view(view: str) -> None:
    net = bt.load("mazur", sets=["optimizer=adam", "update_biases=true"])
    derivation = net.derive(view=view, step=2).derivation
    traced = run(net.network, 2, "scalar")
    found = values(derivation)
    assert found["E+"] == pytest.approx(traced.history[-1], rel=1e-12)
    assert found["E"] == pytest.approx(traced.history[-2], rel=1e-12)
    if view == "matrix":
        assert derivation.values[Quantity("weight", 2, updates=1)][0][0] == pytest.approx(
            traced.updated.weights[1][0][0], rel=1e-12
        )
    else:
        assert found["b2_1+"] == pytest.approx(traced.updated.bias[1][0], rel=1e-12)


def test_the_first_slots_are_noughts_that_are_put_in() -> None:
    page = bt.load("mazur", sets=["optimizer=momentum"]).derive("w5").page()
    assert "Δw5⁺ = ∂E/∂w5 + μ·Δw5 = 0.0821670 + 0.9·0" in page
    assert "w5⁺  = w5 − η·Δw5⁺    = 0.40 − 0.5·0.08216704                   =  0.358916" in page


def test_shared_lines_stand_once() -> None:
    net = bt.load("mazur", sets=["optimizer=adam", "clip_norm=0.05", "schedule=eta*0.9^t"])
    for asked in (("w5", "w1", "w6"), ()):
        keys = [step.left.args[0] for step in net.derive(*asked).derivation.steps() if step.kind == "update"]
        for once in (SCHEDULED, NORM, FACTOR, COUNT._replace(updates=1)):
            assert keys.count(once) == 1
        assert keys.count(kept_of(W5, "g")) == 1


def test_a_norm_of_many_gradients_is_not_written_out() -> None:
    net = bt.load("4-4-2", sets=["clip_norm=0.1", "learning_rate=0.5"], batch=1, seed=1)
    derivation = net.derive("w1").derivation
    assert "‖∇E‖ is the root of the sum of the squares of all 30 gradients." in net.derive("w1").page()
    line = next(step for step in derivation.steps() if step.left.args[0] == NORM)
    assert line.forms == () and line.value == values(derivation)["norm"]


def test_gradients_of_zero_are_not_clipped() -> None:
    net = bt.load("linear", sets=["clip_norm=0.1", "t1=60", "learning_rate=1"])
    page = net.derive("w1").page()
    assert "All gradients are 0, so there is nothing to clip." in page and "factor" not in page


def test_a_kept_quantity_is_shown_with_its_parameter() -> None:
    net = bt.load("mazur", sets=["optimizer=adam"])
    for name in ("m_w5", "v_w5+", "v_hat_w5", "m_w2_1_1"):
        assert net.derive(name).page() == net.derive("w5").page()
    assert "t⁺ = t + 1" in net.derive("t").page()


def test_names_of_what_an_optimizer_keeps() -> None:
    net = bt.load("mazur", sets=["optimizer=adam", "clip_norm=1"])
    rows = {row.neutral: row for row in net.names()}
    assert rows["m_w2_1_1"].ascii == rows["m_w2_1_1"].text == "m_w5"
    assert rows["v_hat_w2_1_1"].text == "v̂_w5" and "of the weight into o1 from h1" in rows["v_hat_w2_1_1"].meaning
    assert rows["beta1"].text == "β₁" and rows["t"].meaning == "the updates done before this one"
    assert not any(row.neutral.startswith(("m_", "beta")) for row in bt.load("mazur").names())
    nielsen = {row.neutral: row.text for row in net.names(notation="nielsen")}
    assert nielsen["m_w2_1_1"] == "m_w³₁₁"


def test_names_are_refused_where_they_mean_nothing() -> None:
    with pytest.raises(InputError, match="there is no quantity 'm_w5'"):
        bt.load("mazur").derive("m_w5")
    adam = bt.load("mazur", sets=["optimizer=adam"])
    with pytest.raises(InputError, match="is not changed by an update"):
        adam.derive("beta1+")
    with pytest.raises(InputError, match="does not depend on"):
        adam.derive("dE/dm_w5")
    with pytest.raises(InputError, match="beta1 is given and stays"):
        adam.derive("beta1")


def test_a_later_update_needs_earlier_ones() -> None:
    with pytest.raises(InputError, match="there is no second update"):
        bt.load("2-2-2", batch=1, seed=1).derive("w1", step=2)
    with pytest.raises(InputError, match="has no numbers to run with"):
        bt.load("2-2-2").derive("w1", step=2)
    with pytest.raises(InputError, match="there is no update 0"):
        bt.load("mazur").derive("w1", step=0)
    with pytest.raises(InputError, match="first update only"):
        bt.load("mazur").derive("w1", step=2, closed_form=True)
    with pytest.raises(InputError, match="a derivation shows one update") as caught:
        bt.load("mazur").derive("w5++")
    assert "--step 2" in caught.value.hint


@pytest.mark.parametrize("name", VARIANTS)
def test_the_script_computes_it_again(name: str) -> None:
    net = bt.load("mazur", sets=[*VARIANTS[name], "clip_norm=0.05", "schedule=eta*0.9^t"])
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(net.derive("w5", step=2).page("script"), {})  # noqa: S102 (our own page)
    assert f"w5_new = {run(net.network, 2, 'scalar').updated.weights[1][0][0]!r}" in printed.getvalue()


def test_the_json_has_the_lines_of_the_update_under_every_notation() -> None:
    net = bt.load("mazur", sets=["optimizer=adam"])
    found = net.derive("w5", step=2).to_dict()
    assert found["steps"] == net.derive("w5", step=2, notation="ng").to_dict()["steps"]
    names = [step["name"] for step in found["steps"]]
    assert names[-6:] == ["t+", "m_w2_1_1+", "v_w2_1_1+", "m_hat_w2_1_1", "v_hat_w2_1_1", "w2_1_1+"]


def test_only_the_result_keeps_the_update() -> None:
    page = bt.load("mazur", sets=["optimizer=momentum"]).derive("w5", detail="result").derivation
    kinds = [step.kind for section in page.sections for step in section.items if isinstance(step, Step)]
    assert kinds[-2:] == ["update", "update"]


def test_the_trace_shows_what_is_kept() -> None:
    page = bt.load("mazur", sets=["optimizer=adam", "clip_norm=0.05"]).trace().page("terminal", PageOptions(width=120))
    row = next(line for line in page.splitlines() if line.strip().startswith("w5 "))
    assert row.split() == ["w5", "0.40", "0.0821670", "−0.0999999", "0.00339829", "1.15484×10⁻⁶"]
    assert "after the update" in page and "m⁺" in page and "‖∇E‖ = 0.120895   factor = 0.413583" in page
    later = bt.load("mazur", sets=["optimizer=momentum", "schedule=eta/(1+t)"]).trace(steps=3).page()
    assert "Δw after 3" in later and "η_t" in later and "0.166667" in later


def test_a_later_update_of_a_part_says_whose_the_earlier_ones_were() -> None:
    said = "before, on the same samples (this is update"
    assert said in " ".join(bt.load("perceptron").derive("w1", step=2).page().split())
    assert said in " ".join(bt.load("perceptron").derive("w1", step=3, samples=[1, 3]).page().split())
    assert said not in " ".join(bt.load("mazur").derive("w1", step=2).page().split())
