"""`backtrace stress`: thousands of seeds of a sheet or a kind, and what they show."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import click

from backtrace.cli import output, streams
from backtrace.cli.commands import entry
from backtrace.cli.options import Listing, takes_listing
from backtrace.errors import InputError, InternalFault

FORMATS = ("terminal", "json")
FOUND = 1  # the exit status when there is a fault

HELP = """Makes a sheet FILE, or a KIND of exercise, for every seed of a range, and recomputes every answer from the
text of the sheet by a reader of its own: faults, seeds that give the same sheet, where the right option of a choice
stands (with the chance of so uneven a spread), and how the answers look. --all takes every kind. A kind is made at the
three levels in turn, a third of the seeds at each, or at that of --level. A terminal also shows the time.

The exit status is 1 when there is a fault.
"""


@click.command("stress", help=HELP, short_help=entry("stress").summary, epilog=f"Example: {entry('stress').example}")
@click.argument("file", required=False, metavar="[FILE|KIND]")
@click.option("--all", "everything", is_flag=True, help="Every kind of exercise.")
@click.option("--seeds", default="1-1000", metavar="A-B", help="Which seeds. [default: 1-1000]")
@click.option("--level", type=click.IntRange(1, 3), metavar="N", help="Of a kind. [default: all in turn]")
@click.option("--workers", type=click.IntRange(1, 256), default=1, metavar="N", help="Processes. [default: 1]")
@takes_listing(FORMATS)
@click.pass_context
def command(
    context: click.Context,
    file: str | None,
    everything: bool,
    seeds: str,
    level: int | None,
    workers: int,
    listing: Listing,
) -> None:
    """Looks, and reports."""
    from json import dumps

    from backtrace.questions.kinds import MODULES
    from backtrace.questions.seed_range import seeds_of
    from backtrace.questions.stress_report import report_text, whole_text

    if everything == (file is not None):
        kinds = ", ".join(MODULES)
        raise InputError(
            "what is to be tried?" if file is None else "--all takes no FILE", hint=f"a sheet file, --all, or {kinds}"
        )
    wanted = seeds_of(seeds)
    names = list(MODULES) if everything else [file or ""]
    found = [figures(name, level, wanted, workers) for name in names]
    if listing.format == "json":
        text = dumps({"version": 1, "reports": found}, indent=1, ensure_ascii=False) + "\n"
    else:
        text = "".join(report_text(one) for one in found) + (whole_text(found) if everything else "")
    output.deliver(text, listing.output, listing.force)
    if broken := sum(one["own_faults"] for one in found):
        raise InternalFault(f"the program broke at {broken} of the seeds")
    # Every exercise of ours can be read back; a sheet of one's own may have a network or a bank that is not.
    if any(one["faults"] or (everything and one["unread"]) for one in found):
        context.exit(FOUND)


def figures(name: str, level: int | None, seeds: range, workers: int) -> dict[str, Any]:
    """The report on one sheet or kind; says on standard error how long it took."""
    from backtrace.cli.progress import shown
    from backtrace.questions.kinds import MODULES
    from backtrace.questions.records import LEVELS
    from backtrace.questions.seed_range import sheet_or_kind
    from backtrace.questions.stress import look
    from backtrace.questions.stress_report import report
    from backtrace.questions.workers import ordered_map

    levels = LEVELS if name in MODULES and level is None else (level,)
    sheets = [sheet_or_kind(name, one) for one in levels]
    called = f"{name}, level {level}" if level else name
    start = perf_counter()
    seen = list(shown(ordered_map(look, sheets, seeds, workers), len(seeds), called))
    took = perf_counter() - start
    slowest = max(seen, key=lambda one: one.seconds)
    streams.advise(
        f"{called}: {took:.1f} s, {1000 * took / len(seen):.2f} ms each; slowest: seed {slowest.seed}, "
        f"{1000 * slowest.seconds:.1f} ms"
    )
    return report(called, seen)
