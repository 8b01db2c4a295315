"""Mistakes in the update of a parameter by gradient descent."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.engine.updating import is_updated
from backtrace.expression.tree import ONE, Expr, add, call, div, mul, neg, sub, symbol
from backtrace.mistakes.case import Case
from backtrace.mistakes.records import Mistake
from backtrace.network.quantity import LOSS, SHARED, Derivative

WHERE = "an update"
SIGNS = "https://ai.stackexchange.com/questions/25563"
BY_EXAMPLE = "Backpropagation by Example, 2022, of the best known worked example"


def step(change: Callable[[Case, Expr, Expr, Expr], Expr | None]) -> Callable[[Case], Iterator[Expr]]:
    """A mistake in w − η·g of plain gradient descent, from w, η and g."""

    def make(case: Case) -> Iterator[Expr]:
        calculation, parameter = case.calculation, case.parameter
        if case.network.optimizer.type == "sgd" and is_updated(case.network, parameter):
            wrong = change(case, symbol(parameter), calculation.rate, calculation.used_gradient(parameter))
            if wrong is not None:
                yield wrong

    return make


def _other_gradient(case: Case, w: Expr, eta: Expr, g: Expr) -> Expr | None:
    parameter = case.parameter
    if parameter.kind == "weight":
        unit = case.neighbour(parameter.source, parameter.layer - 1)
        other = parameter._replace(source=unit)
    else:
        unit = case.neighbour(parameter.unit, parameter.layer) if parameter.unit != SHARED else 0
        other = parameter._replace(unit=unit)
    return sub(w, mul(eta, symbol(Derivative(LOSS, other)))) if unit else None


def _delta(case: Case, w: Expr, eta: Expr, g: Expr) -> Expr | None:
    if case.parameter.kind != "weight" or len(case.feeds) > 1:
        return None
    return sub(w, mul(eta, symbol(case.feeds[0][0])))


def _left_alone(case: Case) -> Iterator[Expr]:
    if case.parameter.kind == "bias" and is_updated(case.network, case.parameter):
        yield symbol(case.parameter)


def _updated_after_all(case: Case) -> Iterator[Expr]:
    if case.parameter.kind == "bias" and not is_updated(case.network, case.parameter):
        yield sub(symbol(case.parameter), mul(case.calculation.rate, symbol(Derivative(LOSS, case.parameter))))


MISTAKES = (
    Mistake(
        "update.uphill",
        "step added",
        "The step is added, so that the loss grows.",
        "wrong_sign",
        WHERE,
        (
            "Which way is downhill?",
            "If the gradient is positive, should the parameter grow or shrink?",
        ),
        SIGNS,
        at=("update",),
        make=step(lambda case, w, eta, g: add(w, mul(eta, g))),
    ),
    Mistake(
        "update.no_rate",
        "learning rate left out",
        "The gradient is subtracted without the learning rate.",
        "drop_factor",
        WHERE,
        (
            "How large a step does the exercise allow?",
            "One of the numbers you were given for the update is not in your line.",
        ),
        at=("update",),
        make=step(lambda case, w, eta, g: sub(w, g)),
    ),
    Mistake(
        "update.rate_divides",
        "divided by the learning rate",
        "The gradient is divided by the learning rate.",
        "wrong_order",
        WHERE,
        (
            "Should a smaller learning rate make the step smaller or larger?",
            "Try your formula with a rate close to zero.",
        ),
        at=("update",),
        make=step(lambda case, w, eta, g: sub(w, div(g, eta))),
    ),
    Mistake(
        "update.rate_twice",
        "learning rate applied twice",
        "The learning rate is multiplied in twice.",
        "extra_factor",
        WHERE,
        (
            "Was the learning rate already inside the number you used?",
            "The same factor stands in your product more than once.",
        ),
        at=("update",),
        make=step(lambda case, w, eta, g: sub(w, mul(eta, eta, g))),
    ),
    Mistake(
        "update.rate_on_both",
        "learning rate on the whole difference",
        "The whole difference is multiplied by the learning rate.",
        "wrong_order",
        WHERE,
        (
            "What exactly does the learning rate scale?",
            "With a rate of zero nothing should move: does your formula say so?",
        ),
        at=("update",),
        make=step(lambda case, w, eta, g: mul(eta, sub(w, g))),
    ),
    Mistake(
        "update.scaled",
        "parameter scaled",
        "The parameter is scaled in place of being shifted.",
        "extra_factor",
        WHERE,
        (
            "Is the step added to the parameter, or is the parameter multiplied?",
            "What would your formula do with a parameter that is zero?",
        ),
        at=("update",),
        make=step(lambda case, w, eta, g: mul(w, sub(ONE, mul(eta, g)))),
    ),
    Mistake(
        "update.step_only",
        "step for the parameter",
        "The step is given as the new parameter.",
        "drop_term",
        WHERE,
        (
            "From where does the step start?",
            "You have found how far to go: where do you arrive?",
        ),
        at=("update",),
        make=step(lambda case, w, eta, g: neg(mul(eta, g))),
    ),
    Mistake(
        "update.reversed",
        "difference reversed",
        "The parameter is subtracted from the step.",
        "wrong_sign",
        WHERE,
        (
            "From where does the step start, and in which direction?",
            "A small step should leave the parameter close to where it was.",
        ),
        at=("update",),
        make=step(lambda case, w, eta, g: sub(mul(eta, g), w)),
    ),
    Mistake(
        "update.other_gradient",
        "gradient of the neighbouring parameter",
        "The gradient of the neighbouring parameter is used.",
        "wrong_index",
        WHERE,
        (
            "Check the labels of the two numbers you combined.",
            "A parameter moves by its own slope only.",
        ),
        at=("update",),
        make=step(_other_gradient),
    ),
    Mistake(
        "update.delta_for_gradient",
        "δ for the gradient",
        "δ is used where the gradient of the weight belongs.",
        "wrong_quantity",
        WHERE,
        (
            "Is this number a slope by the weight or by the net?",
            "One link of the chain is missing between the net and the weight.",
        ),
        at=("update",),
        make=step(_delta),
    ),
    Mistake(
        "update.size_of_gradient",
        "size of the gradient",
        "The size of the gradient is subtracted, whatever its sign.",
        "wrong_sign",
        WHERE,
        (
            "What does the sign of this gradient tell you to do?",
            "Gradient descent can make a parameter larger, too.",
        ),
        at=("update",),
        make=step(lambda case, w, eta, g: sub(w, mul(eta, call("abs", g)))),
    ),
    Mistake(
        "update.rate_subtracted",
        "learning rate subtracted",
        "The learning rate alone is subtracted.",
        "drop_factor",
        WHERE,
        (
            "What decides how far a parameter moves?",
            "All parameters would move by the same amount: should they?",
        ),
        at=("update",),
        make=step(lambda case, w, eta, g: sub(w, eta)),
    ),
    Mistake(
        "update.bias_kept",
        "bias left as it is",
        "The bias is not updated.",
        "drop_term",
        "the update of a bias",
        (
            "Which parameters are trained here?",
            "A bias has a gradient like any other parameter.",
        ),
        BY_EXAMPLE,
        at=("update",),
        make=_left_alone,
    ),
    Mistake(
        "update.bias_moved",
        "bias updated",
        "The bias is updated, although the procedure keeps it.",
        "extra_term",
        "the update of a bias that is kept",
        (
            "Which parameters are trained here?",
            "Read again what the procedure says about the biases.",
        ),
        at=("update",),
        make=_updated_after_all,
    ),
)
