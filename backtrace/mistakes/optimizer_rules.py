"""Mistakes in the rules of optimizers other than plain gradient descent."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.engine.updating import is_updated
from backtrace.expression.tree import ONE, Expr, add, call, mul, neg, sub, symbol
from backtrace.mistakes.case import Case
from backtrace.mistakes.operators import rewritten, without_factor
from backtrace.mistakes.records import Mistake
from backtrace.network.quantity import Quantity, kept_of

KEPT = "what an optimizer keeps or works out"
CORRECTION = "Kingma and Ba 2015, section 3, on why the correction is needed"


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
