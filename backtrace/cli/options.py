"""The options that commands share, each set packed into one record.

A decorator adds the options and hands the command a record in their place:

    @takes_network        ->  network: NetworkChoice
    @takes_page(FORMATS)  ->  page: Page
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, NamedTuple, TypeAlias

import click

from backtrace.cli import output, streams
from backtrace.errors import InputError

Function: TypeAlias = Callable[..., Any]
Decorator: TypeAlias = Callable[[Function], Function]

DIGITS = 6
# The formats that are laid out by templates.
TEMPLATED = ("markdown", "latex", "beamer", "html")
# The languages of pages for students; those of `backtrace.questions.words`.
LANGUAGES = ("en", "de")
# The width of a page that no window limits: a file, a pipe.
WIDTH = 84


class NetworkChoice(NamedTuple):
    """Which network, and what is changed in it. "-" as network or as `given` means standard input."""

    network: str
    sets: tuple[str, ...]
    given: str
    batch: int | None
    seed: int | None


class Page(NamedTuple):
    """What the page looks like and where it goes.

    decimals: places after the point, in place of significant digits; width: None when only the page itself knows.
    """

    format: str
    output: str
    force: bool
    digits: int
    decimals: int | None
    decimal: str
    width: int | None
    ascii: bool


class Listing(NamedTuple):
    """The same for a list: it has no numbers and takes the room it needs."""

    format: str
    output: str
    force: bool
    ascii: bool


def choice(name: str, choices: Sequence[str], default: str | None = None, help: str = "") -> Decorator:
    """An option with a closed set of values; any other is refused with the nearest."""

    def check(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
        return value if value is None else output.chosen(value, choices, name)

    metavar = "|".join(choices)
    shown = default is not None
    return click.option(name, default=default, metavar=metavar, callback=check, help=help, show_default=shown)


def choices(name: str, allowed: Sequence[str], default: str, help: str) -> Decorator:
    """An option with several values of a closed set, separated by commas, in the order of the set."""

    def check(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
        wanted = {output.chosen(part.strip(), allowed, name) for part in value.split(",")}
        return tuple(part for part in allowed if part in wanted)

    return click.option(name, default=default, metavar="A,B,...", callback=check, help=help, show_default=True)


def takes_language(what: str) -> Decorator:
    """--language, of the page, the sheet, …"""
    return choice("--language", LANGUAGES, "en", f"The language of the {what}.")


def takes_network(function: Function) -> Function:
    """NETWORK, --set, --given, --batch, --seed."""
    return _network(function, needed=True)


def takes_network_to_count(function: Function) -> Function:
    """As `takes_network`, where a batch is a number alone."""
    return _network(function, needed=True, batch="N samples in an update; no data are made.")


def may_take_network(function: Function) -> Function:
    """The same where NETWORK may be left out: network is then None, and the options are refused."""
    return _network(function, needed=False)


def _network(function: Function, needed: bool, batch: str = "N samples of made data.") -> Function:
    @click.argument("network", metavar="NETWORK" if needed else "[NETWORK]", required=needed)
    @click.option(
        "--set", "sets", multiple=True, metavar="NAME=VALUE", help="Change a number or a setting; repeatable."
    )
    @click.option("--given", default="", metavar="FILE", help="The same from a file: lines NAME = VALUE.")
    @click.option("--batch", type=click.IntRange(1), metavar="N", help=batch)
    @click.option("--seed", type=click.IntRange(0), metavar="S", help="What the made numbers are drawn from.")
    @wraps(function)
    def packed(
        *, network: str | None, sets: tuple[str, ...], given: str, batch: int | None, seed: int | None, **rest: Any
    ) -> Any:
        if network is not None:
            return function(network=NetworkChoice(network, sets, given, batch, seed), **rest)
        asked = {"--set": bool(sets), "--given": bool(given), "--batch": batch is not None, "--seed": seed is not None}
        for option, used in asked.items():
            if used:
                raise InputError(f"{option} changes a NETWORK, and none is given", hint="name it before the options")
        return function(network=None, **rest)

    return packed


def takes_destination(formats: Sequence[str]) -> Decorator:
    """-f, -o, --force, --ascii: what every command that prints has."""

    def decorate(function: Function) -> Function:
        help_format = f"Default: by the suffix of -o, else {formats[0]}."
        return _all(
            function,
            click.option("-f", "--format", "format_", metavar="|".join(formats), help=help_format),
            click.option("-o", "--output", default="", metavar="FILE", help="Write to a file; - is standard output."),
            click.option("--force", is_flag=True, help="Overwrite the file if it exists."),
            click.option("--ascii", "ascii_", is_flag=True, help="Nothing but ASCII characters."),
        )

    return decorate


def takes_listing(formats: Sequence[str]) -> Decorator:
    """The options of a list, as `listing`."""

    def decorate(function: Function) -> Function:
        @takes_destination(formats)
        @wraps(function)
        def packed(*, format_: str | None, output: str, force: bool, ascii_: bool, **rest: Any) -> Any:
            listing = Listing(_format(format_, output, formats), output, force, _ascii(ascii_, output))
            return function(listing=listing, **rest)

        return packed

    return decorate


def takes_page(formats: Sequence[str]) -> Decorator:
    """The options of a page with numbers, as `page`."""

    def decorate(function: Function) -> Function:
        @takes_destination(formats)
        @click.option(
            "--digits", type=click.IntRange(1, 15), metavar="N", help=f"Significant digits. [default: {DIGITS}]"
        )
        @click.option("--decimals", type=click.IntRange(0, 15), metavar="N", help="Places after the point instead.")
        @choice("--decimal", ("point", "comma"), "point", "The decimal sign.")
        @click.option("--width", type=click.IntRange(40, 1000), metavar="N", help="Characters per line.")
        @wraps(function)
        def packed(
            *,
            format_: str | None,
            output: str,
            force: bool,
            ascii_: bool,
            digits: int | None,
            decimals: int | None,
            decimal: str,
            width: int | None,
            **rest: Any,
        ) -> Any:
            if digits is not None and decimals is not None:
                raise InputError("--digits and --decimals exclude each other", hint="give one of them")
            chosen = _format(format_, output, formats)
            if width is None and chosen == "terminal":
                width = window() if output in ("", "-") else WIDTH
            shown = digits or DIGITS
            page = Page(chosen, output, force, shown, decimals, decimal, width, _ascii(ascii_, output))
            return function(page=page, **rest)

        return packed

    return decorate


def takes_notation(function: Function) -> Function:
    """--notation: the name of a profile or the file of one's own."""
    help_text = "Your book's letters: a name (see backtrace notations) or a file. [default: mazur]"
    return _all(function, click.option("--notation", default=None, metavar="NAME|FILE", help=help_text))


