"""Mistakes in the update of a parameter, by gradient descent and by the other optimizers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.engine.updating import is_updated
from backtrace.expression.tree import ONE, Expr, add, call, div, mul, neg, sub, symbol
from backtrace.mistakes.case import Case
from backtrace.mistakes.operators import rewritten, without_factor
from backtrace.mistakes.records import Mistake
from backtrace.network.quantity import LOSS, SHARED, Derivative, Quantity, kept_of

WHERE, KEPT = "an update", "what an optimizer keeps or works out"
SIGNS = "https://ai.stackexchange.com/questions/25563"
BY_EXAMPLE = "Backpropagation by Example, 2022, of the best known worked example"
CORRECTION = "Kingma and Ba 2015, section 3, on why the correction is needed"


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


def rule(change: Callable[[Case, Expr], Expr | None], *types: str) -> Callable[[Case], Iterator[Expr]]:
    """A mistake in a line of the rule of one of these optimizers."""

    def make(case: Case) -> Iterator[Expr]:
        if case.network.optimizer.type in types and is_updated(case.network, case.parameter):
            wrong = change(case, case.form)
            if wrong is not None and wrong != case.form:
                yield wrong

    return make


ADAPTIVE = ("adagrad", "rmsprop", "adam", "adamw")
MOMENTS = ("adam", "adamw")
VELOCITIES = ("momentum", "nesterov")
EVERY = (*ADAPTIVE, *VELOCITIES)


def _plain_step(case: Case, form: Expr) -> Expr:
    calculation = case.calculation
    return sub(symbol(case.parameter), mul(calculation.rate, calculation.used_gradient(case.parameter)))


def _no_correction(case: Case, form: Expr) -> Expr | None:
    """m and v themselves, where they should be corrected."""
    hats = {kept_of(case.parameter, f"{name}_hat"): kept_of(case.parameter, name) for name in ("m", "v")}

    def plain(part: Expr) -> Expr | None:
        key = part.args[0] if part.op == "symbol" else None
        return symbol(hats[key]._replace(updates=1)) if key in hats else None

    return rewritten(form, plain)


def _no_root(case: Case, form: Expr) -> Expr | None:
    return rewritten(form, lambda part: part.args[1] if part.op == "call" and part.args[0] == "sqrt" else None)


def _rate_left_out(case: Case, form: Expr) -> Expr | None:
    rate = case.calculation.rate

    def without(part: Expr) -> Expr | None:
        return without_factor(part, lambda factor: factor == rate) if part.op == "mul" else None

    return rewritten(form, without)


def _ascent(case: Case, form: Expr) -> Expr | None:
    """The step with the other sign."""
    if form.op != "add" or form.args[0] != symbol(case.parameter):
        return None
    return add(form.args[0], *(part.args[0] if part.op == "neg" else neg(part) for part in form.args[1:]))


def _root_of_mean(case: Case, form: Expr) -> Expr | None:
    """The mean of the gradient under the root, in place of the mean of its square."""
    names = {"v_hat": "m_hat", "v": "m"}

    def under(part: Expr) -> Expr | None:
        if part.op != "call" or part.args[0] != "sqrt":
            return None
        key: Quantity = part.args[1].args[0]
        return call("sqrt", call("abs", symbol(key._replace(name=names[key.name])))) if key.name in names else None

    return rewritten(form, under)


def _square_lost(case: Case, form: Expr) -> Expr | None:
    return rewritten(form, lambda part: part.args[0] if part.op == "power" and part.args[0].op == "symbol" else None)


def _share_lost(case: Case, form: Expr) -> Expr | None:
    """The factor 1 − β before what is new."""

    def without(part: Expr) -> Expr | None:
        return without_factor(part, lambda f: f.op == "add" and f.args[0] == ONE) if part.op == "mul" else None

    return rewritten(form, without)


def _shares_exchanged(case: Case, form: Expr) -> Expr | None:
    """β and 1 − β the other way round."""
    if form.op != "add" or len(form.args) != 2 or any(part.op != "mul" for part in form.args):
        return None
    (beta, *old), (share, *new) = form.args[0].args, form.args[1].args
    return add(mul(share, *old), mul(beta, *new)) if share == sub(ONE, beta) else None


def _not_divided(case: Case, form: Expr) -> Expr | None:
    """The mean as it is, where it should be divided by what its start at 0 leaves."""
    return form.args[0] if form.op == "div" else None


def _gradient_lost(case: Case, form: Expr) -> Expr | None:
    """The new gradient alone, without what was kept."""
    return case.calculation.used_gradient(case.parameter)


def _velocity_sign(case: Case, form: Expr) -> Expr | None:
    if form.op == "add" and len(form.args) == 2:
        first, second = form.args
        return add(first, second.args[0] if second.op == "neg" else neg(second))
    return None


def _decay_left_out(case: Case, form: Expr) -> Expr | None:
    decay = symbol(Quantity("setting", name="weight_decay"))

    def without(part: Expr) -> Expr | None:
        if part.op == "add" and part.args[-1].op == "mul" and part.args[-1].args[0] == decay:
            return add(*part.args[:-1])
        return None

    return rewritten(form, without)


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
    Mistake(
        "optimizer.plain_step",
        "plain gradient descent",
        "The rule of the optimizer is ignored: a plain step is taken.",
        "wrong_function",
        "an update by another rule than gradient descent",
        (
            "By which rule are the parameters updated?",
            "What the optimizer keeps between updates does not occur in your line.",
        ),
        at=("update",),
        make=rule(_plain_step, *EVERY),
    ),
    Mistake(
        "optimizer.uphill",
        "step with the wrong sign",
        "The step of the optimizer has the wrong sign.",
        "wrong_sign",
        "an update by another rule than gradient descent",
        (
            "Which way is downhill?",
            "Look where the minus of this rule stands, and count your own.",
        ),
        at=("update",),
        make=rule(_ascent, *EVERY),
    ),
    Mistake(
        "optimizer.no_rate",
        "learning rate left out",
        "The learning rate is left out of the rule.",
        "drop_factor",
        "an update by another rule than gradient descent",
        (
            "How large a step does the exercise allow?",
            "One of the settings you were given is not in your line.",
        ),
        at=("update", "kept"),
        make=rule(_rate_left_out, *EVERY),
    ),
    Mistake(
        "optimizer.no_root",
        "root left out",
        "The mean of the squares is divided by without its root.",
        "drop_factor",
        "an update by Adagrad, RMSProp or Adam",
        (
            "Which unit has a squared gradient, and which has the gradient?",
            "Above and below the line should stand numbers of the same kind.",
        ),
        at=("update",),
        make=rule(_no_root, *ADAPTIVE),
    ),
    Mistake(
        "optimizer.no_correction",
        "correction of the start left out",
        "The running means are used as they are, without the correction for their start at zero.",
        "wrong_quantity",
        "an update by Adam",
        (
            "Where did the running means start?",
            "Two lines of the rule lie between the running means and the step.",
        ),
        CORRECTION,
        at=("update",),
        make=rule(_no_correction, *MOMENTS),
    ),
    Mistake(
        "optimizer.mean_under_root",
        "mean of the gradient under the root",
        "The mean of the gradient stands under the root, where that of its square belongs.",
        "wrong_quantity",
        "an update by Adam",
        (
            "Which of the two running means belongs under the root?",
            "A root undoes a square: of what?",
        ),
        at=("update",),
        make=rule(_root_of_mean, *MOMENTS),
    ),
    Mistake(
        "optimizer.no_decay",
        "decay of the weight left out",
        "The decay of the weight is left out.",
        "drop_term",
        "an update by AdamW",
        (
            "What pulls the parameter towards zero in this rule?",
            "One setting of this optimizer does not occur in your line.",
        ),
        at=("update",),
        make=rule(_decay_left_out, "adamw"),
    ),
    Mistake(
        "optimizer.square_lost",
        "gradient not squared",
        "The gradient is not squared in the mean of the squares.",
        "wrong_function",
        KEPT,
        (
            "Of what is this the running mean?",
            "Can the number you found ever be negative?",
        ),
        at=("kept",),
        make=rule(_square_lost, *ADAPTIVE),
    ),
    Mistake(
        "optimizer.share_lost",
        "share of the new gradient left out",
        "What is new comes in with its full weight.",
        "drop_factor",
        KEPT,
        (
            "Do the two weights of a running mean add up to one?",
            "A running mean of equal numbers is that number: is yours?",
        ),
        at=("kept",),
        make=rule(_share_lost, "rmsprop", "adam", "adamw"),
    ),
    Mistake(
        "optimizer.shares_exchanged",
        "shares exchanged",
        "The shares of the old mean and of the new gradient are exchanged.",
        "wrong_order",
        KEPT,
        (
            "Which has the larger say in a running mean, the past or the present?",
            "Read off which of the two terms the setting belongs to.",
        ),
        at=("kept",),
        make=rule(_shares_exchanged, "rmsprop", "adam", "adamw"),
    ),
    Mistake(
        "optimizer.not_divided",
        "correction not divided out",
        "The mean is given as corrected without being divided.",
        "drop_factor",
        "the corrected means of Adam",
        (
            "In which direction does the start at zero pull the mean?",
            "Early means are too small: what makes them larger?",
        ),
        at=("kept",),
        make=rule(_not_divided, *MOMENTS),
    ),
    Mistake(
        "optimizer.nothing_kept",
        "nothing kept",
        "The gradient alone is taken for the accumulated one.",
        "drop_term",
        KEPT,
        (
            "What does this optimizer remember?",
            "Compare with the line of the rule: which of its letters do you not use?",
        ),
        at=("kept",),
        make=rule(_gradient_lost, *MOMENTS, *VELOCITIES),
    ),
    Mistake(
        "optimizer.velocity_sign",
        "sign of the new gradient",
        "The new gradient comes in with the wrong sign.",
        "wrong_sign",
        "the velocity, or the accumulated gradient",
        (
            "In which direction should the ball roll?",
            "Compare the sign of the gradient in your line with that of the rule.",
        ),
        at=("kept",),
        make=rule(_velocity_sign, *VELOCITIES),
    ),
)
