"""`backtrace explain`: general derivations in index notation, each line checked before it is printed."""

from __future__ import annotations

import click

from backtrace.cli import output, streams
from backtrace.cli.commands import entry
from backtrace.cli.loading import load, page_options
from backtrace.cli.options import (
    NetworkChoice,
    Page,
    check_templates,
    choice,
    may_take_network,
    takes_notation,
    takes_page,
    takes_templates,
)
from backtrace.errors import InputError

PAPERS = ("a4", "letter")
FORMATS = ("terminal", "markdown", "latex", "beamer", "html", "json")

HELP = """A general derivation: any sizes, index notation, the rule beside each line. Without a TOPIC: the list of them.

Each line has been tried on random networks and compared with what the program computes. With a NETWORK, its sizes are
put in where shapes are stated, and its numbers where a topic has a table of them.
"""


@click.command("explain", help=HELP, short_help=entry("explain").summary, epilog=f"Example: {entry('explain').example}")
@click.argument("topic", required=False, metavar="[TOPIC]")
@may_take_network
@click.option(
    "--activation", default=None, metavar="NAME|any", help="A name, a formula in x, or any. [default: the topic's]"
)
@click.option("--loss", default=None, metavar="NAME|any", help="A name or any. [default: the topic's]")
@takes_notation
@click.option("--standalone", is_flag=True, help="A whole document, in LaTeX, in place of a fragment.")
@choice("--paper", PAPERS, help="The paper of a LaTeX document or an HTML page. [default: a4]")
@takes_templates
@takes_page(FORMATS)
def command(
    topic: str | None,
    network: NetworkChoice | None,
    activation: str | None,
    loss: str | None,
    notation: str | None,
    standalone: bool,
    paper: str | None,
    templates: str,
    page: Page,
) -> None:
    """Lists the topics, or writes one."""
    if standalone and page.format not in ("latex", "beamer"):
        raise InputError(f"--standalone has no meaning for the format {page.format}", hint="add -f latex")
    if paper and page.format != "html" and not (standalone and page.format == "latex"):
        raise InputError("--paper is for whole LaTeX documents and HTML pages", hint="add -f latex --standalone")
    check_templates(templates, page.format)

    from backtrace import api

    if topic is None:
        listed = output.table([(row.name, row.title) for row in api.topics()])
        output.deliver(streams.plain(listed) if page.ascii else listed, page.output, page.force)
        return
    asked = load(network, notation) if network else None
    found = api.explain(topic, asked, notation, activation, loss)
    options = page_options(page, standalone=standalone, paper=paper or PAPERS[0], templates=templates)
    output.deliver(found.page(page.format, options), page.output, page.force)
