"""How far rounding carries through many lines: worked through for each number, and to first order in large cones."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from backtrace.check import cone
from backtrace.check.checking import given_numbers, lines_for
from backtrace.check.cone import Own
from backtrace.check.diagnosis import written_slips
from backtrace.check.figures import Figures
from backtrace.check.students.drawn import networks
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity
from backtrace.network.records import Layer, Network
from tests.check.sheets import checked, network


def figures(of: Network, own: Mapping[Key, Own] | None = None) -> Figures:
    return Figures(of, lines_for(of, ()), given_numbers(of), own or {}, 4, lambda key: True)


def test_first_order_agrees_with_working_through(monkeypatch: pytest.MonkeyPatch) -> None:
    for of in networks(10):
        keys: list[Key] = [LOSS, *[Derivative(LOSS, p) for p in of.parameters()]]
        exact = [figures(of).of_key(key) for key in keys]
        monkeypatch.setattr(cone, "MOST_INNER", 0)
        first = [figures(of).of_key(key) for key in keys]
        monkeypatch.undo()
        assert [one.value for one in first] == [one.value for one in exact]
        assert [one.reach for one in first] == pytest.approx([one.reach for one in exact], rel=0.02)


def test_the_value_alone_is_that_of_the_cone() -> None:
    for of in networks(6):
        gradients: list[Key] = [Derivative(LOSS, p) for p in of.parameters()]
        plain = figures(of)
        outs = [key for key in plain.lines.graph.keys if isinstance(key, Quantity) and key.kind == "out"]
        own = {key: Own(1.5 * plain.true(key) + 0.1, 0.0, n) for n, key in enumerate([*outs, *gradients])}
        for found in (plain, figures(of, own)):
            for key in gradients:
                known = {} if found.own else found.known
                made = [found.lines.compiled(form) for _, form in written_slips(found, key)]
                assert made
                assert [found.value(one, key, known) for one in made] == [found.cone(one, key).value for one in made]


def test_a_network_deeper_than_pythons_stack_is_checked() -> None:
    small = network()
    layer = Layer(2, small.layers[0].activation, small.layers[0].weights, small.layers[0].bias)
    deep = small._replace(layers=(*(layer,) * 120, small.layers[1]))
    assert checked("E = 5.123\nw1+ = 9.123", deep).verdict == "mistake"
