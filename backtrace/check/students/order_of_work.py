"""Which lines a person writes who works out a training step, and in which order."""

from __future__ import annotations

from collections.abc import Iterator

from backtrace.check.lines import Lines, moved
from backtrace.engine.build import sample_numbers
from backtrace.network.quantity import LOSS, Derivative, Key, Quantity, kept_of
from backtrace.network.records import Network

DELTA, CHAIN, PATHS, GATES = "delta", "chain", "paths", "gates"
VIEWS = (DELTA, CHAIN, PATHS, GATES)


def order_of_work(network: Network, lines: Lines, view: str = DELTA, steps: int = 1, after: bool = False) -> list[Key]:
    """The quantities of so many training steps in the order in which a person works them out.

    view: δ; "chain", with the factors of the chain rule; "paths", with what comes back along each way; "gates", with
    every gate. after: the forward pass is done once more with the last new parameters.
    """
    found: list[Key] = []
    for step in range(steps):
        found += [moved(key, step) for key in one_step(network, lines, view)]
    if after:
        found += [moved(key, steps) for key in forward(network, lines)]
    return list(dict.fromkeys(found))


def one_step(network: Network, lines: Lines, view: str) -> Iterator[Key]:
    """The quantities of one step."""
    yield from forward(network, lines)
    if not lines.calculation.learns:
        return
    for sample in sample_numbers(network):
        yield from backward(network, lines, view, sample)
    yield from (Derivative(LOSS, p) for p in network.parameters())
    if network.optimizer.has_rate:
        yield from updates(network)


def forward(network: Network, lines: Lines) -> Iterator[Key]:
    """Everything up to the loss, by samples as far as it belongs to one."""
    computed = [key for key in lines.zoom.order if lines.graph.operations[lines.graph.index[key]] is not None]
    for sample in (*sample_numbers(network), 0):
        yield from (key for key in computed if isinstance(key, Quantity) and key.sample == sample)


def backward(network: Network, lines: Lines, view: str, sample: int) -> Iterator[Key]:
    """From the loss of a sample down to its first nets."""
    loss = network.sample_loss(sample)
    if view == GATES:
        for key in lines.zoom.backwards(loss)[1:]:
            assert isinstance(key, Quantity)
            if key.kind in ("wire", "net", "out") and key.sample == sample:
                yield from ways(lines, Derivative(loss, key))
        return
    for layer in range(len(network.layers), 0, -1):
        for unit in range(1, network.size(layer) + 1):
            net = Quantity("net", layer, unit, sample=sample)
            out = net._replace(kind="out")
            if view != DELTA and out in lines.graph.index and out != loss:
                yield from ways(lines, Derivative(loss, out)) if view == PATHS else (Derivative(loss, out),)
                if network.layers[layer - 1].activation.elementwise:
                    yield Derivative(out, net)
            yield net._replace(kind="delta")


def ways(lines: Lines, key: Derivative) -> Iterator[Derivative]:
    """What comes back along each way, if there are several, and then all of it."""
    above = [up for up in lines.zoom.above(key.by) if up == key.of or key.of in lines.downstream(up)]
    if len(above) > 1:
        yield from (key._replace(via=up) for up in above)  # type: ignore[arg-type]
    yield key


def updates(network: Network) -> Iterator[Quantity]:
    """For each parameter what the optimizer works out for it, and its new value."""
    for parameter in network.parameters():
        for line in network.optimizer.rule.lines[:-1]:
            name = line.left.rstrip("+")
            yield kept_of(parameter, name)._replace(updates=len(line.left) - len(name))
        yield parameter._replace(updates=1)
