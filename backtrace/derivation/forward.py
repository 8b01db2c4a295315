"""The forward pass and the loss after the update, line by line."""

from __future__ import annotations

from backtrace.derivation.chain import GAP, Items
from backtrace.derivation.steps import Remark, Step
from backtrace.derivation.workspace import Worksheet, Workspace
from backtrace.engine.updating import is_updated
from backtrace.expression.tree import Expr, replace, symbol
from backtrace.network.quantity import Key, Quantity, neutral

KINDS = {
    "net": "net",
    "out": "out",
    "softmax": "out",
    "loss_term": "loss",
    "loss": "loss",
    "data_loss": "loss",
    "penalty": "loss",
}


def forward_lines(work: Workspace) -> Items:
    """net, out, the outputs' losses and the loss of every sample, then the reduced loss."""
    items: Items = []
    for s in work.samples:
        if s:
            items += [GAP, Remark("sample", (s,))] if items else [Remark("sample", (s,))]
        for key in _forward_keys(work):
            if key.sample == s:
                items.append(work.line(KINDS[key.kind], symbol(key), work.forward_form(key)))
    if work.routes_to(work.network.data_loss):
        reduced = [key for key in _forward_keys(work) if not key.sample]
        items += [GAP, Remark("together"), *(work.line("loss", symbol(k), work.forward_form(k)) for k in reduced)]
    return items


def _forward_keys(work: Workspace) -> list[Quantity]:
    return [key for key in work.graph.keys if isinstance(key, Quantity) and key.kind in KINDS]


def after_update(work: Workspace) -> Items:
    """The forward pass with the new parameters, up to E⁺."""
    kept = {p for p in work.network.parameters() if not is_updated(work.network, p)}

    def renewed(key: object) -> Expr | None:
        if not isinstance(key, Quantity) or key.kind in ("input", "target", "rate", "strength") or key in kept:
            return None
        return symbol(key._replace(updates=1))

    return [
        work.line(KINDS[key.kind], symbol(key._replace(updates=1)), replace(work.forward_form(key), renewed))
        for key in _forward_keys(work)
    ]


def result(work: Worksheet, key: Key) -> Step:
    """A value known from elsewhere, without its line."""
    return Step(f"{neutral(key)}:result", "result", symbol(key), (), work.values.get(key))
