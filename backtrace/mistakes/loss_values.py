"""Mistakes in the loss: of one output, and of a sample."""

from __future__ import annotations

from collections.abc import Iterator

from backtrace.expression.tree import HALF, ONE, TWO, Expr, add, call, div, mul, number, power, symbol
from backtrace.mistakes.case import Case
from backtrace.mistakes.operators import exchanged, rewritten, turned, without_factor
from backtrace.mistakes.records import Mistake
from backtrace.mistakes.right_lines import net_of
from backtrace.network.quantity import Quantity

TERM, WHOLE = "the loss of an output", "the loss of a sample"


def term(case: Case) -> tuple[Expr, Quantity, Quantity] | None:
    """The line of what one output adds, with that output and its target; None where the loss has no such lines."""
    if case.network.loss.whole or (case.kind == "loss" and len(case.outputs) > 1):
        return None
    unit = max(case.at.unit, 1)
    return case.form, case.outputs[unit - 1], case.targets[unit - 1]


def squared(case: Case) -> Expr | None:
    """The line of one output where it is a square, for whoever gets that wrong."""
    found = term(case)
    return found[0] if found and any(part.op == "power" for part in _factors(found[0])) else None


def _factors(form: Expr) -> tuple[Expr, ...]:
    return form.args if form.op == "mul" else (form,)


def _base(part: Expr) -> Expr | None:
    return part.args[0] if part.op == "power" else None


def _no_half(case: Case) -> Iterator[Expr]:
    form = squared(case)
    wrong = without_factor(form, lambda factor: factor == HALF) if form else None
    if wrong:
        yield wrong


def _no_square(case: Case) -> Iterator[Expr]:
    form = squared(case)
    wrong = rewritten(form, _base) if form else None
    if wrong:
        yield wrong


def _size(case: Case) -> Iterator[Expr]:
    for part in _factors(squared(case) or ONE):
        if part.op == "power":
            yield call("abs", part.args[0])


def _square_of_half(case: Case) -> Iterator[Expr]:
    form = squared(case)
    if form and HALF in _factors(form):
        rest = [part for part in _factors(form) if part != HALF and part.op != "power"]
        yield mul(*rest, *(power(mul(HALF, part.args[0]), TWO) for part in _factors(form) if part.op == "power"))


def _squares_of_each(case: Case) -> Iterator[Expr]:
    """t² − y² for (t − y)²."""
    form, found = squared(case), term(case)
    if form and found:
        _, out, target = found
        difference = add(power(symbol(target), TWO), turned(power(symbol(out), TWO)))
        wrong = rewritten(form, lambda part: difference if part.op == "power" else None)
        if wrong:
            yield wrong


def _net_compared(case: Case) -> Iterator[Expr]:
    found = term(case)
    wrong = exchanged(found[0], {found[1]: symbol(net_of(found[1]))}) if found else None
    if wrong:
        yield wrong


def _other_target(case: Case) -> Iterator[Expr]:
    found = term(case)
    if found and len(case.targets) > 1:
        unit = case.neighbour(found[1].unit, case.top)
        wrong = exchanged(found[0], {found[2]: symbol(case.targets[unit - 1])})
        if wrong:
            yield wrong


def _sum_then_square(case: Case) -> Iterator[Expr]:
    """The differences added, and their sum squared."""
    if case.network.loss.whole or len(case.outputs) < 2:
        return
    lines = [case.calculation.terms.formula(unit) for unit in _units(case)]
    first = next((part for part in _factors(lines[0]) if part.op == "power"), None)
    if first:
        total = add(*(part.args[0] for line in lines for part in _factors(line) if part.op == "power"))
        wrong = rewritten(lines[0], lambda part: power(total, TWO) if part == first else None)
        if wrong:
            yield wrong


def _units(case: Case) -> list[Quantity]:
    loss = case.network.loss
    targets = case.network.targets_of(case.at.sample) if loss.whole else None
    names = loss.terms(targets, len(case.outputs))
    return [Quantity("loss_term", unit=unit, sample=case.at.sample) for unit in names]


def _one_output(case: Case) -> Iterator[Expr]:
    if len(_units(case)) > 1:
        yield symbol(_units(case)[0])


def _mean_of_outputs(case: Case) -> Iterator[Expr]:
    if len(case.outputs) > 1 and not case.network.loss.mean_over_outputs and not case.network.loss.whole:
        yield div(case.form, number(len(case.outputs)))


def _sum_of_outputs(case: Case) -> Iterator[Expr]:
    if len(case.outputs) > 1 and case.network.loss.mean_over_outputs:
        yield mul(number(len(case.outputs)), case.form)


def _root(case: Case) -> Iterator[Expr]:
    if "squared" in case.network.loss.name:
        yield call("sqrt", case.form)


