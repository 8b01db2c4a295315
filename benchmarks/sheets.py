"""Sheets per second on one core, beside two scripts that check nothing.

The bare script (bare_script.py) renders the same Markdown pages from numbers of its own, with numpy and jinja2. The
other has the text of our pages ready, in any format, and puts numbers into it that mean nothing: less cannot be done
with jinja2. Ours is everything `backtrace sheet` does for a student but the writing of files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from difflib import SequenceMatcher
from itertools import count
from time import perf_counter, process_time

import jinja2
import numpy
from bare_script import BareScript
from measuring import interleaved, ratio, table

from backtrace.engine.scalar import numbers_in_row
from backtrace.questions.sheet_file import SheetFile, read_sheet
from backtrace.questions.sheet_making import Job, all_made, make, units
from backtrace.questions.variants import draw_variant, numbered

SHEET = """title = "Homework"
[[networks]]
id = "net"
network = "2-2-2:sigmoid"
level = 2
[[items]]
kind = "forward-pass"
network = "net"
[[items]]
kind = "backward-pass"
network = "net"
"""
# A class pays once for what is laid out and compiled for all its sheets; after so many little is left to do.
WARM = 150
CLASS = 3000
# What numbers of a sheet are slots: none of a drawing or a style, which are the same on all.
NUMBER = r"(?<![\w.{])\d+\.\d+"
SAME = r"(<svg.*?</svg>|<style>.*?</style>|\\begin\{tikzpicture\}.*?\\end\{tikzpicture\})"


class Filled:
    """Ready text with a number in each place."""

    def __init__(self, pages: list[str]) -> None:
        self.draw = numpy.random.default_rng(1)
        slots = count()
        # Signs that stand on no page.
        signs = {"block": ("⟦%", "%⟧"), "variable": ("⟦", "⟧"), "comment": ("⟦#", "#⟧")}
        named = {
            f"{name}_{end}_string": text
            for name, both in signs.items()
            for end, text in zip(("start", "end"), both, strict=True)
        }
        environment = jinja2.Environment(**named)

        def opened(page: str) -> str:
            pieces = re.split(SAME, page, flags=re.DOTALL)
            for n in range(0, len(pieces), 2):
                pieces[n] = re.sub(NUMBER, lambda _: f"⟦ '%.4g' % v[{next(slots) % 40}] ⟧", pieces[n])
            return "".join(pieces)

        self.templates = [environment.from_string(opened(page)) for page in pages]

    def sheet(self) -> list[str]:
        """One sheet with its keys."""
        values = self.draw.uniform(-0.9, 0.9, 40).tolist()
        return [template.render(v=values) for template in self.templates]


def same_lines(sheet: SheetFile, job: Job) -> tuple[BareScript, float]:
    """The bare script for this sheet, and which part of the lines of its pages are ours, for the same numbers."""
    unit = units(numbered(1))[0]
    variant = draw_variant(sheet, job.master, unit.copies[0].variant)
    network = variant.exercises[0].instance.network
    assert network is not None
    ours = [text for _, text in make(job, unit).files]
    script = BareScript(ours[0][ours[0].index("A network has") : ours[0].index("**Given**")].strip())
    texts = [str(getattr(x, "text", x)) for x in numbers_in_row(network)]
    ends = (2, 4, 8, 10, 14, 16)
    order = [texts[start:end] for start, end in zip((0, *ends), ends, strict=False)]
    theirs = script.sheet(order, variant.form)
    return script, SequenceMatcher(None, "".join(ours).splitlines(), "".join(theirs).splitlines()).ratio()


def main() -> None:
    """Prints the tables."""
    sheet = read_sheet(SHEET, "bench.toml", "bench")
    for format_ in ("markdown", "latex", "html"):
        job = Job(sheet, "master", (format_,))
        wanted = iter(units(numbered(5000)))
        cases: dict[str, Callable[[], object]] = {}
        if format_ == "markdown":
            script, same = same_lines(sheet, job)
            print(
                f"For the same numbers {100 * same:.0f} % of the lines of the bare script's pages are those of ours.\n"
            )
            cases["bare script"] = script.sheet
        cases["ready text filled in"] = Filled([text for _, text in make(job, next(wanted)).files]).sheet
        names = (f"n{n}" for n in count())
        cases["drawn and checked only"] = lambda names=names: draw_variant(sheet, "master", next(names))
        cases["backtrace, sheet and three keys"] = lambda wanted=wanted, job=job: make(job, next(wanted))
        for _ in range(WARM):
            make(job, next(wanted))
        seconds = interleaved(cases, 12, 40, process_time)
        floors = [name for name in ("bare script", "ready text filled in") if name in cases]
        rows = [
            (
                name,
                f"{1000 * min(times):.2f}",
                f"{1 / min(times):.0f}",
                *[f"{ratio(seconds[floor], times):.2f}" for floor in floors],
            )
            for name, times in seconds.items()
        ]
        heads = [f"of the rate of: {floor}" for floor in floors]
        table((f"per sheet with keys, {format_}", "ms of one core", "sheets per second", *heads), rows)
    job, wanted_units = Job(sheet, "master", ("markdown",)), units(numbered(CLASS))
    rows = []
    for workers in range(1, (os.cpu_count() or 1) + 1):
        start = perf_counter()
        for _ in all_made(job, wanted_units, (), True, workers):
            pass
        rows.append((workers, f"{CLASS / (perf_counter() - start):.0f}"))
    table(("workers", "sheets per second"), rows)


if __name__ == "__main__":
    main()
