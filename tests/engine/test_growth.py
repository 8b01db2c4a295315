"""The graph grows as it must: linear in the parameters, and no depth is too much."""

from __future__ import annotations

import sys

import pytest

from backtrace.derivation.derive import derive
from backtrace.derivation.workspace import Choices
from backtrace.engine.build import build
from backtrace.engine.paths import count_routes
from backtrace.engine.run import run
from backtrace.engine.scalar import numbers_of, training_step
from backtrace.engine.zoom import Zoom
from backtrace.network.finding import load
from backtrace.network.quantity import LOSS, Quantity
from backtrace.network.records import Network
from backtrace.notation.loading import load_profile

DEPTH = 512


def deep(layers: int, width: int = 2) -> Network:
    shape = "-".join([str(width)] * (layers + 1))
    return load(shape, batch=1, seed=1, sets=["learning_rate=0.5"])


@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_the_number_of_nodes_is_exactly_linear_in_the_number_of_parameters(width: int) -> None:
    drawn = [deep(layers, width) for layers in (1, 2, 5, 16, 64)]
    sizes = [(len(network.parameters()), len(build(network))) for network in drawn]
    (first, nodes), (second, more) = sizes[:2]
    for parameters, found in sizes:
        assert (found - nodes) * (second - first) == (more - nodes) * (parameters - first)
    # A parameter costs its own leaf; with its share of wires, nets and outs fewer than three nodes.
    assert (more - nodes) <= 3 * (second - first)


def test_edges_are_linear_too() -> None:
    edges = [len(build(deep(layers)).owner) for layers in (10, 20, 30)]
    assert edges[2] - edges[1] == edges[1] - edges[0]


def test_no_recursion_limit_is_met_at_depth_512(monkeypatch: pytest.MonkeyPatch) -> None:
    network = deep(DEPTH)
    profile = load_profile("mazur")
    monkeypatch.setattr(sys, "setrecursionlimit", lambda limit: pytest.fail("the limit was raised"))
    graph = build(network)
    step = training_step(network, graph, numbers_of(network))
    assert len(step.gradients) == 3072
    assert run(network, engine="scalar").history == pytest.approx(run(network, engine="numpy").history, rel=1e-12)
    zoom = Zoom(graph, lambda key: True)
    assert count_routes(zoom.order, zoom.above, Quantity("weight", 1, 1, 1), LOSS) == 2**511
    for view in ("chain", "delta", "gates", "matrix"):
        whole = derive(network, (), profile, Choices(view=view))
        assert whole.steps()
