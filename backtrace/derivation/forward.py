"""The forward pass, the update and the loss after it, line by line."""

from __future__ import annotations

from backtrace.derivation.chain import GAP, Items
from backtrace.derivation.steps import Remark, Step
from backtrace.derivation.workspace import Worksheet, Workspace, d
from backtrace.expression.tree import Expr, replace, symbol
from backtrace.network.optimizers import OPTIMIZERS
from backtrace.network.quantity import LOSS, RATE, Key, Quantity, neutral

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


def update_line(work: Workspace, parameter: Quantity) -> Step | Remark:
    """The parameter's update by the optimizer's rule, or a remark that biases stay as they are."""
    if parameter.kind == "bias" and not work.network.optimizer.update_biases:
        return Remark("bias_kept", (parameter,))
    if not work.updates:
        return Remark("no_rate")
    rule = {"w": symbol(parameter), "eta": symbol(RATE), "g": d(LOSS, parameter)}
    form = replace(OPTIMIZERS[work.network.optimizer.type].update, lambda key: rule.get(str(key)))
    relation = ":=" if work.profile.assigns else "="
    return work.line("update", symbol(parameter._replace(updates=1)), form, relation=relation)


def update_lines(work: Workspace) -> Items:
    """All updates, in parameter order; biases that stay are said once."""
    items: Items = []
    for parameter in work.network.parameters():
        item = update_line(work, parameter)
        if isinstance(item, Step):
            items.append(item)
    if not work.updates:
        return [Remark("no_rate")]
    if not work.network.optimizer.update_biases:
        items.append(Remark("biases_kept"))
    return items


def after_update(work: Workspace) -> Items:
    """The forward pass with the new parameters, up to E⁺."""
    kept = {p for p in work.network.parameters() if p.kind == "bias" and not work.network.optimizer.update_biases}

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
