"""Mistakes in the gradient of a weight."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.engine.zoom import product
from backtrace.expression.tree import Expr, add, neg, symbol
from backtrace.mistakes.case import Case
from backtrace.mistakes.records import Mistake
from backtrace.mistakes.right_lines import net_of
from backtrace.network.quantity import Quantity

WHERE = "the gradient of a weight"
SIGNAL_OF = "the gradient of a weight above the first layer"


def each(change: Callable[[Case, Quantity, Quantity], Expr | None]) -> Callable[[Case], Iterator[Expr]]:
    """A mistake made wherever the weight is used, for all samples alike: from δ of the net and the signal."""

    def make(case: Case) -> Iterator[Expr]:
        terms = [change(case, delta, _signal(signal)) for delta, signal in case.feeds]
        found = [term for term in terms if term is not None]
        if len(found) == len(terms):
            yield case.calculation.gradient_of(found, case.parameter)

    return make


def _signal(form: Expr) -> Quantity:
    assert form.op == "symbol"
    key: Quantity = form.args[0]
    return key


def _other_signal(case: Case, delta: Quantity, signal: Quantity) -> Expr | None:
    other = case.neighbour(signal.unit, signal.layer)
    return product(symbol(delta), symbol(signal._replace(unit=other))) if other else None


def _net(case: Case, delta: Quantity, signal: Quantity) -> Expr | None:
    return product(symbol(delta), symbol(net_of(signal))) if signal.layer else None


def _other_delta(case: Case, delta: Quantity, signal: Quantity) -> Expr | None:
    other = case.neighbour(delta.unit, delta.layer)
    return product(symbol(delta._replace(unit=other)), symbol(signal)) if other else None


def _raw_input(case: Case, delta: Quantity, signal: Quantity) -> Expr | None:
    unit = min(signal.unit, case.network.input_size)
    return product(symbol(delta), symbol(case.signal(0, unit, delta.sample))) if signal.layer else None


def _all_deltas(case: Case, delta: Quantity, signal: Quantity) -> Expr | None:
    size = case.network.size(delta.layer)
    deltas = [symbol(delta._replace(unit=k)) for k in range(1, size + 1)]
    return product(add(*deltas), symbol(signal)) if size > 1 else None


def _slope_of_source(case: Case, delta: Quantity, signal: Quantity) -> Expr | None:
    if not signal.layer or not case.network.layers[signal.layer - 1].activation.elementwise:
        return None
    return product(symbol(delta), case.calculation.slope(net_of(signal)))


def _no_slope(case: Case, delta: Quantity, signal: Quantity) -> Expr | None:
    if not case.network.layers[delta.layer - 1].activation.elementwise:
        return None
    return product(add(*case.calculation.upstream(delta._replace(kind="out"))), symbol(signal))


def _added(case: Case, delta: Quantity, signal: Quantity) -> Expr | None:
    if not case.network.layers[delta.layer - 1].activation.elementwise:
        return None
    back = add(*case.calculation.upstream(delta._replace(kind="out")))
    return add(back, case.calculation.slope(net_of(delta)), symbol(signal))


def _delta_above(case: Case, delta: Quantity, signal: Quantity) -> Expr | None:
    above = delta._replace(layer=delta.layer + 1, unit=1)
    return product(symbol(above), symbol(signal)) if delta.layer < case.top else None


def _all_signals(case: Case, delta: Quantity, signal: Quantity) -> Expr | None:
    size = case.network.size(signal.layer)
    signals = [symbol(signal._replace(unit=i)) for i in range(1, size + 1)]
    return product(symbol(delta), add(*signals)) if size > 1 else None


def _feeds_once(case: Case) -> Iterator[Expr]:
    """A tied weight is used in several places: only the first of them is counted."""
    terms = [product(symbol(delta), signal) for delta, signal in case.feeds]
    layers = {delta.layer for delta, _ in case.feeds}
    if len(layers) > 1:
        first = min(layers)
        kept = [term for term, (delta, _) in zip(terms, case.feeds, strict=True) if delta.layer == first]
        yield case.calculation.gradient_of(kept, case.parameter)


def _no_penalty(case: Case) -> Iterator[Expr]:
    count = len(case.calculation.penalties(case.parameter))
    if count:
        yield add(*case.form.args[:-count])


def _penalty_subtracted(case: Case) -> Iterator[Expr]:
    count = len(case.calculation.penalties(case.parameter))
    if count:
        yield add(*case.form.args[:-count], *(neg(term) for term in case.form.args[-count:]))


MISTAKES = (
    Mistake(
        "weight_gradient.no_signal",
        "signal left out",
        "δ is given as the gradient of the weight.",
        "drop_factor",
        WHERE,
        (
            "What does this weight multiply?",
            "You stopped at the net: one link leads from there to the weight.",
        ),
        at=("weight_gradient",),
        make=each(lambda case, delta, signal: symbol(delta)),
    ),
    Mistake(
        "weight_gradient.other_signal",
        "signal of the neighbouring arrow",
        "The signal of the neighbouring arrow is used.",
        "wrong_index",
        WHERE,
        (
            "Where does the arrow with this weight start?",
            "Compare the index of the source of this weight with that of the signal you used.",
        ),
        at=("weight_gradient",),
        make=each(_other_signal),
    ),
    Mistake(
        "weight_gradient.net_for_out",
        "net of the source for its output",
        "The net of the source is used where its output belongs.",
        "wrong_quantity",
        SIGNAL_OF,
        (
            "Which of the two numbers of the unit below travels along this arrow?",
            "Look at how the net above was formed: which number did the weight multiply there?",
        ),
        at=("weight_gradient",),
        make=each(_net),
    ),
    Mistake(
        "weight_gradient.weight_itself",
        "weight for signal",
        "The weight itself is multiplied in, where the signal belongs.",
        "wrong_quantity",
        WHERE,
        (
            "When you differentiate a product by one of its factors, what is left?",
            "You kept the wrong one of two factors.",
        ),
        at=("weight_gradient",),
        make=each(lambda case, delta, signal: product(symbol(delta), symbol(case.parameter))),
    ),
    Mistake(
        "weight_gradient.other_delta",
        "δ of the neighbouring unit",
        "The δ of the neighbouring unit is used.",
        "wrong_index",
        WHERE,
        (
            "Where does the arrow with this weight end?",
            "Compare the index of the destination of this weight with that of the δ you used.",
        ),
        at=("weight_gradient",),
        make=each(_other_delta),
    ),
    Mistake(
        "weight_gradient.input_for_signal",
        "input of the network for the signal",
        "An input of the network is used where the output of the unit below belongs.",
        "wrong_quantity",
        SIGNAL_OF,
        (
            "What stands at the tail of this arrow?",
            "This weight never meets the data themselves.",
        ),
        at=("weight_gradient",),
        make=each(_raw_input),
    ),
    Mistake(
        "weight_gradient.all_deltas",
        "δ of all units of the layer",
        "The δ of all units of the layer are added up.",
        "extra_term",
        WHERE,
        (
            "Which units of this layer can this one weight influence?",
            "An arrow ends in one unit only.",
        ),
        at=("weight_gradient",),
        make=each(_all_deltas),
    ),
    Mistake(
        "weight_gradient.all_signals",
        "all signals added up",
        "The signals of all incoming arrows are added up.",
        "extra_term",
        WHERE,
        (
            "Which signals does this one weight touch?",
            "An arrow starts in one place only.",
        ),
        at=("weight_gradient",),
        make=each(_all_signals),
    ),
    Mistake(
        "weight_gradient.slope_of_source",
        "slope of the source",
        "The slope of the unit below is used where its output belongs.",
        "wrong_quantity",
        SIGNAL_OF,
        (
            "Does the way from this weight to the loss pass through the unit below?",
            "The weight lies above that activation, so its slope has no place here.",
        ),
        at=("weight_gradient",),
        make=each(_slope_of_source),
    ),
    Mistake(
        "weight_gradient.no_slope",
        "slope left out of the chain",
        "The slope of the activation is left out: what comes back is multiplied by the signal at once.",
        "drop_factor",
        WHERE,
        (
            "How many links does the chain from this weight to the loss have?",
            "Between the output of the unit and its net lies an activation.",
        ),
        at=("weight_gradient",),
        make=each(_no_slope),
    ),
    Mistake(
        "weight_gradient.links_added",
        "links added",
        "The links of the chain are added.",
        "sum_product_confusion",
        WHERE,
        (
            "How does the chain rule combine its links?",
            "If one link of the chain is zero, can the weight still matter?",
        ),
        at=("weight_gradient",),
        make=each(_added),
    ),
    Mistake(
        "weight_gradient.own_output",
        "output of the unit for its signal",
        "The output of the unit is used where the signal that comes in belongs.",
        "wrong_quantity",
        WHERE,
        (
            "Which end of the arrow supplies the signal?",
            "The number you used does not exist yet when this weight is applied.",
        ),
        at=("weight_gradient",),
        make=each(lambda case, delta, signal: product(symbol(delta), symbol(delta._replace(kind="out")))),
    ),
    Mistake(
        "weight_gradient.delta_above",
        "δ of a unit above",
        "The δ of a unit of the layer above is used.",
        "wrong_quantity",
        "the gradient of a weight below the last layer",
        (
            "Which unit does this weight feed directly?",
            "The error has not been passed back far enough.",
        ),
        at=("weight_gradient",),
        make=each(_delta_above),
    ),
    Mistake(
        "weight_gradient.sign_of_delta",
        "two signs of δ mixed",
        "A minus is put in, as for a δ of the other sign.",
        "wrong_sign",
        WHERE,
        (
            "How did you define δ: with the slope of the loss or against it?",
            "Two conventions for the sign of δ meet in your line.",
        ),
        at=("weight_gradient",),
        make=lambda case: [neg(case.form)],
    ),
    Mistake(
        "weight_gradient.used_once",
        "tied weight counted once",
        "Only the first of the places where a shared weight is used is counted.",
        "drop_term",
        "the gradient of a tied weight",
        (
            "In how many places does this weight stand in the network?",
            "Each use of a parameter is a way from it to the loss.",
        ),
        at=("weight_gradient",),
        make=_feeds_once,
    ),
    Mistake(
        "weight_gradient.no_penalty",
        "penalty left out",
        "What regularisation adds to the gradient is left out.",
        "drop_term",
        "a gradient with regularisation",
        (
            "Which parts does the loss have that you differentiate?",
            "The size of this parameter costs something too.",
        ),
        at=("weight_gradient", "bias_gradient"),
        make=_no_penalty,
    ),
    Mistake(
        "weight_gradient.penalty_subtracted",
        "penalty subtracted",
        "The slope of the penalty is subtracted.",
        "wrong_sign",
        "a gradient with regularisation",
        (
            "Does the penalty make the loss larger or smaller?",
            "Regularisation pulls towards zero once the update has put in its own minus.",
        ),
        at=("weight_gradient", "bias_gradient"),
        make=_penalty_subtracted,
    ),
)
