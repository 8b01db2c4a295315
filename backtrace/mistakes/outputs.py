"""Mistakes of the forward pass: the output of a unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.expression.tree import ONE, Expr, add, call, div, neg, number, power, symbol
from backtrace.mistakes.case import Case, activated
from backtrace.mistakes.nets import terms, with_bias
from backtrace.mistakes.records import Mistake
from backtrace.network.activations import ACTIVATIONS

SIGMOID_SIGN = "https://extraproxies.com/missing-sign-in-derivative-of-sigmoid-function/"
OUT = "an output"
E_TO_THE = call("exp", ONE)
TEN = number(10)


def _activation_twice(case: Case) -> Iterator[Expr]:
    if case.activation.formula:
        yield activated(case.activation, case.form)


def _activation_before_sum(case: Case) -> Iterator[Expr]:
    if case.activation.formula:
        yield with_bias(case, *(activated(case.activation, term) for term in terms(case)))


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


MISTAKES = (
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
