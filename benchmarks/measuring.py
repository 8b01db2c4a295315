"""What the benchmarks share: timing in turns, so that a slow moment of the machine meets all alike, and tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import linear_regression, median
from time import perf_counter


def interleaved(cases: Mapping[str, Callable[[], object]], rounds: int, repeat: int = 1) -> dict[str, list[float]]:
    """Seconds per call of every case, once per round (a mean of `repeat` calls), the cases taking turns."""
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for case in cases.values():
        case()  # the first call pays for what is made once
    for _ in range(rounds):
        for name, case in cases.items():
            start = perf_counter()
            for _ in range(repeat):
                case()
            seconds[name].append((perf_counter() - start) / repeat)
    return seconds


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
