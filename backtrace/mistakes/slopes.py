"""Mistakes in the slope of an activation, where it stands alone and inside a δ."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.engine.zoom import product
from backtrace.expression.tree import ONE, TWO, Expr, add, call, mul, neg, power, sub, symbol
from backtrace.mistakes.case import Case, activated, slope_at
from backtrace.mistakes.operators import factors_of, rewritten, turned
from backtrace.mistakes.records import Mistake
from backtrace.network.activations import Activation

WHERE = "the slope of an activation, and each δ"
SLOPES = ("slope", "output_delta", "hidden_delta")
DELTAS = ("output_delta", "hidden_delta")
SIGMOID_SIGN = "https://extraproxies.com/missing-sign-in-derivative-of-sigmoid-function/"
ON_ERROR = "https://datascience.stackexchange.com/questions/20139"
WHICH_SLOPE = "https://stackoverflow.com/questions/2190732"
CORNERED = ("relu", "leaky_relu")


def with_slope(case: Case, upstream: Expr, slope: Expr | None = None) -> Expr:
    """What comes back, through the unit's own activation where the line is of a δ."""
    if case.kind not in DELTAS:
        return upstream
    return product(upstream, case.slope if slope is None else slope)


def wrong_slope(change: Callable[[Case, Activation], Expr | None]) -> Callable[[Case], Iterator[Expr]]:
    """A mistake that puts another slope in place of the right one."""

    def make(case: Case) -> Iterator[Expr]:
        if case.activation.elementwise and case.activation.slope is not None:
            slope = change(case, case.activation)
            if slope is not None:
                yield slope if case.kind == "slope" else product(add(*case.upstream), slope)

    return make


def _at_net(case: Case, activation: Activation) -> Expr | None:
    """The short form in the output, with the net put in; where it is written in the net, with the output put in."""
    net, out = symbol(case.net), symbol(case.out)
    through_net = slope_at(activation, net, net)
    return through_net if through_net != case.slope else slope_at(activation, out, out)


def _at_output(case: Case, activation: Activation) -> Expr | None:
    return slope_at(activation, symbol(case.out), activated(activation, symbol(case.out)))


def _on_error(case: Case) -> Iterator[Expr]:
    """The slope taken at what comes back, in place of the output: e·(1 − e)."""
    if case.activation.elementwise and case.activation.name in ("sigmoid", "tanh"):
        back = add(*case.upstream)
        wrong = slope_at(case.activation, back, back)
        if wrong:
            yield wrong


def _one_factor(position: int) -> Callable[[Case, Activation], Expr | None]:
    def change(case: Case, activation: Activation) -> Expr | None:
        parts = factors_of(case.slope)
        return parts[position] if activation.name == "sigmoid" and len(parts) == 2 else None

    return change


def _sign_inside(case: Case, activation: Activation) -> Expr | None:
    """1 + y for 1 − y."""

    def turn(part: Expr) -> Expr | None:
        if part.op == "add" and part.args[0] == ONE and part.args[1].op == "neg":
            return add(ONE, turned(part.args[1]))
        return None

    return rewritten(case.slope, turn)


def _of_tanh(case: Case, activation: Activation) -> Expr | None:
    return sub(ONE, power(symbol(case.out), TWO)) if activation.name not in ("tanh", "identity") else None


def _of_sigmoid(case: Case, activation: Activation) -> Expr | None:
    return mul(symbol(case.out), sub(ONE, symbol(case.out))) if activation.name not in ("sigmoid", "identity") else None


def _square_lost(case: Case, activation: Activation) -> Expr | None:
    return rewritten(case.slope, lambda part: part.args[0] if part.op == "power" else None)


def _no_gate(case: Case, activation: Activation) -> Expr | None:
    return ONE if activation.name in CORNERED else None


def _gate_on_gradient(case: Case) -> Iterator[Expr]:
    if case.activation.name == "relu":
        back = add(*case.upstream)
        yield product(back, call("step", back))


