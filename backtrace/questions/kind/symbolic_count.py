"""Count the parameters of a network whose sizes are letters."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.expression.tree import Expr, number
from backtrace.questions.counting import in_layers, letters, miscounts, parameters, weights, written
from backtrace.questions.formulas import same, typed
from backtrace.questions.kind.parameter_count import BIAS
from backtrace.questions.making import read_settings, samples
from backtrace.questions.records import Formula, Given, Instance, Kind, Part, Say
from backtrace.questions.sampling import pick
from backtrace.questions.seeds import Draws

MOST = {1: 3, 2: 4, 3: 5}


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """Two layers at level 1, three at level 2, four at level 3; from level 2 on one size may be a number."""
    settings = read_settings(settings, KIND.settings)
    bias = bool(settings.get("bias", True))
    sizes = drawn_letters(draw, level)
    right = parameters(sizes) if bias else weights(sizes)
    wrong = [(mistake, form) for mistake, form in miscounts(sizes, bias) if not same(form, right)]
    names = [typed(size) for size in sizes]
    also = (Say("count_symbolic_also", (right, in_layers(sizes))),) if bias else ()
    part = Part(
        Say("count_symbolic", (written(names),)),
        Formula(right, tuple(wrong)),
        solution=(Say("count_rule" if bias else "count_rule_no_bias"), *also),
    )
    return Instance(
        "symbolic-count",
        level,
        "",
        Say("count_title"),
        (Given(say=Say("count_bias" if bias else "count_no_bias")),),
        (part,),
        settings={"bias": bias},
        note=f"symbolic-count {written(names)} bias={bias}",
    )


def drawn_letters(draw: Draws, level: int) -> list[Expr]:
    """K, L, M, …, of which one is a number as often as not: what stays the same in a family of networks."""
    sizes = letters(MOST[level])
    if draw.random() < 0.5:
        sizes[pick(draw, range(len(sizes)))] = number(pick(draw, range(2, 21)))
    return sizes


KIND = Kind("symbolic-count", "count parameters in letters", (BIAS,), make, samples)
