"""`backtrace count`: parameters and shapes."""

from __future__ import annotations

import click

from backtrace.cli import output
from backtrace.cli.commands import entry
from backtrace.cli.loading import page_options
from backtrace.cli.options import NetworkChoice, Page, choice, takes_network_to_count, takes_notation, takes_page
from backtrace.errors import InputError

FORMATS = ("terminal", "markdown", "latex", "html", "csv", "json")
MOST = 10**12

HELP = """Parameters, shapes of the forward and the backward pass, and updates per epoch, with the arithmetic.

NETWORK may also have letters for sizes, as in K-L-M-N, and layers that can only be counted (docs/counting.md).
"""


@click.command("count", help=HELP, short_help=entry("count").summary, epilog=f"Example: {entry('count').example}")
@takes_network_to_count
@click.option("--samples", type=click.IntRange(1, MOST), metavar="N", help="Samples of an epoch, to count updates.")
@choice("--orientation", ("row", "column"), help="A sample is a row or a column. Default: as in the notation.")
@click.option("--standalone", is_flag=True, help="A whole LaTeX document, not a fragment.")
@choice("--paper", ("a4", "letter"), help="Of a LaTeX document. [default: a4]")
@takes_notation
@takes_page(FORMATS)
def command(
    network: NetworkChoice,
    samples: int | None,
    orientation: str | None,
    standalone: bool,
    paper: str | None,
    notation: str | None,
    page: Page,
) -> None:
    """Counts and prints."""
    if network.network == network.given == "-":
        raise InputError("'-' can stand for the network or for --given, not for both")
    if standalone and page.format != "latex":
        raise InputError("--standalone is for LaTeX", hint="add -f latex")
    if paper is not None and not standalone:
        raise InputError("--paper is for whole LaTeX documents", hint="add -f latex --standalone")
    if network.batch is not None and network.batch > MOST:
        raise InputError(f"a batch of {network.batch} samples is more than {MOST}")

    from backtrace import api

    found = api.count(
        network.network,
        batch=network.batch,
        samples=samples,
        orientation=orientation,
        notation=notation,
        sets=network.sets,
        given=network.given or None,
    )
    options = page_options(page, standalone=standalone, paper=paper or "a4")
    output.deliver(found.page(page.format, options), page.output, page.force)
