"""What practice hands out: questions, replies, the summary; and how far a step is."""

from __future__ import annotations

from typing import NamedTuple

from backtrace.check.practice.paper import Judged
from backtrace.check.practice.words import teller

# Replies beside the verdicts of the checker.
HINT, SHOWN, SKIPPED, BACK, HELPED, QUIT, EMPTY, AHEAD, FINISHED = (
    "hint",
    "shown",
    "skipped",
    "back",
    "help",
    "quit",
    "empty",
    "filled_in",
    "finished",
)


class Question(NamedTuple):
    """What is asked now. number, of: which step it is; heading: what stands above it; ask: the question in words, if
    it is one; name: the quantity, before its `=`; language: of the page."""

    number: int
    of: int
    name: str
    heading: str = ""
    ask: str = ""
    language: str = "en"

    @property
    def progress(self) -> str:
        """Which step this is, of how many."""
        return teller(self.language)("progress", self.number, self.of)

    @property
    def prompt(self) -> str:
        """What stands right before the answer."""
        return f"{self.name} = " if self.name else teller(self.language)("answer_prompt")

    def __str__(self) -> str:
        return "\n".join(filter(None, (self.heading, f"{self.progress}   {self.ask}".rstrip(), self.prompt.rstrip())))


class Reply(NamedTuple):
    """What practice says to an answer or a command. kind: a verdict, or what was done; sentences: to be wrapped; page:
    lines to be shown as they are; mistakes: ids of what explains the answer; moved: the question is another one now."""

    kind: str
    sentences: tuple[str, ...] = ()
    page: str = ""
    mistakes: tuple[str, ...] = ()
    moved: bool = False

    def __str__(self) -> str:
        return "\n".join(filter(None, (*self.sentences, self.page)))


class Summary(NamedTuple):
    """How it went. mistakes: those that alone explain an answer: id, name, how often; trouble: the steps that were
    wrong at first; language: of the page."""

    right_at_once: int
    with_hints: int
    shown: int
    left_out: int
    filled_in: int
    not_reached: int
    mistakes: tuple[tuple[str, str, int], ...]
    trouble: tuple[str, ...] = ()
    language: str = "en"

    def __str__(self) -> str:
        say = teller(self.language)
        words = ("at_once", "after_hints", "shown", "left_out", "ahead", "not_reached")
        counted = [say(word, count) for word, count in zip(words, self[:6], strict=True) if count]
        found = [f"{say('steps', sum(self[:6]))}: {', '.join(counted)}."]
        if self.trouble:
            found.append(say("trouble", ", ".join(self.trouble)))
        if self.mistakes:
            found.append(say("mistakes"))
            found += [
                f"  {name if times == 1 else say('mistake_times', name, times)}" for _, name, times in self.mistakes
            ]
        return "\n".join(found)


class State:
    """How far one step is."""

    def __init__(self) -> None:
        self.wrong = 0
        self.hints = 0
        self.mistakes: tuple[str, ...] = ()
        self.hint = ""
        self.last: Judged | None = None
        self.ending = ""
