"""The topics about functions, costs and training: their tables on every page, and checks that catch planted faults."""

from __future__ import annotations

import json
from importlib import import_module
from random import Random
from typing import Any

import pytest

from backtrace import api
from backtrace.derivation.general import jacobians, softmax, starting, vanishing
from backtrace.derivation.general.explain import asked_of
from backtrace.derivation.general.momentum import tried
from backtrace.derivation.general.proofs import Line, Proof, check, short
from backtrace.derivation.general.topics import topic_named, written
from backtrace.derivation.steps import Table
from backtrace.engine.vanishing import layer_gradients
from backtrace.errors import InputError, InternalFault
from backtrace.expression.evaluate import evaluate
from backtrace.expression.tree import add, call, neg, number, power, sub
from backtrace.network.activations import ACTIVATIONS
from backtrace.network.finding import load
from backtrace.network.quantity import Quantity
from backtrace.notation.lettered import LetteredSpelling
from backtrace.notation.loading import load_profile
from backtrace.render.options import PageOptions
from tests.render.test_documents import compiled

TOPICS = (
    "sigmoid",
    "tanh",
    "scaled-tanh",
    "relu",
    "derivative",
    "softmax",
    "two-branches",
    "why-backwards",
    "jacobians",
    "vanishing-gradient",
    "initialisation",
    "momentum",
)
PROVED = ("sigmoid", "tanh", "scaled_tanh", "relu", "two_branches", "momentum", "vanishing")
FUNCTIONS = [name for name, one in ACTIVATIONS.items() if one.formula is not None and one.slope is not None]


def lecture(name: str, notation: str = "mazur") -> Any:
    topic = topic_named(name)
    return written(topic, asked_of(topic, load_profile(notation), None, None, None))


def proofs() -> list[Any]:
    found = []
    for name in PROVED:
        module = import_module(f"backtrace.derivation.general.{name}")
        own = {proof.name: proof for proof in vars(module).values() if isinstance(proof, Proof)}
        found += [pytest.param(name, proof, id=f"{name}:{proof.name}") for proof in own.values()]
    return found


def with_meanings(module: str, proof: Proof, random: Random) -> Proof:
    return tried(proof, random) if module == "momentum" else proof


@pytest.mark.parametrize("topic", TOPICS)
def test_a_page_in_every_format(topic: str) -> None:
    page = api.explain(topic, notation="nielsen")
    tables = [item for s in page.explanation.derivation.sections for item in s.items if isinstance(item, Table)]
    markdown, latex, slides = (page.page(f) for f in ("markdown", "latex", "beamer"))
    assert markdown.count("|:---") == latex.count(r"\begin{tabular}") == len(tables)
    assert r"\begin{frame}" in slides
    data = json.loads(page.page("json"))
    assert [len(table["rows"]) for table in data.get("tables", ())] == [len(table.rows) for table in tables]
    assert len(data["steps"]) == len(page.explanation.derivation.steps())
    assert "−" not in "".join(step["symbolic"]["latex"] for step in data["steps"])


@pytest.mark.parametrize(
    ("topic", "format", "notation"),
    [
        ("vanishing-gradient", "latex", "goodfellow"),
        ("initialisation", "beamer", "mazur"),
        ("softmax", "latex", "mazur"),
        ("two-branches", "beamer", "ng"),
    ],
)
def test_tables_and_numbers_compile_and_fit(pdflatex, tmp_path, topic: str, format: str, notation: str) -> None:
    source = api.explain(topic, notation=notation).page(format, PageOptions(standalone=True))
    assert "Overfull" not in compiled(pdflatex, source, tmp_path)


@pytest.mark.parametrize(("module", "proof"), proofs())
def test_every_line_of_a_proof_holds_and_a_wrong_one_is_caught(module: str, proof: Proof) -> None:
    assert check(with_meanings(module, proof, Random(1)), Random(1)) >= len(proof.lines)
    for place, line in enumerate(proof.lines):
        wrong = Line(add(line.expr, number(0.001)), line.rule, line.left)
        lines = (*proof.lines[:place], wrong, *proof.lines[place + 1 :])
        faulty = with_meanings(module, proof, Random(1))._replace(lines=lines)
        with pytest.raises(InternalFault, match=f"line {place + 1} of {proof.name}"):
            check(faulty, Random(1))


