"""Mistakes of the whole step: it is run by another rule than the one given, and every later number changes with it."""

from __future__ import annotations

from collections.abc import Iterator

from backtrace.expression.tree import Expr, symbol
from backtrace.mistakes.calculation import Calculation
from backtrace.mistakes.case import Case
from backtrace.mistakes.records import Mistake
from backtrace.network.quantity import LOSS, SHARED, Key, Quantity
from backtrace.network.records import Layer, Network

WHERE = "an update, and the loss after it"
AFTER = ("update", "loss_after")
ORDER = "Stack Overflow, Question about Backpropagation Algorithm: order of updating"
PUBLISHED = "the new total printed by the best known worked example of 2015 belongs to this rule"
OWN_BIAS = "https://stats.stackexchange.com/questions/459929"


def rerun(case: Case, name: str, network: Network, key: Quantity | None = None) -> Iterator[float]:
    """The quantity of the case, or another, in a step of another network, called `name`."""
    if case.network.optimizer.has_rate:
        yield case.calculation.again(name, lambda: Calculation(network)).value(key or case.at)


def _other_order(case: Case) -> Iterator[float]:
    network = case.network
    optimizer = network.optimizer
    if any(layer.tied_to for layer in network.layers) or optimizer.type != "sgd" or optimizer.given:
        return
    if optimizer.schedule or len(network.layers) < 2 or (case.at.layer == case.top and case.kind == "update"):
        return
    order = "simultaneous" if optimizer.order == "output_first" else "output_first"
    yield from rerun(case, "other order", network._replace(optimizer=optimizer._replace(order=order)))


def _biases(case: Case) -> Iterator[float]:
    optimizer = case.network.optimizer
    changed = case.network._replace(optimizer=optimizer._replace(update_biases=not optimizer.update_biases))
    yield from rerun(case, "biases", changed)


def _biases_kept(case: Case) -> Iterator[float]:
    if case.network.optimizer.update_biases:
        yield from _biases(case)


def _biases_moved(case: Case) -> Iterator[float]:
    if not case.network.optimizer.update_biases:
        yield from _biases(case)


def _shared(layer: Layer) -> Layer:
    """The layer with one bias for all its units, where they start alike."""
    if layer.has_bias and not layer.shared_bias and layer.bias and len(set(layer.bias)) == 1:
        return layer._replace(shared_bias=True, bias=layer.bias[:1])
    return layer


def _own(layer: Layer) -> Layer:
    """The layer with a bias for each of its units."""
    if layer.has_bias and layer.shared_bias and layer.bias:
        return layer._replace(shared_bias=False, bias=layer.bias * layer.units)
    return layer


def _as_shared(case: Case) -> Iterator[float]:
    """Biases that start alike are taken as one, and updated."""
    network = case.network
    layers = tuple(_shared(layer) for layer in network.layers)
    if layers == network.layers or all(layer.units == 1 for layer in network.layers):
        return
    changed = network._replace(layers=layers, optimizer=network.optimizer._replace(update_biases=True))
    if case.kind == "loss_after":
        yield from rerun(case, "one bias", changed)
    elif case.at.kind == "bias" and case.layer.units > 1 and layers[case.at.layer - 1].shared_bias:
        yield from rerun(case, "one bias", changed, case.at._replace(unit=SHARED))


def _as_own(case: Case) -> Iterator[float]:
    network = case.network
    layers = tuple(_own(layer) for layer in network.layers)
    if layers == network.layers or all(layer.units == 1 for layer in network.layers):
        return
    changed = network._replace(layers=layers, optimizer=network.optimizer._replace(update_biases=True))
    if case.kind == "loss_after":
        yield from rerun(case, "own biases", changed)
    elif case.at.kind == "bias" and case.at.unit == SHARED and case.layer.units > 1:
        yield from rerun(case, "own biases", changed, case.at._replace(unit=1))


def _before(case: Case) -> Iterator[Expr]:
    if case.network.optimizer.has_rate:
        yield symbol(LOSS)


def _top_only(case: Case) -> Iterator[float]:
    """Only the last layer is updated."""
    if case.top > 1 and case.network.optimizer.has_rate and case.kind == "loss_after":
        kept: dict[Key, float] = {
            p._replace(updates=1): case.calculation.value(p) for p in case.network.parameters() if p.layer < case.top
        }
        yield Calculation(case.network, kept).value(case.at)


