"""Mistakes in what comes back to a hidden unit, and in its δ."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from backtrace.engine.zoom import product
from backtrace.expression.tree import Expr, add, div, mul, number, sub, symbol
from backtrace.mistakes.calculation import Calculation
from backtrace.mistakes.case import Case
from backtrace.mistakes.operators import with_turned_sign, without_term
from backtrace.mistakes.records import Mistake
from backtrace.mistakes.right_lines import net_of
from backtrace.mistakes.slopes import with_slope

WHERE = "what comes back to a hidden unit, and its δ"
BACK = ("upstream", "hidden_delta")
OLD_OR_NEW = "https://ai.stackexchange.com/questions/26136"
TRANSPOSED = "https://cs.stackexchange.com/questions/30785"
NO_WEIGHTS = "Stack Exchange, Is my back propagation math correct?"
INCOMING = "https://ai.stackexchange.com/questions/42884"
OUTPUTS = "Stack Overflow, Basic Neural Network Problem in Training"


def at_hidden(change: Callable[[Case], Expr | None]) -> Callable[[Case], Iterator[Expr]]:
    """A mistake that puts something else in place of what comes back to a hidden unit."""

    def make(case: Case) -> Iterator[Expr]:
        if case.at.layer < case.top and case.activation.elementwise and case.paths:
            wrong = change(case)
            if wrong is not None:
                yield with_slope(case, wrong)

    return make


def _first_path(case: Case) -> Expr | None:
    return case.upstream[0] if len(case.paths) > 1 else None


def _last_path(case: Case) -> Expr | None:
    return case.upstream[-1] if len(case.paths) > 1 else None


def _path_missing(case: Case) -> Expr | None:
    """All paths but the last; with two of them that is the first alone."""
    return without_term(add(*case.upstream), -1) if len(case.paths) > 2 else None


def _row_for_column(case: Case) -> Expr | None:
    """The weights into the unit above with this unit's number, where those that leave this unit belong."""
    above, unit = case.at.layer + 1, case.at.unit
    if len(case.paths) < 2 or unit > case.network.size(above) or len(case.paths) > case.network.size(case.at.layer):
        return None
    row = [case.network.weight(above, unit, k) for k in range(1, len(case.paths) + 1)]
    return add(*(product(symbol(d), symbol(w)) for (d, _), w in zip(case.paths, row, strict=True)))


def _neighbours_weights(case: Case) -> Expr | None:
    other = case.neighbour(case.at.unit, case.at.layer)
    if not other:
        return None
    weights = [case.network.weight(case.at.layer + 1, d.unit, other) for d, _ in case.paths]
    return add(*(product(symbol(d), symbol(w)) for (d, _), w in zip(case.paths, weights, strict=True)))


def _other_order(case: Case) -> Iterator[float]:
    """Through weights of another moment: the step is run with the other order of updates."""
    network = case.network
    if any(layer.tied_to for layer in network.layers) or network.optimizer.type != "sgd" or network.optimizer.given:
        return
    if network.optimizer.schedule or not network.optimizer.has_rate or case.at.layer >= case.top:
        return
    order = "simultaneous" if network.optimizer.order == "output_first" else "output_first"
    changed = network._replace(optimizer=network.optimizer._replace(order=order))
    yield case.calculation.again("other order, own numbers", lambda: Calculation(changed, case.calculation.own)).value(
        case.key
    )


def _raw_errors(case: Case) -> Expr | None:
    """What comes back to the outputs above, in place of their δ."""
    outs = [d._replace(kind="out") for d, _ in case.paths]
    if not case.network.layers[case.at.layer].activation.elementwise:
        return None
    return add(
        *(
            product(add(*case.calculation.upstream(out)), symbol(w))
            for out, (_, w) in zip(outs, case.paths, strict=True)
        )
    )


def _incoming(case: Case) -> Expr | None:
    """The weights into this unit, in place of those that leave it."""
    weights = case.weights
    if len(weights) < len(case.paths):
        return None
    return add(*(product(symbol(d), symbol(w)) for (d, _), w in zip(case.paths, weights, strict=False)))


def _outputs(case: Case) -> Expr | None:
    return add(*(product(symbol(d._replace(kind="out")), symbol(w)) for d, w in case.paths))


