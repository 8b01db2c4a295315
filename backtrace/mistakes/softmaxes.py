"""Mistakes with softmax, with the cross-entropy behind it, and with what both give together."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.expression.tree import ONE, ZERO, Expr, add, call, div, mul, neg, sub, symbol
from backtrace.mistakes.case import Case
from backtrace.mistakes.operators import turned
from backtrace.mistakes.records import Mistake
from backtrace.network.quantity import Quantity

WHERE, LOSS_OF, DELTA_OF = "an output of softmax", "a cross-entropy of softmax", "the δ of softmax with cross-entropy"
ENTROPY = "https://datascience.stackexchange.com/questions/41212"
DIAGONAL = "https://stats.stackexchange.com/questions/235528"
PUT_OUT = ("out", "softmax")
DELTAS = ("output_delta", "upstream")


def fraction(change: Callable[[Case, list[Expr], int], Expr | None]) -> Callable[[Case], Iterator[Expr]]:
    """A mistake in e^x_k / Σ e^x_j, from what is exponentiated and the place k."""

    def make(case: Case) -> Iterator[Expr]:
        if case.kind == "softmax":
            inside = [symbol(out) for out in case.outputs]
        elif not case.activation.elementwise:
            inside = [symbol(case.net._replace(unit=j)) for j in range(1, case.layer.units + 1)]
        else:
            return
        wrong = change(case, inside, case.at.unit - 1)
        if wrong is not None:
            yield wrong

    return make


def _e(x: Expr) -> Expr:
    return call("exp", x)


def _others(case: Case, x: list[Expr], k: int) -> Expr | None:
    rest = [_e(one) for j, one in enumerate(x) if j != k]
    return div(_e(x[k]), add(*rest)) if rest else None


def _shifted_above(case: Case, x: list[Expr], k: int) -> Expr | None:
    """The largest net is subtracted above the line only."""
    largest = max(x, key=case.calculation.evaluate)
    return div(_e(sub(x[k], largest)), add(*map(_e, x)))


def _hard(case: Case, x: list[Expr], k: int) -> Expr | None:
    return ONE if max(x, key=case.calculation.evaluate) == x[k] else ZERO


def _no_normalisation(case: Case, x: list[Expr], k: int) -> Expr | None:
    return _e(x[k])


def _of_sigmoid(case: Case, x: list[Expr], k: int) -> Expr | None:
    squashed = [call("sigmoid", one) for one in x]
    return div(_e(squashed[k]), add(*map(_e, squashed)))


def _other_unit(case: Case, x: list[Expr], k: int) -> Expr | None:
    other = (k + 1) % len(x)
    return div(_e(x[other]), add(*map(_e, x))) if len(x) > 1 else None


def probabilities(case: Case) -> list[Quantity]:
    """The outputs of softmax that the cross-entropy looks at; none where it does not stand behind softmax."""
    if case.network.loss.name == "softmax_cross_entropy":
        return [out._replace(kind="softmax", layer=0) for out in case.outputs]
    last = case.network.layers[-1].activation
    return case.outputs if case.network.loss.name == "cross_entropy" and not last.elementwise else []


def entropy(change: Callable[[Case, list[Quantity], list[Quantity]], Expr | None]) -> Callable[[Case], Iterator[Expr]]:
    """A mistake in −Σ t·ln p of one sample, from p and t."""

    def make(case: Case) -> Iterator[Expr]:
        p = probabilities(case)
        wrong = change(case, p, case.targets) if p else None
        if wrong is not None:
            yield wrong

    return make


def _class(case: Case) -> int:
    """The place of the class of a one-hot target, −1 where there is none."""
    found = [case.calculation.value(t) for t in case.targets]
    return found.index(1.0) if 1.0 in found else -1


def _one_minus(case: Case, p: list[Quantity], t: list[Quantity]) -> Expr | None:
    return sub(ONE, symbol(p[_class(case)])) if _class(case) >= 0 else None


def _wrong_class(case: Case, p: list[Quantity], t: list[Quantity]) -> Expr | None:
    other = (_class(case) + 1) % len(p)
    return neg(call("ln", symbol(p[other]))) if _class(case) >= 0 and len(p) > 1 else None


def _without_logarithm(case: Case, p: list[Quantity], t: list[Quantity]) -> Expr | None:
    return neg(add(*(mul(symbol(a), symbol(b)) for a, b in zip(t, p, strict=True))))


def joined(change: Callable[[Case, Expr, Expr], Expr | None]) -> Callable[[Case], Iterator[Expr]]:
    """A mistake in p − t, the δ of softmax with cross-entropy, from p and t of the unit."""

    def make(case: Case) -> Iterator[Expr]:
        p = probabilities(case)
        through = case.kind == "output_delta" or case.network.loss.whole is not None
        if p and case.at.layer == case.top and through:
            unit = case.at.unit - 1
            wrong = change(case, symbol(p[unit]), symbol(case.targets[unit]))
            if wrong is not None:
                yield wrong

    return make


def _other_target(case: Case, p: Expr, t: Expr) -> Expr | None:
    other = case.neighbour(case.at.unit, case.top)
    return sub(p, symbol(case.targets[other - 1])) if other else None


def _jacobian_sign(case: Case) -> Iterator[Expr]:
    """The entries of the Jacobian beside the diagonal without their minus."""
    if case.activation.elementwise or case.kind != "output_delta" or len(case.outputs) < 2:
        return
    terms = list(case.form.args) if case.form.op == "add" else [case.form]
    if len(terms) == case.layer.units:
        yield add(*(term if j == case.at.unit - 1 else turned(term) for j, term in enumerate(terms)))


MISTAKES = (
    Mistake(
        "softmax.no_exponential",
        "exponential left out",
        "The nets themselves are divided by their sum.",
        "wrong_function",
        WHERE,
        (
            "What makes every output of softmax positive?",
            "One function must be applied before anything is divided.",
        ),
        at=PUT_OUT,
        make=fraction(lambda case, x, k: div(x[k], add(*x))),
    ),
    Mistake(
        "softmax.sigmoid_each",
        "sigmoid of each",
        "Each net is passed through a sigmoid by itself.",
        "wrong_function",
        WHERE,
        (
            "What should the outputs of softmax add up to?",
            "Does your output feel a change of the net of another unit?",
        ),
        at=PUT_OUT,
        make=fraction(lambda case, x, k: call("sigmoid", x[k])),
    ),
    Mistake(
        "softmax.of_sigmoid",
        "softmax after a sigmoid",
        "The nets are passed through a sigmoid before softmax.",
        "extra_term",
        WHERE,
        (
            "What is it that softmax is applied to?",
            "One function too many stands between the nets and the outputs.",
        ),
        at=PUT_OUT,
        make=fraction(_of_sigmoid),
    ),
    Mistake(
        "softmax.others_below",
        "own term left out below",
        "The own exponential is left out below the line.",
        "drop_term",
        WHERE,
        (
            "Over which units does the sum below the line run?",
            "What should all outputs of softmax add up to?",
        ),
        at=PUT_OUT,
        make=fraction(_others),
    ),
    Mistake(
        "softmax.shifted_above",
        "shift above the line only",
        "The largest net is subtracted above the line only.",
        "wrong_order",
        WHERE,
        (
            "What does a shift of all nets do to softmax?",
            "What you do to one exponential you have to do to all of them.",
        ),
        at=PUT_OUT,
        make=fraction(_shifted_above),
        reads=True,
    ),
    Mistake(
        "softmax.hard",
        "largest takes all",
        "The largest net gets everything.",
        "wrong_function",
        WHERE,
        (
            "Why is softmax called soft?",
            "No output of softmax is ever exactly zero.",
        ),
        at=PUT_OUT,
        make=fraction(_hard),
        reads=True,
    ),
    Mistake(
        "softmax.not_normalised",
        "not divided by the sum",
        "The exponential is not divided by the sum.",
        "drop_factor",
        WHERE,
        (
            "What should the outputs of softmax add up to?",
            "One step is missing after the exponential.",
        ),
        at=PUT_OUT,
        make=fraction(_no_normalisation),
    ),
    Mistake(
        "softmax.other_unit",
        "exponential of the neighbour",
        "The exponential of the neighbouring unit stands above the line.",
        "wrong_index",
        WHERE,
        (
            "Whose net belongs above the line?",
            "The largest net should have the largest output: has it?",
        ),
        at=PUT_OUT,
        make=fraction(_other_unit),
    ),
    Mistake(
        "softmax_loss.all_classes",
        "targets left out",
        "The logarithms of all classes are added, without their targets.",
        "drop_factor",
        LOSS_OF,
        (
            "What do the targets do in this sum?",
            "Which class of this sample should count at all?",
        ),
        at=("loss",),
        make=entropy(lambda case, p, t: neg(add(*(call("ln", symbol(one)) for one in p)))),
    ),
    Mistake(
        "softmax_loss.one_minus",
        "complement for logarithm",
        "The complement of the probability is taken in place of its logarithm.",
        "wrong_quantity",
        LOSS_OF,
        (
            "How large should the loss be when the right class gets next to nothing?",
            "Which function turns a probability into this loss?",
        ),
        at=("loss",),
        make=entropy(_one_minus),
        reads=True,
    ),
    Mistake(
        "softmax_loss.wrong_class",
        "probability of a wrong class",
        "The probability of another class than that of the sample is taken.",
        "wrong_index",
        LOSS_OF,
        (
            "Which class does this sample belong to?",
            "Compare the place of the class in the targets with the index of the probability.",
        ),
        at=("loss",),
        make=entropy(_wrong_class),
        reads=True,
    ),
    Mistake(
        "softmax_loss.no_logarithm",
        "logarithm left out",
        "The probabilities are weighted with the targets, without a logarithm.",
        "wrong_function",
        LOSS_OF,
        (
            "Which function stands in a cross-entropy?",
            "Can a cross-entropy be negative?",
        ),
        at=("loss",),
        make=entropy(_without_logarithm),
    ),
    Mistake(
        "softmax_delta.sign",
        "target minus probability",
        "Probability and target are subtracted the wrong way round.",
        "wrong_sign",
        DELTA_OF,
        (
            "If this net grew, would the loss of the sample grow or shrink?",
            "Compare that with the sign of your result.",
        ),
        at=DELTAS,
        make=joined(lambda case, p, t: sub(t, p)),
    ),
    Mistake(
        "softmax_delta.slope_again",
        "slope multiplied in once more",
        "The short form is multiplied by a slope of the softmax once more.",
        "extra_factor",
        DELTA_OF,
        (
            "Where has the slope of softmax gone in the short form?",
            "Work the joint derivative out once: something cancels.",
        ),
        ENTROPY,
        at=DELTAS,
        make=joined(lambda case, p, t: mul(sub(p, t), p, sub(ONE, p))),
    ),
    Mistake(
        "softmax_delta.loss_only",
        "slope of the loss only",
        "Only the cross-entropy is differentiated, by the output of softmax.",
        "drop_factor",
        DELTA_OF,
        (
            "By what is to be differentiated: the probability, or the net?",
            "Between the net and the probability lies softmax.",
        ),
        at=DELTAS,
        make=joined(lambda case, p, t: neg(div(t, p))),
    ),
    Mistake(
        "softmax_delta.diagonal",
        "diagonal only",
        "Only the influence of the net on its own output is counted.",
        "drop_term",
        DELTA_OF,
        (
            "Which outputs of softmax does this one net move?",
            "The outputs add up to one: if one grows, what do the others do?",
        ),
        DIAGONAL,
        at=DELTAS,
        make=joined(lambda case, p, t: mul(neg(div(t, p)), p, sub(ONE, p))),
    ),
    Mistake(
        "softmax_delta.no_target",
        "target left out",
        "The probability alone is given.",
        "drop_term",
        DELTA_OF,
        (
            "When is there nothing to learn at this output?",
            "What does your formula give when the output is exactly right?",
        ),
        at=DELTAS,
        make=joined(lambda case, p, t: p),
    ),
    Mistake(
        "softmax_delta.other_target",
        "target of the neighbouring output",
        "The target of the neighbouring output is subtracted.",
        "wrong_index",
        DELTA_OF,
        (
            "Which target belongs to this output?",
            "Compare the index of the target in your line with that of the output.",
        ),
        at=DELTAS,
        make=joined(_other_target),
    ),
    Mistake(
        "softmax_delta.jacobian_sign",
        "sign beside the diagonal",
        "The entries beside the diagonal of the Jacobian have the wrong sign.",
        "wrong_sign",
        "a δ behind softmax",
        (
            "The outputs add up to one: if one grows, what do the others do?",
            "What must each row of the Jacobian of softmax add up to?",
        ),
        at=("output_delta",),
        make=_jacobian_sign,
    ),
)
