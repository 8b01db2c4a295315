"""The first line of a page: what network this is, and its loss written out."""

from __future__ import annotations

from typing import NamedTuple

from backtrace.expression.tree import Expr, add, number, replace, symbol
from backtrace.network.quantity import LOSS, Quantity
from backtrace.network.records import Network
from backtrace.notation.subject import Subject

WRITTEN_OUT = 3  # a loss of more outputs is named instead
LISTED = 6  # more hidden layers are counted instead


class Opening(NamedTuple):
    """What stands on the first line: what this is, and formulas written out; `words` in their place where they would be
    too long."""

    sizes: str
    written: tuple[tuple[Expr, Expr], ...]
    words: str = ""


def opening(subject: Subject) -> Opening:
    """The first line of a page about a network or a circuit, behind its name."""
    if isinstance(subject, Network):
        loss = written_loss(subject)
        return Opening(sizes(subject), (loss,) if loss else (), "" if loss else f"loss: {loss_name(subject)}")
    from backtrace.render.circuits import opening_of

    return opening_of(subject)


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
    if network.samples > 1:
        name = f"{name}, {network.reduction} over the samples"
    norms = " and ".join(f"L{norm}" for norm in network.regularization.norms)
    return f"{name}, with {norms} regularisation" if norms else name


def written_loss(network: Network) -> tuple[Expr, Expr] | None:
    """The loss symbol and its sum, term by term; None when it is too long or belongs to several samples."""
    last = len(network.layers)
    outputs = network.size(last)
    if outputs > WRITTEN_OUT or network.samples > 1:
        return None
    out = [symbol(Quantity("out", last, unit)) for unit in range(1, outputs + 1)]
    target = [symbol(Quantity("target", 0, unit)) for unit in range(1, outputs + 1)]
    terms = []
    whole = network.loss.whole
    if whole:
        p = [symbol(Quantity("softmax", 0, unit)) for unit in range(1, outputs + 1)]
        for part in whole.parts(network.targets_of(0), outputs):
            terms.append(whole.formula([out[unit - 1] for unit in part.outputs], target, p))
        if whole.softmax:
            terms = list(terms[0].args) if terms[0].op == "add" else terms
    else:
        for t, y in zip(target, out, strict=True):
            parts = {"t": t, "y": y, "m": number(outputs)}
            terms.append(replace(network.loss.term, lambda key: parts.get(str(key))))  # noqa: B023 (used at once)
    penalties = [symbol(Quantity("penalty", unit=norm)) for norm in network.regularization.norms]
    return symbol(LOSS), add(*terms, *penalties)
