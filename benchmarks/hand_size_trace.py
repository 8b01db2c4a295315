"""A training step of the worked example with everything kept, beside code written out by hand that keeps nothing.

    python benchmarks/hand_size_trace.py [--rounds N]

The trace keeps every value, every local derivative and every edge's contribution; the graph is built once.
"""

from __future__ import annotations

from argparse import ArgumentParser
from statistics import median

from hand_inlined import WORKED_EXAMPLE, hand_inlined
from measuring import interleaved, ratio, table

from backtrace.engine.build import build
from backtrace.engine.scalar import numbers_of, training_step
from backtrace.engine.trace import backward, forward, leaf_values
from backtrace.network.finding import load
from backtrace.network.quantity import LOSS


def main() -> None:
    parser = ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=25)
    rounds = parser.parse_args().rounds

    network = load("mazur")
    graph = build(network)
    numbers = numbers_of(network)
    root = graph.index[LOSS]
    leaves = leaf_values(graph, numbers)

    def trace() -> object:
        values = forward(graph, leaves.copy())
        return values, backward(graph, values, {root: 1.0})

    by_hand = "written out by hand, nothing kept"
    cases = {
        by_hand: lambda: hand_inlined(WORKED_EXAMPLE),
        "trace: forward and backward, all kept": trace,
        "training step: the same by name, with the update": lambda: training_step(network, graph, numbers),
        "graph built anew, then a training step": lambda: training_step(network, build(network), numbers),
    }
    seconds = interleaved(cases, rounds)
    rows = [(name, f"{median(s) * 1e6:.1f}", f"{ratio(s, seconds[by_hand]):.1f}") for name, s in seconds.items()]
    table(("2-2-2, one sample", "µs", "ratio"), rows)


if __name__ == "__main__":
    main()
