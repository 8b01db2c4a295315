"""`backtrace key`: the key of one form, as it follows from a number that a student wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from backtrace.cli import output, streams
from backtrace.cli.commands import entry
from backtrace.cli.options import Listing, takes_listing

if TYPE_CHECKING:
    from backtrace.check.marking.instances import Sheet

FORMATS = ("terminal", "markdown", "html", "latex", "json")

HELP = """Prints the key of a form, for marking on paper. --with NAME=VALUE says what the student wrote for a quantity,
or for a part by its label: beside the right values stand those that follow from it, and it says where they differ.
"""


@click.command("key", help=HELP, short_help=entry("key").summary, epilog=f"Example: {entry('key').example}")
@click.argument("form", metavar="FORM")
@click.option(
    "--with", "slips", multiple=True, metavar="NAME=VALUE", help="What the student wrote, 1b=0.54 too; repeatable."
)
@click.option("--from", "folder", default="out", metavar="FOLDER", help="Where the sheets are. [default: out]")
@takes_listing(FORMATS)
def command(form: str, slips: tuple[str, ...], folder: str, listing: Listing) -> None:
    """Prints the key."""
    from backtrace.check.marking.feedback import options
    from backtrace.check.marking.following import followed, key_page, slips_of
    from backtrace.check.marking.settings import settings_of
    from backtrace.render.documents import write

    sheet, settings = sheet_of_form(folder, form), settings_of(folder)
    said = slips_of(sheet, slips, settings.profile)
    page, how = key_page(sheet, followed(sheet, said), said, settings), options(settings)
    format = "text" if listing.format == "terminal" else listing.format
    text = write(page, format, how._replace(page=how.page._replace(ascii=listing.ascii)))
    output.deliver(text if not listing.ascii else streams.plain(text), listing.output, listing.force)


def sheet_of_form(folder: str, form: str) -> Sheet:
    """The sheet with this form id; only its record is read in full."""
    from backtrace.check.marking.following import no_form
    from backtrace.check.marking.instances import instance_files, read_instance

    forms: list[str] = []
    for path in instance_files(folder):
        sheet = read_instance(path, whole=False)
        if sheet.form == form.strip().upper():
            return read_instance(path)
        forms.append(sheet.form)
    raise no_form(forms, form)
