"""`backtrace cost`: what gradients cost, by paths, by factored paths and by reuse."""

from __future__ import annotations

import click

from backtrace.cli import output
from backtrace.cli.commands import entry
from backtrace.cli.loading import load, page_options
from backtrace.cli.options import NetworkChoice, Page, takes_network, takes_notation, takes_page
from backtrace.errors import InputError, printable

FORMATS = ("terminal", "markdown", "html", "csv", "json")
UNITS = 2

HELP = """Multiplications and stored values for the gradients of all parameters, or for one QUANTITY: the sum over all
paths, the same factored, and backpropagation, which computes each shared factor once.

With --depths: a table of the same network with more and more layers.
"""


@click.command("cost", help=HELP, short_help=entry("cost").summary, epilog=f"Example: {entry('cost').example}")
@takes_network
@click.argument("quantity", required=False, metavar="[QUANTITY]")
@click.option("--depths", metavar="A-B", help="With A to B layers after the input, one row each.")
@click.option(
    "--units", type=click.IntRange(1), metavar="N", help=f"With --depths: units of a layer between. [default: {UNITS}]"
)
@click.option("--mini-batch", type=click.IntRange(1), metavar="M", help="Compare an update on M of the samples.")
@takes_notation
@takes_page(FORMATS)
def command(
    network: NetworkChoice,
    quantity: str | None,
    depths: str | None,
    units: int | None,
    mini_batch: int | None,
    notation: str | None,
    page: Page,
) -> None:
    """Counts and prints."""
    if depths is None and units is not None:
        raise InputError("--units is for the layers of --depths", hint="add --depths 1-10")
    if depths is not None and (quantity is not None or mini_batch is not None):
        raise InputError(
            "--depths counts the gradients of all parameters for one sample",
            hint="leave out " + ("the quantity" if quantity is not None else "--mini-batch"),
        )
    span = range_of(depths) if depths is not None else None
    net = load(network, notation)
    if span:
        text = net.cost_over_depths(*span, units or UNITS, notation=notation).page(page.format, page_options(page))
    else:
        text = net.cost(quantity, batch=mini_batch, notation=notation).page(page.format, page_options(page))
    output.deliver(text, page.output, page.force)


def range_of(depths: str) -> tuple[int, int]:
    """The first and the last depth of "1-10", or of a single number."""
    ends = [end.strip() for end in depths.split("-")]
    if len(ends) > 2 or not all(end.isascii() and end.isdigit() and len(end) < 10 for end in ends):
        raise InputError(
            f"--depths: '{printable(depths)}' is no range of depths",
            hint="two whole numbers from 1, as in 1-10, or one",
        )
    return int(ends[0]), int(ends[-1])
