"""The loop of practice as an object: whole runs, each command, hints that give nothing away, what is asked again."""

from __future__ import annotations

import re

import pytest

import backtrace as bt
from backtrace.check.practice import pages
from backtrace.check.practice.session import TRIES, Practice
from backtrace.check.practice.tasks import Task
from backtrace.check.practice.words import WORDS as SENTENCES
from backtrace.check.practice.words import teller
from backtrace.check.report.words import WORDS
from backtrace.expression.tree import symbols
from backtrace.mistakes.catalogue import CATALOGUE
from backtrace.questions.making import sample
from backtrace.questions.records import Choice, Essay, Shape
from tests.questions.test_language import COMMON

# "an" is German as well.
ENGLISH = set(COMMON.split()) - {"an"}
NETWORKS = ("mazur", "tiny", "logistic", "2-2-1:relu,softmax", "3-1:tanh")
KINDS = (
    "hidden-gradient", "adam-step", "batch-of-two", "symbolic-count", "shapes-table", "local-derivative", "paths",
    "find-the-mistake", "multiple-choice", "xor-by-hand", "chain-with-blank",
)  # fmt: skip


def now(session: Practice) -> Task:
    return session.tasks[session.place]


def right(task: Task) -> str:
    """The right answer of a step, as somebody types it."""
    if task.paper is not None and task.key is not None:
        return task.paper.shown(task.key)
    return sample(task.part)[0] or "in my words"


def wrong(task: Task) -> str:
    answer = None if task.part is None else task.part.answer
    if isinstance(answer, Choice):
        return sample(task.part)[2]
    return "77x77" if isinstance(answer, Shape) else "17.345"


def play(session: Practice, answers: int = 10**4) -> None:
    """Right answers until nothing is left, or so many."""
    while not session.done and answers:
        session.answer(right(now(session)))
        answers -= 1


@pytest.mark.parametrize("about", [*NETWORKS, *KINDS])
def test_whoever_is_always_right_is_told_so(about):
    session = bt.practice(about)
    seen = 0
    while not session.done:
        assert session.question is not None and str(session.question)
        task = now(session)
        read_by_a_person = task.part is not None and isinstance(task.part.answer, Essay)
        reply = session.answer(right(task))
        assert reply.moved and reply.kind in (("shown",) if read_by_a_person else ("right", "rounded_early")), task.id
        seen += not read_by_a_person
    summary = session.summary
    assert summary.right_at_once == seen and not summary.mistakes and not summary.trouble
    assert summary.with_hints == summary.left_out == summary.not_reached == 0


@pytest.mark.parametrize("about", ["2-1", "hidden-gradient", "shapes-table", "multiple-choice"])
def test_whoever_is_always_wrong_sees_every_step_and_reaches_the_end(about):
    session = bt.practice(about)
    while not session.done:
        place = session.place
        replies = [session.answer(wrong(now(session))) for _ in range(TRIES)]
        assert [reply.moved for reply in replies] == [False] * (TRIES - 1) + [True]
        first, second = (reply.sentences[-1] for reply in replies[:2])
        assert first.startswith("Hint: ") and second.startswith("Hint: ") and first != second
        assert replies[-1].page and session.states[place].ending == "shown"
    assert session.summary.shown == len(session.tasks) > len(session.course.tasks)


def test_a_step_that_is_shown_is_symbols_numbers_value():
    session = bt.practice("mazur")
    assert session.show().page.split() == [
        "net_h1",
        "=",
        "w1·i1",
        "+",
        "w2·i2",
        "+",
        "b_h1",
        "=",
        "0.15·0.05",
        "+",
        "0.20·0.10",
        "+",
        "0.35",
        "=",
        "0.3775",
    ]
    assert session.question.name == "net_h2"


@pytest.mark.parametrize(
    "typed",
    [
        "0.3775",
        "  = 0.3775 ",
        "0,3775",
        "net_h1 = 0.3775",
        "w1*i1 + w2*i2 + b_h1",
        "0.15*0.05 + 0.2*0.1 + 0.35",
        "w1·i1 + w2·i2 + b_h1 = 0.15·0.05 + 0.2·0.1 + 0.35 = 0.3775",
        "3.775e-1",
        "0.378",
    ],
)
def test_an_answer_may_be_a_number_a_formula_or_numbers_put_in(typed):
    assert bt.practice("mazur").answer(typed).moved


