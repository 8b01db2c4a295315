"""How many multiplications gradients take, route by route and with shared factors computed once."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.engine.comparing import cost_of
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity
from backtrace.questions.making import finished, network_given, read_settings, samples, shape_of
from backtrace.questions.records import Choice, Given, Instance, Kind, Option, Part, Say, Setting, Whole, Wrong
from backtrace.questions.sampling import pick, shuffled
from backtrace.questions.seeds import Draws

SIZES = {
    1: ((2, 2, 1), (3, 2, 1), (2, 3, 1), (3, 3, 1), (4, 2, 1)),
    2: ((2, 2, 2), (3, 2, 2), (2, 3, 2), (4, 2, 2), (2, 2, 3)),
    3: ((2, 2, 2, 1), (3, 2, 2, 1), (2, 2, 2, 2), (3, 2, 2, 2)),
}
SETTINGS = (Setting("network", "", "a shorthand such as 2-2-2; drawn when empty"),)


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks for the multiplications of all gradients of weights into one unit of the first layer, written out and with
    reuse, and which factor is used most often."""
    wanted = read_settings(settings, SETTINGS)
    network = shape_of(wanted, pick(draw, SIZES[level]))
    unit = pick(draw, range(1, network.size(1) + 1))
    weights = [p for p in network.parameters() if p.layer == 1 and p.kind == "weight" and p.unit == unit]
    cost = cost_of(network._replace(inputs=None, targets=None), LOSS, weights)
    one = cost_of(network._replace(inputs=None, targets=None), LOSS, weights[:1])
    apart, reuse = cost.way("paths").multiplications, cost.way("reuse").multiplications
    length = 2 * len(network.layers) + 1
    shared: list[Key] = [Derivative(LOSS, found.by) for found in cost.shared]
    last = Derivative(LOSS, Quantity("net", len(network.layers), 1))
    once: list[Key] = [Derivative(LOSS, weights[0]), Derivative(LOSS, Quantity("out", 1, unit))]
    once += [last] if last not in shared else []
    each = cost.paths // len(weights)
    parts = [
        Part(
            Say("memo_routes"),
            _whole(cost.paths, (("paths.one", len(weights)),)),
            None,
            (Say("memo_routes_because", (len(weights), each, cost.paths)),),
        ),
        Part(
            Say("memo_written_out"),
            _whole(
                apart,
                (("memo.factors", cost.paths * length), ("memo.one_gradient", one.way("paths").multiplications)),
            ),
            None,
            (Say("memo_written_because", (length, length - 1, cost.paths, apart)),),
        ),
        Part(
            Say("memo_reused"),
            _whole(reuse, (("memo.no_sharing", apart), ("memo.one_gradient", one.way("reuse").multiplications))),
            None,
            (Say("memo_because", (apart, reuse, apart - reuse)),),
        ),
    ]
    if shared:
        options = [Option(Say("just", (key,)), True) for key in shared[:3]]
        options += [Option(Say("just", (key,)), False, "memo.used_once") for key in once]
        parts.append(Part(Say("memo_which"), Choice(tuple(shuffled(draw, options)), several=True)))
    task = Say("memo_task", (weights[0], weights[-1], len(weights)))
    given = (*network_given(network), Given(say=task), Given(say=Say("memo_counting")))
    return finished(KIND.name, level, network, tuple(parts), wanted, given, (unit,))


def _whole(value: int, wrong: tuple[tuple[str, int], ...]) -> Whole:
    found: list[Wrong] = []
    for mistake, other in wrong:
        if other != value and other not in [one.value for one in found]:
            found.append(Wrong(mistake, other))
    return Whole(value, tuple(found))


KIND = Kind("factor-and-memoise", "multiplications with and without shared factors", SETTINGS, make, samples)
