"""The table of commands, and the group that imports a command only when it is called.

`backtrace --help` prints this table and loads no command, so a new command costs the others nothing. To add one: a file
`NAME.py` in this folder that defines `command`, and a row here.
"""

from __future__ import annotations

from importlib import import_module
from typing import NamedTuple

import click

from backtrace.errors import InputError, nearest, printable


class Entry(NamedTuple):
    """One command as `--help` lists it: its name, the job it belongs to, what it does, and a line to try."""

    name: str
    job: str
    summary: str
    example: str


ENTRIES = (
    Entry(
        "derive",
        "see",
        "how the loss changes with a quantity, every factor written out",
        "backtrace derive mazur w5 w1",
    ),
    Entry(
        "trace",
        "see",
        "all numbers of a training step, or of a training over epochs",
        "backtrace trace mazur --steps 2",
    ),
    Entry("explain", "see", "general derivations in index notation", "backtrace explain delta-rule --notation nielsen"),
    Entry("count", "see", "parameters and shapes, layer by layer", "backtrace count 1024-20-15-10 --batch 50"),
    Entry("cost", "see", "multiplications and memory: paths against reuse", "backtrace cost mazur --depths 1-10"),
    Entry(
        "practice",
        "practise",
        "asks for one step at a time, gives hints, and repeats what went wrong",
        "backtrace practice mazur",
    ),
    Entry(
        "check",
        "practise",
        "where did I go wrong? a hand calculation, line by line",
        "backtrace check mazur -e dE/dw5=0.0822",
    ),
    Entry(
        "exercise",
        "make",
        "an exercise with numbers that suit a hand, its answers, its solution",
        "backtrace exercise hidden-gradient --seed 7 --solution",
    ),
    Entry("sheet", "make", "homework for a class, with keys", "backtrace sheet --new"),
    Entry(
        "preview", "make", "a sheet's numbers and answers for many seeds", "backtrace preview forward-pass --seeds 1-50"
    ),
    Entry("stress", "make", "tries a sheet or a kind on many seeds", "backtrace stress forward-pass --seeds 1-100"),
    Entry(
        "key",
        "mark",
        "the key of a form, as it follows from a slip",
        "backtrace key K7QM2XPD --with out_h1=0.5393",
    ),
    Entry("mark", "mark", "the hand-ins of a class, marked", "backtrace mark out submissions.zip -o marks.csv"),
    Entry("networks", "look up", "the networks that ship with the program", "backtrace networks mazur -f toml"),
    Entry("notations", "look up", "the notations of the textbooks", "backtrace notations nielsen -f toml"),
    Entry("names", "look up", "every name you may type for a network, with its meaning", "backtrace names mazur"),
)


def entry(name: str) -> Entry:
    """The row of one command."""
    return next(row for row in ENTRIES if row.name == name)


class LazyGroup(click.Group):
    """A group whose commands live in modules of their own, imported on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of the table."""
        return [row.name for row in ENTRIES]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, or None when the table has no such row."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"backtrace.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but an unknown command is refused with the nearest ones."""
        name = args[0]
        if not name.startswith("-") and name not in self.list_commands(ctx):
            raise InputError(f"there is no command '{printable(name)}'", hint=nearest(name, self.list_commands(ctx)))
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands before the few options: they are what a reader of this page looks for."""
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by job, each with an example."""
        wide = max(len(row.name) for row in ENTRIES)
        for job in dict.fromkeys(row.job for row in ENTRIES):
            formatter.write(f"\n{job.capitalize()}:\n")
            for row in ENTRIES:
                if row.job == job:
                    formatter.write(f"  {row.name:<{wide}}  {row.summary}\n  {'':<{wide}}    {row.example}\n")
