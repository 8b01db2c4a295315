"""`backtrace derive`: how the loss changes with a quantity, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from backtrace.cli import colour, output, streams
from backtrace.cli.commands import entry
from backtrace.cli.loading import load, page_options
from backtrace.cli.options import NetworkChoice, Page, choice, choices, takes_network, takes_notation, takes_page
from backtrace.errors import InputError, printable

if TYPE_CHECKING:
    from backtrace.api import DerivationPage

FORMATS = ("terminal", "markdown", "latex", "beamer", "json", "script")
VIEWS = ("chain", "paths", "delta", "gates", "matrix")
DETAILS = ("result", "factors", "calculus")
PAPERS = ("a4", "letter")
SHOWN = ("symbols", "numbers", "value")

# How many routes the paths view writes out, and how many lines are printed unasked.
ROUTES = 8
MOST_LINES = 200

HELP = """How does the loss change with QUANTITY: every factor in symbols, with numbers, as a value, then the update.

QUANTITY is any name that `backtrace names NETWORK` lists: a weight (w5), a bias, an input, an intermediate (out_h1),
or a derivative (dE/dnet_o1). Without one: the whole training step, each shared factor once.
"""


@click.command("derive", help=HELP, short_help=entry("derive").summary, epilog=f"Example: {entry('derive').example}")
@takes_network
@click.argument("quantities", nargs=-1, metavar="[QUANTITY]...")
@choice("--view", VIEWS, "chain", "Which picture of the chain rule.")
@choice("--detail", DETAILS, "factors", "How far each factor is explained.")
@choices("--show", SHOWN, ",".join(SHOWN), "What each line shows: symbols, numbers, value.")
@click.option(
    "--paths", metavar="N|all", default=str(ROUTES), help=f"Routes that --view paths shows. [default: {ROUTES}]"
)
@click.option("--reuse", is_flag=True, help="Mark the factors computed once and used again, and count what that saves.")
@click.option("--closed-form", is_flag=True, help="The one formula with everything put in.")
@choice("--carry", ("full", "rounded"), "full", "Whether the next line uses the rounded number.")
@takes_notation
@click.option("--standalone", is_flag=True, help="A whole document, in LaTeX, in place of a fragment.")
@choice("--paper", PAPERS, help="The paper of a LaTeX document. [default: a4]")
@takes_page(FORMATS)
def command(
    network: NetworkChoice,
    quantities: tuple[str, ...],
    view: str,
    detail: str,
    show: tuple[str, ...],
    paths: str,
    reuse: bool,
    closed_form: bool,
    carry: str,
    notation: str | None,
    standalone: bool,
    paper: str | None,
    page: Page,
) -> None:
    """Derives, prints, and says what else there is to ask for."""
    routes = how_many(paths)
    if standalone and page.format not in ("latex", "beamer"):
        raise InputError(f"--standalone has no meaning for the format {page.format}", hint="add -f latex")
    if paper and (not standalone or page.format != "latex"):
        raise InputError("--paper is for whole LaTeX documents", hint="add -f latex --standalone")
    printed = page.output in ("", "-")
    readable = printed and not quantities and page.format in ("terminal", "markdown")
    net = load(network, notation)
    if readable and view != "matrix":
        # Every parameter has a line at least: what cannot be short enough need not be derived first.
        refuse_flood(len(net.network.parameters()), network.network, "more than ")
    derivation = net.derive(
        *quantities,
        view=view,
        detail=detail,
        notation=notation,
        carry=carry,
        digits=page.digits,
        decimals=page.decimals,
        paths=routes,
        reuse=reuse,
        closed_form=closed_form,
    )
    if readable:
        refuse_flood(derivation.line_count, network.network)
    text = derivation.page(page.format, page_options(page, show, standalone, paper or PAPERS[0]))
    if printed and page.format == "terminal":
        text = colour.page(text)
    output.deliver(text, page.output, page.force)
    if printed and page.format == "terminal" and streams.advising():
        offer_more(derivation, page.ascii)


def how_many(paths: str) -> int | None:
    """The number of routes to write out, None for all."""
    if paths == "all":
        return None
    if paths.isascii() and paths.isdigit() and 0 < len(paths) < 10 and int(paths):
        return int(paths)
    raise InputError(f"--paths: '{printable(paths)}' is no number of routes", hint="a whole number from 1, or: all")


def refuse_flood(lines: int, network: str, least: str = "") -> None:
    """Refuses a page that nobody can read in a window; least: "more than " where the number is a lower bound."""
    if lines > MOST_LINES:
        raise InputError(
            f"the whole derivation has {least}{lines} lines",
            hint=f"name what you want (backtrace names {printable(network)} lists it), or write it to a file with -o",
        )


def offer_more(page: DerivationPage, ascii_: bool) -> None:
    """What else there is to ask for, on standard error: it is no part of the page."""
    from backtrace.notation.spelling import Spelling
    from backtrace.render.terminal import hints

    derivation = page.derivation
    spelling = Spelling(derivation.profile, derivation.network)
    text = "\n".join(hints(derivation, spelling, page.options))
    streams.advise("\n" + colour.aside(streams.plain(text) if ascii_ else text))
