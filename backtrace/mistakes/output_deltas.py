"""Mistakes in the slope of the loss by an output, and in the δ of an output unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.expression.tree import HALF, TWO, Expr, add, div, mul, neg, number, power, sub, symbol
from backtrace.mistakes.case import Case
from backtrace.mistakes.operators import exchanged, factors_of, turned
from backtrace.mistakes.records import Mistake
from backtrace.mistakes.right_lines import net_of
from backtrace.mistakes.slopes import with_slope
from backtrace.network.quantity import Quantity

WHERE = "the slope of the loss at an output, and its δ"
TOP = ("upstream", "output_delta")
DELTA = ("output_delta",)
SIGNS = "https://ai.stackexchange.com/questions/25563"
ENTROPY = "https://datascience.stackexchange.com/questions/41212"
SQUARED = ("half_squared_error", "squared_error", "mean_squared_error", "half_mean_squared_error")


def at_top(change: Callable[[Case], Expr | None]) -> Callable[[Case], Iterator[Expr]]:
    """A mistake that puts another slope of the loss in place of the right one, at an output of the network."""

    def make(case: Case) -> Iterator[Expr]:
        if case.at.layer == case.top and case.activation.elementwise:
            wrong = change(case)
            if wrong is not None:
                yield with_slope(case, wrong)

    return make


def back(case: Case) -> Expr:
    """The slope of the loss at the output."""
    return add(*case.upstream)


def _target(case: Case) -> Quantity:
    return case.targets[case.at.unit - 1]


def _two(case: Case) -> Expr | None:
    return mul(TWO, back(case)) if "half" in case.network.loss.name else None


def _half_kept(case: Case) -> Expr | None:
    return mul(HALF, back(case)) if "half" in case.network.loss.name else None


def _two_lost(case: Case) -> Expr | None:
    return mul(HALF, back(case)) if case.network.loss.name in ("squared_error", "mean_squared_error") else None


def _own_loss(case: Case) -> Expr | None:
    key = Quantity("loss_term", unit=case.at.unit, sample=case.at.sample)
    own = key if key in case.calculation.graph.index else case.network.sample_loss(case.at.sample)
    return symbol(own)


def _whole_loss(case: Case) -> Expr | None:
    return symbol(case.network.sample_loss(case.at.sample)) if len(case.outputs) > 1 else None


def _square(case: Case) -> Expr | None:
    if case.network.loss.name in SQUARED:
        return power(sub(symbol(case.out), symbol(_target(case))), TWO)
    return None


def _other_target(case: Case) -> Expr | None:
    other = case.neighbour(case.at.unit, case.top)
    return exchanged(back(case), {_target(case): symbol(case.targets[other - 1])}) if other else None


def _net(case: Case) -> Expr | None:
    return exchanged(back(case), {case.out: symbol(net_of(case.out))})


def _no_target(case: Case) -> Expr | None:
    return symbol(case.out) if case.network.loss.name in SQUARED else None


def _mean(case: Case) -> Expr | None:
    if len(case.outputs) > 1 and not case.network.loss.mean_over_outputs and not case.network.loss.whole:
        return div(back(case), number(len(case.outputs)))
    return None


def _mean_forgotten(case: Case) -> Expr | None:
    mean = case.network.loss.mean_over_outputs and len(case.outputs) > 1
    return mul(number(len(case.outputs)), back(case)) if mean else None


def _entropy(case: Case) -> bool:
    """Whether δ shrinks to output minus target: a sigmoid before the cross-entropy of two classes."""
    return case.activation.name == "sigmoid" and case.network.loss.name == "binary_cross_entropy"


def _slope_again(case: Case) -> Iterator[Expr]:
    if _entropy(case):
        yield mul(sub(symbol(case.out), symbol(_target(case))), *factors_of(case.slope))


def _half_of_entropy(case: Case) -> Iterator[Expr]:
    """Only the part of the loss that stands with the target is differentiated."""
    if _entropy(case):
        yield mul(neg(div(symbol(_target(case)), symbol(case.out))), *factors_of(case.slope))


def _error_short(case: Case) -> Iterator[Expr]:
    """Output minus target, right for a sigmoid before the cross-entropy, where the loss is a squared error."""
    if case.network.loss.name in ("squared_error", "mean_squared_error") and case.activation.elementwise:
        yield sub(symbol(case.out), symbol(_target(case)))


MISTAKES = (
    Mistake(
        "output_delta.sign",
        "target and output exchanged",
        "The difference of target and output has the wrong sign.",
        "wrong_sign",
        WHERE,
        (
            "If this output grew a little, would the loss grow or shrink?",
            "Compare that with the sign of your result.",
        ),
        SIGNS,
        at=TOP,
        make=at_top(lambda case: turned(back(case))),
    ),
    Mistake(
        "output_delta.two_kept",
        "two of the power rule kept",
        "The factor that the power rule brings down is kept, although the loss has a half.",
        "extra_factor",
        WHERE,
        (
            "Which constant in the loss meets the exponent when you differentiate?",
            "Differentiate the loss as it is defined, with all its constants.",
        ),
        at=TOP,
        make=at_top(_two),
    ),
    Mistake(
        "output_delta.half_kept",
        "half kept",
        "The half of the loss is kept after the square has been differentiated.",
        "extra_factor",
        WHERE,
        (
            "Which constant in the loss meets the exponent when you differentiate?",
            "The power rule brings down a factor: where has it gone?",
        ),
        at=TOP,
        make=at_top(_half_kept),
    ),
    Mistake(
        "output_delta.two_lost",
        "factor of the power rule lost",
        "The factor that the power rule brings down is lost.",
        "drop_factor",
        WHERE,
        (
            "What does the power rule do with the exponent?",
            "There is no half in this loss that could take it away.",
        ),
        at=TOP,
        make=at_top(_two_lost),
    ),
    Mistake(
        "output_delta.loss_value",
        "value of the loss for its slope",
        "The loss of the output is used where its slope belongs.",
        "wrong_quantity",
        WHERE,
        (
            "Do you need how large the loss is, or how fast it changes?",
            "Differentiate the loss before you put numbers in.",
        ),
        at=TOP,
        make=at_top(_own_loss),
    ),
    Mistake(
        "output_delta.whole_loss_value",
        "value of the whole loss for its slope",
        "The whole loss is used where its slope belongs.",
        "wrong_quantity",
        WHERE,
        (
            "Do you need how large the loss is, or how fast it changes?",
            "Most of the number you put in does not depend on this output at all.",
        ),
        at=TOP,
        make=at_top(_whole_loss),
    ),
    Mistake(
        "output_delta.square_kept",
        "square not differentiated",
        "The squared difference is used where the slope of the square belongs.",
        "wrong_quantity",
        WHERE,
        (
            "What does differentiating do to a square?",
            "Can your result ever be negative?",
        ),
        at=TOP,
        make=at_top(_square),
    ),
    Mistake(
        "output_delta.other_target",
        "target of the neighbouring output",
        "The output is compared with the target of its neighbour.",
        "wrong_index",
        WHERE,
        (
            "Which target belongs to this output?",
            "Compare the index of the target in your line with that of the output.",
        ),
        at=TOP,
        make=at_top(_other_target),
    ),
    Mistake(
        "output_delta.net_compared",
        "net for output",
        "The net stands in the slope of the loss where the output belongs.",
        "wrong_quantity",
        WHERE,
        (
            "Which number does the loss compare with the target?",
            "The loss knows nothing of the sum inside the unit.",
        ),
        at=TOP,
        make=at_top(_net),
    ),
    Mistake(
        "output_delta.no_target",
        "target left out",
        "The output alone is taken for the error.",
        "drop_term",
        WHERE,
        (
            "When is there nothing to learn at this output?",
            "What does your formula give when the output is exactly right?",
        ),
        at=TOP,
        make=at_top(_no_target),
    ),
    Mistake(
        "output_delta.mean_of_outputs",
        "divided by the number of outputs",
        "The slope is divided by the number of outputs, although the loss is a sum.",
        "extra_factor",
        WHERE,
        (
            "Does the definition of the loss say sum or mean?",
            "You divided by something that does not occur in this definition.",
        ),
        at=TOP,
        make=at_top(_mean),
    ),
    Mistake(
        "output_delta.mean_forgotten",
        "mean of the loss forgotten",
        "The factor of the mean over the outputs is left out.",
        "drop_factor",
        WHERE,
        (
            "Does the definition of the loss say sum or mean?",
            "A factor that depends on how many outputs there are is missing.",
        ),
        at=TOP,
        make=at_top(_mean_forgotten),
    ),
    Mistake(
        "output_delta.entropy_slope_again",
        "slope multiplied in once more",
        "The short form for cross-entropy is multiplied by the slope of the activation once more.",
        "extra_factor",
        "the δ of a sigmoid before binary cross-entropy",
        (
            "Work out by hand what becomes of the slope of the activation here.",
            "In the short form something has already cancelled.",
        ),
        ENTROPY,
        at=DELTA,
        make=_slope_again,
    ),
    Mistake(
        "output_delta.entropy_half",
        "second part of the loss not differentiated",
        "Only the part of the cross-entropy that stands with the target is differentiated.",
        "drop_term",
        "the δ of a sigmoid before binary cross-entropy",
        (
            "In how many places does the output occur in this loss?",
            "What does your formula say when the target is zero?",
        ),
        at=DELTA,
        make=_half_of_entropy,
    ),
    Mistake(
        "output_delta.short_form",
        "short form of another loss",
        "Output minus target is used, as if the loss were a cross-entropy.",
        "wrong_function",
        "the δ of an output with a squared error",
        (
            "For which pair of activation and loss does this short form hold?",
            "Nothing cancels here: write down all links of the chain.",
        ),
        ENTROPY,
        at=DELTA,
        make=_error_short,
    ),
)
