"""What a page says where a formula has a corner: which slope is taken there, or that both sides have the same one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from backtrace.derivation.steps import Remark
from backtrace.expression.evaluate import evaluate
from backtrace.network.quantity import Key, Quantity

if TYPE_CHECKING:
    from backtrace.derivation.workspace import Workspace


def corners(work: Workspace, edges: Iterable[tuple[Key, Key]]) -> list[Remark]:
    """The sentences beside these local derivatives, each once."""
    found = (at_corner(work, upper, lower) for upper, lower in edges)
    return list(dict.fromkeys(remark for remark in found if remark))


def at_corner(work: Workspace, upper: Key, lower: Key) -> Remark | None:
    """The sentence beside ∂upper/∂lower when the numbers lie exactly on a corner of an activation or of the loss."""
    if not work.numeric or not isinstance(upper, Quantity) or not isinstance(lower, Quantity):
        return None
    if upper.kind == "out" and lower.kind == "net":
        activation = work.network.layers[upper.layer - 1].activation
        return Remark(activation.remark, (lower,)) if activation.remark and work.values[lower] == 0 else None
    if upper.kind == "penalty":
        return Remark("l1_at_zero", (lower,)) if upper.unit == 1 and work.values[lower] == 0 else None
    loss = work.network.loss
    if upper.kind not in ("loss", "data_loss", "loss_term") or lower.kind != "out":
        return None
    if loss.whole:
        return _between_classes(work, upper, lower)
    if loss.corner is None:
        return None
    at = {"t": work.values[Quantity("target", 0, lower.unit, sample=lower.sample)], "y": work.values[lower]}
    found = evaluate(loss.corner, lambda key: float(at[str(key)]))  # type: ignore[arg-type]
    return Remark(loss.remark) if found == 0 else None


def _between_classes(work: Workspace, upper: Quantity, lower: Quantity) -> Remark | None:
    """The sentence where a part of a loss of the whole sample, which takes this output, has a corner."""
    loss, network = work.network.loss, work.network
    assert loss.whole is not None
    if loss.whole.corner is None:
        return None
    for part in loss.whole.parts(network.targets_of(lower.sample), network.layers[-1].units):
        outs = [lower._replace(unit=unit) for unit in part.outputs]
        asked = upper.kind != "loss_term" or upper.unit == part.unit
        if asked and lower in outs and loss.whole.corner([float(work.values[out]) for out in outs]) == 0:  # type: ignore[arg-type]
            return Remark(loss.remark, tuple(outs))
    return None
