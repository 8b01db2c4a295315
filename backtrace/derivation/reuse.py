"""Which factors a page computes once and uses again, and what that saves.

A factor is a line about a derivative or a δ; a later line uses it when its result goes in. The account of
multiplications is the engine's, the same that `backtrace cost` gives for these gradients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backtrace.derivation.steps import Derivation, Remark, Section, Step
from backtrace.engine.comparing import cost_of
from backtrace.engine.cost import Cost
from backtrace.errors import InputError
from backtrace.expression.tree import ONE
from backtrace.network.quantity import LOSS, Derivative, Quantity, neutral
from backtrace.network.records import Network


def marked(derivation: Derivation) -> Derivation:
    """The derivation with the factors that are used again marked, and a last section that counts them.

    Raises InputError for the paths view, and NotSupported for a network too large to count.
    """
    if derivation.view == "paths":
        raise InputError(
            "the paths view forms every product anew, so that nothing in it is used again",
            hint="--reuse goes with the views chain, delta, gates and matrix; backtrace cost compares them with paths",
        )
    users = derivation.used_by()
    sections = [
        section._replace(
            items=tuple(_marked(item, users) if isinstance(item, Step) else item for item in section.items)
        )
        for section in derivation.sections
    ]
    uses = [item.uses for section in sections for item in section.items if isinstance(item, Step) and item.uses]
    counted = Remark("reuse_marked", (len(uses), sum(uses))) if uses else Remark("reuse_none")
    sections.append(Section("reuse", (), (counted, *_accounts(derivation))))
    return derivation._replace(sections=tuple(sections))


def _marked(step: Step, users: Mapping[str, Sequence[str]]) -> Step:
    """The step, with how often it is used where that is more than once; a factor that is always 1 saves nothing."""
    key = step.left.args[0] if step.left.op == "symbol" else None
    factor = isinstance(key, Derivative) or (isinstance(key, Quantity) and key.kind == "delta")
    if not factor or step.statement or step.forms[-1:] == (ONE,):
        return step
    times = len(users[step.id])
    return step._replace(uses=times) if times > 1 else step


def _accounts(derivation: Derivation) -> list[Remark]:
    """What the page's gradients cost, path by path and with reuse, for each quantity that is differentiated."""
    found: list[Remark] = []
    network = derivation.network
    if not isinstance(network, Network):
        return found
    for root, bys in gradients(derivation, network).items():
        found += _account(cost_of(network, root, bys))
    if found and network.samples > 1:
        found.insert(0, Remark("reuse_sample"))
    if not derivation.quantities:
        found.append(Remark("reuse_more"))
    elif len(derivation.quantities) == 1 and found and derivation.view != "matrix":
        found.append(Remark("reuse_more_of", (neutral(derivation.quantities[0]),)))
    return found


def _account(cost: Cost) -> list[Remark]:
    paths, reuse = cost.way("paths").multiplications, cost.way("reuse").multiplications
    first = Remark("reuse_paths", (len(cost.bys), paths))
    if paths == reuse:
        return [first, Remark("reuse_same")]
    kept = [Derivative(cost.root, one.by) for one in cost.shared]
    if not kept:
        return [first, Remark("reuse_nothing_kept", (reuse, paths - reuse))]
    words = {1: "reuse_kept_one", 2: "reuse_kept_two"}.get(len(kept), "reuse_kept")
    return [first, Remark(words, (reuse, paths - reuse, kept[0], kept[-1], len(kept)))]


def gradients(derivation: Derivation, network: Network) -> dict[Quantity, tuple[Quantity, ...]]:
    """What is differentiated on the page, and by what, of one sample; a matrix page shows whole layers."""
    parameters = network.parameters()
    if not derivation.quantities:
        return {LOSS: tuple(parameters)}
    pairs = [(key.of, key.by) if isinstance(key, Derivative) else (LOSS, key) for key in derivation.quantities]
    if derivation.view == "matrix":
        layers = {by.layer for _, by in pairs}
        pairs = [(LOSS, parameter) for parameter in parameters if parameter.layer in layers]
    found: dict[Quantity, dict[Quantity, None]] = {}
    for root, by in pairs:
        by = by._replace(sample=0, updates=0, kind="net" if by.kind == "delta" else by.kind)
        if by.kind not in ("loss", "loss_term"):
            found.setdefault(root._replace(sample=0), {})[by] = None
    return {root: tuple(bys) for root, bys in found.items()}
