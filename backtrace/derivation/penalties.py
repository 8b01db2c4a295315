"""What regularisation adds to a page: the slopes of its penalties beside a gradient, and what is said about them."""

from __future__ import annotations

from backtrace.derivation.conventions import corners
from backtrace.derivation.steps import Remark
from backtrace.derivation.workspace import Workspace
from backtrace.expression.tree import Expr, add, number, replace, symbol
from backtrace.network.quantity import Key, Quantity
from backtrace.network.records import Network
from backtrace.network.regularization import FORMS


def is_penalty(key: Key) -> bool:
    """Whether this is what regularisation adds to the loss."""
    return isinstance(key, Quantity) and key.kind == "penalty"


def regularized(network: Network, key: Quantity, form: Expr) -> Expr:
    """The gradient of the parameters `key` (of a whole layer, say) with what the penalties on them add."""
    regularization = network.regularization
    if not regularization.counts(key):
        return form
    slopes = []
    for norm in regularization.norms:
        named = {"lambda": symbol(Quantity("strength", unit=norm)), "n": number(network.data_size), "w": symbol(key)}
        slopes.append(replace(FORMS[regularization.form].slopes[norm], lambda k: named.get(str(k))))  # noqa: B023
    return add(form, *slopes)


def corners_of_layer(work: Workspace, layer: int, kind: str) -> list[Remark]:
    """What is said where a weight (or bias) of a layer is exactly 0 and its absolute value has a corner."""
    regularization = work.network.regularization
    parameters = [p for p in work.network.parameters_of(layer) if p.kind == kind and regularization.counts(p)]
    norms = regularization.norms
    return corners(work, [(Quantity("penalty", unit=norm), parameter) for norm in norms for parameter in parameters])


def explained(network: Network) -> list[Remark]:
    """A sentence for each penalty: what it is."""
    regularization = network.regularization
    kept = "parameters" if regularization.biases else "weights"
    return [
        Remark(
            FORMS[regularization.form].words[norm],
            (Quantity("penalty", unit=norm), Quantity("strength", unit=norm), kept, network.data_size),
        )
        for norm in regularization.norms
    ]
