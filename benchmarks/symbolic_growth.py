"""All gradients in symbols: how nodes and time grow with the network, beside `sympy.diff` where that ends.

    python benchmarks/symbolic_growth.py [--rounds N] [--long]

sympy.diff runs in processes of its own, each stopped after LIMIT seconds; only the differentiation is timed, not the
import and not the building of the loss. --long lets it try the larger networks too (several minutes).
"""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser
from statistics import median

from measuring import exponent, interleaved, table

from backtrace.derivation.gradients import symbolic_gradients
from backtrace.expression.tree import count
from backtrace.network.finding import load

LIMIT = 120
PROCESSES = 3
DEPTHS = (4, 8, 16, 32, 64, 128, 256, 512)
FITTED_FROM = 32
SHAPES = ("2-2-2", "2-2-2-2", "3-3-3-3", "4-4-4-4", "10-10-10")
BY_SYMPY = ("2-2-2", "2-2-2-2")
BY_SYMPY_LONG = (*BY_SYMPY, "3-3-3-3", "4-4-4-4", "10-10-10")

# A sigmoid network with everything in symbols, and the derivative of its loss by every weight and bias.
SYMPY = """
import sys
from time import perf_counter
import sympy
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
    """The median of a few processes; None when one does not end in time."""
    found = []
    for _ in range(PROCESSES):
        try:
            done = subprocess.run([sys.executable, "-c", SYMPY, shape], timeout=LIMIT, capture_output=True, check=True)
        except subprocess.TimeoutExpired:
            return None
        found.append(float(done.stdout))
    return median(found)


def main() -> None:
    parser = ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--long", action="store_true", help=f"let sympy try larger networks, {LIMIT} s each")
    arguments = parser.parse_args()

    chains = {f"2 wide, {depth} layers": "-".join(["2"] * (depth + 1)) for depth in DEPTHS}
    shapes = {**{shape: shape for shape in SHAPES}, **chains}
    networks = {name: load(shape) for name, shape in shapes.items()}
    cases = {name: lambda network=network: symbolic_gradients(network) for name, network in networks.items()}
    seconds = {name: median(times) for name, times in interleaved(cases, arguments.rounds).items()}

    rows = []
    for name, network in networks.items():
        parameters = len(network.parameters())
        nodes = sum(count(form) for form in symbolic_gradients(network).values())
        theirs = ratio = ""
        if name in (BY_SYMPY_LONG if arguments.long else BY_SYMPY):
            found = sympy_seconds(name)
            theirs = f"over {LIMIT}" if found is None else f"{found:.2f}"
            ratio = f"over {LIMIT / seconds[name]:.0f}" if found is None else f"{found / seconds[name]:.0f}"
        rows.append((name, parameters, nodes, f"{nodes / parameters:.2f}", f"{seconds[name] * 1e3:.2f}",
                     f"{seconds[name] / parameters * 1e6:.0f}", theirs, ratio))
    table(("network", "parameters", "nodes", "nodes per parameter", "ms", "µs per parameter", "`sympy.diff`, s",
           "ratio"), rows)

    fitted = [depth for depth in DEPTHS if depth >= FITTED_FROM]
    power = exponent(fitted, [seconds[f"2 wide, {depth} layers"] for depth in fitted])
    print(f"Time grows with depth to the power {power:.2f} ({fitted[0]} to {fitted[-1]} layers).")


if __name__ == "__main__":
    main()
