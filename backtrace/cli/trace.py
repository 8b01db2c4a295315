"""`backtrace trace`: the numbers of a training step."""

from __future__ import annotations

import click

from backtrace.cli import output
from backtrace.cli.commands import entry
from backtrace.cli.loading import load, page_options
from backtrace.cli.options import NetworkChoice, Page, takes_network, takes_notation, takes_page

FORMATS = ("terminal", "markdown", "csv", "json")

HELP = """All numbers of a training step: the forward pass, the gradients, the parameters after the update.

The JSON has full double precision and never depends on the notation.
"""


@click.command("trace", help=HELP, short_help=entry("trace").summary, epilog=f"Example: {entry('trace').example}")
@takes_network
@click.option(
    "--steps", type=click.IntRange(1, 1_000_000), default=1, metavar="N", show_default=True, help="How many updates."
)
@takes_notation
@takes_page(FORMATS)
def command(network: NetworkChoice, steps: int, notation: str | None, page: Page) -> None:
    """Runs the steps and prints the last one's numbers."""
    trace = load(network, notation).trace(steps=steps, notation=notation)
    output.deliver(trace.page(page.format, page_options(page)), page.output, page.force)
