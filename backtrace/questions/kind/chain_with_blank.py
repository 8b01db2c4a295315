"""The chain rule with a factor missing, or revealed factor by factor."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from backtrace.engine.paths import reaching, routes
from backtrace.engine.structure import graph_of
from backtrace.engine.zoom import Zoom, keep_neurons
from backtrace.expression.tree import Expr, mul, number, symbol
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity
from backtrace.network.records import Network
from backtrace.questions.answers import Sheet
from backtrace.questions.making import (
    ACTIVATION,
    DIGITS,
    NETWORK,
    SMALL,
    drawn_network,
    finished,
    network_given,
    read_settings,
    samples,
    shape_of,
)
from backtrace.questions.records import Derived, Formula, Instance, Kind, Part, Say, Setting
from backtrace.questions.sampling import TASTES, pick, tried
from backtrace.questions.seeds import Draws
from backtrace.questions.slips import known, known_forms

SIZES = {1: (2, 1), 2: (2, 2, 1), 3: (2, 2, 1, 1)}
BLANK = number(0, "?")
SETTINGS = (
    NETWORK,
    ACTIVATION,
    Setting("output", "identity", "activation of the last layer", ("sigmoid", "tanh", "relu", "identity")),
    DIGITS,
    SMALL,
    Setting("blanks", "one", "one factor is missing, or each in turn, those before it put in", ("one", "each")),
)


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks for the formula of a factor of ∂E/∂w, then for its number."""
    wanted = read_settings(settings, SETTINGS)
    shape = shape_of(wanted, SIZES[level])
    digits = int(str(wanted["digits"])) or TASTES[level].digits

    def draws() -> Instance:
        network = drawn_network(draw, level, wanted, shape)
        weights = [p for p in network.parameters() if p.layer == 1 and p.kind == "weight"]
        weight = pick(draw, weights)
        factors = factors_of(network, weight)
        if wanted["blanks"] == "each":
            places = list(range(len(factors)))
        else:
            places = [pick(draw, [n for n, (_, form) in enumerate(factors) if form.op != "number"])]
        gradient = Derivative(LOSS, weight)
        parts = [_blank(network, gradient, factors, place, wanted["blanks"] == "each") for place in places]
        sheet = Sheet(network, digits, known, small=bool(wanted["small"]), keys=[Derivative(LOSS, p) for p in weights])
        solution = (Derived(network, (gradient,)),)
        parts.append(Part(Say("compute_gradient", (gradient,)), sheet.numeric(gradient), gradient, solution))
        return finished(KIND.name, level, network, tuple(parts), wanted, network_given(network))

    return tried(draws)


def factors_of(network: Network, weight: Quantity) -> list[tuple[Derivative, Expr]]:
    """The factors of one route from the loss to the weight, each as a derivative and as a formula."""
    zoom = Zoom(graph_of(network), keep_neurons)
    route: tuple[Key, ...] = next(routes(zoom.above, reaching(zoom.order, zoom.above, weight, LOSS), weight, LOSS))
    found = []
    for low, up in list(pairwise(route))[::-1]:
        assert isinstance(low, Quantity) and isinstance(up, Quantity)
        found.append((Derivative(up, low), zoom.local(up, low)))
    return found


def _blank(
    network: Network, gradient: Derivative, factors: list[tuple[Derivative, Expr]], place: int, each: bool
) -> Part:
    """A factor to find: with `each` those before it are put in, those behind it named; else all others are put in."""
    shown = [
        BLANK if n == place else form if not each or n < place else symbol(key) for n, (key, form) in enumerate(factors)
    ]
    key, form = factors[place]
    wrong = known_forms(network, key)
    ask = Say("find_factor", (gradient, mul(*shown)))
    return Part(ask, Formula(form, tuple(one for one in wrong if one[1] != form)), key, ())


KIND = Kind("chain-with-blank", "the chain rule with a factor missing", SETTINGS, make, samples)
