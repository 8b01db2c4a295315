"""Practice: one step at a time, judged on the person's own numbers, with hints, and more of what went wrong.

The loop as a plain object: nothing is read or printed here. `say` takes what a person types, a command or an answer,
and gives a `Reply`; the same words give the same replies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from backtrace.check.figures import LEAST_DIGITS
from backtrace.check.hints import kind_of
from backtrace.check.practice_pages import Writing
from backtrace.check.practice_paper import CIRCULAR, FEW_DIGITS, LETTERS, LONGEST, VAGUE, Judged
from backtrace.check.practice_parts import judge
from backtrace.check.practice_tasks import Course, Task
from backtrace.check.practice_words import HELP, HINTS, phrase
from backtrace.check.records import (
    NOT_JUDGED,
    RIGHT,
    ROUNDED_EARLY,
    ROUNDING_SLIP,
    UNREADABLE,
    WRONG,
    LineReport,
    Match,
)
from backtrace.check.words import WORDS
from backtrace.errors import InputError, printable
from backtrace.mistakes.catalogue import CATALOGUE
from backtrace.questions.records import Essay, Numeric

# So many steps of a sort right at once, one after the other, and the rest of them are filled in.
SURE = 2
# A mistake made so often is asked again with other numbers; so often for each sort of step at most.
REPEATED, MOST_AGAIN = 2, 2
TRIES = 3
COMMANDS = ("hint", "show", "skip", "back", "help", "quit")
ALIASES = {"?": "help", "exit": "quit"}
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
    it is one; name: the quantity, before its `=`."""

    number: int
    of: int
    name: str
    heading: str = ""
    ask: str = ""

    @property
    def progress(self) -> str:
        """Which step this is, of how many."""
        return phrase("progress", self.number, self.of)

    @property
    def prompt(self) -> str:
        """What stands right before the answer."""
        return f"{self.name} = " if self.name else "answer: "

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
    wrong at first."""

    right_at_once: int
    with_hints: int
    shown: int
    left_out: int
    filled_in: int
    not_reached: int
    mistakes: tuple[tuple[str, str, int], ...]
    trouble: tuple[str, ...] = ()

    def __str__(self) -> str:
        words = ("at_once", "after_hints", "shown", "left_out", "ahead", "not_reached")
        counted = [phrase(word, count) for word, count in zip(words, self[:6], strict=True) if count]
        total = sum(self[:6])
        found = [phrase("summary", phrase("one_step") if total == 1 else phrase("steps", total), ", ".join(counted))]
        if self.trouble:
            found.append(phrase("trouble", ", ".join(self.trouble)))
        if self.mistakes:
            found.append(phrase("mistakes"))
            found += [
                f"  {name if times == 1 else phrase('mistake_times', name, times)}" for _, name, times in self.mistakes
            ]
        return "\n".join(found)


class State:
    """How far one step is."""

    def __init__(self) -> None:
        self.wrong = 0
        self.hints = 0
        self.matches: tuple[str, ...] = ()
        self.hint = ""
        self.last: Judged | None = None
        self.ending = ""


class Practice:
    """One session. course: what is asked; everything: nothing is filled in for whoever knows it."""

    def __init__(self, course: Course, writing: Writing, everything: bool = False) -> None:
        self.course, self.writing, self.everything = course, writing, everything
        self.tasks = list(course.tasks)
        self.states = [State() for _ in self.tasks]
        self.place = 0
        self.log: list[dict[str, object]] = []
        self._quit = False
        self._sure: Counter[str] = Counter()
        self._causes: Counter[str] = Counter()
        self._made: Counter[str] = Counter()
        self._again: Counter[str] = Counter()

    @property
    def opening(self) -> str:
        """What stands above all questions."""
        return self.course.opening

    @property
    def done(self) -> bool:
        """Whether nothing is left to ask, or it was ended."""
        return self._quit or self.place >= len(self.tasks)

    @property
    def question(self) -> Question | None:
        """What is asked now; None at the end."""
        if self.done:
            return None
        task = self.tasks[self.place]
        asked = [n for n, state in enumerate(self.states) if state.ending != AHEAD]
        number = sum(n <= self.place for n in asked)
        return Question(number, len(asked), task.name, task.heading, task.ask)

    @property
    def summary(self) -> Summary:
        """How it went so far."""
        endings = Counter(state.ending for state in self.states)
        known = [(id_, CATALOGUE[id_].name, times) for id_, times in self._made.items() if id_ in CATALOGUE]
        known.sort(key=lambda row: -row[2])
        return Summary(
            endings[RIGHT],
            endings[HINT],
            endings[SHOWN],
            endings[SKIPPED],
            endings[AHEAD],
            endings[""],
            tuple(known),
            tuple(
                dict.fromkeys(
                    task.name or task.id for task, one in zip(self.tasks, self.states, strict=True) if one.wrong
                )
            ),
        )

    def say(self, text: str) -> Reply:
        """What a person types: a command or an answer."""
        word = text.strip().lower()[:20]
        word = ALIASES.get(word, word)
        if not word:
            return Reply(EMPTY, (phrase("empty"),))
        if word in COMMANDS:
            command: Callable[[], Reply] = getattr(self, word)
            return command()
        return self.answer(text)

    def answer(self, text: str) -> Reply:
        """Judges an answer: right, it goes on; wrong, there is a hint, a stronger one, then the step itself."""
        if self.done:
            return Reply(FINISHED, (phrase("finished"),))
        task, state = self.tasks[self.place], self.states[self.place]
        try:
            text = checked(text)
            judged = self._judged(task, text)
        except InputError as error:
            return self._logged(text, Reply(UNREADABLE, (unreadable(error),)))
        if isinstance(judged, Reply):
            return self._logged(text, judged)
        verdict, mistakes, reply = judged
        if verdict == WRONG:
            reply = self._wrong(task, state, mistakes, reply)
        self._note(text, reply.kind, mistakes, state.hints)
        if verdict != WRONG:
            reply = self._end(HINT if state.wrong or state.hints else RIGHT, reply)
        elif state.wrong >= TRIES:
            reply = self._shown(reply)
        return reply

    def hint(self) -> Reply:
        """A hint; the second time a stronger one."""
        if self.done:
            return Reply(FINISHED, (phrase("finished"),))
        task, state = self.tasks[self.place], self.states[self.place]
        if state.hints >= 2:
            return Reply(HINT, (phrase("no_more_hints"),))
        reply = Reply(HINT, (phrase("hint", self._next_hint(task, state)),))
        self._note("hint", HINT, (), state.hints)
        return reply

    def show(self) -> Reply:
        """The step itself, and on to the next."""
        if self.done:
            return Reply(FINISHED, (phrase("finished"),))
        self._note("show", SHOWN, (), self.states[self.place].hints)
        return self._shown(Reply(SHOWN, (phrase("here_it_is"),)))

    def skip(self) -> Reply:
        """Leaves the step out, or goes on with the person's own number."""
        if self.done:
            return Reply(FINISHED, (phrase("finished"),))
        task, state = self.tasks[self.place], self.states[self.place]
        self._note("skip", SKIPPED, (), state.hints)
        last = state.last
        if task.paper is None or task.key is None or last is None or last.line.parts[-1].number is None:
            return self._end(SKIPPED, Reply(SKIPPED, (phrase("skipped"),)))
        task.paper.keep(task.key, last.line)
        own = f"{task.name} = {task.paper.own(task.key)}"
        return self._end(SKIPPED, Reply(SKIPPED, (phrase("skipped_own", own),)))

    def back(self) -> Reply:
        """To the step before, which is asked anew."""
        before = [n for n in range(min(self.place, len(self.tasks))) if self.states[n].ending != AHEAD]
        if not before:
            return Reply(BACK, (phrase("no_way_back"),))
        self._quit, self.place = False, before[-1]
        task = self.tasks[self.place]
        self.states[self.place] = State()
        self._sure[task.sort] = 0
        if task.paper is not None and task.key is not None:
            task.paper.forget(task.key)
        self._note("back", BACK, (), 0)
        return Reply(BACK, (phrase("back", task.name or task.id),), moved=True)

    def help(self) -> Reply:
        """What can be typed."""
        return Reply(HELPED, (), HELP)

    def quit(self) -> Reply:
        """Ends the session."""
        self._quit = True
        return Reply(QUIT, moved=True)

    # What is found about an answer

    def _judged(self, task: Task, text: str) -> Reply | tuple[str, tuple[str, ...], Reply]:
        """A reply that leaves the question as it is, or the verdict, what explains it, and how it is said."""
        if task.paper is None or task.key is None:
            return self._part_judged(task, text)
        found = task.paper.judge(task.key, text, task.letters)
        own = {CIRCULAR: (task.name,), LETTERS: (), FEW_DIGITS: (LEAST_DIGITS,), VAGUE: (LEAST_DIGITS,), NOT_JUDGED: ()}
        if found.verdict in own:
            return Reply(found.verdict, (phrase(found.verdict, *own[found.verdict]),))
        assert found.report is not None
        number = found.line.parts[-1].number
        asked = task.part.answer if task.part is not None else None
        accepted = isinstance(asked, Numeric) and number is not None and asked.low <= number.value <= asked.high
        self.states[self.place].last = found
        if found.verdict == WRONG and not (accepted and len(found.line.parts) == 1):
            return WRONG, suited(found.report.matches), Reply(WRONG, (said_wrong(found.report),))
        if number is not None:
            task.paper.keep(task.key, found.line)
        else:
            task.paper.fill_in(task.key)
        return found.verdict, (), self._said_right(task, found, number is None)

    def _said_right(self, task: Task, found: Judged, formula: bool) -> Reply:
        assert task.paper is not None and task.key is not None and found.report is not None
        shown = task.paper.shown(task.key).replace("-", "-" if self.writing.ascii else "−")
        if task.letters and task.step is not None:
            return Reply(RIGHT, (phrase("right"),), self.writing.line(task.paper, task.step, letters=True))
        if formula:
            return Reply(RIGHT, (phrase("right_is", f"{task.name} = {shown}"),))
        if found.verdict in (ROUNDED_EARLY, ROUNDING_SLIP):
            return Reply(found.verdict, (phrase(found.verdict, shown),))
        if found.verdict == "follow_through":
            return Reply(found.verdict, (phrase(found.verdict, self._wrong_before(found.report)),))
        return Reply(found.verdict, (phrase("right" if found.verdict == WRONG else found.verdict),))

    def _wrong_before(self, report: LineReport) -> str:
        """The names of the person's own numbers that are not right."""
        names = [
            task.name
            for task, state in zip(self.tasks, self.states, strict=True)
            if state.ending == SKIPPED and state.last is not None and state.last.verdict == WRONG
        ]
        return ", ".join(names)

    def _part_judged(self, task: Task, text: str) -> tuple[str, tuple[str, ...], Reply]:
        assert task.part is not None and task.instance is not None
        found = judge(task.part.answer, text, task.instance.network, self.writing.profile)
        if isinstance(task.part.answer, Essay):
            return RIGHT, (), Reply(RIGHT, (phrase("model"),), self.writing.solution(task.instance, task.part))
        return found.verdict, found.mistakes, Reply(found.verdict, (phrase(found.verdict),))

    def _wrong(self, task: Task, state: State, mistakes: tuple[str, ...], reply: Reply) -> Reply:
        """Counts a wrong answer, plans more of the same, and adds the hint."""
        state.wrong += 1
        state.matches = mistakes
        cause = mistakes[0] if mistakes else task.sort
        self._causes[cause] += 1
        self._made.update(mistakes if len(mistakes) == 1 else ())
        self._sure[task.sort] = 0
        if self._causes[cause] % REPEATED == 0 and self._again[task.sort] < MOST_AGAIN:
            self._again[task.sort] += 1
            fresh = task.fresh(self._again[task.sort])
            if fresh is not None:
                self.tasks.append(fresh)
                self.states.append(State())
                reply = reply._replace(sentences=(*reply.sentences, phrase("one_more")))
        reply = reply._replace(mistakes=mistakes)
        before = state.hint
        if state.wrong >= TRIES or self._next_hint(task, state) == before:
            return reply
        return reply._replace(sentences=(*reply.sentences, phrase("hint", state.hint)))

    def _next_hint(self, task: Task, state: State) -> str:
        """The hint of the one mistake that explains the last answer, else that of the sort of step."""
        state.hint = self._hint_of(task, state.matches, min(state.hints, 1))
        state.hints = min(state.hints + 1, 2)
        return state.hint

    @staticmethod
    def _hint_of(task: Task, matches: tuple[str, ...], level: int) -> str:
        if len(matches) == 1 and matches[0] in CATALOGUE:
            return CATALOGUE[matches[0]].hints[level]
        if task.sort in HINTS or task.paper is None or task.key is None:
            return HINTS.get(task.sort, HINTS["other"])[level]
        kind = kind_of(task.key, task.paper.lines.calculation)
        return WORDS[f"{kind if f'{kind}_1' in WORDS else 'derivative'}_{level + 1}"]

    # Going on

    def _shown(self, reply: Reply) -> Reply:
        """The step, written down for the person."""
        task = self.tasks[self.place]
        if task.paper is not None and task.key is not None:
            step = task.step or task.paper.step(task.key)
            page = self.writing.line(task.paper, step, task.letters)
            task.paper.fill_in(task.key)
        else:
            assert task.instance is not None and task.part is not None
            page = self.writing.solution(task.instance, task.part)
        third = () if reply.kind == SHOWN else (phrase("third_time"),)
        return self._end(SHOWN, reply._replace(sentences=(*reply.sentences, *third), page=page))

    def _end(self, ending: str, reply: Reply) -> Reply:
        """Closes the step and goes to the next that is open, past those that need not be asked."""
        task = self.tasks[self.place]
        self.states[self.place].ending = ending
        self._sure[task.sort] = self._sure[task.sort] + 1 if ending == RIGHT else 0
        filled = self._next()
        if not filled:
            return reply._replace(moved=True)
        page = "\n".join(filter(None, (reply.page, phrase("filled_in"), *(filled))))
        return reply._replace(page=page, moved=True)

    def _next(self) -> list[str]:
        """Goes to the next open step; the lines that are filled in on the way."""
        filled: dict[int, list[Task]] = {}
        self.place += 1
        while self.place < len(self.tasks):
            task, state = self.tasks[self.place], self.states[self.place]
            if not state.ending:
                if not self._is_known(task):
                    break
                state.ending = AHEAD
                self._note("", AHEAD, (), 0)
                filled.setdefault(id(task.paper), []).append(task)
            self.place += 1
        return [self._filled(tasks) for tasks in filled.values()]

    def _filled(self, tasks: Sequence[Task]) -> str:
        paper = tasks[0].paper
        assert paper is not None
        keys = [task.key for task in tasks if task.key is not None]
        return self.writing.known(paper, keys)[0].partition("\n")[2]

    def _is_known(self, task: Task) -> bool:
        """Whether a step needs no asking: those like it were right at once, and none of them was wrong since."""
        own = task.paper is not None and task.instance is None and not task.letters and self.place < self._planned
        return own and not self.everything and self._sure[task.sort] >= SURE

    @property
    def _planned(self) -> int:
        return len(self.course.tasks)

    def _logged(self, text: str, reply: Reply) -> Reply:
        self._note(text, reply.kind, (), self.states[self.place].hints)
        return reply

    def _note(self, text: str, verdict: str, mistakes: tuple[str, ...], hints: int) -> None:
        self.log.append(
            {
                "step": self.tasks[self.place].id,
                "answer": printable(text, 200),
                "verdict": verdict,
                "mistakes": list(mistakes),
                "hints": hints,
            }
        )


