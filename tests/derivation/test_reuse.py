"""Marks of what is computed once and used again: against the account of `backtrace cost`, and against the lines."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given, settings

import backtrace as bt
from backtrace.derivation import steps
from backtrace.derivation.derive import derive
from backtrace.derivation.steps import Derivation, Remark
from backtrace.derivation.workspace import Choices
from backtrace.engine.comparing import report
from backtrace.errors import InputError
from backtrace.expression.tree import symbols
from backtrace.network.activations import ACTIVATIONS
from backtrace.network.quantity import Derivative, Quantity
from backtrace.network.records import Network
from backtrace.notation.loading import load_profile, profile_names
from backtrace.render.options import PageOptions
from backtrace.render.page import render
from tests.engine.strategies import networks
from tests.readback.pages import check

MAZUR = load_profile("mazur")
ELEMENTWISE = tuple(name for name, a in ACTIVATIONS.items() if a.elementwise and a.differentiable)
VIEWS = ("chain", "delta", "gates", "matrix")


def whole_step(network: Network, view: str) -> Derivation:
    return derive(network, (), MAZUR, Choices(view=view, reuse=True))


def marks(derivation: Derivation) -> dict[object, int]:
    return {step.left.args[0]: step.uses for step in derivation.steps() if step.uses}


def shared(network: Network) -> dict[object, int]:
    """By its δ: how often the engine says that ∂E/∂net is used, in every sample alike."""
    found = {one.by: one.uses for one in report(network).cost.shared}
    samples = range(1, network.samples + 1) if network.samples > 1 else (0,)
    return {net._replace(kind="delta", sample=s): uses for net, uses in found.items() for s in samples}


def sentences(derivation: Derivation) -> dict[str, tuple[object, ...]]:
    last = derivation.sections[-1]
    assert last.words == "reuse"
    return {item.words: item.args for item in last.items if isinstance(item, Remark)}


@settings(max_examples=40)
@given(networks(activations=ELEMENTWISE, samples=2))
def test_the_delta_view_marks_what_the_account_says_is_shared(network: Network) -> None:
    assert marks(whole_step(network, "delta")) == shared(network)


@settings(max_examples=25)
@given(networks(samples=2, layers=3, width=3))
def test_every_mark_counts_the_lines_in_which_the_result_stands(network: Network) -> None:
    for view in VIEWS:
        derivation = whole_step(network, view)
        lines = [step for step in derivation.steps() if not step.statement and step.forms]
        stands = Counter(key for step in lines for key in set(symbols(step.forms[-1])))
        for key, uses in marks(derivation).items():
            assert uses == stands[key] > 1


@settings(max_examples=25)
@given(networks(samples=2, layers=3, width=3))
def test_the_last_section_has_the_numbers_of_the_cost_command(network: Network) -> None:
    cost = report(network).cost
    paths, reuse = cost.way("paths").multiplications, cost.way("reuse")
    for view in VIEWS:
        derivation = whole_step(network, view)
        said = sentences(derivation)
        assert said["reuse_paths"] == (len(network.parameters()), paths)
        kept = next((args for words, args in said.items() if words.startswith("reuse_kept")), None)
        if kept:
            assert (kept[0], kept[1], kept[4]) == (reuse.multiplications, paths - reuse.multiplications, reuse.kept)
        else:
            assert reuse.kept == 0 or reuse.multiplications == paths
        found = marks(derivation)
        assert said.get("reuse_marked", (0, 0)) == (len(found), sum(found.values()))


def test_a_lost_use_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    network = bt.load("mazur").network
    right = steps.Derivation.used_by
    monkeypatch.setattr(steps.Derivation, "used_by", lambda page: {name: ids[1:] for name, ids in right(page).items()})
    assert marks(whole_step(network, "delta")) != shared(network)


def test_a_page_of_two_quantities() -> None:
    derivation = bt.load("mazur").derive("w5", "w1", reuse=True).derivation
    out, net = Quantity("out", 2, 1), Quantity("net", 2, 1)
    assert marks(derivation) == {Derivative(Quantity("loss"), out): 2, Derivative(out, net): 2}
    assert sentences(derivation)["reuse_paths"] == (2, 10)
    text = render(derivation, "terminal", PageOptions(width=120))
    assert "−(0.01 − 0.751365) =  0.741365 used 2 times ∂out_o1/∂net_o1" in " ".join(text.split()).replace(
        "= 0.", "=  0."
    )
    assert "two factors are computed once and used again, 4 times in all." in text


def test_one_gradient_costs_what_the_cost_command_says() -> None:
    net = bt.load("grid")
    text = " ".join(net.derive("w1", reuse=True).page().split())
    ways = net.cost("w1").to_dict()["ways"]
    assert f"one gradient would take {ways['paths']['multiplications']} multiplications" in text
    assert f"Backpropagation takes {ways['reuse']['multiplications']} and keeps one value" in text
    assert "How this is counted: backtrace cost grid w1_1_1" in text


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("format", ["terminal", "markdown", "latex", "beamer"])
def test_marked_pages_are_read_back_in_every_notation(view: str, format: str) -> None:
    network = bt.load("tiny").network
    for number, name in enumerate(profile_names(), VIEWS.index(view)):
        derivation = derive(network, (), load_profile(name), Choices(view=view, reuse=True))
        options = (PageOptions(width=60), PageOptions(ascii=True, decimal="comma"))[number % 2]
        text = render(derivation, format, options)
        if format == "beamer":
            assert " times}" in text
            continue
        assert sum(text.count(f"used {n} times") for n in set(marks(derivation).values())) == len(marks(derivation))
        assert check(derivation, format, options, text).problems == []


def test_a_script_has_the_marks_as_comments_and_runs() -> None:
    text = bt.load("mazur").derive(view="delta", reuse=True).page("script")
    assert "  # used 5 times\n" in text
    assert "# Backpropagation takes 16 and keeps four values" in text
    exec(compile(text, "page", "exec"), {"print": lambda *words: None})  # noqa: S102 (our own page)


def test_the_data_say_where_each_result_goes_with_and_without_marks() -> None:
    for reuse in (False, True):
        entries = json.loads(bt.load("mazur").derive("w5", "w1", reuse=reuse).page("json"))["steps"]
        found = {entry["id"]: entry["used_by"] for entry in entries}
        assert found["dE/dout2_1"] == ["dE/dw2_1_1", "dE_1/dout1_1"]
        for entry in entries:
            if not entry["id"].endswith(":chain"):
                assert all(entry["id"] in found[source] for source in entry["from"])


def test_nothing_is_marked_unasked() -> None:
    assert "used" not in bt.load("mazur").derive().page()


def test_what_cannot_be_marked_is_refused() -> None:
    with pytest.raises(InputError, match="the paths view forms every product anew") as refused:
        bt.load("mazur").derive("w1", view="paths", reuse=True)
    assert "backtrace cost" in refused.value.hint
    with pytest.raises(InputError, match="in the closed form nothing is used again"):
        bt.load("mazur").derive("w1", closed_form=True, reuse=True)
