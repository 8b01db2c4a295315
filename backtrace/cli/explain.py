"""`backtrace explain`: general derivations in index notation, each line checked before it is printed."""

from __future__ import annotations

import click

from backtrace.cli import output, streams
from backtrace.cli.commands import entry
from backtrace.cli.loading import page_options
from backtrace.cli.options import Page, takes_notation, takes_page
from backtrace.errors import InputError

FORMATS = ("terminal", "markdown", "latex", "beamer", "json")

HELP = """A general derivation: any sizes, index notation, the rule beside each line. Without a TOPIC: the list of them.

Each line has been tried on random networks and compared with what the program computes. With a NETWORK, its sizes are
put in where shapes are stated.
"""


@click.command("explain", help=HELP, short_help=entry("explain").summary, epilog=f"Example: {entry('explain').example}")
@click.argument("topic", required=False, metavar="[TOPIC]")
@click.argument("network", required=False, metavar="[NETWORK]")
@click.option(
    "--activation", default=None, metavar="NAME|any", help="A name, a formula in x, or any. [default: the topic's]"
)
@click.option("--loss", default=None, metavar="NAME|any", help="A name or any. [default: the topic's]")
@takes_notation
@click.option("--standalone", is_flag=True, help="A whole document, in LaTeX, in place of a fragment.")
@takes_page(FORMATS)
def command(
    topic: str | None,
    network: str | None,
    activation: str | None,
    loss: str | None,
    notation: str | None,
    standalone: bool,
    page: Page,
) -> None:
    """Lists the topics, or writes one."""
    if standalone and page.format not in ("latex", "beamer"):
        raise InputError(f"--standalone has no meaning for the format {page.format}", hint="add -f latex")

    from backtrace import api

    if topic is None:
        listed = output.table([(row.name, row.title) for row in api.topics()])
        output.deliver(streams.plain(listed) if page.ascii else listed, page.output, page.force)
        return
    found = api.explain(topic, network, notation, activation, loss)
    output.deliver(found.page(page.format, page_options(page, standalone=standalone)), page.output, page.force)
