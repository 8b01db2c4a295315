"""Mistakes of the forward pass: the weighted sum of a unit."""

from __future__ import annotations

from collections.abc import Iterator

from backtrace.expression.tree import Expr, add, mul, neg, symbol
from backtrace.mistakes.case import Case, activated
from backtrace.mistakes.records import Mistake
from backtrace.mistakes.right_lines import net_of

WORKED = "https://www.primelearnpoint.com/deep-learning/backpropagation-solved-numerical-2x2/"
NET = "a net"


def terms(case: Case) -> list[Expr]:
    """The products of the net, without the bias."""
    return [mul(symbol(w), symbol(x)) for w, x in zip(case.weights, case.sources, strict=True)]


def with_bias(case: Case, *parts: Expr) -> Expr:
    """The parts and the bias of the unit, where it has one."""
    return add(*parts, *([symbol(case.bias)] if case.bias else []))


def _no_bias(case: Case) -> Iterator[Expr]:
    if case.bias:
        yield add(*terms(case))


def _bias_times_input(case: Case) -> Iterator[Expr]:
    if case.bias:
        yield add(*terms(case), mul(symbol(case.bias), symbol(case.sources[0])))


def _other_layer_bias(case: Case) -> Iterator[Expr]:
    """The bias of the layer above; in the last layer of the one below."""
    layer = case.at.layer + 1 if case.at.layer < case.top else case.at.layer - 1
    if case.bias and layer:
        other = case.network.bias(layer, min(case.at.unit, case.network.size(layer)))
        if other:
            yield add(*terms(case), symbol(other))


def _bias_subtracted(case: Case) -> Iterator[Expr]:
    if case.bias:
        yield add(*terms(case), neg(symbol(case.bias)))


def _transposed(case: Case) -> Iterator[Expr]:
    """Down a column of the matrix: the weights from source j, as far as there are units for them."""
    layer, size = case.at.layer, case.network.size(case.at.layer)
    if min(size, len(case.sources)) < 2 or case.at.unit > len(case.sources):
        return
    taken = [
        case.network.weight(layer, i, case.at.unit) if i <= size else case.network.weight(layer, case.at.unit, i)
        for i in range(1, len(case.sources) + 1)
    ]
    yield with_bias(case, *(mul(symbol(w), symbol(x)) for w, x in zip(taken, case.sources, strict=True)))


def _swapped(case: Case) -> Iterator[Expr]:
    if len(case.sources) > 1:
        turned_round = [*case.sources[1:], case.sources[0]]
        yield with_bias(case, *(mul(symbol(w), symbol(x)) for w, x in zip(case.weights, turned_round, strict=True)))


def _other_row(case: Case) -> Iterator[Expr]:
    other = case.neighbour(case.at.unit, case.at.layer)
    if other:
        taken = [case.network.weight(case.at.layer, other, i) for i in range(1, len(case.sources) + 1)]
        yield with_bias(case, *(mul(symbol(w), symbol(x)) for w, x in zip(taken, case.sources, strict=True)))


def _signal_missing(case: Case) -> Iterator[Expr]:
    if len(case.sources) > 1:
        yield with_bias(case, *terms(case)[:-1])


def _nets_for_outs(case: Case) -> Iterator[Expr]:
    if case.at.layer > 1:
        below = case.sources
        yield with_bias(case, *(mul(symbol(w), symbol(net_of(x))) for w, x in zip(case.weights, below, strict=True)))


def _inputs_for_outs(case: Case) -> Iterator[Expr]:
    if case.at.layer > 1 and case.network.input_size >= len(case.sources):
        inputs = [case.signal(0, i) for i in range(1, len(case.sources) + 1)]
        yield with_bias(case, *(mul(symbol(w), symbol(x)) for w, x in zip(case.weights, inputs, strict=True)))


def _inputs_activated(case: Case) -> Iterator[Expr]:
    if case.at.layer == 1 and case.activation.formula:
        squashed = [activated(case.activation, symbol(x)) for x in case.sources]
        yield with_bias(case, *(mul(symbol(w), x) for w, x in zip(case.weights, squashed, strict=True)))


def _product_not_sum(case: Case) -> Iterator[Expr]:
    if len(case.sources) > 1:
        yield with_bias(case, mul(*terms(case)))


def _sums_multiplied(case: Case) -> Iterator[Expr]:
    if len(case.sources) > 1:
        yield with_bias(case, mul(add(*map(symbol, case.weights)), add(*map(symbol, case.sources))))


