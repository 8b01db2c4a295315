"""XOR by hand: two relu units and an output that tell the four points apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from backtrace.expression.tree import Given as Typed
from backtrace.mistakes.applied import right_value, same
from backtrace.network.activations import IDENTITY, RELU
from backtrace.network.losses import loss_named
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity
from backtrace.network.records import Layer, Network
from backtrace.questions.answers import Sheet
from backtrace.questions.making import DIGITS, finished, network_given, read_settings, samples
from backtrace.questions.records import Derived, Given, Instance, Kind, Part, Say, Whole
from backtrace.questions.sampling import TASTES, pick, tried
from backtrace.questions.seeds import Draws
from backtrace.questions.slips import NamesAndNumbers, Wrongs, known

CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
UNITS = ((1, 1), (1, 2), (2, 1))
SETTINGS = (DIGITS,)


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks for the hidden outputs and the output at each point, from level 2 on for the loss, at level 3 for the
    gradient of an output weight."""
    wanted = read_settings(settings, SETTINGS)
    digits = int(str(wanted["digits"])) or TASTES[level].digits

    def draws() -> Instance:
        network = _network(draw)
        source = pick(draw, (1, 2)) if level == 3 else 0
        gradient = Derivative(LOSS, Quantity("weight", 2, 1, source))
        keys: list[Key] = [Quantity("out", layer, j, sample=s) for s in (1, 2, 3, 4) for layer, j in UNITS]
        sheet = Sheet(network, digits, _seen, small=True, keys=[*keys, LOSS, *([gradient] if source else [])])
        solution = (Derived(network, (LOSS,)),)
        parts: list[Part] = []

        def whole(key: Key) -> Part:
            return Part(Say("compute_out", (key,)), Whole(round(sheet.value(key))), key, solution)

        def asked(words: str, key: Key, solution: tuple[Derived, ...] = solution) -> Part:
            return Part(Say(words, (key,)), sheet.numeric(key), key, solution)

        for s in (1, 2, 3, 4):
            for unit in (1, 2):
                key = Quantity("out", 1, unit, sample=s)
                parts.append(whole(key))
            parts.append(asked("compute_out", Quantity("out", 2, 1, sample=s)))
        if level >= 2:
            parts.append(asked("compute_loss_of_four", LOSS))
        if level == 3:
            derived = (Derived(network, (gradient,)),)
            parts.append(asked("compute_gradient", gradient, derived))
        given = (Given(say=Say("xor_given")), *network_given(network))
        return finished(KIND.name, level, network, tuple(parts), wanted, given)

    return tried(draws)


def _seen(network: Network, keys: Sequence[Key]) -> Wrongs:
    """The mistakes without those that the zeros and ones of XOR hide whatever the output weights are."""
    wrong = known(network, keys)

    def seen(place: int) -> NamesAndNumbers:
        shown = [pair for pair in zip(*wrong(place), strict=True) if pair[0] not in _hidden(keys[place])]
        return [name for name, _ in shown], [value for _, value in shown]

    return seen


@lru_cache(maxsize=64)
def _hidden(key: Key) -> frozenset[str]:
    network = _with(0.7, 2.9)  # weights that are never drawn
    right = right_value(network, key)
    return frozenset(name for name, value in zip(*known(network, [key])(0), strict=True) if same(value, right))


def _network(draw: Draws) -> Network:
    """The hidden layer of Goodfellow, Bengio and Courville 2016, section 6.1, and an output whose sign tells the points
    apart."""
    low = pick(draw, range(2, 10))
    return _with(low / 10, (low + pick(draw, range(6, 20))) / 10)


def _with(low: float, rise: float) -> Network:
    one = Typed("1")
    hidden = Layer(2, RELU, ((one, one), (one, one)), (Typed("0"), Typed("-1")))
    weights = ((Typed(f"{rise:.1f}"), Typed(f"{-2 * rise:.1f}")),)
    last = Layer(1, IDENTITY, weights, (Typed(f"{-low:.1f}"),))
    inputs = tuple((Typed(str(a)), Typed(str(b))) for a, b in CORNERS)
    targets = tuple((Typed(str(a ^ b)),) for a, b in CORNERS)
    return Network("xor", 2, (hidden, last), loss_named("half_squared_error"), inputs=inputs, targets=targets)


KIND = Kind("xor-by-hand", "the four points of XOR by hand", SETTINGS, make, samples)
