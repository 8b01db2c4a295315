"""The first line of a page: what network this is, and its loss written out."""

from __future__ import annotations

from backtrace.expression.tree import Expr, add, number, replace, symbol
from backtrace.network.quantity import LOSS, Quantity
from backtrace.network.records import Network

WRITTEN_OUT = 3  # a loss of more outputs is named instead
LISTED = 6  # more hidden layers are counted instead


def sizes(network: Network) -> str:
    """What there is of what: "2 inputs, 2 hidden, 2 outputs, sigmoid"."""
    last = len(network.layers)
    hidden = [layer.units for layer in network.layers[:-1]]
    parts = [counted(network.input_size, "input")]
    if len(hidden) <= LISTED:
        parts += [f"{units} hidden" for units in hidden]
    else:
        least, most = min(hidden), max(hidden)
        parts.append(f"{len(hidden)} hidden layers of {most if least == most else f'{least} to {most}'}")
    parts.append(counted(network.size(last), "output"))
    if network.part:
        parts.append(network.part)
    elif network.samples > 1:
        parts.append(f"{network.samples} samples")
    names = [layer.activation.name for layer in network.layers]
    if len(set(names)) == 1:
        parts += names[:1]
    else:
        parts.append(" then ".join(names) if len(hidden) <= LISTED else " and ".join(dict.fromkeys(names)))
    return ", ".join(parts)


def counted(number_of: int, thing: str) -> str:
    """A number with its noun: "1 output", "2 outputs"."""
    return f"{number_of} {thing}{'' if number_of == 1 else 's'}"


def loss_name(network: Network) -> str:
    """The loss in words, with how it is reduced over the samples."""
    name = network.loss.name.replace("_", " ")
    return f"{name}, {network.reduction} over the samples" if network.samples > 1 else name


def written_loss(network: Network) -> tuple[Expr, Expr] | None:
    """The loss symbol and its sum, term by term; None when it is too long or belongs to several samples."""
    last = len(network.layers)
    outputs = network.size(last)
    if outputs > WRITTEN_OUT or network.samples > 1:
        return None
    terms = []
    for unit in range(1, outputs + 1):
        parts = {
            "t": symbol(Quantity("target", 0, unit)),
            "y": symbol(Quantity("out", last, unit)),
            "m": number(outputs),
        }
        terms.append(replace(network.loss.term, lambda key: parts.get(str(key))))  # noqa: B023 (used at once)
    return symbol(LOSS), add(*terms)
