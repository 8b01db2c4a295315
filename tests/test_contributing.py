"""The guides of CONTRIBUTING.md, followed: what is added by them is found by name, traced, derived and witnessed."""

from __future__ import annotations

import shutil
import sys
from math import cosh, tanh
from pathlib import Path
from types import ModuleType

import autograd.numpy as anp
import click
import numpy as np
import pytest

import backtrace as bt
from backtrace.cli import commands
from backtrace.cli.main import main
from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.topics import TOPICS, Topic
from backtrace.engine import array_formulas, structure
from backtrace.engine.run import run
from backtrace.errors import InputError
from backtrace.expression.tree import HALF, ONE, TWO, add, call, div, mul, neg, power, sub, symbol
from backtrace.mistakes.applied import slips
from backtrace.mistakes.catalogue import OF_STEP
from backtrace.mistakes.records import Mistake
from backtrace.network.activations import ACTIVATIONS, Activation, X
from backtrace.network.finding import load
from backtrace.network.initialisers import INITIALISERS, Initialiser
from backtrace.network.losses import ERROR, LOSSES, Loss
from backtrace.network.optimizers import (
    BETA1,
    COMMON,
    ETA,
    MEAN,
    OPTIMIZERS,
    G,
    Line,
    OptimizerKind,
    Rule,
    W,
    new_of,
    running_mean,
)
from backtrace.network.quantity import LOSS, Derivative, Quantity
from backtrace.network.shapes.kinds import KINDS
from backtrace.network.shapes.records import Array, Key, Kind, Made
from backtrace.network.shapes.settings import Settings
from backtrace.notation import loading
from backtrace.render.explain import ALL_WORDS
from backtrace.render.options import PageOptions
from tests.engine import witnesses
from tests.readback.pages import check

SOFTSIGN = Activation(
    "softsign",
    "softsign",
    r"\mathrm{softsign}",
    div(X, add(ONE, call("abs", X))),
    div(ONE, power(add(ONE, call("abs", X)), TWO)),
    lambda x: x / (1.0 + abs(x)),
    lambda x, y: 1.0 / (1.0 + abs(x)) ** 2,
    bridge=((div(ONE, power(add(ONE, call("abs", X)), TWO)), "put together"),),
)
SOFTSIGN_ON_ARRAYS = array_formulas.ArrayActivation(
    lambda net: net / (1.0 + np.abs(net)), lambda net, out, up: up * (1.0 - np.abs(out)) ** 2
)
LOG_COSH = Loss(
    "log_cosh",
    call("ln", call("cosh", ERROR)),
    neg(call("tanh", ERROR)),
    lambda t, y, m: float(np.log(cosh(t - y))),
    lambda t, y, m: tanh(y - t),
)
LOG_COSH_ON_ARRAYS = array_formulas.ArrayLoss(lambda t, y, m: np.log(np.cosh(t - y)), lambda t, y, m: np.tanh(y - t))


@pytest.fixture
def _added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACTIVATIONS, "softsign", SOFTSIGN)
    monkeypatch.setitem(array_formulas.ACTIVATIONS, "softsign", SOFTSIGN_ON_ARRAYS)
    monkeypatch.setitem(witnesses.AUTOGRAD_ACTIVATIONS, "softsign", lambda x: x / (1 + anp.abs(x)))
    monkeypatch.setitem(LOSSES, "log_cosh", LOG_COSH)
    monkeypatch.setitem(array_formulas.LOSSES, "log_cosh", LOG_COSH_ON_ARRAYS)
    monkeypatch.setitem(witnesses.AUTOGRAD_LOSSES, "log_cosh", lambda t, y: anp.sum(anp.log(anp.cosh(t - y)), axis=1))


@pytest.mark.usefixtures("_added")
@pytest.mark.parametrize("sets", [["layer1.activation=softsign"], ["loss=log_cosh"]])
def test_an_activation_and_a_loss_by_the_guide(sets: list[str]) -> None:
    mazur = bt.load("mazur", sets=sets)
    assert sets[0].partition("=")[2] in mazur.to_toml()
    assert mazur.trace().loss > 0
    for view in ("chain", "delta", "matrix"):
        derivation = mazur.derive(view=view, detail="calculus").derivation
        for format in ("terminal", "latex"):
            assert check(derivation, format, PageOptions()).problems == []
    network = load("mazur", sets=sets)
    step = witnesses.scalar_step(network)
    for witness in (
        witnesses.against_numpy,
        witnesses.against_differences,
        witnesses.against_autograd,
        witnesses.against_zooms,
    ):
        witness(network, step)