def _nets(case: Case) -> Expr | None:
    return add(*(product(symbol(net_of(d)), symbol(w)) for d, w in case.paths))


def _loss_value(case: Case) -> Expr | None:
    loss = symbol(case.network.sample_loss(case.at.sample))
    return mul(loss, add(*(symbol(w) for _, w in case.paths)))


def _target_compared(case: Case) -> Expr | None:
    """As if the hidden unit had a target of its own."""
    if case.at.unit > len(case.targets):
        return None
    return sub(symbol(case.out), symbol(case.targets[case.at.unit - 1]))


def _wrong_middle_factor(case: Case) -> Expr | None:
    """∂E/∂z_k · ∂E/∂a_j in place of Σ_k ∂E/∂z_k · ∂z_k/∂a_j."""
    return product(symbol(case.paths[0][0]), add(*case.upstream))


def _input_weights_of_bias(case: Case) -> Expr | None:
    """The bias of the units above is taken along as if it were a way back."""
    biases = [case.network.bias(case.at.layer + 1, d.unit) for d, _ in case.paths]
    found = [symbol(b) for b in biases if b is not None]
    if len(found) < len(biases):
        return None
    extra = [product(symbol(d), b) for (d, _), b in zip(case.paths, found, strict=True)]
    return add(*case.upstream, *extra)