def checked(text: str) -> str:
    """The answer without blanks around it; what is no answer is refused before anything reads it."""
    if len(text) > LONGEST:
        raise InputError(phrase("too_long", LONGEST))
    text = text.strip()
    if len(text.splitlines()) > 1:
        raise InputError(phrase("lines"))
    if any(ord(c) < 32 or 126 < ord(c) < 160 for c in text):
        raise InputError(phrase("control"))
    return text


def unreadable(error: InputError) -> str:
    """Why an answer cannot be read."""
    return phrase("unreadable_more", error.what, error.hint) if error.hint else phrase("unreadable", error.what)


def suited(matches: Sequence[Match]) -> tuple[str, ...]:
    """The mistakes that may explain an answer: the likeliest ones."""
    best = min((match.rank for match in matches), default=0)
    return tuple(match.mistake.id for match in matches if match.rank == best)


def said_wrong(report: LineReport) -> str:
    """What of a wrong answer is right."""
    right = report.aspects
    if right.get("value") and (right.get("formula") is False or right.get("substitution") is False):
        return phrase("value_right")
    if right.get("formula") and right.get("arithmetic") is False:
        return phrase("formula_right")
    if right.get("arithmetic") and right.get("value") is False and "substitution" in right:
        return phrase("arithmetic_right")
    return phrase("wrong")
