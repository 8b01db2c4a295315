"""Routes from a weight of the first layer to the loss: counting them all, and writing out the first ones.

    python benchmarks/paths.py [--rounds N]

Counting is a product of sums over the edges and the first routes are made without the others, so neither depends on how
many there are.
"""

from __future__ import annotations

from argparse import ArgumentParser
from itertools import islice
from statistics import median

from measuring import interleaved, table

from backtrace.derivation.workspace import keep_neurons
from backtrace.engine.build import build
from backtrace.engine.paths import count_routes, reaching, routes
from backtrace.engine.zoom import Zoom
from backtrace.network.finding import load
from backtrace.network.quantity import LOSS, Quantity

FIRST = (1, 10, 100)
SHAPES = {
    "2-2-2": "2-2-2",
    "4-3-2-1": "4-3-2-1",
    "10-10-10": "10-10-10",
    "2-50-50-50-50-1": "2-50-50-50-50-1",
    **{f"2 wide, {depth} layers": "-".join(["2"] * (depth + 1)) for depth in (8, 64, 512)},
}


def main() -> None:
    parser = ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    rounds = parser.parse_args().rounds

    start = Quantity("weight", 1, 1, 1)
    rows = []
    for name, shape in SHAPES.items():
        zoom = Zoom(build(load(shape)), keep_neurons)
        order = zoom.order
        total = count_routes(order, zoom.above, start, LOSS)
        on_route = reaching(order, zoom.above, start, LOSS)

        def count(zoom: Zoom = zoom) -> object:
            return count_routes(zoom.order, zoom.above, start, LOSS)

        cases = {"count": count}
        for most in FIRST:
            cases[f"first {most}"] = lambda most=most, zoom=zoom, on_route=on_route: list(
                islice(routes(zoom.above, on_route, start, LOSS), most)
            )
        seconds = {case: median(times) for case, times in interleaved(cases, rounds).items()}
        power = total.bit_length() - 1
        shown = f"2^{power}" if total == 2**power and power > 20 else str(total)
        times = [f"{seconds[f'first {most}'] * 1e3:.2f}" if most <= total else "" for most in FIRST]
        edges = sum(len(zoom.above(node)) for node in order)
        rows.append((name, edges, shown, f"{seconds['count'] * 1e3:.2f}", *times))
    heading = [f"first {most}, ms" if most > 1 else "the first, ms" for most in FIRST]
    table(("network", "edges", "routes", "counting, ms", *heading), rows)


if __name__ == "__main__":
    main()
