"""How far rounding carries through many lines: worked through for each number, and to first order in large cones."""

from __future__ import annotations

import pytest

from backtrace.check import cone
from backtrace.check.checking import given_numbers, lines_for
from backtrace.check.figures import Figures
from backtrace.check.students.drawn import networks
from backtrace.network.quantity import LOSS, Derivative, Key
from backtrace.network.records import Layer, Network
from tests.check.sheets import checked, network


def figures(of: Network) -> Figures:
    """Nothing is written."""
    return Figures(of, lines_for(of, ()), given_numbers(of), {}, 4, lambda key: True)


def test_first_order_agrees_with_working_through(monkeypatch: pytest.MonkeyPatch) -> None:
    for of in networks(10):
        keys: list[Key] = [LOSS, *[Derivative(LOSS, p) for p in of.parameters()]]
        exact = [figures(of).of_key(key) for key in keys]
        monkeypatch.setattr(cone, "MOST_INNER", 0)
        first = [figures(of).of_key(key) for key in keys]
        monkeypatch.undo()
        assert [one.value for one in first] == [one.value for one in exact]
        assert [one.reach for one in first] == pytest.approx([one.reach for one in exact], rel=0.02)


def test_a_network_deeper_than_pythons_stack_is_checked() -> None:
    small = network()
    layer = Layer(2, small.layers[0].activation, small.layers[0].weights, small.layers[0].bias)
    deep = small._replace(layers=(*(layer,) * 120, small.layers[1]))
    assert checked("E = 5.123\nw1+ = 9.123", deep).verdict == "mistake"
