"""What pages say where a formula has a corner, and that the lines of calculus agree with it."""

from __future__ import annotations

from pathlib import Path

import pytest

import backtrace as bt

BESIDE = "The lines above hold on either side of this point"
CONVENTION = {
    "elu": "both have the slope 1",
    "relu": "relu′(0) is taken as 0",
    "leaky_relu": "its slope is taken as 0.01 there",
}


def at_zero(folder: Path, activation: str, target: float = 1.5, loss: str = "huber") -> str:
    """A network whose hidden net is exactly 0, and whose output is exactly 0.5."""
    file = folder / "net.toml"
    file.write_text(
        f"""[data]
inputs = [[0.0, 0.0]]
targets = [[{target}]]
[[layers]]
units = 1
activation = "{activation}"
weights = [[0.4, 0.3]]
bias = 0.0
[[layers]]
units = 1
activation = "identity"
weights = [[0.5]]
bias = 0.5
[loss]
type = "{loss}"
[optimizer]
learning_rate = 0.5
"""
    )
    return str(file)


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("view", ["chain", "gates"])
def test_lines_that_do_not_hold_at_the_corner_are_said_to_hold_beside_it(tmp_path: Path, view: str) -> None:
    net = bt.load(at_zero(tmp_path, "elu"))
    text = words(net.derive("w1", view=view, detail="calculus").page())
    assert text.count(BESIDE) == 2  # elu at 0, and huber 1 off its target
    assert f"both have the slope 1. {BESIDE}" in text
    assert BESIDE not in words(net.derive("w1", view=view).page())


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
def test_lines_that_hold_at_the_corner_need_no_such_sentence(tmp_path: Path, activation: str) -> None:
    text = words(bt.load(at_zero(tmp_path, activation, 1.0)).derive("w1", detail="calculus").page())
    assert CONVENTION[activation] in text
    assert BESIDE not in text


def test_beside_a_corner_nothing_is_said(tmp_path: Path) -> None:
    net = bt.load(at_zero(tmp_path, "elu", 1.4), sets=["b_h1=0.1"])
    text = words(net.derive("w1", detail="calculus").page())
    assert BESIDE not in text
    assert CONVENTION["elu"] not in text


@pytest.mark.parametrize("activation", list(CONVENTION))
def test_the_convention_is_said_where_the_notation_has_no_letter_for_the_net(tmp_path: Path, activation: str) -> None:
    net = bt.load(at_zero(tmp_path, activation, 1.0))
    for quantities in (("w1",), ("w1", "w2"), ()):
        text = words(net.derive(*quantities, notation="o-grid").page())
        assert text.count(CONVENTION[activation]) == 1
        assert "net₁₁ is exactly 0" in text


def test_a_loss_that_is_at_its_corner_twice_says_so_twice() -> None:
    sets = ["loss=absolute_error", "layer2.activation=identity", "t1=0.6", "t2=0.6"]
    net = bt.load("mazur", sets=[*sets, *(f"w{n}=0" for n in range(5, 9))])
    assert words(net.derive().page()).count("The output equals its target") == 2
