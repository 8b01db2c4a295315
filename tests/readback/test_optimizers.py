"""Updates of every optimizer in every view and notation, read back from their pages line by line."""

from __future__ import annotations

from itertools import product
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import backtrace as bt
from backtrace.derivation.derive import derive
from backtrace.derivation.workspace import Choices
from backtrace.errors import InputError, NotSupported
from backtrace.network.optimizers import OPTIMIZERS
from backtrace.notation.loading import load_profile
from backtrace.render.options import PageOptions
from tests.engine.strategies import networks
from tests.engine.test_updating import VARIANTS, optimizers
from tests.readback.cases import NOTATIONS, NUMBERS, PAGES, VIEWS
from tests.readback.pages import check
from tests.readback.test_random import usable

MORE = (
    (),
    ("clip_norm=0.05",),
    ("clip_value=0.05",),
    ("schedule=eta*0.9^t",),
    ("learning_rate=0.5/(1 + 0.1*t)",),
    ("update_biases=true",),
    ("update_biases=true", "layer1.shared_bias=true", "clip_norm=5"),
)


class Case(NamedTuple):
    """One page."""

    name: str
    view: str
    notation: str
    page: str
    more: tuple[str, ...]
    asked: tuple[str, ...]
    step: int
    carry: str
    decimal: str
    numbers: str


def cases() -> list[Case]:
    """Every variant in every view, and every variant in every notation; the other choices taken in turn."""
    random = Random(7)
    pairs = [(name, view, random.choice(NOTATIONS)) for name, view in product(VARIANTS, VIEWS)]
    pairs += [(name, random.choice(VIEWS), notation) for name, notation in product(VARIANTS, NOTATIONS)]
    return [
        Case(
            *pair,
            sorted(PAGES)[number % len(PAGES)],
            MORE[number % len(MORE)],
            (("w5",), (), ("w1", "w5"))[number % 3],
            1 + number % 2,
            random.choice(("full", "full", "rounded")),
            random.choice(("point", "point", "comma")),
            random.choice(tuple(NUMBERS)),
        )
        for number, pair in enumerate(pairs)
    ]


@pytest.mark.parametrize("case", cases(), ids=lambda case: " ".join(map(str, case)))
def test_every_line_is_true_as_printed(case: Case) -> None:
    net = bt.load("mazur", sets=[*VARIANTS[case.name], *case.more])
    derivation = net.derive(
        *case.asked,
        view=case.view,
        notation=case.notation,
        step=case.step,
        carry=case.carry,
        **NUMBERS[case.numbers],
    ).derivation
    options = PageOptions(**NUMBERS[case.numbers], **PAGES[case.page], decimal=case.decimal)
    report = check(derivation, case.page.partition("-")[0], options)
    assert not report.problems, "\n".join(report.problems[:5])
    kinds = {step.kind for step in derivation.steps()}
    assert "update" in kinds and report.statements > 0


def test_the_cases_cover_every_variant_in_every_view_and_notation() -> None:
    found = cases()
    assert {(c.name, c.view) for c in found} == set(product(VARIANTS, VIEWS))
    assert {(c.name, c.notation) for c in found} == set(product(VARIANTS, NOTATIONS))
    assert {c.name.split()[0] for c in found} == set(OPTIMIZERS)


@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(
    networks(layers=3, width=3, samples=3, orders=("simultaneous",)),
    optimizers(),
    st.tuples(*map(st.sampled_from, (NOTATIONS, VIEWS, ("result", "factors"), sorted(PAGES)))),
    st.integers(-1, 40),
    st.integers(1, 3),
)
def test_random_networks(network, optimizer, chosen, parameter, step) -> None:
    notation, view, detail, page = chosen
    network = network._replace(optimizer=optimizer._replace(given=(*optimizer.given, ("epsilon", 0.01))))
    asked = [network.parameters()[parameter % len(network.parameters())]] if parameter >= 0 else []
    try:
        derivation = derive(network, asked, load_profile(notation), Choices(view=view, detail=detail, step=step))
    except (NotSupported, InputError):
        return
    if not usable(derivation):
        return
    report = check(derivation, page.partition("-")[0], PageOptions(**PAGES[page]))
    assert not report.problems, "\n".join(report.problems[:3])


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("page", ["terminal", "terminal-ascii", "latex"])
def test_without_numbers(name: str, page: str) -> None:
    """Symbols alone, and right with the numbers of a network of this shape."""
    sets = [*VARIANTS[name], "clip_norm=0.1"]
    bare = bt.load("2-2-2", sets=sets).derive("w5", "b_o1").derivation
    numbers = bt.load("mazur", sets=[*sets, "update_biases=true"]).derive().derivation.values
    assert not bare.values
    report = check(bare, page.partition("-")[0], PageOptions(**PAGES[page]), values=numbers)
    assert not report.problems, "\n".join(report.problems[:3])