@pytest.mark.parametrize(
    ("typed", "kind", "says"),
    [
        ("0.4", "few_digits", "3 digits"),
        ("net_h1", "circular", "net_h1 is what is asked"),
        ("net_h1 + 0", "circular", "net_h1 is what is asked"),
        ("(net_o1 - w6*out_h2 - b_o1)/w5", "circular", "net_h1 is what is asked"),
        ("w1*i1 + w2*i2 = 0.3775", "wrong", "The number is right"),
        ("w1*i1 + w2*i2 + b_h1 = 0.5", "wrong", "The formula is right"),
        ("0.15*0.1 + 0.2*0.05 + 0.35 = 0.375", "wrong", "The arithmetic is right"),
        ("0.53", "wrong", "Not yet."),
        ("0.5", "vague", "3 digits"),
        ("", "empty", "hint, show"),
    ],
)
def test_what_is_wrong_is_said(typed, kind, says):
    session = bt.practice("mazur")
    reply = session.say(typed)
    assert reply.kind == kind and says in str(reply) and not reply.moved


HOSTILE = [
    "9" * 100_000,
    "(" * 900,
    "\x00",
    "0.1\x1b[2J",
    "1\n2",
    "\u2028" * 3 + "a\u2028b",
    "__import__('os').system('true')",
    "{0.__class__}",
    "%s%n",
    "9**9**9**9",
    "1/0",
    "nan",
    "inf",
    "1e400",
    "# notation: bishop",
    "= = =",
    "sample 2",
    "\ud800",
    "٣",
    "net_h1[0]",
    "dE/dw1/dw2",
]


@pytest.mark.parametrize("typed", HOSTILE, ids=lambda typed: ascii(typed[:20]))
@pytest.mark.parametrize(
    "about", ["mazur", "symbolic-count", "shapes-table", "multiple-choice", "weight-initialisation"]
)
def test_hostile_answers_are_no_answers(about, typed):
    session = bt.practice(about)
    reply = session.say(typed)
    assert reply.kind in ("unreadable", "wrong", "not_judged", "vague", "empty")
    assert not reply.moved and "\x1b" not in str(reply) and len(str(reply)) < 2000
    play(session)
    assert session.done


def test_answers_are_judged_on_earlier_ones():
    session = bt.practice("mazur", everything=True)
    play(session, 6)
    assert session.question.name == "out_o1"
    assert session.answer("0.7614").kind == "wrong"
    reply = session.skip()
    assert "your own out_o1 = 0.7614" in str(reply)
    play(session, 1)
    reply = session.answer(f"{0.5 * (0.01 - 0.7614) ** 2:.4f}")
    assert (session.tasks[8].name, reply.kind) == ("E_o1", "follow_through")
    assert "from your own out_o1" in str(reply)


@pytest.mark.parametrize("notation", ["mazur", "rumelhart"])
def test_delta_has_the_sign_of_the_notation(notation):
    session = bt.practice("mazur", notation=notation, everything=True)
    while now(session).sort != "delta_output":
        play(session, 1)
    number, other = right(now(session)), right(now(session)).removeprefix("-")
    other = other if number != other else f"-{number}"
    reply = session.answer(other)
    assert (reply.kind, reply.sentences) == ("other_sign", (SENTENCES["other_sign"],))
    assert session.answer(f"2*{other}").kind == "wrong"
    assert session.answer(number).kind == "right"


def test_one_number_that_does_not_belong_there_is_told():
    session = bt.practice("mazur", everything=True)
    play(session, 2)
    assert "One number that you put in" not in str(session.answer("1/(1 + exp(-0.3775)) = 0.6932"))
    play(session, 2)
    reply = session.answer("0.4*0.5933 + 0.55*0.5969 + 0.6 = 1.1656")  # w8 in the place of w6
    assert "One number that you put in does not belong there." in reply.sentences


def test_a_wrong_number_of_few_digits_is_carried_on_as_it_is():
    session = bt.practice("mazur", everything=True)
    session.answer("17")
    assert "net_h1 = 17;" in str(session.skip())
    play(session, 1)
    assert session.answer("1.00").kind == "follow_through"


def test_a_step_left_out_needs_no_number():
    session = bt.practice("mazur")
    assert session.skip().kind == "skipped"
    play(session)
    assert session.summary.left_out == 1 and session.summary.shown == 0


def test_hints_grow_stronger_and_end():
    session = bt.practice("mazur")
    hints = [str(session.hint()) for _ in range(3)]
    assert hints == [f"Hint: {WORDS[name]}" for name in ("net_1", "net_2")] + [SENTENCES["no_more_hints"]]
    session.answer("0.3775")
    assert session.summary.with_hints == 1


