"""`backtrace trace`: the numbers of a training step."""

from __future__ import annotations

import click

from backtrace.cli import output
from backtrace.cli.commands import entry
from backtrace.cli.loading import page_options
from backtrace.cli.options import NetworkChoice, Page, takes_notation, takes_page
from backtrace.cli.subject import CircuitChoice, loaded, takes_subject

FORMATS = ("terminal", "markdown", "csv", "json")

HELP = """All numbers of a training step: the forward pass, the gradients, the parameters after the update.

With --expr or --circuit, of formulas: every value, every gradient, and what comes back along each edge.

The JSON has full double precision and never depends on the notation.
"""


@click.command("trace", help=HELP, short_help=entry("trace").summary, epilog=f"Example: {entry('trace').example}")
@takes_subject
@click.option(
    "--steps", type=click.IntRange(1, 1_000_000), default=1, metavar="N", show_default=True, help="How many updates."
)
@takes_notation
@takes_page(FORMATS)
def command(subject: NetworkChoice | CircuitChoice, steps: int, notation: str | None, page: Page) -> None:
    """Runs the steps and prints the last one's numbers."""
    trace = loaded(subject, notation).trace(steps=steps, notation=notation)
    output.deliver(trace.page(page.format, page_options(page)), page.output, page.force)
