"""The first weights of a unit: which standard deviation keeps its net at the scale of its inputs.

LeCun, Bottou, Orr, Müller, Efficient BackProp (1998), section 4.6: mean 0, standard deviation 1/√fan-in.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from random import Random

from backtrace.expression.rounding import rounded
from backtrace.expression.tree import ONE, Expr, call, div, mul, number
from backtrace.questions.answers import gated, unit
from backtrace.questions.counting import whole
from backtrace.questions.making import DIGITS, read_settings, samples
from backtrace.questions.records import Given, Instance, Kind, Numeric, Part, Say, Wrong
from backtrace.questions.sampling import TASTES, pick, tried


def make(draw: Random, level: int, settings: Mapping[str, object]) -> Instance:
    """Level 1: the standard deviation; level 2: what another one does to the net; level 3: a convolution."""
    chosen = read_settings(settings, (DIGITS,))
    return tried(lambda: _made(draw, level, chosen))


def _made(draw: Random, level: int, chosen: Mapping[str, object]) -> Instance:
    digits = int(str(chosen["digits"])) or TASTES[level].digits
    units = pick(draw, range(5, 60))
    parts: list[Part] = []
    if level == 3:
        kernel, channels = pick(draw, (3, 5, 7)), pick(draw, range(2, 17))
        fan_in = kernel * kernel * channels
        form = mul(number(kernel), number(kernel), number(channels))
        wrong = [("conv.side_not_squared", kernel * channels), ("conv.no_channels", kernel * kernel)]
        parts.append(Part(Say("init_fan_in"), whole(fan_in, wrong), solution=(Say("count_line", (form, fan_in)),)))
        given = Say("init_kernel", (kernel, kernel, channels))
    else:
        fan_in = pick(draw, [n for n in range(20, 800) if sqrt(n) % 1])
        given = Say("init_layer", (fan_in, units))
    wanted = div(ONE, call("sqrt", number(fan_in)))
    slips = [("init.variance_for_deviation", 1 / fan_in), ("init.not_inverted", sqrt(fan_in))]
    slips += [("init.fan_out", 1 / sqrt(units))] if level < 3 and units != fan_in else []
    parts.append(_number("init_deviation", (), wanted, 1 / sqrt(fan_in), digits, slips))
    if level > 1:
        factor = pick(draw, (0.01, 0.5, 2))
        net = mul(number(factor), call("sqrt", number(fan_in)))
        slips = [("init.variance_for_deviation", factor * factor * fan_in), ("init.inputs_not_counted", factor)]
        slips.append(("init.not_independent", factor * fan_in))
        parts.append(_number("init_net", (factor,), net, factor * sqrt(fan_in), digits, slips))
    note = f"weight-initialisation {fan_in} {units} {[part.answer for part in parts]!r}"
    return Instance(
        "weight-initialisation",
        level,
        "",
        Say("init_title"),
        (Given(say=given),),
        tuple(parts),
        settings=dict(chosen),
        note=note,
    )


def _number(
    ask: str, args: tuple[float, ...], form: Expr, value: float, digits: int, slips: list[tuple[str, float]]
) -> Part:
    def interval(count: int) -> tuple[float, float]:
        # Rounded line by line: the root first.
        root = form.args[1].args[1].args[0]
        first = rounded(sqrt(root), count)
        carried = form.args[0].args[0] / first if form.op == "div" else form.args[0].args[0] * first
        slack = 0.5 * unit(value, count) * (1 + 1e-9)
        return min(value, carried) - slack, max(value, carried) + slack

    answer: Numeric = gated(value, digits, interval, [Wrong(*slip) for slip in slips], {})
    return Part(Say(ask, args), answer, solution=(Say("init_line", (form, rounded(value, 6))),))


KIND = Kind("weight-initialisation", "the size of the first weights", (DIGITS,), make, samples)
