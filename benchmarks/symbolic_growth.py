"""All gradients in symbols: how nodes and time grow with the network, beside `sympy.diff` where that ends.

    python benchmarks/symbolic_growth.py [--rounds N] [--long]

sympy.diff runs in processes of its own, each stopped after LIMIT seconds; only the differentiation is timed, not the
import and not the building of the loss. --long lets it try the larger networks too (several minutes).
"""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from statistics import median

from measuring import exponent, interleaved, table

from backtrace.derivation.gradients import symbolic_gradients
from backtrace.expression.tree import count
from backtrace.network.finding import load
from backtrace.network.records import Network

LIMIT = 120
DEPTHS = (4, 8, 16, 32, 64, 128, 256, 512)
FITTED_FROM = 32
SHAPES = ("2-2-2", "2-2-2-2", "3-3-3-3", "4-4-4-4", "10-10-10")
BY_SYMPY = ("2-2-2", "2-2-2-2")
BY_SYMPY_LONG = (*BY_SYMPY, "3-3-3-3", "4-4-4-4", "10-10-10")

# A sigmoid network with everything in symbols, and the derivative of its loss by every weight and bias.
SYMPY = """
import gc, sys
from time import perf_counter
import sympy
gc.disable()
sizes = [int(size) for size in sys.argv[1].split("-")]
below = [sympy.Symbol(f"i{i}") for i in range(sizes[0])]
parameters = []
for layer, size in enumerate(sizes[1:]):
    outs = []
    for j in range(size):
        weights = [sympy.Symbol(f"w{layer}_{j}_{i}") for i in range(len(below))]
        bias = sympy.Symbol(f"b{layer}_{j}")
        parameters += [*weights, bias]
        outs.append(1 / (1 + sympy.exp(-(sum(w * x for w, x in zip(weights, below)) + bias))))
    below = outs
loss = sum((sympy.Symbol(f"t{k}") - y) ** 2 / 2 for k, y in enumerate(below))
start = perf_counter()
for parameter in parameters:
    loss.diff(parameter)
print(perf_counter() - start)
"""


def sympy_seconds(shape: str) -> float | None:
    """What sympy takes in a process of its own; None when it does not end in time."""
    try:
        done = subprocess.run([sys.executable, "-c", SYMPY, shape], timeout=LIMIT, capture_output=True, check=True)
    except subprocess.TimeoutExpired:
        return None
    return float(done.stdout)


def size(network: Network) -> tuple[int, int]:
    """The number of parameters, and of the nodes of all definitions together."""
    return len(network.parameters()), sum(count(form) for form in symbolic_gradients(network).values())


def shapes(tried: Sequence[str], rounds: int) -> None:
    """A table of small networks, each timed beside sympy where that is tried."""
    rows = []
    for shape in SHAPES:
        network = load(shape)
        ours, theirs = [], []
        for _ in range(rounds):
            ours += interleaved({shape: lambda network=network: symbolic_gradients(network)}, 1)[shape]
            found = sympy_seconds(shape) if shape in tried else None
            if found is not None:
                theirs.append(found)
            elif shape in tried:
                break
        seconds, ratio = "", ""
        if theirs:
            seconds = f"{median(theirs):.2f}"
            ratio = f"{median(b / a for a, b in zip(ours, theirs, strict=True)):.0f}"
        elif shape in tried:
            seconds, ratio = f"over {LIMIT}", f"over {LIMIT / median(ours):.0f}"
        parameters, nodes = size(network)
        rows.append(
            (
                shape,
                parameters,
                nodes,
                f"{nodes / parameters:.2f}",
                f"{median(ours) * 1e3:.2f}",
                f"{median(ours) / parameters * 1e6:.0f}",
                seconds,
                ratio,
            )
        )
    table(
        ("network", "parameters", "nodes", "nodes per parameter", "ms", "µs per parameter", "`sympy.diff`, s", "ratio"),
        rows,
    )


def depths(rounds: int) -> None:
    """A table of ever deeper networks, and the power with which the time grows.

    Each is called once per turn: a deep network does not fit into the processor's nearest cache, and a second call
    would flatter the shallow ones, which do.
    """
    networks = {depth: load("-".join(["2"] * (depth + 1))) for depth in DEPTHS}
    cases = {str(depth): lambda network=network: symbolic_gradients(network) for depth, network in networks.items()}
    seconds = interleaved(cases, rounds, calls=1)
    rows = []
    for depth, network in networks.items():
        parameters, nodes = size(network)
        middle = median(seconds[str(depth)])
        rows.append(
            (
                depth,
                parameters,
                nodes,
                f"{nodes / parameters:.2f}",
                f"{middle * 1e3:.2f}",
                f"{middle / parameters * 1e6:.0f}",
            )
        )
    table(("layers, 2 wide", "parameters", "nodes", "nodes per parameter", "ms", "µs per parameter"), rows)
    fitted = [depth for depth in DEPTHS if depth >= FITTED_FROM]
    # Fitted round by round: the machine's speed drifts, but hardly within a round.
    powers = [exponent(fitted, [seconds[str(depth)][number] for depth in fitted]) for number in range(rounds)]
    print(f"Time grows with depth to the power {median(powers):.2f} ({fitted[0]} to {fitted[-1]} layers).")


def main() -> None:
    parser = ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=21, help="of the depths; sympy gets a third of them")
    parser.add_argument("--long", action="store_true", help=f"let sympy try larger networks, {LIMIT} s each")
    arguments = parser.parse_args()
    shapes(BY_SYMPY_LONG if arguments.long else BY_SYMPY, max(1, arguments.rounds // 3))
    depths(arguments.rounds)


if __name__ == "__main__":
    main()