def _targets_exchanged(case: Case) -> Iterator[Expr]:
    units = _units(case)
    if len(units) < 2 or case.network.loss.whole:
        return
    others = [*case.targets[1:], case.targets[0]]
    taken = {t: symbol(other) for t, other in zip(case.targets, others, strict=True)}
    wrong = [exchanged(case.calculation.terms.formula(unit), taken) for unit in units]
    if all(wrong):
        yield add(*(one for one in wrong if one))


MISTAKES = (
    Mistake(
        "loss.no_half",
        "half left out",
        "The half before the square is left out.",
        "drop_factor",
        TERM,
        (
            "Compare your line with the loss as it is defined, factor by factor.",
            "A constant stands before the square in the definition: is it in your line?",
        ),
        "Data Science Stack Exchange, Why is there a 2 at the denominator of the mean squared error function?",
        at=("loss_term", "loss"),
        make=_no_half,
    ),
    Mistake(
        "loss.no_square",
        "difference not squared",
        "The difference is not squared.",
        "wrong_function",
        TERM,
        (
            "Can a squared error be negative?",
            "Between the difference and the loss there is one more operation.",
        ),
        at=("loss_term", "loss"),
        make=_no_square,
    ),
    Mistake(
        "loss.size_for_square",
        "size in place of the square",
        "The size of the difference is taken in place of its square.",
        "wrong_function",
        TERM,
        (
            "Which power of the difference does the definition ask for?",
            "Your number grows in proportion to the error: should it?",
        ),
        at=("loss_term", "loss"),
        make=_size,
    ),
    Mistake(
        "loss.square_of_half",
        "half squared too",
        "The difference is halved before it is squared.",
        "wrong_order",
        TERM,
        (
            "Is the constant inside or outside the square?",
            "Which comes first in the definition, squaring or halving?",
        ),
        at=("loss_term", "loss"),
        make=_square_of_half,
    ),
    Mistake(
        "loss.squares_subtracted",
        "difference of squares",
        "Target and output are squared one by one and then subtracted.",
        "wrong_order",
        TERM,
        (
            "Which comes first, the difference or the square?",
            "A square of a difference is never negative: can yours be?",
        ),
        at=("loss_term", "loss"),
        make=_squares_of_each,
    ),
    Mistake(
        "loss.net_compared",
        "net compared with the target",
        "The target is compared with the net of the output unit.",
        "wrong_quantity",
        TERM,
        (
            "Which number does the network show to the outside?",
            "The unit has not finished when its sum is formed.",
        ),
        at=("loss_term", "loss"),
        make=_net_compared,
    ),
    Mistake(
        "loss.other_target",
        "target of the neighbouring output",
        "The output is compared with the target of its neighbour.",
        "wrong_index",
        TERM,
        (
            "Which target belongs to this output?",
            "Compare the index of the target in your line with that of the output.",
        ),
        at=("loss_term", "loss"),
        make=_other_target,
    ),
    Mistake(
        "loss.sum_then_square",
        "sum squared",
        "The differences are added first, and their sum is squared.",
        "wrong_order",
        WHOLE,
        (
            "Could two errors of opposite sign hide each other?",
            "Each output has a loss of its own: form these first.",
        ),
        at=("loss",),
        make=_sum_then_square,
    ),
    Mistake(
        "loss.one_output",
        "one output only",
        "The loss of the first output is given as that of the sample.",
        "drop_term",
        WHOLE,
        (
            "How many outputs does the network have?",
            "Every output adds something to the loss.",
        ),
        at=("loss",),
        make=_one_output,
    ),
    Mistake(
        "loss.mean_of_outputs",
        "mean over the outputs",
        "The loss is averaged over the outputs where it is defined as a sum.",
        "wrong_aggregation",
        WHOLE,
        (
            "Does the definition say sum or mean?",
            "You divided by something that does not occur in this definition.",
        ),
        at=("loss",),
        make=_mean_of_outputs,
    ),
    Mistake(
        "loss.sum_of_outputs",
        "sum over the outputs",
        "The losses of the outputs are added where their mean is asked for.",
        "wrong_aggregation",
        WHOLE,
        (
            "Does the definition say sum or mean?",
            "A factor that depends on how many outputs there are is missing.",
        ),
        at=("loss",),
        make=_sum_of_outputs,
    ),
    Mistake(
        "loss.root",
        "root taken",
        "The root of the loss is taken.",
        "wrong_function",
        WHOLE,
        (
            "Is there a root in the definition of this loss?",
            "You stopped one operation too late.",
        ),
        at=("loss",),
        make=_root,
    ),
    Mistake(
        "loss.targets_exchanged",
        "targets exchanged",
        "The targets are paired with the wrong outputs.",
        "wrong_index",
        WHOLE,
        (
            "Check which target belongs to which output.",
            "The order of the targets is the order of the outputs.",
        ),
        at=("loss",),
        make=_targets_exchanged,
    ),
)
