"""The routes from a quantity to the loss as small drawings of arrows, beside a section's heading."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from backtrace.network.quantity import Key

DRAWN = 4  # routes drawn; more are counted
UNICODE = (" → ", " ┬→ ", " ├→ ", " └→ ")
ASCII = (" -> ", " +-> ", " |-> ", " +-> ")


def drawing(routes: Sequence[Sequence[Key]], spell: Callable[[Key], str], ascii: bool = False) -> list[str]:
    """The lines of the drawing, all of one width: what the routes share at their start is drawn once."""
    arrow, first, middle, last = ASCII if ascii else UNICODE
    shown = [[spell(key) for key in route] for route in routes[:DRAWN]]
    if not shown:
        return []
    if len(shown) == 1:
        return [arrow.join(shown[0])]
    common = shared(shown)
    stem = arrow.join(shown[0][:common])
    lines = []
    for number, route in enumerate(shown):
        branch = first if number == 0 else last if number == len(shown) - 1 else middle
        start = stem if number == 0 else " " * len(stem)
        lines.append(start + branch + arrow.join(route[common:]))
    width = max(map(len, lines))
    return [line.ljust(width) for line in lines]


def shared(routes: Sequence[Sequence[str]]) -> int:
    """How many stations all routes have in common at their start, at least one and never a whole route."""
    most = min(map(len, routes)) - 1
    same = 0
    while same < most and all(a[same] == b[same] for a, b in pairwise(routes)):
        same += 1
    return max(same, 1)