def test_the_hint_is_that_of_the_mistake():
    session = bt.practice("mazur")
    reply = session.answer("0.0275")  # the bias left out
    assert len(reply.mistakes) == 1
    record = CATALOGUE[reply.mistakes[0]]
    assert f"Hint: {record.hints[0]}" in reply.sentences
    assert f"Hint: {record.hints[1]}" in session.answer("0.0275").sentences
    assert session.summary.mistakes == ((record.id, record.name, 2),)


def test_back_asks_the_step_before_anew():
    session = bt.practice("mazur")
    assert session.back().sentences == (SENTENCES["no_way_back"],)
    play(session, 2)
    assert session.back().moved and session.question.name == "net_h2"
    assert session.back().moved and session.question.name == "net_h1"
    session.answer("0.3775")
    assert session.question.name == "net_h2"
    session.answer("0.3925")
    assert session.question.name == "out_h1"


def test_quit_ends_at_once_and_help_changes_nothing():
    session = bt.practice("mazur")
    before = session.question
    assert "skip" in str(session.say("help")) and "skip" in str(session.say(" ? "))
    assert session.question == before
    session.say("QUIT")
    assert session.done and session.question is None
    for ask in (session.hint, session.show, session.skip, lambda: session.answer("1")):
        assert ask().kind == "finished"


def test_what_is_known_is_filled_in():
    session = bt.practice("mazur")
    play(session, 4)
    # The nets and outputs of the hidden units were right at once: those of the last layer are filled in.
    assert session.question.name == "E_o1" and session.question.of == 31
    everything = bt.practice("mazur", everything=True)
    play(everything)
    assert everything.summary.right_at_once == 35 and session.summary.filled_in == 4


def test_what_went_wrong_is_asked_on():
    session = bt.practice("mazur")
    session.answer("0.53")
    play(session, 4)
    assert session.question.name == "net_o1"  # one right answer since is not enough
    play(session)
    assert len(session.tasks) == 35


def test_a_mistake_made_twice_is_asked_again_with_other_numbers():
    session = bt.practice("mazur", everything=True)
    while session.question.name != "δ_h1":
        play(session, 1)
    own = session.tasks[session.place].paper
    # only one of the two routes: the same mistake twice
    one = own.right(own.lines.canonical(now(session).key))
    session.answer("0.01337")
    session.answer("0.01337")
    assert len(session.tasks) == 36
    play(session, 1)
    play(session, 35)
    session_last = session.tasks[-1]
    assert session_last.sort == "delta_hidden" and "other numbers" in session_last.heading
    assert session_last.paper.network.inputs != own.network.inputs
    assert session_last.paper.right(session_last.key) != one
    assert session.done and session.states[-1].ending == "right"


def test_an_exercise_done_wrong_twice_comes_once_more():
    session = bt.practice("parameter-count")
    session.answer("1")
    session.answer("1")
    play(session)
    assert len(session.tasks) == len(session.course.tasks) + 1
    assert session.tasks[-1].instance.note != session.tasks[0].instance.note
    assert "another of this kind" in session.tasks[-1].heading


def test_the_factors_of_a_chain_one_at_a_time():
    """The published exercise: ∂E/∂w = (ŷ − y) · w2 · σ(a)(1 − σ(a)) · x, factor by factor, in letters."""
    session = bt.practice("2-2-1:sigmoid,identity", "w1", factors=True)
    answers = ("out_o1 - t1", "1", "w5", "out_h1*(1 - out_h1)", "i1", "(out_o1 - t1)*w5*out_h1*(1 - out_h1)*i1")
    assert session.answer("0.1").kind == "letters"
    for answer in answers:
        reply = session.answer(answer)
        assert reply.kind == "right" and session.tasks[session.place - 1].name in reply.page
    assert session.done and session.summary.right_at_once == 6


def test_a_chain_with_numbers():
    session = bt.practice("mazur", "w1", everything=True)
    assert "out_h1 = 0.5933" in session.opening
    names = [task.name for task in session.tasks]
    assert names[:3] == ["∂E/∂out_o1", "∂out_o1/∂net_o1", "∂E_o1/∂out_h1"] and names[-2:] == ["∂E/∂w1", "w1⁺"]
    play(session)
    assert session.summary.right_at_once == len(names)


def test_other_notations_and_ascii():
    session = bt.practice("mazur", "w1_1_1", notation="nielsen", ascii=True)
    text = "\n".join([session.opening, *(f"{t.name} {t.heading}" for t in session.tasks), str(session.show())])
    assert text.isascii() and "out_o1" not in text


