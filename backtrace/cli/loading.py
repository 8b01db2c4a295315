"""From the options of a command to the objects of `backtrace.api` and of the renderers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from backtrace.cli.options import NetworkChoice, Page
from backtrace.errors import InputError

if TYPE_CHECKING:
    from backtrace.api import Net
    from backtrace.render.options import PageOptions


def load(choice: NetworkChoice, notation: str | None = None) -> Net:
    """The network asked for, with its changes; `notation` is the profile whose names `--set` may use."""
    if choice.network == choice.given == "-":
        raise InputError("'-' can stand for the network or for --given, not for both")

    from backtrace import api

    return api.load(
        choice.network,
        sets=choice.sets,
        given=choice.given or None,
        batch=choice.batch,
        seed=choice.seed,
        notation=notation,
    )


def page_options(
    page: Page,
    show: Sequence[str] = ("symbols", "numbers", "value"),
    standalone: bool = False,
    paper: str = "a4",
    templates: str = "",
) -> PageOptions:
    """What the renderers want to know about the page."""
    from backtrace.render.options import PageOptions

    return PageOptions(
        digits=page.digits,
        decimals=page.decimals,
        decimal=page.decimal,
        width=page.width,
        ascii=page.ascii,
        show=tuple(show),
        standalone=standalone,
        paper=paper,
        templates=templates,
    )
