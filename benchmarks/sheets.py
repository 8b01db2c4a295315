"""Sheets per second on one core, beside a bare jinja2 + numpy script that fills the same pages and checks nothing.

The script draws numbers, runs a 2-2-2 network forwards and backwards, and fills a template with as many numbers as our
own sheet and keys have; it does not know what a hand-friendly number is, which answers a mistake would give, or what
is accepted. Ours is everything `backtrace sheet` does for a student but the writing of files.
"""

from __future__ import annotations

import os
import re
from itertools import count
from time import perf_counter, process_time

import jinja2
import numpy
from measuring import interleaved, ratio, table

from backtrace.questions.sheet_file import read_sheet
from backtrace.questions.sheet_making import Job, make, units
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


def sigmoid(x: numpy.ndarray) -> numpy.ndarray:
    """The logistic function."""
    return 1 / (1 + numpy.exp(-x))


class Script:
    """What a lecturer's own script does."""

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
        x, t = self.draw.uniform(0.1, 0.9, 2).round(1), self.draw.uniform(0.1, 0.9, 2).round(2)
        w, v = self.draw.uniform(-0.9, 0.9, (2, 2)).round(2), self.draw.uniform(-0.9, 0.9, (2, 2)).round(2)
        b, c = self.draw.uniform(-0.9, 0.9, 2).round(2), self.draw.uniform(-0.9, 0.9, 2).round(2)
        net = w @ x + b
        h = sigmoid(net)
        out = sigmoid(v @ h + c)
        delta = (out - t) * out * (1 - out)
        below = (v.T @ delta) * h * (1 - h)
        arrays = (x, t, w, v, b, c, net, h, out, delta, below, numpy.outer(delta, h), numpy.outer(below, x))
        values = [float(one) for array in arrays for one in array.ravel()]
        values += values
        return [template.render(v=values) for template in self.templates]


def main() -> None:
    """Prints the table."""
    sheet = read_sheet(SHEET, "bench.toml", "bench")
    for format_ in ("latex", "markdown", "html"):
        job = Job(sheet, "master", (format_,))
        wanted = iter(units(numbered(5000)))
        script = Script([text for _, text in make(job, next(wanted)).files])
        names = (f"n{n}" for n in count())
        cases = {
            "bare script": script.sheet,
            "drawn and checked only": lambda names=names: draw_variant(sheet, "master", next(names)),
            "backtrace, sheet and three keys": lambda wanted=wanted, job=job: make(job, next(wanted)),
        }
        for _ in range(WARM):
            make(job, next(wanted))
        seconds = interleaved(cases, 12, 40, process_time)
        floor = seconds["bare script"]
        rows = [
            (name, f"{1000 * min(times):.2f}", f"{1 / min(times):.0f}", f"{ratio(floor, times):.2f}")
            for name, times in seconds.items()
        ]
        print(f"{format_}:\n")
        table((f"per sheet with keys, {format_}", "ms of one core", "sheets per second", "of the script's rate"), rows)
    from backtrace.questions.sheet_making import all_made

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
