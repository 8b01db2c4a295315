"""One report for each line of the file: a line about a whole layer was judged entry by entry, and a line of a page may
hold several statements side by side."""

from __future__ import annotations

from collections.abc import Sequence

from backtrace.check.records import (
    FOLLOW_THROUGH,
    NOT_FROM_OWN,
    NOT_JUDGED,
    RIGHT,
    ROUNDED_EARLY,
    ROUNDING_SLIP,
    UNREADABLE,
    WRONG,
    LineReport,
)

# The worst first: it is the verdict of the whole line.
WORST = (UNREADABLE, WRONG, ROUNDING_SLIP, FOLLOW_THROUGH, NOT_FROM_OWN, ROUNDED_EARLY, RIGHT, NOT_JUDGED)


def merged(reports: Sequence[LineReport]) -> tuple[LineReport, ...]:
    """The reports, those of one line put together."""
    lines: dict[int, list[LineReport]] = {}
    for one in reports:
        lines.setdefault(one.line.line, []).append(one)
    return tuple(together(parts) if len(parts) > 1 else parts[0] for parts in lines.values())


def together(parts: Sequence[LineReport]) -> LineReport:
    """One report for several: that of the worst, with what holds of all."""
    worst = min(parts, key=lambda one: WORST.index(one.verdict))
    aspects: dict[str, bool] = {}
    for one in parts:
        for name, right in one.aspects.items():
            aspects[name] = aspects.get(name, True) and right
    return worst._replace(
        follows=tuple(sorted({line for one in parts for line in one.follows})),
        aspects=aspects,
        notes=tuple(dict.fromkeys(note for one in parts for note in one.notes)),
    )