def _climbed(case: Case) -> Iterator[float]:
    """Every step added in place of subtracted."""
    if case.network.optimizer.has_rate:
        value = case.calculation.value
        turned: dict[Key, float] = {
            p._replace(updates=1): 2.0 * value(p) - value(p._replace(updates=1)) for p in case.network.parameters()
        }
        yield Calculation(case.network, turned).value(case.at)


def _not_reduced_alike(case: Case) -> Iterator[float]:
    network = case.network
    if network.samples > 1 and network.optimizer.type == "sgd":
        other = "sum" if network.reduction == "mean" else "mean"
        kept = case.calculation.again("other reduction", lambda: Calculation(network._replace(reduction=other)))
        new: dict[Key, float] = {p._replace(updates=1): kept.value(p._replace(updates=1)) for p in network.parameters()}
        yield Calculation(network, new).value(case.at)


MISTAKES = (
    Mistake(
        "procedure.other_order",
        "layers updated in turn",
        "Gradients are formed through weights of another moment than the procedure says.",
        "stale_or_updated_value",
        WHERE,
        (
            "In which order does the procedure overwrite the weights and pass the errors back?",
            "At which point should all gradients of one step be taken?",
        ),
        PUBLISHED,
        at=AFTER,
        make=_other_order,
        reads=True,
    ),
    Mistake(
        "procedure.biases_kept",
        "biases left as they are",
        "No bias is updated.",
        "other_procedure",
        WHERE,
        (
            "Which parameters are trained here?",
            "Count the parameters that have moved.",
        ),
        at=("loss_after",),
        make=_biases_kept,
        reads=True,
    ),
    Mistake(
        "procedure.biases_moved",
        "biases updated",
        "The biases are updated, although the procedure keeps them.",
        "other_procedure",
        WHERE,
        (
            "Which parameters are trained here?",
            "Read again what the procedure says about the biases.",
        ),
        at=("loss_after",),
        make=_biases_moved,
        reads=True,
    ),
    Mistake(
        "procedure.bias_as_shared",
        "biases taken as one",
        "Biases that start alike are taken for a single parameter, and updated as one.",
        "other_procedure",
        WHERE,
        (
            "How many biases does a layer of this network have?",
            "Two parameters may have the same value without being the same.",
        ),
        at=AFTER,
        make=_as_shared,
        reads=True,
    ),
    Mistake(
        "procedure.bias_as_own",
        "shared bias taken as several",
        "A bias that a layer shares is taken for one parameter per unit.",
        "other_procedure",
        WHERE,
        (
            "How many biases does a layer of this network have?",
            "Can a parameter have two different values after the update?",
        ),
        OWN_BIAS,
        at=AFTER,
        make=_as_own,
        reads=True,
    ),
    Mistake(
        "procedure.loss_before",
        "loss before the update",
        "The loss before the update is given as that after it.",
        "stale_or_updated_value",
        "the loss after an update",
        (
            "Which weights did you use for this forward pass?",
            "After an update everything has to be worked out once more.",
        ),
        at=("loss_after",),
        make=_before,
    ),
    Mistake(
        "procedure.top_layer_only",
        "last layer updated only",
        "Only the last layer is updated.",
        "other_procedure",
        "the loss after an update",
        (
            "Which layers of this network have parameters?",
            "The errors were passed back for a reason.",
        ),
        at=("loss_after",),
        make=_top_only,
        reads=True,
    ),
    Mistake(
        "procedure.uphill",
        "all steps added",
        "Every step is added, so that the loss grows.",
        "other_procedure",
        "the loss after an update",
        (
            "What should become of the loss in one small step?",
            "Which way is downhill?",
        ),
        at=("loss_after",),
        make=_climbed,
        reads=True,
    ),
    Mistake(
        "procedure.other_reduction",
        "batch put together otherwise",
        "The update is by the sum over the batch where the loss is a mean, or the reverse.",
        "other_procedure",
        "the loss after an update with a batch",
        (
            "How are the losses of the samples put together?",
            "The gradient belongs to the very loss that is given.",
        ),
        at=("loss_after",),
        make=_not_reduced_alike,
        reads=True,
    ),
)
