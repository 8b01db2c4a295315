"""Which formula counts the parameters? Every wrong option is what a misunderstanding leads to."""

from __future__ import annotations

from collections.abc import Mapping

from backtrace.questions.counting import letters, miscounts, parameters, written
from backtrace.questions.formulas import same, typed
from backtrace.questions.kind.symbolic_count import MOST
from backtrace.questions.making import read_settings, samples
from backtrace.questions.records import Choice, Given, Instance, Kind, Option, Part, Say, Setting
from backtrace.questions.sampling import pick, shuffled
from backtrace.questions.seeds import Draws

OPTIONS = Setting("options", 4, "how many options, the right one among them", (3, 4, 5, 6))
# The three that betray most about what somebody thinks come first.
FIRST = ("count.no_biases", "count.bias_on_wrong_side", "count.sizes_multiplied")

OTHERS = (
    "count.bias_for_inputs",
    "count.bias_per_layer",
    "count.bias_on_both_sides",
    "count.sizes_added",
    "count.first_layer",
    "count.units",
)


def make(draw: Draws, level: int, settings: Mapping[str, object]) -> Instance:
    """The sizes are letters drawn from the alphabet in order; right at a place drawn."""
    settings = read_settings(settings, KIND.settings)
    count = settings["options"]
    assert isinstance(count, int)
    sizes = letters(6)
    start = pick(draw, range(6 - MOST[level] + 1))
    sizes = sizes[start : start + MOST[level]]
    right = parameters(sizes)
    found = dict(miscounts(sizes))
    wrong = [mistake for mistake in FIRST if mistake in found]
    wrong += shuffled(draw, [mistake for mistake in OTHERS if mistake in found])
    apart: list[str] = []
    for mistake in wrong:
        if not any(same(found[mistake], form) for form in (right, *(found[other] for other in apart))):
            apart.append(mistake)
    options = [Option(Say("formula", (right,)), True)]
    options += [Option(Say("formula", (found[mistake],)), False, mistake) for mistake in apart[: count - 1]]
    options = shuffled(draw, options)
    names = written([typed(size) for size in sizes])
    reasons = tuple(
        Say(f"{option.why.replace('.', '_')}_why", (chr(ord("A") + place),))
        for place, option in enumerate(options)
        if option.why
    )
    part = Part(Say("count_which", (names,)), Choice(tuple(options)), solution=(Say("count_rule"), *reasons))
    return Instance(
        "count-choice",
        level,
        "",
        Say("count_title"),
        (Given(say=Say("count_bias")),),
        (part,),
        settings={"options": count},
        note=f"count-choice {names} {' '.join(option.why or 'right' for option in options)}",
    )


KIND = Kind("count-choice", "choose the formula that counts the parameters", (OPTIONS,), make, samples)
