"""Lines by their numbers, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from backtrace.check.report.account import Tell

MOST_NAMED = 12


def lines_named(numbers: Sequence[int], tell: Tell) -> str:
    """ "line 9", "lines 10 and 11", "lines 4 to 7 and 9"; of many the first ones."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = [word for run in runs for word in (map(str, run) if len(run) < 3 else [tell("run", run[0], run[-1])])]
    if len(words) > MOST_NAMED:
        said = tell("lines_and_more", ", ".join(words[:MOST_NAMED]))
    else:
        *first, last = words
        said = f"{', '.join(first)}{tell('and')}{last}" if first else last
    return tell("line_n" if len(numbers) == 1 else "lines_n", said)
