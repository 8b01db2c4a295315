"""Practice: one step at a time, judged on the person's own numbers, with hints, and more of what went wrong.

The loop as a plain object: nothing is read or printed here. `say` takes what a person types, a command or an answer,
and gives a `Reply`; the same words give the same replies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from backtrace.check.practice.answers import OPEN, answered
from backtrace.check.practice.pages import Writing
from backtrace.check.practice.records import (
    AHEAD,
    BACK,
    EMPTY,
    FINISHED,
    HELPED,
    HINT,
    QUIT,
    SHOWN,
    SKIPPED,
    Question,
    Reply,
    State,
    Summary,
)
from backtrace.check.practice.tasks import Course, Task
from backtrace.check.practice.words import WORDS
from backtrace.check.records import RIGHT, WRONG
from backtrace.check.report.hints import words_of
from backtrace.errors import printable
from backtrace.mistakes.catalogue import CATALOGUE

if TYPE_CHECKING:
    from backtrace.mistakes.records import Mistake
    from backtrace.questions.mistake_words import Told

# So many steps of a sort right at once, one after the other, and the rest of them are filled in.
SURE = 2
# A mistake made so often is asked again with other numbers; so often for each sort of step at most.
REPEATED, MOST_AGAIN = 2, 2
TRIES = 3
COMMANDS = ("hint", "show", "skip", "back", "help", "quit")
ALIASES = {"?": "help", "exit": "quit"}


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
        return Question(number, len(asked), task.name, task.heading, task.ask, self.writing.language)

    @property
    def summary(self) -> Summary:
        """How it went so far."""
        endings = Counter(state.ending for state in self.states)
        known = [(id_, self._words(id_).name, times) for id_, times in self._made.items() if id_ in CATALOGUE]
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
            self.writing.language,
        )

    def say(self, text: str) -> Reply:
        """What a person types: a command or an answer."""
        word = text.strip().lower()[:20]
        word = ALIASES.get(word, word)
        if not word:
            return Reply(EMPTY, (self.writing.say("empty"),))
        if word in COMMANDS:
            command: Callable[[], Reply] = getattr(self, word)
            return command()
        return self.answer(text)

    def answer(self, text: str) -> Reply:
        """Judges an answer: right, it goes on; wrong, there is a hint, a stronger one, then the step itself."""
        if self.done:
            return Reply(FINISHED, (self.writing.say("finished"),))
        task, state = self.tasks[self.place], self.states[self.place]
        reply, judged = answered(task, text, self.writing)
        if reply.kind not in OPEN:
            state.last = judged
        if reply.kind == WRONG:
            reply = self._wrong(task, state, reply)
        self._note(text.strip(), reply.kind, reply.mistakes, state.hints)
        if reply.kind in OPEN:
            return reply
        if reply.kind == SHOWN:
            return self._end(SHOWN, reply)
        if reply.kind != WRONG:
            if judged is not None and task.paper is not None and task.key is not None:
                task.paper.keep(task.key, judged.line)
            return self._end(HINT if state.wrong or state.hints else RIGHT, reply)
        return self._shown(reply) if state.wrong >= TRIES else reply

    def hint(self) -> Reply:
        """A hint; the second time a stronger one."""
        if self.done:
            return Reply(FINISHED, (self.writing.say("finished"),))
        task, state = self.tasks[self.place], self.states[self.place]
        if state.hints >= 2:
            return Reply(HINT, (self.writing.say("no_more_hints"),))
        reply = Reply(HINT, (self.writing.say("hint", self._next_hint(task, state)),))
        self._note("hint", HINT, (), state.hints)
        return reply

    def show(self) -> Reply:
        """The step itself, and on to the next."""
        if self.done:
            return Reply(FINISHED, (self.writing.say("finished"),))
        self._note("show", SHOWN, (), self.states[self.place].hints)
        return self._shown(Reply(SHOWN, (self.writing.say("here_it_is"),)))

    def skip(self) -> Reply:
        """Leaves the step out, or goes on with the person's own number."""
        if self.done:
            return Reply(FINISHED, (self.writing.say("finished"),))
        task, state = self.tasks[self.place], self.states[self.place]
        self._note("skip", SKIPPED, (), state.hints)
        last = state.last
        if task.paper is None or task.key is None or last is None or last.line.parts[-1].number is None:
            return self._end(SKIPPED, Reply(SKIPPED, (self.writing.say("skipped"),)))
        task.paper.carry(task.key, last.line)
        own = f"{task.name} = {self.writing.figure(task.paper.network, task.paper.own(task.key))}"
        return self._end(SKIPPED, Reply(SKIPPED, (self.writing.say("skipped_own", own),)))

    def back(self) -> Reply:
        """To the step before, which is asked anew."""
        before = [n for n in range(min(self.place, len(self.tasks))) if self.states[n].ending != AHEAD]
        if not before:
            return Reply(BACK, (self.writing.say("no_way_back"),))
        self._quit, self.place = False, before[-1]
        task = self.tasks[self.place]
        self.states[self.place] = State()
        self._sure[task.sort] = 0
        if task.paper is not None and task.key is not None:
            task.paper.forget(task.key)
        self._note("back", BACK, (), 0)
        return Reply(BACK, (self.writing.say("back", task.name or task.id),), moved=True)

    def help(self) -> Reply:
        """What can be typed."""
        say = self.writing.say
        commands = [f"  {command:<6} {say(f'help_{command}')}" for command in COMMANDS]
        return Reply(HELPED, (), "\n".join((say("help_answer"), *commands)))

    def quit(self) -> Reply:
        """Ends the session."""
        self._quit = True
        return Reply(QUIT, moved=True)

    # A wrong answer

    def _wrong(self, task: Task, state: State, reply: Reply) -> Reply:
        """Counts a wrong answer, plans one more of its sort, and adds the hint."""
        state.wrong += 1
        state.mistakes = reply.mistakes
        self._sure[task.sort] = 0
        # Of several mistakes that may explain it none is held against anybody.
        alone = reply.mistakes if len(reply.mistakes) == 1 else ()
        self._made.update(alone)
        cause = alone[0] if alone else task.sort
        self._causes[cause] += 1
        if self._causes[cause] % REPEATED == 0 and self._again[task.sort] < MOST_AGAIN:
            self._again[task.sort] += 1
            fresh = task.fresh(self._again[task.sort])
            if fresh is not None:
                self.tasks.append(fresh)
                self.states.append(State())
                reply = reply._replace(sentences=(*reply.sentences, self.writing.say("one_more")))
        before = state.hint
        if state.wrong >= TRIES or self._next_hint(task, state) == before:
            return reply
        return reply._replace(sentences=(*reply.sentences, self.writing.say("hint", state.hint)))

    def _words(self, mistake: str) -> Mistake | Told:
        """A mistake of the catalogue in the language of the page."""
        return words_of(CATALOGUE[mistake], self.writing.language)

    def _next_hint(self, task: Task, state: State) -> str:
        """The hint that suits what explains the last answer, else that of the sort of step."""
        level = state.hints = min(state.hints + 1, 2)
        has_own = f"{task.sort}_1" in WORDS
        known = [id_ for id_ in state.mistakes if id_ in CATALOGUE]
        if task.paper is not None and task.key is not None and (state.mistakes or not has_own):
            state.hint = task.paper.hint(task.key, state.last, level, self.writing.language)
        elif len(known) == 1:
            state.hint = self._words(known[0]).hints[level - 1]
        else:
            state.hint = self.writing.say(f"{task.sort if has_own else 'other'}_{level}")
        return state.hint

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
        third = () if reply.kind == SHOWN else (self.writing.say("third_time"),)
        return self._end(SHOWN, reply._replace(sentences=(*reply.sentences, *third), page=page))

    def _end(self, ending: str, reply: Reply) -> Reply:
        """Closes the step and goes to the next that is open, past those that need not be asked."""
        task = self.tasks[self.place]
        self.states[self.place].ending = ending
        self._sure[task.sort] = self._sure[task.sort] + 1 if ending == RIGHT else 0
        filled = self._next()
        if not filled:
            return reply._replace(moved=True)
        page = "\n".join(filter(None, (reply.page, self.writing.say("filled_in"), *(filled))))
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
