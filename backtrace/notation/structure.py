"""Which quantity depends on which, read off the layers: the structure alone, no graph is built."""

from __future__ import annotations

from backtrace.network.quantity import OF_UPDATES, SHARED, Quantity
from backtrace.network.records import Network

# What can depend on something else.
DEPENDENT = ("net", "out", "softmax", "loss_term", "loss", "data_loss", "penalty", "wire")
# How far along a quantity stands within its layer.
FORWARD = {"net": 0, "out": 1}


def depends(a: Quantity, b: Quantity, network: Network) -> bool:
    """Whether a change of `b` can change `a`. Whole layers (unit 0) stand for any of their units."""
    if b.kind == "loss" and b.sample:  # of one sample, which the reduced loss is made of
        return a.kind in ("loss", "data_loss") and not a.sample
    if a.kind not in DEPENDENT or b.kind in ("delta", "strength", "loss", *OF_UPDATES) or a == b:
        return False
    if a.kind == "penalty":
        return network.regularization.counts(b)
    if b.kind in ("data_loss", "penalty"):
        return a.kind == "loss" and not a.sample
    if a.sample and b.sample and a.sample != b.sample:
        return False
    if "wire" in (a.kind, b.kind):
        # Gates are numbered forwards, so a later one cannot reach an earlier one; the rest is the gate view's business.
        return a.kind != b.kind or a.unit > b.unit
    if b.kind == "softmax":
        return False
    if b.kind in ("loss_term", "target"):
        return a.kind in ("loss", "data_loss") or (
            a.kind == "loss_term" and b.kind == "target" and b.unit in (0, a.unit)
        )
    last = len(network.layers)
    if a.kind in ("loss", "data_loss"):
        return True
    if network.loss.whole and a.kind in ("loss_term", "softmax"):
        # Such a part takes all outputs; which ones a term leaves out is for the graph to say.
        units = range(1, network.size(last) + 1)
        return any(_reaches(last, unit, 2, *start, network) for unit in units for start in _entries(b, network))
    layer, unit, stage = (last, a.unit, 2) if a.kind == "loss_term" else (a.layer, a.unit, FORWARD[a.kind])
    return any(_reaches(layer, unit, stage, *start, network) for start in _entries(b, network))


def _entries(b: Quantity, network: Network) -> list[tuple[int, int, int]]:
    """Where a change of b enters the forward pass: (layer, unit, stage); stage −1 stands before the net."""
    if b.kind == "input":
        return [(0, b.unit, 1)]
    if b.kind in FORWARD:
        return [(b.layer, b.unit, FORWARD[b.kind])]
    if b.kind == "bias":
        return [(b.layer, 0 if b.unit == SHARED else b.unit, -1)]
    found = [(b.layer, b.unit, -1)]
    for number, layer in enumerate(network.layers, 1):
        if not layer.tied_to:
            continue
        for unit, source in ((0, 0),) if not b.unit else ((b.unit, b.source), (b.source, b.unit)):
            tied = _root(network, number) == b.layer
            if tied and (
                not unit
                or (
                    unit <= layer.units
                    and source <= network.size(number - 1)
                    and network.weight(number, unit, source)[:4] == b[:4]
                )
            ):
                found.append((number, unit, -1))
    return found


def _root(network: Network, number: int) -> int:
    while network.layers[number - 1].tied_to:
        number = network.layers[number - 1].tied_to
    return number


def _reaches(
    layer: int, unit: int, stage: int, from_layer: int, from_unit: int, from_stage: int, network: Network
) -> bool:
    if layer != from_layer:
        return layer > from_layer
    if stage <= from_stage:
        return False
    mixes = layer > 0 and not network.layers[layer - 1].activation.elementwise and from_stage < 1 <= stage
    return mixes or not unit or not from_unit or unit == from_unit
