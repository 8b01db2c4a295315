"""What there is to name in a network: every quantity, its spellings and its meaning in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from backtrace.network.quantity import (
    LOSS,
    OF_UPDATES,
    RATE,
    SHARED,
    Derivative,
    Quantity,
    is_kept,
    is_whole,
    neutral,
    parameter_of,
)
from backtrace.network.records import Network
from backtrace.notation.numbering import Numbering
from backtrace.notation.optimizing import meaning as optimizing_meaning
from backtrace.notation.optimizing import optimizer_quantities
from backtrace.notation.profile import Profile
from backtrace.notation.spelling import Spelling

PER_SAMPLE = ("input", "target", "net", "out", "delta", "softmax", "loss_term", "loss")
# What keeps its value when the parameters are updated.
FIXED = ("input", "target", "rate", "scheduled", "setting", "norm", "factor", "strength", "wire")


class NameRow(NamedTuple):
    """One line of `backtrace names`: the name in every notation, in this one, as pages print it, and what it is."""

    neutral: str
    ascii: str
    text: str
    meaning: str


def quantities(network: Network) -> Iterator[Quantity]:
    """Every quantity, by kind, then layer by layer; without samples, updates and wires."""
    last = len(network.layers)
    outputs = network.size(last)
    yield from (Quantity("input", 0, unit) for unit in range(1, network.input_size + 1))
    yield from (Quantity("target", 0, unit) for unit in range(1, outputs + 1))
    yield from network.parameters()
    for kind in ("net", "out", "delta"):
        yield from (
            Quantity(kind, layer, unit) for layer in range(1, last + 1) for unit in range(1, network.size(layer) + 1)
        )
    yield from (Quantity("loss_term", 0, unit) for unit in loss_terms(network))
    yield from loss_parts(network)
    yield from (LOSS, RATE)
    yield from optimizer_quantities(network)


def loss_terms(network: Network) -> list[int]:
    """The outputs that add a term of their own to the loss of some sample."""
    outputs = network.size(len(network.layers))
    rows = network.targets or (None,)
    found = {unit for row in rows for unit in network.loss.terms(row, outputs)}
    return sorted(found) or ([1] if network.loss.whole is None else [])


def loss_parts(network: Network) -> Iterator[Quantity]:
    """What else is inside the loss: the softmax of the outputs, the loss of the data, penalties and their strengths."""
    if network.loss.whole and network.loss.whole.softmax:
        yield from (Quantity("softmax", 0, unit) for unit in range(1, network.size(len(network.layers)) + 1))
    norms = network.regularization.norms
    if norms:
        yield network.data_loss
    yield from (Quantity("penalty", unit=norm) for norm in norms)
    yield from (Quantity("strength", unit=norm) for norm in norms)


def wholes(network: Network) -> Iterator[Quantity]:
    """The keys of whole layers. A shared bias is a number, not a vector; a tied matrix is the one it is tied to."""
    yield from (Quantity("input"), Quantity("target"))
    for number, layer in enumerate(network.layers, 1):
        if not layer.tied_to:
            yield Quantity("weight", number)
        if layer.has_bias and not layer.shared_bias:
            yield Quantity("bias", number)
        yield from (Quantity(kind, number) for kind in ("net", "out", "delta"))


def derivatives(network: Network) -> Iterator[Derivative]:
    """The derivatives of the loss by everything it depends on, and those along the edges out of each unit."""
    for q in (*quantities(network), *wholes(network)):
        if q.kind not in ("loss", "strength", "softmax", "delta", *OF_UPDATES):
            yield Derivative(LOSS, q)
    last = len(network.layers)
    for unit in loss_terms(network):
        yield Derivative(Quantity("loss_term", 0, unit), Quantity("out", last, unit))
    for layer in range(1, last + 1):
        for unit in range(1, network.size(layer) + 1):
            net = Quantity("net", layer, unit)
            yield Derivative(Quantity("out", layer, unit), net)
            for source in range(1, network.size(layer - 1) + 1):
                yield Derivative(net, network.weight(layer, unit, source))
                yield Derivative(net, Quantity("out", layer - 1, source) if layer > 1 else Quantity("input", 0, source))
            bias = network.bias(layer, unit)
            if bias:
                yield Derivative(net, bias)


def meaning(q: Quantity, network: Network, numbering: Numbering) -> str:
    """What the quantity is, in words: "the weight into h1 from i2"."""
    what = _whole_meaning(q) if is_whole(q) else _meaning(q, network, numbering)
    if q.sample:
        what += f", for sample {q.sample}"
    return what + (f", after {q.updates} update{'s' * (q.updates > 1)}" if q.updates else "")


def _meaning(q: Quantity, network: Network, numbering: Numbering) -> str:
    if is_kept(q):
        return optimizing_meaning(q, _meaning(parameter_of(q), network, numbering))
    if q.kind in OF_UPDATES and q.kind != "rate":
        return optimizing_meaning(q)
    last = len(network.layers)
    if q.kind == "input":
        return f"input {q.unit}"
    if q.kind == "target":
        return f"the target of {numbering.name(last, q.unit)}"
    if q.kind == "loss_term":
        return f"what {numbering.name(last, q.unit)} adds to the loss"
    if q.kind == "loss":
        return "the loss" if q.sample or network.samples == 1 else f"the loss, {network.reduction} over the samples"
    if q.kind == "data_loss":
        return "the loss without regularisation"
    if q.kind == "penalty":
        return f"what L{q.unit} regularisation adds to the loss"
    if q.kind == "strength":
        return f"the strength of L{q.unit} regularisation"
    if q.kind == "softmax":
        return f"the softmax of the outputs at {numbering.name(last, q.unit)}"
    if q.kind == "rate":
        return "the learning rate"
    if q.kind == "wire":
        return f"the output of gate {q.unit}"
    if q.kind == "bias" and q.unit == SHARED:
        return f"the bias shared by the units of layer {q.layer}"
    unit = numbering.name(q.layer, q.unit)
    if q.kind == "weight":
        return f"the weight into {unit} from {numbering.name(q.layer - 1, q.source)}"
    if q.kind == "bias":
        return f"the bias of {unit}"
    words = {
        "net": "the weighted sum plus bias of",
        "out": "the output of",
        "delta": "∂loss/∂net, up to the notation's sign, of",
    }
    return f"{words[q.kind]} {unit}"


def _whole_meaning(q: Quantity) -> str:
    if q.kind == "softmax":
        return "the softmax of the outputs"
    if q.kind in ("input", "target"):
        return f"all {q.kind}s"
    if is_kept(q):
        return optimizing_meaning(q, _whole_meaning(parameter_of(q)))
    words = {"weight": "weights", "bias": "biases", "net": "weighted sums", "out": "outputs", "delta": "deltas"}
    return f"all {words[q.kind]} of layer {q.layer}"


def listing(network: Network, profile: Profile) -> list[NameRow]:
    """A row for every quantity; with several samples, the names that need one are shown with @1."""
    spelling = Spelling(profile, network)
    rows: list[NameRow] = []
    for q in quantities(network):
        if network.samples > 1 and q.kind in PER_SAMPLE and q.kind != "loss":
            q = q._replace(sample=1)
        rows.append(NameRow(neutral(q), spelling.ascii(q), spelling.text(q), meaning(q, network, spelling.numbering)))
    return rows
