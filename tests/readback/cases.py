"""Which pages are read back: a few dozen that cover every pair of choices, or every one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations, product
from typing import Any, NamedTuple

import backtrace as bt
from backtrace.derivation.steps import Derivation
from backtrace.network.quantity import neutral
from backtrace.render.options import PageOptions

NETWORKS = ("mazur", "tiny", "grid", "linear")
NOTATIONS = ("mazur", "nielsen", "goodfellow", "bishop", "rumelhart", "cs231n", "d2l", "ng", "layer-uy", "o-grid")
VIEWS = ("chain", "paths", "delta", "gates", "matrix")
DETAILS = ("result", "factors", "calculus")
PAGES: dict[str, dict[str, Any]] = {
    "terminal": {"width": 84},
    "terminal-narrow": {"width": 60},
    "terminal-wide": {"width": 120},
    "terminal-ascii": {"width": 84, "ascii": True},
    "terminal-ascii-narrow": {"width": 60, "ascii": True},
    "markdown": {},
    "latex": {},
    "html": {},
}
NUMBERS: dict[str, dict[str, int]] = {
    "6 digits": {},
    "3 digits": {"digits": 3},
    "10 digits": {"digits": 10},
    "4 decimals": {"decimals": 4},
}
ASKED = ("whole step", "parameters", "between")


class Case(NamedTuple):
    """One page."""

    network: str
    notation: str
    view: str
    detail: str
    page: str
    numbers: str
    asked: str
    carry: str
    decimal: str

    @property
    def format(self) -> str:
        return self.page.partition("-")[0]

    @property
    def options(self) -> PageOptions:
        return PageOptions(**NUMBERS[self.numbers], **PAGES[self.page], decimal=self.decimal)

    def derivation(self) -> Derivation:
        names = quantities(self.network, self.view)[self.asked]
        return _derived(self.network, names, self.view, self.detail, self.notation, self.carry, self.numbers)


CHOICES: tuple[Sequence[str], ...] = (
    NETWORKS,
    NOTATIONS,
    VIEWS,
    DETAILS,
    tuple(PAGES),
    tuple(NUMBERS),
    ASKED,
    ("full", "rounded"),
    ("point", "comma"),
)


@cache
def _derived(
    network: str, names: tuple[str, ...], view: str, detail: str, notation: str, carry: str, numbers: str
) -> Derivation:
    choices: dict[str, Any] = {"view": view, "detail": detail, "notation": notation, "carry": carry}
    return bt.load(network).derive(*names, **choices, **NUMBERS[numbers]).derivation


def quantities(network: str, view: str) -> dict[str, tuple[str, ...]]:
    """What may be asked for, by neutral names."""
    net = bt.load(network).network
    last = len(net.layers)
    between = [f"net1_{net.layers[0].units}", "out1_1", f"delta{last}_1"]
    if view != "matrix":
        between += [f"i{net.input_size}", f"dout{last}_1/dnet{last}_1", f"dE_1/dout{last}_1", f"dE/dout{last}_1"]
        between += ["E", "E+", "dE_1/dw1_1_1", f"dout{last}_1/di1"]
    return {
        "whole step": (),
        "parameters": tuple(neutral(p) for p in net.parameters()),
        "between": tuple(between),
    }


def _pair(a: tuple[int, str], b: tuple[int, str]) -> tuple[int, str, int, str]:
    return (*min(a, b), *max(a, b))


def all_pairs(choices: Sequence[Sequence[str]] = CHOICES) -> Iterator[Case]:
    """Cases that cover every pair of values of two choices, each picked greedily; the same in every run."""
    open_pairs = {(a, x, b, y) for a, b in combinations(range(len(choices)), 2) for x in choices[a] for y in choices[b]}
    while open_pairs:
        a, x, b, y = min(open_pairs)
        case: dict[int, str] = {a: x, b: y}
        for place in range(len(choices)):
            if place not in case:
                case[place] = max(
                    choices[place],
                    key=lambda value: sum(_pair((place, value), other) in open_pairs for other in case.items()),
                )
        made = [case[place] for place in range(len(choices))]
        open_pairs -= {(p, made[p], q, made[q]) for p, q in combinations(range(len(choices)), 2)}
        yield Case(*made)


def every() -> Iterator[Case]:
    """Every network, notation, view, detail and page; the other choices take turns."""
    turns = list(product(*CHOICES[5:]))
    for number, case in enumerate(product(*CHOICES[:5])):
        yield Case(*case, *turns[number % len(turns)])
