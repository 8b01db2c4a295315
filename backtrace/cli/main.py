"""The door of the program: runs one command and turns whatever happens into an exit status.

0 fine; 1 the work checked contains a mistake; 2 the input or the usage is unusable; 70 our own fault; 130 interrupted.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

import click

from backtrace import __version__
from backtrace.cli import streams
from backtrace.cli.commands import LazyGroup
from backtrace.errors import BacktraceError, InternalFault

HELP = """Every step of one training step of a small neural network, as a person writes it by hand."""
ENDING = """Every command has --help. A network is a built-in name, a TOML file, or a shorthand such as 2-2-2."""

USAGE, OWN_FAULT, INTERRUPTED = 2, 70, 130

# Of the help pages: the same in every window, so that documentation can quote them; to ask the window costs time, too.
WIDTH = 84

OBJECTS_BEFORE_COLLECTION = 50_000

# How much of the traceback a report needs.
FRAMES = 8


@click.group(
    "backtrace",
    cls=LazyGroup,
    help=HELP,
    epilog=ENDING,
    options_metavar="",
    subcommand_metavar="COMMAND ...",
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": WIDTH},
)
@click.version_option(__version__, message="backtrace %(version)s")
def group() -> None:
    """Holds the commands; the help above is what users read."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line (default: the process's own) and returns the exit status. Never raises."""
    if arguments is not None:
        return answered(list(arguments) or ["--help"])
    # The process is ours and short: looking for garbage that is not there would take a fifth of its time, during the
    # run (every 700 new objects) and once more at its end.
    gc.set_threshold(OBJECTS_BEFORE_COLLECTION)
    status = answered(sys.argv[1:] or ["--help"])
    gc.freeze()
    return status


def answered(words: list[str]) -> int:
    """The exit status of one command line, after whatever it prints or complains of."""
    streams.prepare()
    try:
        status = run(words)
        streams.flush()
        return status
    except click.ClickException as error:
        streams.complain(f"error: {worded(error)}\n  {see_help(error)}")
        return USAGE
    except InternalFault as fault:
        return own_fault(fault, words)
    except BacktraceError as error:
        streams.complain(f"error: {error}")
        return error.exit_status
    except (KeyboardInterrupt, click.Abort):
        streams.complain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough (`| head`): nothing went wrong, and 1 would say "a mistake was found".
        streams.silence()
        return 0
    except OSError as error:
        # Rooms that read files word their own refusals; what has no file name is a stream of ours, such as a full disk.
        if error.filename is not None:
            return own_fault(error, words)
        streams.silence()
        streams.complain(f"error: cannot write to standard output: {(error.strerror or str(error)).lower()}")
        return USAGE
    except Exception as fault:
        return own_fault(fault, words)


def run(words: list[str]) -> int:
    """Parses and runs; `--help` and a command's own exit status end here."""
    try:
        with group.make_context("backtrace", words) as context:
            group.invoke(context)
    except click.exceptions.Exit as ending:
        return ending.exit_code
    return 0


def worded(error: click.ClickException) -> str:
    """Click's sentence in the style of our own messages."""
    sentence = error.format_message().replace("\n", " ").rstrip(".")
    return sentence[:1].lower() + sentence[1:]


def see_help(error: click.ClickException) -> str:
    """Where to read how the command is used."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"how it is used: {context.command_path if context else 'backtrace'} --help"


def own_fault(fault: Exception, words: list[str]) -> int:
    """Says that the fault is ours and what to report: the innermost frames, without the traceback's noise."""
    from shlex import join
    from traceback import extract_tb

    frames = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in extract_tb(fault.__traceback__)]
    what = " ".join(f"{type(fault).__name__}: {fault}".split())
    streams.complain(
        "\n".join(
            [
                f"error: this is our own fault, not yours: {what}",
                "Please report it with these lines and the files you used:",
                f"  backtrace {__version__}, Python {sys.version.split()[0]}, {sys.platform}",
                f"  {join(['backtrace', *words])}",
                *frames[-FRAMES:],
            ]
        )
    )
    return OWN_FAULT