def takes_templates(function: Function) -> Function:
    """--templates: the folder of one's own page layout."""
    return _all(function, click.option("--templates", default="", metavar="DIR", help="Your own page templates."))


def check_templates(folder: str, format: str) -> None:
    """Refuses a folder that replaces no template, and a format that is made without any."""
    if not folder:
        return
    if format not in TEMPLATED:
        raise InputError(f"the format {format} is made without templates", hint=f"there is: {', '.join(TEMPLATED)}")
    from backtrace.render.pages import check_folder

    check_folder(folder)


def window() -> int:
    """The width of the window, within reason; `WIDTH` when the output goes elsewhere."""
    if not streams.is_console():
        return WIDTH
    from shutil import get_terminal_size

    return min(max(get_terminal_size((WIDTH, 24)).columns, 40), 200)


def _all(function: Function, *decorators: Callable[[Any], Any]) -> Function:
    for decorate in reversed(decorators):
        function = decorate(function)
    return function


def _format(asked: str | None, file: str, formats: Sequence[str]) -> str:
    if asked is not None:
        return output.chosen(asked, formats, "--format")
    return formats[0] if file in ("", "-") else output.format_for(file, formats)


def _ascii(asked: bool, file: str) -> bool:
    return asked or (file in ("", "-") and not streams.shows_unicode())
