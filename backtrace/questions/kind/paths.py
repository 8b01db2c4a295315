"""Which routes lead from a weight to the loss, and how many."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.engine.paths import count_routes, reaching, routes
from backtrace.engine.structure import graph_of
from backtrace.engine.zoom import Zoom, keep_neurons
from backtrace.errors import InputError
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity
from backtrace.questions.making import finished, network_given, read_settings, samples, shape_of
from backtrace.questions.records import Choice, Derived, Instance, Kind, Option, Part, Say, Setting, Whole, Wrong
from backtrace.questions.sampling import pick, shuffled
from backtrace.questions.seeds import Draws

SIZES = {
    1: ((2, 2, 2), (3, 2, 2), (2, 3, 2), (2, 2, 3), (3, 3, 2), (3, 2, 3)),
    # Not two layers of two units: there adding the numbers of units comes to the same as multiplying them.
    2: ((2, 2, 3, 2), (2, 2, 2, 3), (3, 2, 3, 2), (3, 2, 2, 3)),
    3: ((2, 2, 3, 3), (2, 3, 3, 3), (2, 2, 2, 2, 2), (3, 2, 2, 3, 2)),
}
SETTINGS = (Setting("network", "", "a shorthand with at least two layers, such as 2-2-2; drawn when empty"),)


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks how many routes lead from a weight of the first layer to the loss, and which of some are routes."""
    wanted = read_settings(settings, SETTINGS)
    network = shape_of(wanted, pick(draw, SIZES[level]))
    if len(network.layers) < 2 or network.size(1) < 2:
        raise InputError("paths need two layers, and two units in the first", hint="for example network=2-2-2")
    weight = pick(draw, [p for p in network.parameters() if p.layer == 1 and p.kind == "weight"])
    zoom = Zoom(graph_of(network._replace(inputs=None, targets=None)), keep_neurons)
    total = count_routes(zoom.order, zoom.above, weight, LOSS)
    above = [network.size(n) for n in range(2, len(network.layers) + 1)]
    candidates = [("paths.added", sum(above)), ("paths.one", 1), ("paths.links", len(network.parameters()))]
    wrong: list[Wrong] = []
    for mistake, value in candidates:
        if value != total and value not in [one.value for one in wrong]:
            wrong.append(Wrong(mistake, value))
    right = list(routes(zoom.above, reaching(zoom.order, zoom.above, weight, LOSS), weight, LOSS))
    chosen = shuffled(draw, right)[:2]
    options = [Option(_said(route), True) for route in chosen]
    options.append(Option(_said(_elsewhere(chosen[0], network.size(1))), False, "paths.other_unit"))
    options.append(Option(_said(_skipping(chosen[-1])), False, "paths.skips_a_layer"))
    drawn = Derived(network, (Derivative(LOSS, weight),), "paths") if total <= 8 else None
    solution = (Say("paths_multiplied", (weight, total)), *((drawn,) if drawn else ()))
    parts = (
        Part(Say("paths_how_many", (weight, LOSS)), Whole(total, tuple(wrong)), None, solution),
        Part(Say("paths_which", (weight, LOSS)), Choice(tuple(shuffled(draw, options)), several=True)),
    )
    return finished(KIND.name, level, network, parts, wanted, network_given(network), (weight,))


def _said(route: tuple[Key, ...]) -> Say:
    return Say(f"route_{len(route)}", route)


def _elsewhere(route: tuple[Key, ...], units: int) -> tuple[Key, ...]:
    """The same route through another unit of the first layer."""

    def moved(key: Key) -> Key:
        if isinstance(key, Quantity) and key.layer == 1 and key.kind in ("net", "out"):
            return key._replace(unit=key.unit % units + 1)
        return key

    return tuple(moved(key) for key in route)


def _skipping(route: tuple[Key, ...]) -> tuple[Key, ...]:
    """The same route without one layer's net and output."""
    return (*route[:1], *route[3:])


KIND = Kind("paths", "which routes lead to the loss, and how many", SETTINGS, make, samples)
