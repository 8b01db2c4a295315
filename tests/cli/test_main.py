"""Exit statuses, the words of refusals, and the help."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

from backtrace.cli.commands import ENTRIES, LazyGroup
from backtrace.cli.main import group, main
from backtrace.errors import InputError, InternalFault, NotSupported, Place
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]


def raising(error: BaseException):  # type: ignore[no-untyped-def]
    def action(_words: tuple[str, ...]) -> None:
        raise error

    return action


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (click.exceptions.Exit(1), 1),
        (InputError("no"), 2),
        (NotSupported("not yet"), 2),
        (click.UsageError("no"), 2),
        (InternalFault("we disagree with ourselves"), 70),
        (ZeroDivisionError("division by zero"), 70),
        (RecursionError("too deep"), 70),
        (KeyboardInterrupt(), 130),
        (BrokenPipeError(), 0),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value),
)
def test_exit_status(run_with: Run, error: BaseException, status: int) -> None:
    assert run_with(raising(error)) == status


def test_a_command_that_ends_well(run_with: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_with(lambda words: None) == 0
    assert capsys.readouterr() == ("", "")


def test_a_refusal_is_printed_as_it_is(run_with: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run_with(raising(InputError("layer 2 has 3 rows", Place("net.toml", 7), "expected 2 rows")))
    assert capsys.readouterr() == ("", "error: net.toml:7: layer 2 has 3 rows\n  expected 2 rows\n")


def test_our_own_fault_asks_for_a_report(run_with: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run_with(raising(ZeroDivisionError("division by zero")), "mazur", "a b")
    said = capsys.readouterr().err
    assert "our own fault, not yours: ZeroDivisionError: division by zero" in said
    assert "Please report it" in said
    assert "backtrace names mazur 'a b'" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["drive"], "error: there is no command 'drive'\n  did you mean 'derive'?\n"),
        (["x" * 100], "…'"),
        (["zzz\x1b[2J"], r"\x1b[2J"),
        (["derive"], "missing argument 'NETWORK'\n  how it is used: backtrace derive --help"),
        (["derive", "mazur", "--vieww", "x"], "--view"),
        (["derive", "mazur", "--view", "chian"], "error: --view: there is no 'chian'\n  did you mean 'chain'?\n"),
        (["derive", "mazur", "--show", "symbols,nmbers"], "did you mean 'numbers'?"),
        (["derive", "mazur", "-f", "markdwon"], "did you mean 'markdown'?"),
        (["derive", "mazur", "-o", "page.pdf"], "cannot tell the format from the name 'page.pdf'"),
        (["derive", "mazur", "--digits", "3", "--decimals", "3"], "--digits and --decimals exclude each other"),
        (["derive", "mazur", "--digits", "0"], "--digits"),
        (["derive", "mazur", "--standalone"], "add -f latex"),
        (["derive", "mazur", "--paths", "0"], "'0' is no number of routes"),
        (["derive", "mazur", "--paths", "many"], "a whole number from 1, or: all"),
        (["derive", "10-10-10"], "error: the whole derivation has "),
        (["derive", "-", "--given", "-"], "not for both"),
        (["trace", "mazur", "--steps", "some"], "--steps"),
        (["networks", "-f", "toml"], "which network?"),
        (["notations", "-f", "toml"], "which notation?"),
    ],
)
def test_unusable_usage(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert said in shown.err
    assert shown.err.startswith("error: ")


def test_help_lists_every_command_by_job_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    for row in ENTRIES:
        assert f"{row.job.capitalize()}:\n" in shown
        assert row.summary in shown
        assert row.example in shown
    assert max(map(len, shown.splitlines())) <= 84


def test_no_words_at_all_show_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "backtrace derive mazur w5 w1" in capsys.readouterr().out


@pytest.mark.parametrize("name", [row.name for row in ENTRIES])
def test_every_command_helps_in_ascii_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"Example: backtrace {name} " in shown
    # Click chooses the encoding of help pages itself, so they must need none.
    assert shown.isascii()


@pytest.mark.parametrize("row", ENTRIES, ids=lambda row: row.name)
def test_the_examples_parse(row) -> None:  # type: ignore[no-untyped-def]
    assert isinstance(group, LazyGroup)
    program, name, *words = row.example.split()
    assert (program, name) == ("backtrace", row.name)
    with group.make_context("backtrace", [name]) as context:
        command = group.get_command(context, name)
        assert command is not None
        command.make_context(name, words, parent=context)


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("backtrace 0.")


def test_a_closed_pipe_is_silent() -> None:
    code = "import sys; from backtrace.cli.main import main; sys.exit(main(['--help']))"
    running = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout is not None and running.stderr is not None
    running.stdout.close()
    said = running.stderr.read()
    running.stderr.close()
    assert (running.wait(), said) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_said() -> None:
    code = "import sys; from backtrace.cli.main import main; sys.exit(main(['--help']))"
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (2, "error: cannot write to standard output: no space left on device\n")