MISTAKES = (
    Mistake(
        "forward.no_bias",
        "bias left out",
        "The bias is left out of the weighted sum.",
        "drop_term",
        NET,
        (
            "How many contributions arrive at this unit, and how many are in your sum?",
            "One of the numbers that this unit owns does not depend on any signal: look for it in your line.",
        ),
        WORKED,
        at=("net",),
        make=_no_bias,
    ),
    Mistake(
        "forward.bias_times_input",
        "bias multiplied by an input",
        "The bias is multiplied by an input, as if it were a weight.",
        "extra_factor",
        NET,
        (
            "What does the bias look like in the definition of this sum?",
            "A bias is a weight on a signal that never changes: which signal is that?",
        ),
        at=("net",),
        make=_bias_times_input,
    ),
    Mistake(
        "forward.other_layer_bias",
        "bias of another layer",
        "The bias of another layer is added.",
        "wrong_index",
        NET,
        (
            "To which unit does the bias in your line belong?",
            "Compare the layer of the bias with the layer of the unit whose sum you form.",
        ),
        at=("net",),
        make=_other_layer_bias,
    ),
    Mistake(
        "forward.bias_subtracted",
        "bias subtracted",
        "The bias is subtracted, as a threshold would be.",
        "wrong_sign",
        NET,
        (
            "Is the number given here a bias or a threshold?",
            "A threshold holds a unit back and a bias pushes it on: what does that say about the sign?",
        ),
        at=("net",),
        make=_bias_subtracted,
    ),
    Mistake(
        "forward.transposed",
        "row and column of the weights exchanged",
        "The weights that leave a signal are taken, where those that enter the unit are needed.",
        "wrong_index",
        NET,
        (
            "Put a finger on the unit: which arrows end there?",
            "Every weight in this sum must have this unit as its destination. Check them one by one.",
        ),
        WORKED,
        at=("net",),
        make=_transposed,
    ),
    Mistake(
        "forward.signals_exchanged",
        "signals exchanged",
        "The weights are paired with the signals in a wrong order.",
        "wrong_index",
        NET,
        (
            "Which signal stands at the tail of each arrow you used?",
            "Take one product of your line: do weight and signal belong to one and the same arrow?",
        ),
        at=("net",),
        make=_swapped,
    ),
    Mistake(
        "forward.other_units_weights",
        "weights of the neighbouring unit",
        "The weights into the neighbouring unit are taken.",
        "wrong_index",
        NET,
        (
            "For which unit is this sum?",
            "Read off where the arrows of the weights in your line end.",
        ),
        at=("net",),
        make=_other_row,
    ),
    Mistake(
        "forward.signal_missing",
        "one signal left out",
        "The last of the incoming signals is left out.",
        "drop_term",
        NET,
        (
            "Count the arrows that end in this unit.",
            "Your sum has fewer products than the unit has arrows coming in.",
        ),
        at=("net",),
        make=_signal_missing,
    ),
    Mistake(
        "forward.net_passed_on",
        "nets passed on",
        "The weighted sums of the layer below are passed on, before their activation.",
        "wrong_quantity",
        NET,
        (
            "Each unit below has two numbers: which of them travels upwards?",
            "A unit sends on what it has after its activation: check what you put in.",
        ),
        at=("net",),
        make=_nets_for_outs,
    ),
    Mistake(
        "forward.inputs_passed_on",
        "inputs used again",
        "The inputs of the network are used in a later layer.",
        "wrong_quantity",
        NET,
        (
            "What stands at the tail of the arrows into this unit?",
            "This unit never sees the data themselves: what does it see?",
        ),
        at=("net",),
        make=_inputs_for_outs,
    ),
    Mistake(
        "forward.inputs_activated",
        "activation applied to the inputs",
        "The inputs are passed through the activation first, as if they were units.",
        "extra_term",
        NET,
        (
            "Do the inputs compute anything?",
            "In the first layer the signals are the data as they are given.",
        ),
        at=("net",),
        make=_inputs_activated,
    ),
    Mistake(
        "forward.product_for_sum",
        "weighted signals multiplied",
        "The weighted signals are multiplied with each other.",
        "sum_product_confusion",
        NET,
        (
            "How does a unit put together what arrives at it?",
            "If one signal were zero, should that wipe out the others?",
        ),
        at=("net",),
        make=_product_not_sum,
    ),
    Mistake(
        "forward.sums_multiplied",
        "sum of weights times sum of signals",
        "The weights are summed, the signals are summed, and the sums are multiplied.",
        "wrong_order",
        NET,
        (
            "Does every weight meet every signal?",
            "Multiply out what you wrote: it has products of a weight with a foreign signal.",
        ),
        at=("net",),
        make=_sums_multiplied,
    ),
)
