"""Whether two formulas say the same: they give the same numbers at random points.

Equality at five points is no proof, but no wrong line has been seen to pass; a line that is wrong fails at the first.
"""

from __future__ import annotations

from collections.abc import Iterable

POINTS = 5
# How many points are tried where a formula has no number at some.
TRIES = 40
CLOSE = 1e-8


def agree(pairs: Iterable[tuple[float | None, float | None]]) -> bool | None:
    """Whether the numbers that two formulas give are the same at the first points; None where there is no point.

    One of the numbers is None where that formula alone cannot be worked out: then it is another one.
    """
    seen = 0
    for a, b in pairs:
        if a is None or b is None or abs(a - b) > CLOSE * max(abs(a), abs(b), 1e-6):
            return False
        seen += 1
        if seen == POINTS:
            break
    return True if seen else None
