"""Derivations to render."""

from collections.abc import Callable

import pytest

import backtrace as bt
from backtrace.derivation.steps import Derivation
from backtrace.render.options import PageOptions
from backtrace.render.page import render

Make = Callable[..., Derivation]
Page = Callable[..., str]


@pytest.fixture
def derivation() -> Make:
    """A derivation from what one would type."""

    def make(network: str, *quantities: str, **choices: str) -> Derivation:
        return bt.load(network).derive(*quantities, **choices).derivation

    return make


@pytest.fixture
def page(derivation: Make) -> Page:
    """A page from what one would type."""

    def make(
        network: str, *quantities: str, format: str = "terminal", options: PageOptions | None = None, **choices: str
    ) -> str:
        return render(derivation(network, *quantities, **choices), format, options)

    return make
