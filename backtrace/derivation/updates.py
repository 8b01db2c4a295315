"""The update, line by line: the learning rate, clipping, then the optimizer's rule for each parameter."""

from __future__ import annotations

from backtrace.derivation.chain import GAP, Items
from backtrace.derivation.steps import Remark
from backtrace.derivation.workspace import Workspace, d
from backtrace.engine.updating import is_updated
from backtrace.expression.tree import ONE, TWO, Expr, add, call, div, mul, neg, operands, power, replace, symbol
from backtrace.network.optimizers import Line
from backtrace.network.quantity import COUNT, FACTOR, LOSS, NORM, RATE, SCHEDULED, Quantity, kept_of

# A norm of more gradients is not written out.
MOST_TERMS = 12
CLIPPED = "g"


def setting(name: str) -> Expr:
    """The symbol of a setting."""
    return symbol(Quantity("setting", name=name))


def rate(work: Workspace) -> Expr:
    """The symbol of the learning rate of this update."""
    return symbol(SCHEDULED if work.network.optimizer.schedule else RATE)


def update_items(work: Workspace, parameter: Quantity) -> Items:
    """The lines of one parameter's update, those first that all parameters share, or a remark that it stays."""
    if not is_updated(work.network, parameter):
        return [Remark("bias_kept", (parameter,))]
    if not work.updates:
        return [Remark("no_rate")]
    return [*shared_items(work), *own_items(work, parameter)]


def update_lines(work: Workspace) -> Items:
    """All updates, in parameter order; biases that stay are said once."""
    if not work.updates:
        return [Remark("no_rate")]
    items: Items = shared_items(work)
    several = len(work.network.optimizer.rule.lines) > 1
    for parameter in work.network.parameters():
        if is_updated(work.network, parameter):
            items += [*([GAP] if several else []), *own_items(work, parameter)]
    if not work.network.optimizer.update_biases:
        items += [*([GAP] if several else []), Remark("biases_kept")]
    return items


def shared_items(work: Workspace) -> Items:
    """What all parameters share, once on a page: the rate, the count of updates, the norm that gradients are cut to."""
    optimizer = work.network.optimizer
    items: Items = []
    if optimizer.schedule and SCHEDULED not in work.written:
        named = {"t": symbol(COUNT), "eta": symbol(RATE)}
        formula = replace(optimizer.schedule.formula, lambda key: named[str(key)])
        items += [Remark("counted"), work.line("update", symbol(SCHEDULED), formula)]
    new_count = COUNT._replace(updates=1)
    if optimizer.rule.counts and new_count not in work.written:
        items += [] if items else [Remark("counted")]
        items.append(work.line("update", symbol(new_count), add(symbol(COUNT), ONE)))
    if optimizer.value("clip_norm") is not None and NORM not in work.written:
        items += [*([GAP] if items else []), *_clip_items(work)]
    return [*items, GAP] if items else []


def _clip_items(work: Workspace) -> Items:
    """The norm of all gradients together, and what it makes of them."""
    used = [p for p in work.network.parameters() if is_updated(work.network, p)]
    work.take_gradients()
    form = call("sqrt", add(*(power(d(LOSS, p), TWO) for p in used)))
    line = work.line("update", symbol(NORM), form)
    items: Items = []
    if work.numeric:
        items.append(Remark("gradients_elsewhere" if work.choices.step == 1 else "gradients_together"))
    if len(used) <= MOST_TERMS and work.choices.view != "matrix":
        items.append(line)
    else:
        items.append(Remark("norm_of", (NORM, len(used))))
        items += [line._replace(forms=())] if work.numeric else []
    if work.numeric and not work.values[NORM]:
        return [*items, Remark("norm_zero")]
    limit = setting("clip_norm")
    return [*items, work.line("update", symbol(FACTOR), call("min", ONE, div(limit, symbol(NORM))))]


def gradient(work: Workspace, parameter: Quantity) -> Expr:
    """The gradient that the rule uses: ∂E/∂parameter, or what clipping leaves of it."""
    return symbol(kept_of(parameter, CLIPPED)) if clips(work) else d(LOSS, parameter)


def clips(work: Workspace) -> bool:
    """Whether gradients are clipped: not where all of them are 0, which have no direction."""
    optimizer = work.network.optimizer
    by_norm = optimizer.value("clip_norm") is not None
    return optimizer.clips and not (by_norm and work.numeric and work.values.get(NORM) == 0)


def clipped_form(work: Workspace, parameter: Quantity) -> Expr:
    """What clipping makes of ∂E/∂parameter."""
    if work.network.optimizer.value("clip_norm") is not None:
        return mul(symbol(FACTOR), d(LOSS, parameter))
    limit = setting("clip_value")
    return call("max", neg(limit), call("min", limit, d(LOSS, parameter)))


def own_items(work: Workspace, parameter: Quantity) -> Items:
    """The clipped gradient and the lines of the rule for one parameter; a line that all share is written elsewhere."""
    items: Items = []
    if clips(work):
        items.append(work.line("update", gradient(work, parameter), clipped_form(work, parameter)))
    for line in work.network.optimizer.rule.lines:
        if line.left != "t+":
            left = named(work, parameter, line.left)
            items.append(work.line("update", left, rule_form(work, parameter, line), relation=relation(work, line)))
    return items


def relation(work: Workspace, line: Line) -> str:
    """`:=` for the parameter where the notation assigns; a slot's new value goes on, so it has a name of its own."""
    return ":=" if line.left == "w+" and work.profile.assigns else "="


def rule_form(work: Workspace, parameter: Quantity, line: Line) -> Expr:
    """A line of the rule in the quantities of one parameter, which may stand for a whole layer."""
    return replace(line.form, lambda key: named(work, parameter, str(key)))


def bends(form: Expr) -> bool:
    """Whether more than sums and multiples stand in a formula, so that for matrices it must be said how it is meant."""
    return form.op in ("div", "power", "call") or any(bends(part) for part in operands(form))


def named(work: Workspace, parameter: Quantity, name: str) -> Expr:
    """What a symbol of a rule stands for."""
    optimizer = work.network.optimizer
    if name == "g":
        return gradient(work, parameter)
    if name == "eta":
        return rate(work)
    plain, new = name.removesuffix("+"), int(name.endswith("+"))
    if plain == "w":
        return symbol(parameter._replace(updates=new))
    if plain == "t":
        return symbol(COUNT._replace(updates=new))
    if any(plain == slot.name for slot in (*optimizer.rule.slots, *optimizer.rule.parts)):
        return symbol(kept_of(parameter, plain)._replace(updates=new))
    return setting(plain)
