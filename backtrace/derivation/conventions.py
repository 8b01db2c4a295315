"""What a page says where a formula has a corner: which slope is taken there, or that both sides have the same one."""

from __future__ import annotations

from collections.abc import Iterable
from math import isclose
from typing import TYPE_CHECKING

from backtrace.derivation.steps import Remark, Step
from backtrace.expression.evaluate import evaluate
from backtrace.expression.tree import Expr, operands, symbols
from backtrace.network.quantity import Key, Quantity

if TYPE_CHECKING:
    from backtrace.derivation.workspace import Worksheet, Workspace
    from backtrace.engine.zoom import Zoom


# Where both sides have the same slope, though the formula puts it together from pieces with corners.
SMOOTH = ("elu_at_zero", "huber_at_corner")


def corners(work: Workspace, edges: Iterable[tuple[Key, Key]]) -> list[Remark]:
    """The sentences beside these local derivatives, each once."""
    found = (at_corner(work, upper, lower) for upper, lower in edges)
    return list(dict.fromkeys(remark for remark in found if remark))


def beside(work: Worksheet, zoom: Zoom, step: Step, upper: Key, lower: Key) -> list[Remark]:
    """The sentences after the line of ∂upper/∂lower: what is taken at a corner, and where its lines by the rules of
    calculus end in something else, be it the weight before its update, or at a corner where they put relu′(0) = 0 into
    each piece another number than both pieces have there."""
    passed = dict.fromkeys(key for key in symbols(step.forms[-1]) if isinstance(key, Quantity) and key.updates)
    updated = [Remark("passed_updated", (key, key._replace(updates=0))) for key in passed if step.lines]
    remark = work.corner(zoom, upper, lower)
    if remark is None:
        return updated
    forms = [line.forms[-1] for line in step.lines if not _unfinished(line.forms[-1])]
    results = [evaluate(form, lambda key: float(work.values[key])) for form in forms]  # type: ignore[arg-type,index]
    same = all(isclose(result, results[-1], rel_tol=1e-9, abs_tol=1e-12) for result in results)
    return [*updated, remark] if same else [*updated, remark, Remark("lines_beside_corner")]


def _unfinished(form: Expr) -> bool:
    """Whether a derivative not yet carried out stands in a form."""
    return form.op == "pending" or any(_unfinished(part) for part in operands(form))


def at_corner(work: Workspace, upper: Key, lower: Key) -> Remark | None:
    """The sentence beside ∂upper/∂lower when the numbers lie exactly on a corner of an activation or of the loss."""
    if not work.numeric or not isinstance(upper, Quantity) or not isinstance(lower, Quantity):
        return None
    if upper.kind == "out":
        # Where the notation has no letter for the net, what lies below is a weight or an output of the layer below.
        activation, net = work.network.layers[upper.layer - 1].activation, upper._replace(kind="net")
        return Remark(activation.remark, (net,)) if activation.remark and work.values[net] == 0 else None
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
