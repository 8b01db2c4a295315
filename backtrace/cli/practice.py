"""`backtrace practice`: one step at a time, with hints. The loop itself is `backtrace.check.practice.session`."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from backtrace.cli import output, streams
from backtrace.cli.commands import entry
from backtrace.cli.options import NetworkChoice, choice, takes_language, takes_notation, window
from backtrace.errors import InputError, printable

if TYPE_CHECKING:
    from backtrace.check.practice.records import Reply
    from backtrace.check.practice.session import Practice

HELP = """Asks for one step after the other of a training step, of the derivation of quantities, or of an exercise.

Without an argument: the list of networks and exercises. An answer is a number, a formula, numbers put in, or several
with = between them; it is judged on your own earlier answers. After a wrong one there is a hint, then a stronger one,
then the step. What you can is filled in, and what went wrong twice is asked once more with other numbers.

Type help for the commands. quit and Ctrl-D end with a summary, so does Ctrl-C, whose exit status is 130. Answers may
come from a file or a pipe, a line each.
"""
DIGITS = 4
# An answer is never longer; the rest of such a line is thrown away unread.
LONGEST = 4000
NARROW = 24
# Where the help says what a command does.
BESIDE = " " * 9


@click.command(
    "practice", help=HELP, short_help=entry("practice").summary, epilog=f"Example: {entry('practice').example}"
)
@click.argument("about", metavar="[NETWORK|KIND]", required=False)
@click.argument("quantities", nargs=-1, metavar="[QUANTITY]...")
@click.option("--factors", is_flag=True, help="The factors of the chain rule alone, in letters.")
@choice("--view", ("delta", "chain"), None, "Which lines are asked. [default: chain for quantities, else delta]")
@click.option("--all", "everything", is_flag=True, help="Also the steps whose like were right at once.")
@click.option("--set", "sets", multiple=True, metavar="NAME=VALUE", help="A number, or a setting; repeatable.")
@click.option("--given", default="", metavar="FILE", help="The same from a file: lines NAME = VALUE.")
@click.option("--batch", type=click.IntRange(1), metavar="N", help="N samples of made data.")
@click.option("--seed", default="1", metavar="S", help="What numbers are drawn from. [default: 1]")
@click.option("--level", type=click.IntRange(1, 3), default=1, metavar="1|2|3", help="How hard they are. [default: 1]")
@takes_language("session")
@takes_notation
@click.option("--digits", type=click.IntRange(3, 9), default=DIGITS, metavar="N", help="Of numbers shown. [default: 4]")
@click.option("--log", default="", metavar="FILE", help="Write down every answer: a line of JSON each.")
@click.option("--force", is_flag=True, help="Overwrite the log if it exists.")
@click.option("--width", type=click.IntRange(40, 1000), metavar="N", help="Characters per line.")
@click.option("--ascii", "ascii_", is_flag=True, help="Nothing but ASCII characters.")
def command(
    about: str | None,
    quantities: tuple[str, ...],
    factors: bool,
    view: str | None,
    everything: bool,
    sets: tuple[str, ...],
    given: str,
    batch: int | None,
    seed: str,
    level: int,
    language: str,
    notation: str | None,
    digits: int,
    log: str,
    force: bool,
    width: int | None,
    ascii_: bool,
) -> None:
    """Lists what there is, or holds a session."""
    ascii_ = ascii_ or not streams.shows_unicode()
    if about is None:
        streams.say(streams.plain(listing()) if ascii_ else listing())
        return
    if "-" in (about, given):
        raise InputError("'-' is standard input, which answers come from", hint="name a file")
    if factors and view:
        raise InputError("--view has no meaning with --factors", hint="give one of them")
    if log:
        output.check_name(log, force)
    from backtrace.api.practising import is_kind, practice
    from backtrace.cli.exercise import typed_settings

    wide = width or window()
    if is_kind(about):
        if given or batch:
            option = "--given" if given else "--batch"
            raise InputError(f"{option} has no meaning for an exercise", hint="its numbers are drawn: --seed")
        session = practice(
            about, *quantities, view=view or "", factors=factors, everything=everything, seed=seed, level=level,
            notation=notation, digits=digits, width=wide, ascii=ascii_, language=language,
            **typed_settings(sets),
        )  # fmt: skip
    else:
        from backtrace.cli.loading import load

        if batch and not (seed.isascii() and seed.isdigit() and len(seed) < 10):
            raise InputError("--batch makes data from a --seed that is a whole number", hint="for example --seed 1")
        net = load(NetworkChoice(about, sets, given, batch, int(seed) if batch else None), notation)
        session = practice(
            net, *quantities, view=view or "", factors=factors, everything=everything, seed=seed, level=level,
            notation=notation, digits=digits, width=wide, ascii=ascii_, language=language,
        )  # fmt: skip
    if log:
        # Before the first answer: a log that cannot be written must not be found out after the last.
        output.write_file(log, log_lines(session), force)
    try:
        Terminal(session, wide, ascii_).run()
    finally:
        if log:
            output.write_file(log, log_lines(session), force=True)


def listing() -> str:
    """The networks and the exercises that can be practised."""
    from backtrace.cli.exercise import kinds
    from backtrace.network.builtin import builtin_titles

    networks = output.table(list(builtin_titles(with_data=True)))
    return f"Networks (or a file, or a shorthand such as 2-2-1):\n\n{networks}\nExercises:\n\n{kinds()}"


def log_lines(session: Practice) -> str:
    """What was answered, a line of JSON each; the first says what was practised."""
    from json import dumps

    first = {"version": 1, "practice": session.course.title, "notation": session.writing.profile.name}
    return "".join(f"{dumps(row, ensure_ascii=False)}\n" for row in (first, *session.log))


class Terminal:
    """A session in a terminal, or fed from a pipe."""

    def __init__(self, session: Practice, width: int, ascii: bool) -> None:
        self.session, self.width, self.ascii = session, width, ascii
        self.typed = sys.stdin is not None and sys.stdin.isatty()

    def run(self) -> None:
        """Asks until nothing is left, or the person ends it; then the summary."""
        if self.typed and streams.is_console():
            # Arrow keys and earlier answers, where there is such a thing.
            with suppress(ImportError):
                import readline  # noqa: F401
        if self.session.opening:
            self.print(self.session.opening)
            self.print()
        self.sentence(self.hint_line())
        try:
            self.ask()
        except EOFError:
            self.print()
        except KeyboardInterrupt:
            self.print()
            self.summary()
            raise
        self.summary()

    def hint_line(self) -> str:
        """What to know before the first answer."""
        first, say = self.session.tasks[0], self.session.writing.say
        if first.instance is not None:
            return say("options_exercise")
        return say("options_letters") if first.letters else say("options", self.session.writing.digits)

    def ask(self) -> None:
        """The questions, each with as many answers as it takes."""
        asked = -1
        while (question := self.session.question) is not None:
            before = "" if question.ask else f"{question.progress}   "
            if self.session.place != asked:
                self.print()
                if question.heading:
                    self.print(question.heading)
                    self.print()
                if question.ask:
                    self.print(f"{question.progress}")
                    self.print(question.ask)
                asked = self.session.place
            if len(before) + len(question.prompt) > self.width - NARROW and before:
                self.print(before.rstrip())
                before = ""
            reply = self.session.say(self.read(before + question.prompt))
            asked = -1 if reply.kind == "back" else asked
            self.reply(reply)

    def reply(self, reply: Reply) -> None:
        """What is said to an answer."""
        for sentence in reply.sentences:
            self.sentence(sentence)
        if reply.kind == "help":
            for line in reply.page.split("\n"):
                self.sentence(line, BESIDE if line.startswith(" ") else "")
        elif reply.page:
            self.print(reply.page)

    def summary(self) -> None:
        """How it went."""
        self.print()
        for line in str(self.session.summary).split("\n"):
            self.sentence(line)

    def sentence(self, text: str, indent: str = "") -> None:
        """A sentence in the width of the window."""
        from backtrace.render.layout import wrapped

        # What is longer in ASCII is so before it is broken.
        for line in wrapped(streams.plain(text) if self.ascii else text, self.width, indent):
            self.print(line)

    def print(self, text: str = "") -> None:
        """A line, at once."""
        streams.say(streams.plain(text) if self.ascii else text)
        streams.flush()

    def read(self, prompt: str) -> str:
        """What is typed behind the prompt; EOFError at the end. From a pipe it is shown, as a terminal would have."""
        shown = streams.plain(prompt) if self.ascii else prompt
        if self.typed and streams.is_console():
            try:
                return input(shown)
            except UnicodeDecodeError:
                return "\0"
        sys.stdout.write(shown)
        streams.flush()
        raw = sys.stdin.buffer.readline(LONGEST) if sys.stdin is not None else b""
        if not raw:
            raise EOFError
        rest = raw
        while len(rest) == LONGEST and not rest.endswith(b"\n"):
            rest = sys.stdin.buffer.readline(LONGEST)
        text = raw.decode("utf-8-sig", "replace").rstrip("\r\n")
        if not self.typed:
            self.print(printable(text, 200))
        return text
