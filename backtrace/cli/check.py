"""`backtrace check`: where did I go wrong?"""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

import click

from backtrace.cli import colour, output, streams
from backtrace.cli.commands import entry
from backtrace.cli.loading import load, page_options
from backtrace.cli.options import NetworkChoice, Page, choice, takes_language, takes_network, takes_notation, takes_page
from backtrace.errors import InputError, printable

if TYPE_CHECKING:
    from backtrace.api import Net

FORMATS = ("terminal", "markdown", "html", "json", "csv")
# The names of what a sheet's folder holds: the record of a copy, a file of given numbers.
RECORD, GIVEN = r".*\.json", r"(?:.*[/\\])?given-[^/\\]*\.txt"
STATUS = {"right": 0, "mistake": 1, "unreadable": 2}

HELP = """Where did I go wrong? Checks a hand calculation line by line: which lines are right, which is the first that
is wrong, what of it is right, and what follows correctly from it.

WORK is a file with lines NAME = FORMULA = NUMBERS = VALUE, of which any part may be left out; - is standard input.
`backtrace names NETWORK` lists the names. Without WORK the lines are asked for, or read from standard input.

NETWORK may also be the record of a sheet (out/teacher/instances/NAME.json), or the file of its given numbers
(given-FORM.txt).

The exit status is 0 when nothing is wrong, 1 when a line is wrong, 2 when nothing could be read.

  backtrace check mazur work.txt
"""


@click.command("check", help=HELP, short_help=entry("check").summary, epilog=f"Example: {entry('check').example}")
@takes_network
@click.argument("work", metavar="[WORK]", required=False)
@click.option("-e", "--line", "typed", multiple=True, metavar="LINE", help="A line to check; repeatable.")
@click.option(
    "--exercise", type=click.IntRange(1), metavar="N", help="Which exercise, where NETWORK is a sheet with several."
)
@choice("--hint", ("1", "2"), "1", "How strong hints are; 2 is stronger.")
@click.option(
    "--reveal", is_flag=False, flag_value="all", metavar="[N,M|all]", help="Show the right form of these lines."
)
@click.option("--explain", type=click.IntRange(1), metavar="N", help="Line N worked out, your slip marked.")
@takes_language("page")
@takes_notation
@takes_page(FORMATS)
@click.pass_context
def command(
    context: click.Context,
    network: NetworkChoice,
    work: str | None,
    typed: tuple[str, ...],
    exercise: int | None,
    hint: str,
    reveal: str | None,
    explain: int | None,
    language: str,
    notation: str | None,
    page: Page,
) -> None:
    """Checks, prints, and says what else there is to ask for."""
    from backtrace.api import check

    lines = numbers_of_lines(reveal)
    if "-" in (network.network, network.given) and work in (None, "-") and not typed:
        raise InputError("'-' can stand for one of them only", hint="name a file for the work")
    net, exercise = load_exercise(network, exercise, notation)
    text, name = work_text(work, typed)
    found = check(net, text, notation, int(hint), lines, explain or 0, language, name, exercise)
    shown = found.page(page.format, page_options(page))
    printed = page.output in ("", "-")
    if printed and page.format == "terminal":
        shown = colour.marks(shown)
    output.deliver(shown, page.output, page.force)
    if printed and page.format == "terminal" and found.first_mistake and streams.advising():
        first = found.first_mistake
        more = f"a stronger hint: --hint 2    beside the derivation: --explain {first}    show it: --reveal {first}"
        streams.advise("\n" + colour.aside(more))
    context.exit(STATUS[found.verdict])


def load_exercise(choice: NetworkChoice, exercise: int | None, notation: str | None) -> tuple[Net, int | None]:
    """The network: as everywhere, or that of a sheet's record, or that of a file of a sheet's given numbers; and which
    exercise of the sheet that is."""
    if re.fullmatch(RECORD, choice.network):
        from backtrace.api import Net
        from backtrace.api.profiles import DEFAULT_NOTATION
        from backtrace.check.marking.exercise_networks import network_of_record

        if choice.sets or choice.given or choice.batch or choice.seed is not None:
            raise InputError("the numbers of a sheet are as they are", hint="leave out the options that change them")
        net = Net(network_of_record(choice.network, exercise), notation or DEFAULT_NOTATION, choice.network)
        return net, exercise
    if exercise is not None:
        raise InputError("--exercise is for the record of a sheet", hint="name out/teacher/instances/….json")
    if re.fullmatch(GIVEN, choice.network) and not choice.given:
        from backtrace.check.marking.exercise_networks import network_of_given

        words, exercise = network_of_given(choice.network)
        choice = choice._replace(network=words, given=choice.network)
    return load(choice, notation), exercise


def work_text(work: str | None, typed: tuple[str, ...]) -> tuple[str, str]:
    """The lines to check, and what they are called in messages."""
    from backtrace.network.source import SIZE_CAP, decoded, file_text

    if typed:
        if work is not None:
            raise InputError("WORK and -e are both given", hint="give one of them")
        return "\n".join(typed), ""
    if work not in (None, "-"):
        if "=" in str(work) and not os.path.exists(str(work)):
            hint = "a single line goes behind -e; put quotes around it"
            raise InputError(f"there is no file '{printable(str(work))}'", hint=hint)
        return file_text(str(work)), str(work)
    if work is None and sys.stdin is not None and sys.stdin.isatty():
        return decoded(asked_for(), "stdin"), ""
    return decoded(sys.stdin.buffer.read(SIZE_CAP + 1), "stdin"), ""


def asked_for() -> bytes:
    """Lines typed one by one, up to an empty one or the end of the input."""
    from backtrace.network.source import SIZE_CAP

    streams.complain("Your lines, NAME = FORMULA = NUMBERS = VALUE; an empty line ends them.")
    found: list[bytes] = []
    while True:
        click.echo("> ", nl=False, err=True)
        line = sys.stdin.buffer.readline(SIZE_CAP)
        if not line.strip():
            break
        found.append(line)
    return b"".join(found)


def numbers_of_lines(text: str | None) -> tuple[int, ...] | None:
    """The lines of "9,10"; None for all."""
    if text is None:
        return ()
    if text == "all":
        return None
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        hint = "numbers of lines, as in 9,10, or: all; WORK stands before it"
        raise InputError(f"--reveal: '{printable(text)}' does not name lines", hint=hint)
    return tuple(map(int, parts))
