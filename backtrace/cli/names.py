"""`backtrace names`: every name that may be typed for a network."""

from __future__ import annotations

import click

from backtrace.cli import output, streams
from backtrace.cli.commands import entry
from backtrace.cli.options import Listing, NetworkChoice, takes_listing, takes_notation
from backtrace.cli.subject import CircuitChoice, loaded, takes_subject

FORMATS = ("terminal",)

HELP = """Every name that may be typed for a quantity of the network: in any notation, in yours, as pages print it."""

HEADING = ("always", "here", "printed", "meaning")


@click.command("names", help=HELP, short_help=entry("names").summary, epilog=f"Example: {entry('names').example}")
@takes_subject
@takes_notation
@takes_listing(FORMATS)
def command(subject: NetworkChoice | CircuitChoice, notation: str | None, listing: Listing) -> None:
    """Lists the names."""
    rows = loaded(subject, notation).names(notation=notation)
    text = output.table([HEADING, *((row.neutral, row.ascii, row.text, row.meaning) for row in rows)])
    output.deliver(streams.plain(text) if listing.ascii else text, listing.output, listing.force)
