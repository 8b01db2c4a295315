"""Why backwards: a derivative needs those of the next layer first; forwards every parameter takes a sweep of its own
(Goodfellow, Bengio, Courville, Deep Learning, section 6.5.9; Bishop, section 5.3.3)."""

from __future__ import annotations

from backtrace.derivation.general.lecture import Lecture
from backtrace.derivation.general.proofs import short
from backtrace.derivation.steps import Cell, Remark, Table
from backtrace.engine.forward_mode import Compared, compared
from backtrace.expression.tree import mul

DEFAULT = "4-3-2-1"


def build(on: Lecture) -> None:
    """Writes the topic."""
    layer, above = on.layer, on.layer.plus(1)
    i, j, n = on.unit("i"), on.unit("j"), on.unit("n")
    weight, net, out = on.weight(layer, j, i), on.net(layer, j), on.out(layer, j)
    on.section("needs_the_next", weight)
    by_net, by_next = on.d(on.loss, net), on.d(on.loss, on.net(above, n))
    on.line(on.d(on.loss, weight), mul(by_net, on.d(net, weight)), "chain rule")
    sent = mul(on.d(on.loss, on.net(above, n)), on.d(on.net(above, n), out), on.d(out, net))
    on.line(by_net, on.over(n, above, sent), "chain rule, summed over all routes")
    on.gap()
    on.remark("on_the_right", by_next)
    forwards(on)
    network = on.network(DEFAULT)
    counts = compared(network)
    on.section("forward_and_backward", network.name)
    on.append(table(on, counts))
    if counts.backward:
        ratio = short(counts.multiplications / counts.backward)
        on.remark("backward_takes", counts.backward, counts.multiplications, ratio)
    on.remark("what_is_counted")


def forwards(on: Lecture) -> None:
    """The sweep of one weight."""
    layer, above = on.layer, on.layer.plus(1)
    i, j, n, p = on.unit("i"), on.unit("j"), on.unit("n"), on.unit("p")
    weight = on.weight(layer, j, i)
    on.section("forwards", weight)
    first = on.d(on.net(above, n), weight)
    net, out = on.net(layer, j), on.out(layer, j)
    on.line(first, mul(on.d(on.net(above, n), out), on.d(out, net), on.d(net, weight)), "chain rule")
    upper = on.layer.plus(2)
    mid_net, mid_out, top = on.net(above, n), on.out(above, n), on.net(upper, p)
    on.line(
        on.d(top, weight),
        on.over(n, above, mul(on.d(top, mid_out), on.d(mid_out, mid_net), first)),
        "chain rule, summed over all routes",
    )
    on.gap()
    on.remark("one_sweep_each", on.loss, weight)


def table(on: Lecture, counts: Compared) -> Table:
    """A row for each group of parameters that take equally much."""
    rows: list[tuple[Cell, ...]] = []
    for group in counts.forward:
        layer = group.first.layer + on.profile.input_index
        rows.append(
            (
                Remark("weights_of_layer" if group.first.kind == "weight" else "biases_of_layer", (layer,)),
                group.parameters,
                group.each,
                group.multiplications,
            )
        )
    rows.append((Remark("forwards_in_all"), counts.sweeps, None, counts.multiplications))
    rows.append((Remark("backwards_in_all"), 1, counts.backward, counts.backward))
    heading = (Remark("derivatives_by"), Remark("sweeps"), Remark("each_takes"), Remark("in_all"))
    return Table(f"{on.topic}:counts", "", (), heading, tuple(rows))
