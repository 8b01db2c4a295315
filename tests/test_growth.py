"""How derivations grow: gradients linearly in the parameters, path counts without listing paths. No clock is read."""

from __future__ import annotations

from itertools import islice

import pytest

from backtrace.derivation.derive import derive
from backtrace.derivation.gradients import symbolic_gradients
from backtrace.derivation.workspace import keep_neurons
from backtrace.engine.build import build
from backtrace.engine.paths import count_routes, reaching, routes
from backtrace.engine.zoom import Zoom
from backtrace.expression.tree import count, symbols
from backtrace.network.finding import load
from backtrace.network.quantity import LOSS, Key, Quantity
from backtrace.network.records import Network
from backtrace.notation.loading import load_profile


def chained(layers: int, width: int) -> Network:
    """So many layers of the same width, in symbols."""
    return load("-".join([str(width)] * (layers + 1)))


@pytest.mark.parametrize("width", [1, 2, 3, 5])
def test_nodes_of_all_gradients_are_exactly_linear_in_the_parameters(width: int) -> None:
    points = []
    for layers in (3, 4, 8, 16, 32):
        network = chained(layers, width)
        nodes = sum(count(form) for form in symbolic_gradients(network).values())
        points.append((len(network.parameters()), nodes))
    (parameters, nodes), (more_parameters, more_nodes) = points[:2]
    for p, n in points:
        assert (n - nodes) * (more_parameters - parameters) == (more_nodes - nodes) * (p - parameters)


@pytest.mark.parametrize("width", [2, 4])
def test_no_single_definition_grows_with_depth(width: int) -> None:
    longest = [
        (max(count(form) for form in found), max(len(set(symbols(form))) for form in found))
        for found in (list(symbolic_gradients(chained(layers, width)).values()) for layers in (4, 8, 64))
    ]
    assert longest[0] == longest[1] == longest[2]


@pytest.mark.parametrize("view", ["chain", "delta"])
def test_no_line_of_a_whole_step_has_more_sources_in_a_deeper_network(view: str) -> None:
    from backtrace.derivation.workspace import Choices

    profile = load_profile()
    most = [
        max(len(step.sources) for step in derive(chained(layers, 2), (), profile, Choices(view=view)).steps())
        for layers in (4, 8, 16)
    ]
    assert most[0] == most[1] == most[2] <= 6


class Counted:
    """A function that counts how often it is asked."""

    def __init__(self, zoom: Zoom) -> None:
        self.zoom = zoom
        self.calls = 0

    def __call__(self, key: Key) -> list[Key]:
        self.calls += 1
        return self.zoom.above(key)


@pytest.mark.parametrize(
    ("sizes", "start", "expected"),
    [
        ([2] * 513, Quantity("weight", 1, 1, 1), 2**511),
        ([2] * 513, Quantity("input", 0, 1), 2**512),
        ([2] * 513, Quantity("weight", 512, 1, 1), 1),
        ([4, 3, 2, 1], Quantity("input", 0, 1), 3 * 2 * 1),
        ([2, 30, 40, 7], Quantity("weight", 1, 1, 1), 40 * 7),
    ],
    ids=["2 wide, 512 deep", "its input", "its last layer", "4-3-2-1", "wide"],
)
def test_routes_are_counted_as_a_product(sizes: list[int], start: Quantity, expected: int) -> None:
    graph = build(load("-".join(map(str, sizes))))
    zoom = Zoom(graph, keep_neurons)
    above = Counted(zoom)
    assert count_routes(zoom.order, above, start, LOSS) == expected
    # Every node is asked once, however many routes pass it.
    assert above.calls <= len(graph)


def test_the_first_routes_are_made_without_the_others() -> None:
    zoom = Zoom(build(chained(512, 2)), keep_neurons)
    start = Quantity("weight", 1, 1, 1)
    on_route = reaching(zoom.order, zoom.above, start, LOSS)
    above = Counted(zoom)
    first = list(islice(routes(above, on_route, start, LOSS), 5))
    depth = len(first[0])
    assert depth == 2 * 512 + 2
    assert len(set(first)) == 5
    assert above.calls <= 5 * depth
    [last] = islice(routes(above, on_route, start, LOSS, backwards=True), 1)
    assert last not in first