@pytest.mark.usefixtures("_added")
def test_a_slip_of_the_keyboard_names_what_was_added() -> None:
    with pytest.raises(InputError, match="did you mean 'softsign'"):
        load("mazur", sets=["layer1.activation=softsing"])


def test_an_initialiser_by_the_guide(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    alternating = Initialiser(
        "alternating",
        lambda random, count, fans, given: [given[0] * (-1.0) ** k for k in range(count)],
        "one sign after the other",
        settings=("size",),
        example="size = 0.5",
        draws=False,
    )
    monkeypatch.setitem(INITIALISERS, "alternating", alternating)
    file = tmp_path / "net.toml"
    file.write_text(
        "[data]\ninputs = [1, 2]\ntargets = [1]\n[[layers]]\nunits = 1\n"
        'weights = {init = "alternating", size = 0.25}\n',
        encoding="utf-8",
    )
    assert load(str(file)).layers[0].weights == ((0.25, -0.25),)


def test_an_optimizer_by_the_guide(monkeypatch: pytest.MonkeyPatch) -> None:
    signum = OptimizerKind(
        "signum",
        "the sign of the running mean",
        (*COMMON, BETA1),
        (Rule((running_mean(MEAN, BETA1, G), Line("w+", sub(W, mul(ETA, call("sign", new_of(MEAN)))))), (MEAN,)),),
        "Bernstein and others 2018, algorithm 2",
    )
    monkeypatch.setitem(OPTIMIZERS, "signum", signum)
    mazur = bt.load("mazur", sets=["optimizer=signum", "learning_rate=0.25", "beta1=0.5"])
    assert 'type = "signum"' in mazur.to_toml() and "m_w5" in [row.ascii for row in mazur.names()]
    for engine in ("scalar", "numpy"):
        found = run(mazur.network, 2, engine)
        assert [x for row in found.updated.weights[1] for x in row] == pytest.approx([-0.1, -0.05, 1.0, 1.05])
        assert found.state["m"].weights[1][0][0] == pytest.approx(0.063013, abs=1e-6)
    for view in ("chain", "delta", "gates", "matrix"):
        derivation = mazur.derive("w5", view=view, step=2).derivation
        for format in ("terminal", "latex"):
            assert check(derivation, format, PageOptions()).problems == []
    with pytest.raises(InputError, match="beta1 = 1 is not below 1"):
        bt.load("mazur", sets=["optimizer=signum", "beta1=1"])


def test_a_notation_by_the_guide(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "profiles"
    shutil.copytree(loading.FOLDER, folder)
    file = folder / "mybook.toml"
    file.write_text('title = "my book"\nextends = "nielsen"\n[letters]\nweight = "v"\n', encoding="utf-8")
    monkeypatch.setattr(loading, "FOLDER", str(folder))
    monkeypatch.setattr(loading, "NAMES", (*loading.NAMES, "mybook"))
    assert ("mybook", "my book") in [(row.name, row.title) for row in bt.notations()]
    mazur = bt.load("mazur", sets=["v^2_11=0.7"], notation="mybook")
    for view in ("chain", "paths", "delta", "gates", "matrix"):
        derivation = mazur.derive(*([] if view == "matrix" else ["v^2_11"]), view=view).derivation
        for format in ("terminal", "latex"):
            assert check(derivation, format, PageOptions()).problems == []
    assert "∂C/∂v²₁₁" in mazur.derive("v^2_11").page()
    for named in ("mybook", str(file)):
        assert "vˡⱼᵢ" in bt.explain("delta-rule", notation=named).page()
    file.write_text('title = "a clash"\nextends = "nielsen"\n[letters]\nweight = "b"\nbias = "b"\n', encoding="utf-8")
    with pytest.raises(InputError, match="two quantities are both spelt"):
        bt.load("mazur", notation=str(file)).derive()


def test_a_kind_of_layer_by_the_guide(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def scaled(settings: Settings) -> Made:
        channels = settings.agreed("channels", settings.input[0], "channels")
        return Made(settings.input, (Array("weight", (channels,)),))

    key = Key("channels", "whole", "channels of the input")
    monkeypatch.setitem(KINDS, "scale", Kind("scale", "a trained factor per channel", (key,), scaled))
    file = tmp_path / "net.toml"
    file.write_text('[data]\ninput_shape = [3, 8, 8]\n[[layers]]\ntype = "scale"\n', encoding="utf-8")
    assert bt.count(str(file)).total == 3 and "N×3×8×8" in bt.count(str(file)).page()
    with pytest.raises(InputError, match="channels = 4, but its input, 3×8×8, has 3 channels"):
        bt.count(str(file), sets=["layer1.channels=4"])
    with pytest.raises(InputError, match="of type scale, which cannot be derived yet"):
        bt.load(str(file))


def test_a_topic_by_the_guide(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(on: Lecture) -> None:
        layer, j = on.layer, on.unit("j")
        on.section("slope_of_a_unit", on.out(layer, j))
        on.line(on.d(on.out(layer, j), on.net(layer, j)), on.f(on.net(layer, j), 1), "slope of the activation")

    module = ModuleType("backtrace.derivation.general.slopes")
    module.build = build  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(TOPICS, "slopes", Topic("slopes", "Slopes", "the slope of a unit", "slopes", "a test", loss=""))
    monkeypatch.setitem(ALL_WORDS, "slope_of_a_unit", "The slope of {1}")
    assert "slopes" in [row.name for row in bt.topics()]
    page = bt.explain("slopes", notation="nielsen").page()
    assert "1  The slope of aˡⱼ" in page and "∂aˡⱼ/∂zˡⱼ = σ′(zˡⱼ)   (slope of the activation)" in page
    assert r"\sigma'(z^{l}_{j})" in bt.explain("slopes", notation="nielsen").page("latex")


def test_a_mistake_by_the_guide(monkeypatch: pytest.MonkeyPatch) -> None:
    halved = Mistake(
        "update.halved",
        "half a step",
        "Only half of the step is made.",
        "extra_factor",
        "an update",
        ("How large a step does the exercise allow?", "A factor stands in your line that nobody asked for."),
        at=("update",),
        make=lambda case: [
            sub(symbol(case.parameter), mul(HALF, case.calculation.rate, symbol(Derivative(LOSS, case.parameter))))
        ],
    )
    monkeypatch.setitem(OF_STEP, halved.id, halved)
    # The wrong lines of mazur may have been written before there was this mistake.
    monkeypatch.setattr(structure, "_known", {})
    w5 = Quantity("weight", 2, 1, 1, updates=1)
    found = {slip.mistake.id: slip.value for slip in slips(load("mazur", sets=["learning_rate=0.2"]), w5)}
    assert found["update.halved"] == pytest.approx(0.40 - 0.5 * 0.2 * 0.0821670405642308, rel=1e-12)


def test_a_command_by_the_guide(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    module = ModuleType("backtrace.cli.greet")
    module.command = click.Command("greet", callback=lambda: click.echo("good day"))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    row = commands.Entry("greet", "see", "a greeting", "backtrace greet")
    monkeypatch.setattr(commands, "ENTRIES", (*commands.ENTRIES, row))
    assert main(["greet"]) == 0 and capsys.readouterr().out == "good day\n"
    assert main(["--help"]) == 0 and "a greeting\n" in capsys.readouterr().out


def test_a_question_and_a_kind_are_added(monkeypatch, tmp_path, capsys):
    from random import Random

    from backtrace.questions import kinds
    from backtrace.questions.bank import read_bank
    from backtrace.questions.making import samples
    from backtrace.questions.records import Given, Instance, Kind, Part, Say, Whole, Wrong
    from backtrace.questions.sampling import pick

    page = (Path(__file__).parent.parent / "docs" / "bank.md").read_text(encoding="utf-8")
    example = page.split("```toml\n")[1].split("```")[0]
    assert [one.id for one in read_bank(example, "mine.toml")] == ["epoch", "descent"]
    (tmp_path / "mine.toml").write_text(example, encoding="utf-8")
    shown = f"bank_file={tmp_path / 'mine.toml'}"
    assert main(["exercise", "true-false", "--set", shown, "--answer"]) == 0
    assert "Backpropagation is another name" in capsys.readouterr().out

    def make(draw: Random, level: int, settings: object) -> Instance:
        size = pick(draw, range(2, 10 * level))
        given = (Given(Say("count_network", (f"{size}-1", 1))), Given(Say("count_bias")))
        part = Part(Say("count_of_layer", (1, size, 1)), Whole(size + 1, (Wrong("count.no_biases", size),)))
        return Instance("one-unit", level, "", Say("count_title"), given, (part,), note=f"one-unit {size}")

    module = ModuleType("backtrace.questions.kind.one_unit")
    module.KIND = Kind("one-unit", "the parameters of a unit", (), make, samples)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(kinds.MODULES, "one-unit", "one_unit")
    assert main(["exercise", "one-unit", "--answer"]) == 0
    assert "How many parameters does layer 1 have" in capsys.readouterr().out
    assert main(["stress", "one-unit", "--seeds", "1-3"]) == 0
    assert "3 answers recomputed from the text of the sheet\n" in capsys.readouterr().out