def _leak_lost(case: Case, activation: Activation) -> Expr | None:
    return call("step", symbol(case.net)) if activation.name == "leaky_relu" else None


def _of_unit_above(case: Case) -> Iterator[Expr]:
    """The slope of the first unit that this one feeds."""
    if case.at.layer < case.top and case.activation.elementwise:
        above = case.net._replace(layer=case.at.layer + 1, unit=1)
        if case.network.layers[above.layer - 1].activation.elementwise:
            yield product(add(*case.upstream), case.calculation.slope(above))


def _of_neighbour(case: Case, activation: Activation) -> Expr | None:
    other = case.neighbour(case.at.unit, case.at.layer)
    return case.calculation.slope(case.net._replace(unit=other)) if other else None


MISTAKES = (
    Mistake(
        "slope.left_out",
        "slope left out",
        "The slope of the activation is left out of δ.",
        "drop_factor",
        "each δ",
        (
            "Between the net of a unit and its output there is one more function.",
            "How many links does the chain from the loss to this net have, and how many factors did you write?",
        ),
        at=DELTAS,
        make=lambda case: [add(*case.upstream)] if case.activation.elementwise else [],
    ),
    Mistake(
        "slope.at_net",
        "short form at the net",
        "The slope is worked out with the other number of the unit: the net for the output, or the reverse.",
        "derivative_at_wrong_point",
        WHERE,
        (
            "A unit has two numbers: which of them stands in this form of the slope?",
            "Write the slope in full and compare it with the short form: what does its letter stand for?",
        ),
        at=SLOPES,
        make=wrong_slope(_at_net),
    ),
    Mistake(
        "slope.at_output",
        "slope taken at the output",
        "The slope is taken at the output, as if that were the net.",
        "derivative_at_wrong_point",
        WHERE,
        (
            "At which number is the activation to be differentiated?",
            "The number you put into the slope has already been through the activation.",
        ),
        at=SLOPES,
        make=wrong_slope(_at_output),
    ),
    Mistake(
        "slope.on_error",
        "slope of the error",
        "What comes back is itself put into the short form of the slope.",
        "derivative_at_wrong_point",
        "each δ",
        (
            "At which number should the slope be taken?",
            "The slope belongs to the unit, not to the error that arrives there.",
        ),
        ON_ERROR,
        at=DELTAS,
        make=_on_error,
    ),
    Mistake(
        "slope.output_only",
        "one factor of the slope only",
        "Only the output is kept of the slope of the sigmoid.",
        "drop_factor",
        WHERE,
        (
            "Write the slope of this activation in full and compare.",
            "Where is this activation steepest, and is your slope largest there?",
        ),
        at=SLOPES,
        make=wrong_slope(_one_factor(0)),
    ),
    Mistake(
        "slope.complement_only",
        "other factor of the slope only",
        "Only the complement of the output is kept of the slope of the sigmoid.",
        "drop_factor",
        WHERE,
        (
            "Write the slope of this activation in full and compare.",
            "Both ends of the curve are flat: is your slope small at both?",
        ),
        at=SLOPES,
        make=wrong_slope(_one_factor(1)),
    ),
    Mistake(
        "slope.sign_inside",
        "sign inside the slope",
        "A plus stands in the slope where a minus belongs.",
        "wrong_sign",
        WHERE,
        (
            "Where is this activation steepest, and is your slope largest there?",
            "What should become of the slope where the unit saturates?",
        ),
        at=SLOPES,
        make=wrong_slope(_sign_inside),
    ),
    Mistake(
        "slope.of_tanh",
        "slope of tanh",
        "The slope of the hyperbolic tangent is used for another activation.",
        "wrong_function",
        WHERE,
        (
            "Whose derivative is that?",
            "Name the activation of this layer and then look up its slope.",
        ),
        at=SLOPES,
        make=wrong_slope(_of_tanh),
    ),
    Mistake(
        "slope.of_sigmoid",
        "slope of the sigmoid",
        "The slope of the sigmoid is used for another activation.",
        "wrong_function",
        WHERE,
        (
            "Whose derivative is that?",
            "Name the activation of this layer and then look up its slope.",
        ),
        at=SLOPES,
        make=wrong_slope(_of_sigmoid),
    ),
    Mistake(
        "slope.square_lost",
        "square lost",
        "A square in the slope is left out.",
        "wrong_function",
        WHERE,
        (
            "Write the slope of this activation in full and compare.",
            "The activation is odd, so its slope is the same on both sides of zero: is yours?",
        ),
        at=SLOPES,
        make=wrong_slope(_square_lost),
    ),
    Mistake(
        "slope.value_for_slope",
        "value for slope",
        "The output is used where its slope belongs.",
        "wrong_quantity",
        WHERE,
        (
            "Do you need how large the output is, or how fast it changes?",
            "Differentiate the activation before you put the number in.",
        ),
        at=SLOPES,
        make=wrong_slope(lambda case, activation: symbol(case.out)),
    ),
    Mistake(
        "slope.negative",
        "sign of the slope",
        "The slope has the wrong sign.",
        "wrong_sign",
        WHERE,
        (
            "Is the activation rising or falling here, and what does your slope say?",
            "The inner derivative of the exponent brings a sign of its own.",
        ),
        SIGMOID_SIGN,
        at=SLOPES,
        make=wrong_slope(lambda case, activation: neg(case.slope)),
    ),
    Mistake(
        "slope.twice",
        "slope twice",
        "The slope is multiplied in twice.",
        "extra_factor",
        "each δ",
        (
            "How often does the chain pass through this activation?",
            "One factor stands in your product more than once.",
        ),
        at=DELTAS,
        make=wrong_slope(lambda case, activation: power(case.slope, TWO)),
    ),
    Mistake(
        "slope.no_gate",
        "rectifier always open",
        "What comes back is let through whatever the net is.",
        "derivative_at_wrong_point",
        WHERE,
        (
            "On which side of zero is this net?",
            "What does the output do if this net moves a little?",
        ),
        at=SLOPES,
        make=wrong_slope(_no_gate),
    ),
    Mistake(
        "slope.gate_on_gradient",
        "rectifier applied to what comes back",
        "The rectifier looks at the sign of what comes back, not at that of the net.",
        "derivative_at_wrong_point",
        "each δ",
        (
            "Which number decides whether the rectifier is open?",
            "The gate was set on the way forward: nothing on the way back can change it.",
        ),
        at=DELTAS,
        make=_gate_on_gradient,
    ),
    Mistake(
        "slope.leak_lost",
        "leak forgotten",
        "The slope of a leaky rectifier is taken as that of a plain one.",
        "drop_factor",
        WHERE,
        (
            "What is the slope of this activation on the left of zero?",
            "A leaky rectifier is never quite shut.",
        ),
        at=SLOPES,
        make=wrong_slope(_leak_lost),
    ),
    Mistake(
        "slope.of_unit_above",
        "slope of the unit above",
        "The slope of a unit above is used for this one.",
        "wrong_index",
        "a hidden δ",
        (
            "With respect to whose net are you differentiating?",
            "The slopes of the units above are already inside what comes back.",
        ),
        WHICH_SLOPE,
        at=("hidden_delta",),
        make=_of_unit_above,
    ),
    Mistake(
        "slope.of_neighbour",
        "slope of the neighbouring unit",
        "The slope of the neighbouring unit is used.",
        "wrong_index",
        WHERE,
        (
            "To which unit does the slope in your line belong?",
            "Compare the index of the unit asked for with that of the number in the slope.",
        ),
        at=SLOPES,
        make=wrong_slope(_of_neighbour),
    ),
)
