"""`backtrace exercise`: one exercise, its answers or its full solution."""

from __future__ import annotations

import click

from backtrace.cli import output, streams
from backtrace.cli.commands import entry
from backtrace.cli.loading import page_options
from backtrace.cli.options import Page, takes_language, takes_notation, takes_page
from backtrace.errors import InputError, printable

FORMATS = ("terminal", "markdown", "latex", "html", "json")

HELP = """One exercise with numbers that suit a hand. Without a KIND: the list of them.

The same kind, seed, level and settings give the same exercise, today and on another machine. --answer prints what is
asked with the answers and what is accepted, --solution every line on the way as well.
"""


@click.command(
    "exercise", help=HELP, short_help=entry("exercise").summary, epilog=f"Example: {entry('exercise').example}"
)
@click.argument("kind", required=False, metavar="[KIND]")
@click.option("--seed", default="1", metavar="S", help="What the numbers are drawn from. [default: 1]")
@click.option("--level", type=click.IntRange(1, 3), default=1, metavar="1|2|3", help="How hard. [default: 1]")
@click.option("--answer", is_flag=True, help="With the answers.")
@click.option("--solution", is_flag=True, help="With the answers and how they come out.")
@click.option("--set", "sets", multiple=True, metavar="SETTING=VALUE", help="A setting of the kind; repeatable.")
@click.option("--settings", "listing", is_flag=True, help="List the settings of the kind.")
@takes_language("sheet")
@takes_notation
@click.option("--standalone", is_flag=True, help="A whole document, in LaTeX or HTML, in place of a part of one.")
@takes_page(FORMATS)
def command(
    kind: str | None,
    seed: str,
    level: int,
    answer: bool,
    solution: bool,
    sets: tuple[str, ...],
    listing: bool,
    language: str,
    notation: str | None,
    standalone: bool,
    page: Page,
) -> None:
    """Lists the kinds or their settings, or prints an exercise."""
    if standalone and page.format not in ("latex", "html"):
        raise InputError(f"--standalone has no meaning for the format {page.format}", hint="add -f latex")
    if kind is None or listing:
        text = settings_of(kind) if kind else kinds()
        output.deliver(streams.plain(text) if page.ascii else text, page.output, page.force)
        return
    if answer and solution:
        raise InputError("--solution shows the answers too", hint="give one of --answer and --solution")
    from backtrace.api.exercises import exercise
    from backtrace.questions.words import language as words_of

    show = "solution" if solution else "answers" if answer else "sheet"
    made = exercise(kind, seed, level, notation or "mazur", language, **typed_settings(sets))
    options = page_options(page, standalone=standalone)
    context = click.get_current_context()
    if context.get_parameter_source("decimal") == click.core.ParameterSource.DEFAULT:
        options = options._replace(decimal=words_of(language).decimal)
    format_ = "text" if page.format == "terminal" else page.format
    output.deliver(made.page(format_, show, options), page.output, page.force)


def typed_settings(sets: tuple[str, ...]) -> dict[str, object]:
    """The settings as typed, by name; numbers and yes or no are understood where the kind expects them."""
    found: dict[str, object] = {}
    for text in sets:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise InputError(
                f"--set: '{printable(text)}' is not of the form SETTING=VALUE", hint="for example digits=4"
            )
        found[name.strip()] = value.strip()
    return found


def kinds() -> str:
    """The list of the kinds."""
    from backtrace.questions.kinds import MODULES
    from backtrace.questions.kinds import kind as kind_named

    return output.table([(name, kind_named(name).title) for name in MODULES])


def settings_of(name: str) -> str:
    """The settings of a kind: name, default, meaning."""
    from backtrace.questions.kinds import kind as kind_named

    rows = []
    for one in kind_named(name).settings:
        default = str(one.default).lower() if isinstance(one.default, bool) else str(one.default)
        values = ", ".join(str(value).lower() for value in one.choices if value != "")
        rows.append((one.name, default or "-", one.meaning + (f" ({values})" if values else "")))
    return output.table(rows)
