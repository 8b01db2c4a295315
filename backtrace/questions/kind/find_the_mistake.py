"""A worked solution in which one line is wrong, and every later one follows from it: which line, and why?"""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.errors import InputError, nearest, printable
from backtrace.expression.rounding import rounded
from backtrace.expression.tree import Expr, replace, symbol
from backtrace.mistakes.applied import slips
from backtrace.mistakes.calculation import Calculation
from backtrace.mistakes.catalogue import OF_STEP
from backtrace.mistakes.records import Slip
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity
from backtrace.network.records import Network
from backtrace.questions.answers import LEAST_ASKED, gated, unit
from backtrace.questions.making import NETWORK, drawn_network, network_given, read_settings, samples, shape_of
from backtrace.questions.mistake_words import belief_of
from backtrace.questions.notes import note_of
from backtrace.questions.records import Essay, Given, Instance, Kind, Part, Say, Setting, Whole, Wrong
from backtrace.questions.sampling import Fault, pick, tried
from backtrace.questions.seeds import Draws

SIZES = {1: (2, 1), 2: (2, 2, 1), 3: (2, 2, 2)}
MISTAKE = Setting("mistake", "", "the id of the mistake to plant; drawn without")
SETTINGS = (NETWORK, MISTAKE, Setting("activation", "sigmoid", "of all layers", ("sigmoid", "tanh")))
SHOWN = 6
ASKED = 4
# Lines of the worked solution and of the planted one differ by at least this part, so that rounding is no excuse.
SEEN = 1e-3


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Forward pass, loss, deltas and gradients; from level 3 on updates as well."""
    chosen = read_settings(settings, SETTINGS)
    shape = shape_of(chosen, SIZES[level])
    wanted = str(chosen["mistake"])
    if wanted and wanted not in OF_STEP:
        hint = nearest(wanted, OF_STEP) or "docs/mistakes.md lists them; it has to be one of a training step"
        raise InputError(f"no mistake that can be planted is called '{printable(wanted)}'", hint=hint)

    def tried_once() -> Instance:
        network = drawn_network(draw, level, chosen, shape, updated=level == 3)
        return planted(draw, level, network, wanted)

    return tried(tried_once)


def lines_of(network: Network, updates: bool) -> list[Key]:
    """The quantities of a worked solution, in the order in which they are worked out."""
    depth = len(network.layers)
    units = [(layer, j) for layer in range(1, depth + 1) for j in range(1, network.size(layer) + 1)]
    found: list[Key] = []
    for layer in range(1, depth + 1):
        found += [Quantity("net", layer, j) for at, j in units if at == layer]
        found += [Quantity("out", layer, j) for at, j in units if at == layer]
    outputs = network.size(depth)
    found += [Quantity("loss_term", unit=k) for k in range(1, outputs + 1)] if outputs > 1 else []
    found.append(LOSS)
    weights = [parameter for parameter in network.parameters() if parameter.kind == "weight"]
    for layer in range(depth, 0, -1):
        found += [Quantity("delta", layer, j) for at, j in units if at == layer]
        found += [Derivative(LOSS, weight) for weight in weights if weight.layer == layer]
    if updates:
        found += [weight._replace(updates=1) for weight in weights if weight.layer == depth]
    return found


def planted(draw: Draws, level: int, network: Network, wanted: str = "") -> Instance:
    """The exercise on this network; raises Fault where no mistake of the catalogue can be planted and be seen."""
    keys = lines_of(network, level == 3)
    right = Calculation(network)
    every = [(key, slip) for key in keys for slip in slips(network, key) if _plain(slip, right.value(key), wanted)]
    if not every:
        raise Fault("no mistake can be planted here")
    # First the line, then the mistake: lines with many known mistakes are not blamed more often.
    key = pick(draw, list(dict.fromkeys(key for key, _ in every)))
    slip = pick(draw, [slip for at, slip in every if at == key])
    wrong = Calculation(network, {key: slip.value})
    at = keys.index(key) + 1
    lines: list[Say] = []
    later = 0
    for place, one in enumerate(keys, 1):
        form = slip.form if one == key else wrong.form(one)
        assert form is not None
        value = wrong.value(one)
        if place > at and not later and abs(value - right.value(one)) > SEEN * abs(right.value(one)):
            later = place
        lines.append(Say("mistake_line", (_name(one), _named(form), rounded(value, SHOWN))))
    return _instance(level, network, key, slip, (at, later), tuple(lines), right)


def _plain(slip: Slip, right: float, wanted: str) -> bool:
    """Whether it can be written in a line, and is seen there."""
    named = not wanted or slip.mistake.id == wanted
    return named and abs(right) >= LEAST_ASKED and slip.form is not None and abs(slip.value - right) > SEEN * abs(right)


def _name(key: Key) -> Key:
    """A delta is written as the derivative that it is: its sign is the book's affair."""
    if isinstance(key, Quantity) and key.kind == "delta":
        return Derivative(LOSS, key._replace(kind="net"))
    return key


def _named(form: Expr) -> Expr:
    return replace(form, lambda key: symbol(_name(key)) if isinstance(key, Quantity) else None)


def _instance(
    level: int,
    network: Network,
    key: Key,
    slip: Slip,
    places: tuple[int, int],
    lines: tuple[Say, ...],
    right: Calculation,
) -> Instance:
    at, later = places
    value, form = right.value(key), right.form(key)
    assert isinstance(form, Expr)
    follows = (Wrong("find.follows_from_it", later),) if later else ()

    def interval(digits: int) -> tuple[float, float]:
        slack = 0.5 * unit(value, digits) * (1 + 1e-9)
        return value - slack - 1e-5 * abs(value), value + slack + 1e-5 * abs(value)

    answer = gated(value, ASKED, interval, [slip.mistake.id], [slip.value])
    should = Say("mistake_should", (_name(key), _named(form), rounded(value, SHOWN)))
    why = Say(f"operator_{slip.mistake.operator}"), Say("just", (belief_of(slip.mistake.id),))
    parts = (
        Part(Say("mistake_which"), Whole(at, follows), solution=(Say("mistake_at", (at,)),)),
        Part(Say("mistake_value"), answer, solution=(should,)),
        Part(Say("mistake_why"), Essay(2), solution=why),
    )
    given = (*network_given(network), Given(say=Say("mistake_given")), Given(lines=lines))
    note = note_of("find-the-mistake", network, (at, slip.mistake.id), parts[:2])
    settings = {"mistake": slip.mistake.id}
    return Instance("find-the-mistake", level, "", Say("find_the_mistake_title"), given, parts, network, settings, note)


KIND = Kind("find-the-mistake", "a worked solution with one wrong line", SETTINGS, make, samples)
