"""`backtrace preview`: the contact sheet, many seeds of a sheet on one page."""

from __future__ import annotations

import click

from backtrace.cli import output
from backtrace.cli.commands import entry
from backtrace.cli.options import Listing, takes_listing
from backtrace.errors import InputError

FORMATS = ("markdown", "html", "json")
MOST = 5000

HELP = """The numbers and the answers of a sheet FILE, or of a KIND of exercise, for every seed of a range: one page to
flick through before a class gets the sheet. A seed that gives the same sheet as an earlier one names it.
"""


@click.command("preview", help=HELP, short_help=entry("preview").summary, epilog=f"Example: {entry('preview').example}")
@click.argument("file", metavar="FILE|KIND")
@click.option("--seeds", default="1-20", metavar="A-B", help="Which seeds. [default: 1-20]")
@click.option("--level", type=click.IntRange(1, 3), metavar="N", help="Of a kind.")
@takes_listing(FORMATS)
def command(file: str, seeds: str, level: int | None, listing: Listing) -> None:
    """Prints the page."""
    from backtrace.questions.contact_sheet import contact_sheet
    from backtrace.questions.seed_range import seeds_of, sheet_or_kind
    from backtrace.questions.sheet_making import notation
    from backtrace.questions.sheet_pages import document_options
    from backtrace.questions.words import language
    from backtrace.render.documents import write

    wanted = seeds_of(seeds)
    if len(wanted) > MOST:
        raise InputError(f"--seeds: a page shows at most {MOST}", hint="backtrace stress looks at more")
    sheet = sheet_or_kind(file, level)
    spoken = language(sheet.page.language)
    options = document_options(sheet, spoken, notation(sheet.page.notation))
    text = write(contact_sheet(sheet, wanted, spoken), listing.format, options)
    output.deliver(text, listing.output, listing.force)
