"""Mistakes of the forward pass: the net of a unit, and its output."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.expression.tree import ONE, Expr, add, call, div, mul, neg, number, power, replace, symbol
from backtrace.mistakes.calculation import net_of
from backtrace.mistakes.case import Case
from backtrace.mistakes.records import Mistake
from backtrace.network.activations import ACTIVATIONS, Activation

WORKED = "https://www.primelearnpoint.com/deep-learning/backpropagation-solved-numerical-2x2/"
SIGMOID_SIGN = "https://extraproxies.com/missing-sign-in-derivative-of-sigmoid-function/"
NET, OUT = "a net", "an output"


def _terms(case: Case) -> list[Expr]:
    """The products of the net, without the bias."""
    return [mul(symbol(w), symbol(x)) for w, x in zip(case.weights, case.sources, strict=True)]


def _with_bias(case: Case, *terms: Expr) -> Expr:
    return add(*terms, *([symbol(case.bias)] if case.bias else []))


def _no_bias(case: Case) -> Iterator[Expr]:
    if case.bias:
        yield add(*_terms(case))


def _bias_times_input(case: Case) -> Iterator[Expr]:
    if case.bias:
        yield add(*_terms(case), mul(symbol(case.bias), symbol(case.sources[0])))


def _other_layer_bias(case: Case) -> Iterator[Expr]:
    """The bias of the layer above; in the last layer of the one below."""
    layer = case.at.layer + 1 if case.at.layer < case.top else case.at.layer - 1
    if case.bias and layer:
        other = case.network.bias(layer, min(case.at.unit, case.network.size(layer)))
        if other:
            yield add(*_terms(case), symbol(other))


def _bias_subtracted(case: Case) -> Iterator[Expr]:
    if case.bias:
        yield add(*_terms(case), neg(symbol(case.bias)))


def _transposed(case: Case) -> Iterator[Expr]:
    """Down a column of the matrix: the weights from source j, as far as there are units for them."""
    layer, size = case.at.layer, case.network.size(case.at.layer)
    if min(size, len(case.sources)) < 2 or case.at.unit > len(case.sources):
        return
    taken = [
        case.network.weight(layer, i, case.at.unit) if i <= size else case.network.weight(layer, case.at.unit, i)
        for i in range(1, len(case.sources) + 1)
    ]
    yield _with_bias(case, *(mul(symbol(w), symbol(x)) for w, x in zip(taken, case.sources, strict=True)))


def _swapped(case: Case) -> Iterator[Expr]:
    if len(case.sources) > 1:
        turned_round = [*case.sources[1:], case.sources[0]]
        yield _with_bias(case, *(mul(symbol(w), symbol(x)) for w, x in zip(case.weights, turned_round, strict=True)))


def _other_row(case: Case) -> Iterator[Expr]:
    other = case.neighbour(case.at.unit, case.at.layer)
    if other:
        taken = [case.network.weight(case.at.layer, other, i) for i in range(1, len(case.sources) + 1)]
        yield _with_bias(case, *(mul(symbol(w), symbol(x)) for w, x in zip(taken, case.sources, strict=True)))


def _signal_missing(case: Case) -> Iterator[Expr]:
    terms = _terms(case)
    if len(terms) > 1:
        yield _with_bias(case, *terms[:-1])


def _nets_for_outs(case: Case) -> Iterator[Expr]:
    if case.at.layer > 1:
        below = case.sources
        yield _with_bias(case, *(mul(symbol(w), symbol(net_of(x))) for w, x in zip(case.weights, below, strict=True)))


def _inputs_for_outs(case: Case) -> Iterator[Expr]:
    if case.at.layer > 1 and case.network.input_size >= len(case.sources):
        inputs = [case.signal(0, i) for i in range(1, len(case.sources) + 1)]
        yield _with_bias(case, *(mul(symbol(w), symbol(x)) for w, x in zip(case.weights, inputs, strict=True)))


def _inputs_activated(case: Case) -> Iterator[Expr]:
    if case.at.layer == 1 and case.activation.formula:
        squashed = [activated(case.activation, symbol(x)) for x in case.sources]
        yield _with_bias(case, *(mul(symbol(w), x) for w, x in zip(case.weights, squashed, strict=True)))


def _product_not_sum(case: Case) -> Iterator[Expr]:
    if len(case.sources) > 1:
        yield _with_bias(case, mul(*_terms(case)))


def _sums_multiplied(case: Case) -> Iterator[Expr]:
    if len(case.sources) > 1:
        yield _with_bias(case, mul(add(*map(symbol, case.weights)), add(*map(symbol, case.sources))))


def _activation_twice(case: Case) -> Iterator[Expr]:
    if case.activation.formula:
        yield activated(case.activation, case.form)


def _activation_before_sum(case: Case) -> Iterator[Expr]:
    if case.activation.formula:
        yield _with_bias(case, *(activated(case.activation, term) for term in _terms(case)))


def _other_net(case: Case) -> Iterator[Expr]:
    other = case.neighbour(case.at.unit, case.at.layer)
    if other and case.activation.formula:
        yield activated(case.activation, symbol(case.net._replace(unit=other)))


def _instead(name: str) -> Callable[[Case], Iterator[Expr]]:
    """Another activation than the one asked for."""

    def make(case: Case) -> Iterator[Expr]:
        if case.activation.formula and case.activation.name not in (name, "identity"):
            yield activated(ACTIVATIONS[name], symbol(case.net))

    return make


def _sigmoid(form: Callable[[Expr], Expr]) -> Callable[[Case], Iterator[Expr]]:
    """A way of getting the formula of the sigmoid wrong."""

    def make(case: Case) -> Iterator[Expr]:
        if case.activation.name == "sigmoid":
            yield form(symbol(case.net))

    return make


def activated(activation: Activation, at: Expr) -> Expr:
    """The formula of an activation at any place."""
    assert activation.formula is not None
    return replace(activation.formula, {"x": at}.get)


E_TO_THE = call("exp", ONE)
TEN = number(10)

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
    Mistake(
        "forward.no_activation",
        "activation left out",
        "The net is passed on as it is.",
        "drop_factor",
        OUT,
        (
            "What happens to a net before it leaves the unit?",
            "Your number is still what it was before the last thing that this unit does.",
        ),
        at=("out",),
        make=lambda case: [symbol(case.net)] if case.activation.formula else [],
    ),
    Mistake(
        "forward.activation_twice",
        "activation applied twice",
        "The activation is applied to its own result once more.",
        "extra_term",
        OUT,
        (
            "How many times does a unit squash its sum?",
            "Go back one step: was the number you started from already an output?",
        ),
        at=("out",),
        make=_activation_twice,
    ),
    Mistake(
        "forward.activation_before_sum",
        "activation before the sum",
        "Every weighted signal is passed through the activation by itself, then they are added.",
        "wrong_order",
        OUT,
        (
            "Which comes first in a unit, adding up or the activation?",
            "The activation is a function of one number only: which one?",
        ),
        at=("out",),
        make=_activation_before_sum,
    ),
    Mistake(
        "forward.other_units_net",
        "net of the neighbouring unit",
        "The activation is applied to the net of the neighbouring unit.",
        "wrong_index",
        OUT,
        (
            "Whose sum did you put into the activation?",
            "Compare the index of the unit asked for with the index of the number you used.",
        ),
        at=("out",),
        make=_other_net,
    ),
    Mistake(
        "forward.sigmoid_exponent_sign",
        "sign of the exponent lost",
        "The exponent of the sigmoid keeps its sign.",
        "wrong_sign",
        OUT,
        (
            "Should a larger net make this output larger or smaller?",
            "Try your formula on a very large net: where does it go?",
        ),
        at=("out",),
        make=_sigmoid(lambda x: div(ONE, add(ONE, call("exp", x)))),
    ),
    Mistake(
        "forward.sigmoid_brackets",
        "brackets of the sigmoid left out",
        "The denominator is keyed in without its brackets.",
        "wrong_function",
        OUT,
        (
            "Between which numbers must the output of a sigmoid lie?",
            "What does your calculator divide by, if nothing holds the sum below the line together?",
        ),
        at=("out",),
        make=_sigmoid(lambda x: add(ONE, call("exp", neg(x)))),
    ),
    Mistake(
        "forward.sigmoid_power_outside",
        "power put outside",
        "The whole denominator is raised to the power, where only the base is.",
        "wrong_function",
        OUT,
        (
            "To what does the exponent belong?",
            "Between which numbers must the output of a sigmoid lie, and does yours?",
        ),
        SIGMOID_SIGN,
        at=("out",),
        make=_sigmoid(lambda x: div(ONE, power(add(ONE, E_TO_THE), neg(x)))),
    ),
    Mistake(
        "forward.sigmoid_base",
        "base 10 in place of e",
        "The power of ten is keyed in for the exponential.",
        "wrong_function",
        OUT,
        (
            "Which key stands for the exponential function?",
            "The sigmoid has a base of its own: is it the base of your number system?",
        ),
        at=("out",),
        make=_sigmoid(lambda x: div(ONE, add(ONE, power(TEN, neg(x))))),
    ),
    Mistake(
        "forward.tanh_instead",
        "tanh in place of the activation",
        "The hyperbolic tangent is used where another activation is asked for.",
        "wrong_function",
        OUT,
        (
            "Which activation does this layer have?",
            "Name the function you applied, and read the description of the layer again.",
        ),
        at=("out",),
        make=_instead("tanh"),
    ),
    Mistake(
        "forward.relu_instead",
        "ReLU in place of the activation",
        "The rectifier is used where another activation is asked for.",
        "wrong_function",
        OUT,
        (
            "Which activation does this layer have?",
            "Name the function you applied, and read the description of the layer again.",
        ),
        at=("out",),
        make=_instead("relu"),
    ),
    Mistake(
        "forward.sigmoid_instead",
        "sigmoid in place of the activation",
        "The sigmoid is used where another activation is asked for.",
        "wrong_function",
        OUT,
        (
            "Which activation does this layer have?",
            "Not every layer of a network squashes between the same bounds: read the description again.",
        ),
        at=("out",),
        make=_instead("sigmoid"),
    ),
)