def test_a_proof_that_can_be_tried_nowhere_is_no_proof() -> None:
    nothing = call("ln", sub(neg(power(number(2), number(2))), number(1)))
    with pytest.raises(InternalFault, match="no point"):
        check(Proof("nowhere", (Line(nothing, "", nothing),)), Random(1))


@pytest.mark.parametrize("name", [*FUNCTIONS, "1.7159*tanh(2*x/3)", "ln(1+x)/x", "x*sigmoid(2*x)"])
def test_the_slope_of_any_activation(name: str) -> None:
    page = api.explain("derivative", activation=name)
    last = [step for step in page.explanation.derivation.steps() if "slope" in step.id][-1]
    assert page.explanation.points > 10
    assert last.kind == "rule"


def test_a_wrong_slope_in_a_record_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    silu = ACTIVATIONS["silu"]
    monkeypatch.setitem(ACTIVATIONS, "silu", silu._replace(slope_at=lambda x, y: silu.slope_at(x, y) * 1.001))
    with pytest.raises(InternalFault, match="slope does not hold"):
        api.explain("derivative", activation="silu")


@pytest.mark.parametrize("place", range(8))
def test_a_wrong_line_about_softmax_is_caught(place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sides: dict[str, tuple[Any, ...]] = {}
    honest = softmax.check

    def planted(topic: Any, name: str, about: str, given: tuple[Any, ...], random: Random) -> int:
        sides[name] = given
        at = place + 1
        if name == "joint" and at < len(given):
            given = (*given[:at], add(given[at], number(1e-4)), *given[at + 1 :])
        return honest(topic, name, about, given, random)

    monkeypatch.setattr(softmax, "check", planted)
    with pytest.raises(InternalFault, match=f"line {place + 1} of softmax:joint"):
        api.explain("softmax")


def test_both_cases_of_softmax_are_different_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = softmax.check
    monkeypatch.setattr(softmax, "check", lambda topic, name, about, sides, r: honest(topic, name, "any", sides, r))
    with pytest.raises(InternalFault, match=r"softmax:(own|other)"):
        api.explain("softmax")


def test_a_wrong_count_of_an_order_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = jacobians.multiplied
    monkeypatch.setattr(jacobians, "multiplied", lambda m, left: (honest(m, left)[0], honest(m, left)[1] + 1))
    with pytest.raises(InternalFault, match="order takes"):
        api.explain("jacobians")


def test_a_wrong_product_of_jacobians_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = jacobians.numbers

    def planted(*given: Any) -> Any:
        matrices = honest(*given)
        matrices[2][0][0] += 1e-3
        return matrices

    monkeypatch.setattr(jacobians, "numbers", planted)
    with pytest.raises(InternalFault, match="order gives"):
        api.explain("jacobians")


def test_orders_for_given_sizes() -> None:
    rows = {t["id"]: t["rows"][-1][-1] for t in api.explain("jacobians", "784-128-10").to_dict()["tables"]}
    assert rows["jacobians:reverse"] == 1 * 10 * 10 + 1 * 10 * 128 + 1 * 128 * 784
    assert rows["jacobians:forward"] == 10 * 128 * 784 + 10 * 10 * 784 + 1 * 10 * 784
    assert "few inputs" in api.explain("jacobians", "1-9-2").page()


def test_a_gradient_above_its_bound_is_caught() -> None:
    layers = layer_gradients(load("2-2-2-2", batch=2, seed=3))
    assert vanishing.check(layers) == 12
    lowered = (layers[0]._replace(bounds=tuple(b / 10 for b in layers[0].bounds)), *layers[1:])
    with pytest.raises(InternalFault, match="above its bound"):
        vanishing.check(lowered)
    with pytest.raises(InternalFault, match="a slope of layer 2"):
        vanishing.check((layers[0], layers[1]._replace(reckoned=0.01), layers[2]))


def test_what_the_table_of_gradients_shows_is_said() -> None:
    assert "times smaller" in api.explain("vanishing-gradient").page()
    relu = api.explain("vanishing-gradient", "3-3-3-2:relu,silu,softmax").page()
    for words in ("For relu the bound reckons", "For silu", "The last layer is a softmax"):
        assert words in relu


def test_the_variance_of_a_net(monkeypatch: pytest.MonkeyPatch) -> None:
    on = lecture("initialisation")
    assert starting.Variance(on).check(Random(5)) == 4
    honest = starting.Variance.sides

    def planted(self: Any) -> Any:
        return (*honest(self)[:-1], (add(honest(self)[-1][0], number(0.01)), ""))

    monkeypatch.setattr(starting.Variance, "sides", planted)
    with pytest.raises(InternalFault, match="line 5 of the variance"):
        starting.Variance(on).check(Random(5))


def test_updates_of_one_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    assert starting.check_signs(Random(4)) > 10
    monkeypatch.setattr(starting, "abs", lambda x: x, raising=False)  # so that inputs have both signs
    with pytest.raises(InternalFault, match="differ in sign"):
        starting.check_signs(Random(4))


def test_what_is_sometimes_seen_for_tanh_is_a_different_number() -> None:
    steps = {step.id: step for step in api.explain("tanh").explanation.derivation.steps()}
    assert steps["tanh:right"].value == pytest.approx(steps["tanh:tanh"].value, rel=1e-15)
    assert abs(steps["tanh:wrong"].value - steps["tanh:tanh"].value) > 0.29  # type: ignore[operator]


def test_sigmoid_at_5_is_not_a_hundredth() -> None:
    steps = {step.id: step for step in api.explain("sigmoid").explanation.derivation.steps()}
    assert steps["sigmoid:at_5"].value == pytest.approx(0.9933, abs=1e-4)


@pytest.mark.parametrize("topic", ["two-branches", "scaled-tanh", "tanh", "sigmoid"])
def test_lines_with_numbers_have_the_value_of_their_form(topic: str) -> None:
    derivation = api.explain(topic).explanation.derivation
    found = [step for step in derivation.steps() if step.value is not None]
    assert len(found) >= 2
    for step in found:
        again = evaluate(step.forms[-1], lambda key: float(derivation.values[key]))  # type: ignore[arg-type,index]
        assert again == step.value


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"topic": "derivative", "activation": "softmax"}, "the topic softmax its Jacobian"),
        ({"topic": "sigmoid", "network": "mazur"}, "does not depend on the network"),
        ({"topic": "momentum", "activation": "relu"}, "does not depend on the activation"),
        ({"topic": "vanishing-gradient", "network": "2-2-2:softmax,sigmoid"}, "Jacobian in place of slopes"),
        ({"topic": "initialisation", "network": "2-2-2:softmax,sigmoid"}, "no slopes to look at"),
        ({"topic": "derivative", "activation": "gelo"}, "gelu"),
    ],
)
def test_refusals(asked: dict[str, str], words: str) -> None:
    with pytest.raises(InputError) as refused:
        api.explain(**asked)
    assert words in f"{refused.value.what} {refused.value.hint}"


@pytest.mark.parametrize(
    ("x", "text"),
    [(592.44, "592"), (4.9117, "4.91"), (9700.123, "9700"), (1.5e9, "1.5e9"), (2.0e-7, "2e-7"), (0.0, "0")],
)
def test_numbers_in_sentences(x: float, text: str) -> None:
    assert short(x).args[1] == text


def test_a_quantity_of_a_network_is_no_free_symbol() -> None:
    spelling = LetteredSpelling(load_profile("ng"))
    assert spelling.ascii(Quantity("rate")) == "alpha"
