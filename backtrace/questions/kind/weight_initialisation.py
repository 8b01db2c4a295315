"""How large the first weights of a layer are, by three rules."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

from backtrace.questions.answers import gated, unit
from backtrace.questions.making import finished, read_settings, samples, shape_of
from backtrace.questions.records import Instance, Kind, Part, Say, Setting
from backtrace.questions.sampling import TASTES, Fault, shuffled, tried
from backtrace.questions.seeds import Draws

UNITS = (12, 16, 20, 24, 30, 40, 48, 60, 64, 80, 100, 120, 128, 150, 200, 256, 300)
DEPTH = {1: 1, 2: 2, 3: 3}
DIGITS = Setting("digits", 0, "significant digits asked for, 1 to 6; 0: 3 at level 1, 4 above", tuple(range(7)))
SETTINGS = (Setting("network", "", "a shorthand such as 100-50-10; drawn when empty"), DIGITS)


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Asks, layer by layer, for the standard deviations 1/√fan-in and of He and others 2015, √(2/fan-in), and for the
    reach of Glorot and Bengio 2010, √(6/(fan-in + fan-out))."""
    wanted = read_settings(settings, SETTINGS)
    digits = int(str(wanted["digits"])) or TASTES[level].digits

    def draws() -> Instance:
        network = shape_of(wanted, shuffled(draw, UNITS)[: DEPTH[level] + 1])
        parts = []
        for layer in range(1, len(network.layers) + 1):
            into, out = network.size(layer - 1), network.size(layer)
            both = into + out
            for rule, value, wrong in (
                ("normal", 1 / sqrt(into), {"fan_out": 1 / sqrt(out), "variance": 1 / into}),
                ("he", sqrt(2 / into), {"fan_out": sqrt(2 / out), "variance": 2 / into, "no_two": 1 / sqrt(into)}),
                ("xavier", sqrt(6 / both), {"fan_in_alone": sqrt(6 / into), "variance": 6 / both}),
            ):
                if len({value, *wrong.values()}) <= len(wrong):
                    raise Fault("two layers are of one size")
                names = [f"initialisation.{name}" for name in wrong]

                def interval(count: int, value: float = value) -> tuple[float, float]:
                    slack = 0.5 * unit(value, count) * (1 + 1e-9)
                    return value - slack, value + slack

                answer = gated(value, digits, interval, names, [*wrong.values()])
                said = (Say(f"init_{rule}_because", (into, both)),)
                parts.append(Part(Say(f"init_{rule}", (layer, into, out)), answer, None, said))
        return finished(KIND.name, level, network, tuple(parts), wanted, ())

    return tried(draws)


KIND = Kind("weight-initialisation", "how large the first weights are", SETTINGS, make, samples)
