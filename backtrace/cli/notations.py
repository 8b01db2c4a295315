"""`backtrace notations`: the profiles of the textbooks."""

from __future__ import annotations

import click

from backtrace.cli import output, streams
from backtrace.cli.commands import entry
from backtrace.cli.options import Listing, takes_listing
from backtrace.errors import InputError

FORMATS = ("terminal", "toml")

HELP = """The notations that --notation knows. With a NAME: its file, to copy and to change."""


@click.command(
    "notations", help=HELP, short_help=entry("notations").summary, epilog=f"Example: {entry('notations').example}"
)
@click.argument("name", required=False, metavar="[NAME]")
@takes_listing(FORMATS)
def command(name: str | None, listing: Listing) -> None:
    """Lists the notations, or prints one."""
    if name is None and listing.format == "toml":
        raise InputError("which notation?", hint="backtrace notations NAME -f toml; without -f it lists the names")

    from backtrace import api

    if name is not None:
        text = api.notation_toml(name)
    else:
        text = output.table([(row.name, row.title) for row in api.notations()])
    output.deliver(streams.plain(text) if listing.ascii else text, listing.output, listing.force)
