"""A command of the tests' own in place of `names`, to see what the program does around a command."""

from __future__ import annotations

from collections.abc import Callable

import click
import pytest

from backtrace.cli import names
from backtrace.cli.main import main

Run = Callable[..., int]


@pytest.fixture
def run_with(monkeypatch: pytest.MonkeyPatch) -> Run:
    """run_with(action, *words): the exit status of `backtrace names words` when the command does `action(words)`."""

    def run(action: Callable[[tuple[str, ...]], None], *words: str) -> int:
        @click.command("names")
        @click.argument("words", nargs=-1)
        def command(words: tuple[str, ...]) -> None:
            action(words)

        monkeypatch.setattr(names, "command", command)
        return main(["names", *words])

    return run
