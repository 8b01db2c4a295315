"""What the benchmarks share: timing in turns, so that a slow moment of the machine meets all alike, and tables."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Mapping, Sequence
from statistics import linear_regression, median
from time import perf_counter

TURN = 0.01  # seconds


def interleaved(
    cases: Mapping[str, Callable[[], object]],
    rounds: int,
    calls: int | None = None,
    clock: Callable[[], float] = perf_counter,
) -> dict[str, list[float]]:
    """Seconds per call of every case, once per round, the cases taking turns.

    calls: how often a case is called in its turn; by default as often as the clock needs to measure something. As in
    `timeit`, the collector of garbage works between the turns only. clock: `time.process_time` counts what the
    processor did for this process, on however busy a machine.
    """
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    # The first call pays for what is made once; the second is the measure.
    first = {name: min(timed(case, 1, clock), timed(case, 1, clock)) for name, case in cases.items()}
    gc.disable()
    try:
        for _ in range(rounds):
            for name, case in cases.items():
                gc.collect()
                seconds[name].append(timed(case, calls or max(1, int(TURN / first[name])), clock))
    finally:
        gc.enable()
    return seconds


def timed(case: Callable[[], object], calls: int, clock: Callable[[], float] = perf_counter) -> float:
    """Seconds per call."""
    start = clock()
    for _ in range(calls):
        case()
    return (clock() - start) / calls


def ratio(these: Sequence[float], those: Sequence[float]) -> float:
    """The median of the ratios round by round."""
    return median(a / b for a, b in zip(these, those, strict=True))


def exponent(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """The power of the size with which the time grows: the slope of the least-squares line through the logarithms."""
    return linear_regression([math.log(n) for n in sizes], [math.log(t) for t in seconds]).slope


def table(heading: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints a Markdown table; all columns but the first are set flush right."""
    print("| " + " | ".join(heading) + " |")
    print("|" + "|".join(["---", *["---:"] * (len(heading) - 1)]) + "|")
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()
