"""What gradients cost: the counts against listed paths, written brackets and a sweep that is really done."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtrace.engine import cost as counting
from backtrace.engine.build import build
from backtrace.engine.cost import Cost, cost
from backtrace.engine.paths import count_routes
from backtrace.engine.zoom import Zoom, keep_neurons
from backtrace.errors import InputError
from backtrace.network.finding import load
from backtrace.network.quantity import LOSS, Quantity
from backtrace.network.records import Network
from tests.engine.counting import Machine, Numbers, Sweep, all_routes, with_brackets, written_out
from tests.engine.strategies import networks


def of(network: Network, *bys: Quantity) -> Cost:
    return cost(Zoom(build(network), keep_neurons), LOSS, bys or network.parameters())


def even(width: int, depth: int) -> Network:
    return load("-".join([str(width)] * (depth + 1)))


class Counted(NamedTuple):
    """Multiplications and values under way of the three ways, kept values, paths."""

    multiplications: tuple[int, ...]
    under_way: tuple[int, ...]
    kept: int
    paths: int


def by_brute_force(network: Network, bys: list[Quantity]) -> Counted:
    zoom = Zoom(build(network), keep_neurons)
    numbers, paths = Numbers(zoom), 0
    out, brackets = Machine(), Machine()
    sweep = Sweep(zoom, LOSS, list(bys))
    for by in bys:
        found = all_routes(zoom, by, LOSS)
        paths += len(found)
        first = out.product(written_out(numbers, found))
        assert brackets.product(with_brackets(numbers, found)) == pytest.approx(first)
    machines = (out, brackets, sweep.machine)
    return Counted(tuple(m.multiplications for m in machines), tuple(m.most for m in machines), len(sweep.kept), paths)


def counted(found: Cost) -> Counted:
    ways = found.ways
    return Counted(
        tuple(w.multiplications for w in ways), tuple(w.under_way for w in ways), found.way("reuse").kept, found.paths
    )


@settings(deadline=None, max_examples=60)
@given(networks(layers=3, width=3, samples=1))
def test_all_gradients_cost_what_brute_force_counts(network: Network) -> None:
    assert counted(of(network)) == by_brute_force(network, network.parameters())


@settings(deadline=None, max_examples=40)
@given(networks(layers=4, width=3, samples=1), st.randoms(use_true_random=False))
def test_a_single_gradient_costs_what_brute_force_counts(network: Network, rng) -> None:  # type: ignore[no-untyped-def]
    parameter = rng.choice(network.parameters())
    assert counted(of(network, parameter)) == by_brute_force(network, [parameter])


@settings(deadline=None, max_examples=30)
@given(networks(layers=3, width=3, samples=1))
def test_the_sweep_that_is_counted_gives_the_gradients_of_the_paths(network: Network) -> None:
    zoom = Zoom(build(network), keep_neurons)
    sweep = Sweep(zoom, LOSS, list(network.parameters()))
    for by in network.parameters():
        routes = all_routes(zoom, by, LOSS)
        assert sweep.gradients[by] == pytest.approx(Machine().product(written_out(sweep.numbers, routes)))


@settings(deadline=None, max_examples=30)
@given(networks(layers=3, width=3, samples=1))
def test_what_is_shared_is_used_so_often_and_lies_on_so_many_paths(network: Network) -> None:
    zoom = Zoom(build(network), keep_neurons)
    sweep = Sweep(zoom, LOSS, list(network.parameters()))
    found = of(network)
    assert {one.by for one in found.shared} == set(sweep.kept)
    routes = [route for by in network.parameters() for route in all_routes(zoom, by, LOSS)]
    for one in found.shared:
        assert one.uses == sweep.uses[one.by]
        assert one.paths == sum(one.by in route for route in routes)


@pytest.mark.parametrize("width", [1, 2, 3, 5])
@pytest.mark.parametrize("depth", [1, 2, 3, 7])
def test_closed_forms_of_layers_of_equal_width(width: int, depth: int) -> None:
    n, d = width, depth
    found = of(even(n, d))
    assert found.paths == (n * n + n) * sum(n**k for k in range(d))
    # A path with k layers above its weight has 2k + 3 factors, one of a bias 2k + 2.
    assert found.way("paths").multiplications == sum(n**k * (n * n * (2 * k + 2) + n * (2 * k + 1)) for k in range(d))
    # Every weight once for its gradient, and once for the way back unless it is of the first layer; every slope once.
    assert found.way("reuse").multiplications == d * n * n + (d - 1) * n * n + d * n
    assert found.way("reuse").kept == d * n


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_reuse_grows_exactly_linearly_in_depth(width: int) -> None:
    found = [of(even(width, depth)).way("reuse") for depth in range(1, 40, 3)]
    for numbers in ([w.multiplications for w in found], [w.kept for w in found]):
        assert len({b - a for a, b in pairwise(numbers)}) == 1


def test_a_deep_network_is_counted_without_listing_its_paths() -> None:
    found = of(even(2, 400))
    assert found.paths == 6 * (2**400 - 1)
    assert found.way("reuse").multiplications == 10 * 400 - 4
    assert found.way("paths").multiplications > found.way("factored").multiplications > 2**400


def test_the_known_example_by_hand() -> None:
    found = of(load("mazur"))
    # Outer weights 2 products each, outer biases 1; inner weights 2 paths of 4 products, inner biases of 3.
    assert found.way("paths").multiplications == 4 * 2 + 2 * 1 + 4 * 8 + 2 * 6
    assert found.way("factored").multiplications == 4 * 2 + 2 * 1 + 4 * (2 * 2 + 2) + 2 * (2 * 2 + 1)
    assert found.way("reuse").multiplications == 2 + 4 + 4 + 2 + 4
    assert [(one.by.kind, one.by.layer, one.uses, one.paths) for one in found.shared] == [
        ("net", 2, 5, 9),
        ("net", 2, 5, 9),
        ("net", 1, 3, 6),
        ("net", 1, 3, 6),
    ]


def test_the_bracket_of_fact_c3() -> None:
    grid = load("grid")
    found = of(grid, Quantity("weight", 1, 1, 1))
    zoom = Zoom(build(grid), keep_neurons)
    assert found.paths == count_routes(zoom.order, zoom.above, Quantity("weight", 1, 1, 1), LOSS) == 2
    # ∂E/∂out · ∂out/∂net · (w·slope·w + w·slope·w) · slope · x
    assert found.way("paths").multiplications == 2 * 6
    assert found.way("factored").multiplications == 2 * 2 + 4
    assert [(one.by, one.uses) for one in found.shared] == [(Quantity("net", 3, 1), 2)]


def test_a_factor_that_is_always_1_costs_nothing() -> None:
    assert of(load("tiny"), Quantity("bias", 2, 1)).way("paths").multiplications == 0


@pytest.mark.parametrize(
    ("fault", "changed"),
    [
        ("meetings", lambda order, above, end: dict.fromkeys(order, end)),
        ("single", lambda counts: counting.Product(factors=1)),
        ("bracket", lambda terms: counting.Product(sum(t.multiplications for t in terms), 1, 0)),
    ],
)
def test_a_wrong_count_is_noticed(monkeypatch: pytest.MonkeyPatch, fault: str, changed: object) -> None:
    network = load("2-2-2-1")
    expected = by_brute_force(network, network.parameters())
    assert counted(of(network)) == expected
    monkeypatch.setattr(counting, fault, changed)
    assert counted(of(network)) != expected


@pytest.mark.parametrize("by", [Quantity("target", 0, 1), LOSS, Quantity("rate"), Quantity("weight", 9, 1, 1)])
def test_what_the_loss_does_not_depend_on_has_no_cost(by: Quantity) -> None:
    with pytest.raises(InputError, match="E does not depend on") as refused:
        of(load("mazur"), by)
    assert "ask for a weight" in refused.value.hint