@pytest.mark.parametrize("about", [("mazur", "w1"), ("hidden-gradient",), ("multiple-choice",)])
def test_a_session_in_german(about):
    """Every kind of reply, and not one English word beside what is typed."""
    session = bt.practice(*about, language="de")
    said = [session.opening]
    for typed in ("", "help", "back", "hint", "17,345", "17,345", "skip"):
        said += [str(session.question), str(session.say(typed))]
    while not session.done:
        said += [str(session.question), str(session.show())]
    text = "\n".join([*said, str(session.answer("1")), str(session.summary)])
    words = set(re.findall(r"[^\W\d_]{2,}", re.sub(r"(?m)^  \w+ +|hint, show.*quit", "", text)))
    assert words & ENGLISH == set()
    assert "Hinweis: " in text and not re.search(r"\d\.\d", text)


def test_english_in_a_german_session_would_be_noticed(monkeypatch):
    monkeypatch.setattr(pages, "teller", lambda language: teller("en"))
    with pytest.raises(AssertionError):
        test_a_session_in_german(("mazur", "w1"))


def test_the_same_words_give_the_same_session():
    def run():
        session = bt.practice("2-2-1", seed=3, level=2)
        said = [str(session.opening)]
        for text in ("0.5", "hint", "0.5", "show", "skip", "back", "1.5", "2.5"):
            said += [str(session.question), str(session.say(text))]
        return said, session.log, str(session.summary)

    assert run() == run()
    assert bt.practice("2-2-1", seed=4).opening != bt.practice("2-2-1", seed=3).opening


def gives_away(hint: str, task: Task) -> bool:
    """Whether a hint holds a number, a sign of a formula, or a name of the right side of the step."""
    if re.search(r"\d|[=+*/^·−]", hint):
        return True
    if task.paper is None or task.key is None:
        return False
    spell = bt.practice("mazur").writing.name
    names = {spell(task.paper.network, key) for key in symbols(task.paper.form(task.key))}
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", hint) for name in names if len(name) > 1)


def test_no_hint_gives_anything_away():
    for about in (("1-1-1",), ("mazur", "w1"), ("hidden-gradient",)):
        session = bt.practice(*about)
        while not session.done:
            task, seen = now(session), []
            for typed in ("17.345", right_line_of_another(session)):
                seen += [s for s in session.answer(typed).sentences if s.startswith("Hint: ")]
            assert not [hint for hint in seen if gives_away(hint.removeprefix("Hint: "), task)]
            if not session.done and now(session) is task:
                session.show()


def right_line_of_another(session: Practice) -> str:
    """The right number of the step before, which many mistakes give."""
    before = session.tasks[max(session.place - 1, 0)]
    return before.paper.shown(before.key)


def test_a_hint_that_gives_something_away_would_be_noticed(monkeypatch):
    task = now(bt.practice("mazur"))
    for hint in ("It is near 0.37.", "Take w1 times the input.", "Sum = weights * inputs"):
        assert gives_away(hint, task)
    monkeypatch.setitem(WORDS, "net_1", "Begin with w2.")
    with pytest.raises(AssertionError):
        test_no_hint_gives_anything_away()


@pytest.mark.parametrize(
    ("arguments", "settings", "says"),
    [
        (("nothing-such",), {}, "nothing-such"),
        (("mazur", "q7"), {}, "q7"),
        (("784-128-10",), {}, "too many"),
        (("mazur", "eta"), {}, "nothing to derive"),
        (("hidden-gradient", "w1"), {}, "an exercise"),
        (("mazur",), {"digits_": 3}, "no setting"),
        (("lenet5",), {}, "cannot be derived"),
        (("mazur",), {"language": "fr"}, "no language 'fr'"),
    ],
)
def test_what_cannot_be_practised_is_refused(arguments, settings, says):
    with pytest.raises(bt.InputError, match=says):
        bt.practice(*arguments, **settings)


@pytest.mark.parametrize(
    ("notation", "about", "language"),
    [("mazur", "mazur", "de"), ("goodfellow", "2-1", "en"), ("layer-uy", "logistic", "en")],
)
def test_a_step_as_it_is_shown_is_a_right_answer(notation, about, language):
    shown, typed = (
        bt.practice(about, notation=notation, ascii=True, everything=True, language=language) for _ in range(2)
    )
    while not shown.done:
        line = " ".join(shown.show().page.split())
        assert typed.answer(line).kind in ("right", "rounded_early"), line


@pytest.mark.parametrize(
    ("kind", "hint"),
    [("find-the-mistake", "find_1"), ("symbolic-count", "parameters_1"), ("updates-per-epoch", "count_1")],
)
def test_the_hint_suits_the_question(kind, hint):
    assert bt.practice(kind).hint().sentences == (f"Hint: {SENTENCES[hint]}",)