MISTAKES = (
    Mistake(
        "hidden_delta.one_path",
        "first path only",
        "Only the path through the first unit above is followed.",
        "drop_term",
        WHERE,
        (
            "How many routes lead from this unit to the loss?",
            "Every arrow that leaves the unit brings something back.",
        ),
        at=BACK,
        make=at_hidden(_first_path),
    ),
    Mistake(
        "hidden_delta.last_path",
        "last path only",
        "Only the path through the last unit above is followed.",
        "drop_term",
        WHERE,
        (
            "How many routes lead from this unit to the loss?",
            "Every arrow that leaves the unit brings something back.",
        ),
        at=BACK,
        make=at_hidden(_last_path),
    ),
    Mistake(
        "hidden_delta.path_missing",
        "one path missing",
        "One of several paths is left out.",
        "drop_term",
        WHERE,
        (
            "Count the arrows that leave this unit.",
            "Your sum has fewer terms than there are arrows going up.",
        ),
        at=BACK,
        make=at_hidden(_path_missing),
    ),
    Mistake(
        "hidden_delta.row_for_column",
        "row and column of the weights exchanged",
        "The weights into one unit above are taken, where those that leave this unit are needed.",
        "wrong_index",
        WHERE,
        (
            "Put a finger on the unit: which arrows leave it?",
            "Every weight in this sum must start at this unit. Check them one by one.",
        ),
        TRANSPOSED,
        at=BACK,
        make=at_hidden(_row_for_column),
    ),
    Mistake(
        "hidden_delta.other_units_weights",
        "weights of the neighbouring unit",
        "The weights that leave the neighbouring unit are taken.",
        "wrong_index",
        WHERE,
        (
            "Put a finger on the unit: which arrows leave it?",
            "Read off where the arrows of the weights in your line start.",
        ),
        at=BACK,
        make=at_hidden(_neighbours_weights),
    ),
    Mistake(
        "hidden_delta.updated_weights",
        "weights of another moment",
        "What comes back is passed through weights of another moment than the procedure says.",
        "stale_or_updated_value",
        "what comes back to a hidden unit, its δ, and the gradients below it",
        (
            "At which point is this gradient taken?",
            "In which order does the procedure overwrite the weights and pass the errors back?",
        ),
        OLD_OR_NEW,
        at=(*BACK, "weight_gradient", "bias_gradient"),
        make=_other_order,
        reads=True,
    ),
    Mistake(
        "hidden_delta.raw_errors",
        "errors for δ",
        "The errors at the outputs above are passed back, without the slopes of these units.",
        "drop_factor",
        WHERE,
        (
            "On the way back, what do you meet above before you reach the weight?",
            "Between the output of the unit above and its net lies an activation.",
        ),
        at=BACK,
        make=at_hidden(_raw_errors),
    ),
    Mistake(
        "hidden_delta.no_weights",
        "weights left out",
        "The δ above are added without the weights on the way.",
        "drop_factor",
        WHERE,
        (
            "How strongly is this unit connected to each unit above?",
            "What would come back along an arrow whose weight is zero?",
        ),
        NO_WEIGHTS,
        at=BACK,
        make=at_hidden(lambda case: add(*(symbol(d) for d, _ in case.paths))),
    ),
    Mistake(
        "hidden_delta.incoming_weights",
        "incoming weights",
        "The weights into the unit are used on the way back.",
        "wrong_index",
        WHERE,
        (
            "Which layer of weights lies between this unit and the loss?",
            "The weights in your line lie below the unit: which way does the error come from?",
        ),
        INCOMING,
        at=BACK,
        make=at_hidden(_incoming),
    ),
    Mistake(
        "hidden_delta.outputs_for_deltas",
        "outputs for δ",
        "The outputs of the units above are passed back in place of their δ.",
        "wrong_quantity",
        WHERE,
        (
            "What flows backwards along an arrow?",
            "The number you sent back is the one that went forward.",
        ),
        OUTPUTS,
        at=BACK,
        make=at_hidden(_outputs),
    ),
    Mistake(
        "hidden_delta.nets_for_deltas",
        "nets for δ",
        "The nets of the units above are passed back in place of their δ.",
        "wrong_quantity",
        WHERE,
        (
            "What flows backwards along an arrow?",
            "A δ is a slope with respect to a net, not the net itself.",
        ),
        at=BACK,
        make=at_hidden(_nets),
    ),
    Mistake(
        "hidden_delta.paths_multiplied",
        "paths multiplied",
        "The paths are multiplied with each other.",
        "sum_product_confusion",
        WHERE,
        (
            "How do several routes to the loss combine?",
            "If nothing came back along one of the routes, should nothing come back at all?",
        ),
        at=BACK,
        make=at_hidden(lambda case: mul(*case.upstream) if len(case.paths) > 1 else None),
    ),
    Mistake(
        "hidden_delta.paths_averaged",
        "paths averaged",
        "The mean of the paths is taken.",
        "wrong_aggregation",
        WHERE,
        (
            "Do the effects of several routes add up or average out?",
            "You divided by the number of routes: which rule of calculus does that?",
        ),
        at=BACK,
        make=at_hidden(lambda case: div(add(*case.upstream), number(len(case.paths))) if len(case.paths) > 1 else None),
    ),
    Mistake(
        "hidden_delta.path_sign",
        "sign of a path",
        "One path comes in with the wrong sign.",
        "wrong_sign",
        WHERE,
        (
            "Check the sign of each path before you add.",
            "One of the errors above points the other way than you assumed.",
        ),
        at=BACK,
        make=at_hidden(lambda case: with_turned_sign(add(*case.upstream), -1)),
    ),
    Mistake(
        "hidden_delta.loss_value",
        "value of the loss passed back",
        "The value of the loss is passed back through the weights.",
        "wrong_quantity",
        WHERE,
        (
            "Do you need how large the loss is, or how fast it changes?",
            "What arrives from above is a slope, and each unit above has its own.",
        ),
        at=BACK,
        make=at_hidden(_loss_value),
    ),
    Mistake(
        "hidden_delta.target_compared",
        "hidden unit compared with a target",
        "The hidden unit is treated as an output: its value is compared with a target.",
        "wrong_quantity",
        WHERE,
        (
            "Does anybody say what a hidden unit should put out?",
            "The error of a hidden unit has to be fetched from the layer above.",
        ),
        at=BACK,
        make=at_hidden(_target_compared),
    ),
    Mistake(
        "hidden_delta.wrong_middle_factor",
        "wrong link in the middle",
        "The link between the layers is taken as the slope of the loss by the unit, and the sum is missing.",
        "wrong_quantity",
        WHERE,
        (
            "Write the chain as fractions: does each denominator meet the same letter in the next numerator?",
            "One link must lead from the output of this unit to the nets above, for each of them.",
        ),
        at=BACK,
        make=at_hidden(_wrong_middle_factor),
    ),
    Mistake(
        "hidden_delta.biases_on_the_way",
        "biases taken along",
        "The biases of the units above are taken as further ways back.",
        "extra_term",
        WHERE,
        (
            "Does this unit have any influence on the bias above?",
            "Every term of your sum must pass through an arrow that starts at this unit.",
        ),
        at=BACK,
        make=at_hidden(_input_weights_of_bias),
    ),
)
