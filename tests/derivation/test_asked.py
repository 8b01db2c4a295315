"""Whatever may be asked for has a page in every view under every notation, also what a notation has no letter for."""

from __future__ import annotations

import pytest

import backtrace as bt
from backtrace.notation.loading import NAMES
from backtrace.render.options import PageOptions
from tests.readback.cases import VIEWS, quantities
from tests.readback.pages import check


@pytest.mark.parametrize("notation", NAMES)
@pytest.mark.parametrize("view", VIEWS)
def test_everything_between_input_and_loss_can_be_asked_for(view: str, notation: str) -> None:
    net = bt.load("tiny")
    for name in quantities("tiny", view)["between"]:
        derivation = net.derive(name, view=view, notation=notation).derivation
        assert check(derivation, "terminal", PageOptions()).problems == [], name


@pytest.mark.parametrize("view", ["chain", "delta", "gates", "paths"])
def test_what_an_earlier_section_has_worked_out_is_said_again(view: str) -> None:
    net, names = bt.load("mazur"), ("w1", "net_h1", "out_h1", "i1", "i1")
    asked = net.derive(*names, view=view).derivation.sections[-len(names) :]
    for name, section in zip(names, asked, strict=True):
        alone = net.derive(name, view=view).derivation.sections[-1].items[-1]
        assert section.items[-1].left == alone.left and section.items[-1].value == pytest.approx(alone.value), name
