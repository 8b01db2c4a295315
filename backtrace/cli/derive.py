"""`backtrace derive`: how the loss changes with a quantity, line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from backtrace.cli import colour, output, streams
from backtrace.cli.commands import entry
from backtrace.cli.loading import page_options
from backtrace.cli.options import (
    NetworkChoice,
    Page,
    check_templates,
    choice,
    choices,
    takes_notation,
    takes_page,
    takes_templates,
)
from backtrace.cli.subject import CircuitChoice, loaded, takes_subject
from backtrace.errors import InputError, printable

if TYPE_CHECKING:
    from backtrace.api import DerivationPage

FORMATS = ("terminal", "markdown", "latex", "beamer", "html", "json", "script")
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

With --expr or --circuit, formulas take the place of NETWORK: every operation is a gate, and QUANTITY is one of their
names (x), or a derivative (df/dq). Without one: the gradient of every name that no formula computes.

  backtrace derive --expr 'q = x + y; f = q*z' --at 'x=-2, y=5, z=-4'
"""


@click.command("derive", help=HELP, short_help=entry("derive").summary, epilog=f"Example: {entry('derive').example}")
@takes_subject
@click.argument("quantities", nargs=-1, metavar="[QUANTITY]...")
@choice("--view", VIEWS, "chain", "Which picture of the chain rule.")
@choice("--detail", DETAILS, "factors", "How far each factor is explained.")
@choices("--show", SHOWN, ",".join(SHOWN), "What each line shows: symbols, numbers, value.")
@click.option(
    "--paths", metavar="N|all", default=str(ROUTES), help=f"Routes that --view paths shows. [default: {ROUTES}]"
)
@click.option("--reuse", is_flag=True, help="Mark the factors computed once and used again, and count what that saves.")
@click.option("--closed-form", is_flag=True, help="The one formula with everything put in.")
@click.option("--step", type=click.IntRange(1, 10_000), default=1, metavar="N", help="The N-th update. [default: 1]")
@click.option("--sample", metavar="N,M,...", help="The update of these samples alone: one mini-batch.")
@choice("--carry", ("full", "rounded"), "full", "Whether the next line uses the rounded number.")
@takes_notation
@click.option("--standalone", is_flag=True, help="A whole document, in LaTeX, in place of a fragment.")
@choice("--paper", PAPERS, help="The paper of a LaTeX document or an HTML page. [default: a4]")
@takes_templates
@takes_page(FORMATS)
def command(
    subject: NetworkChoice | CircuitChoice,
    quantities: tuple[str, ...],
    view: str,
    detail: str,
    show: tuple[str, ...],
    paths: str,
    reuse: bool,
    closed_form: bool,
    step: int,
    sample: str | None,
    carry: str,
    notation: str | None,
    standalone: bool,
    paper: str | None,
    templates: str,
    page: Page,
) -> None:
    """Derives, prints, and says what else there is to ask for."""
    routes = how_many(paths)
    if standalone and page.format not in ("latex", "beamer"):
        raise InputError(f"--standalone has no meaning for the format {page.format}", hint="add -f latex")
    if paper and page.format != "html" and not (standalone and page.format == "latex"):
        raise InputError("--paper is for whole LaTeX documents and HTML pages", hint="add -f latex --standalone")
    check_templates(templates, page.format)
    printed = page.output in ("", "-")
    readable = printed and not quantities and page.format in ("terminal", "markdown")
    found = loaded(subject, notation)
    if readable and view != "matrix":
        # Every gradient has a line at least: what cannot be short enough need not be derived first.
        refuse_flood(found.gradient_count, found.typed, "more than ")
    derivation = found.derive(
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
        step=step,
        samples=numbers_of_samples(sample) if sample is not None else None,
    )
    if readable:
        refuse_flood(derivation.line_count, found.typed)
    text = derivation.page(page.format, page_options(page, show, standalone, paper or PAPERS[0], templates))
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


def numbers_of_samples(text: str) -> list[int]:
    """The samples of "1,3"."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        raise InputError(f"--sample: '{printable(text)}' does not name samples", hint="whole numbers from 1, as in 1,3")
    return [int(part) for part in parts]


def refuse_flood(lines: int, typed: str, least: str = "") -> None:
    """Refuses a page that nobody can read in a window; typed: what the command line says to get the network; least:
    "more than " where the number is a lower bound."""
    if lines > MOST_LINES:
        raise InputError(
            f"the whole derivation has {least}{lines} lines",
            hint=f"name what you want (backtrace names {printable(typed)} lists it), or write it to a file with -o",
        )


def offer_more(page: DerivationPage, ascii_: bool) -> None:
    """What else there is to ask for, on standard error: it is no part of the page."""
    from backtrace.notation.subject import spelling
    from backtrace.render.terminal import hints

    derivation = page.derivation
    spelt = spelling(derivation.profile, derivation.network)
    text = "\n".join(hints(derivation, spelt, page.options))
    streams.advise("\n" + colour.aside(streams.plain(text) if ascii_ else text))
