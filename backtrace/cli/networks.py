"""`backtrace networks`: the built-in networks."""

from __future__ import annotations

import click

from backtrace.cli import output, streams
from backtrace.cli.commands import entry
from backtrace.cli.options import Listing, takes_listing
from backtrace.errors import InputError

FORMATS = ("terminal", "toml")

HELP = """The networks that ship with the program. With a NETWORK: its file, to copy and to change."""


@click.command(
    "networks", help=HELP, short_help=entry("networks").summary, epilog=f"Example: {entry('networks').example}"
)
@click.argument("network", required=False, metavar="[NETWORK]")
@takes_listing(FORMATS)
def command(network: str | None, listing: Listing) -> None:
    """Lists the networks, or prints one."""
    if network is None and listing.format == "toml":
        raise InputError("which network?", hint="backtrace networks NAME -f toml; without -f it lists the names")

    from backtrace import api

    if network is not None:
        text = api.network_toml(network)
    else:
        text = output.table([(row.name, row.title) for row in api.networks()])
    output.deliver(streams.plain(text) if listing.ascii else text, listing.output, listing.force)
