"""What must hold of any work: the order of lines and the number of digits do not matter, a wrong number harms only what
is built on it, and whatever is written is judged."""

from __future__ import annotations

from random import Random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from backtrace.check.checking import check, given_numbers
from backtrace.check.numerals import numeral
from backtrace.check.records import NUMBER, VERDICTS, WRONG, Line, Part, Submission
from backtrace.check.students.drawn import networks
from backtrace.check.students.student import Student, calculated, hand_in
from backtrace.check.students.working import lines_of
from backtrace.expression.tree import number
from backtrace.network.quantity import Key, neutral
from backtrace.network.records import Network

NETWORKS = networks(15)
places = st.integers(0, len(NETWORKS) - 1)


def written(network: Network, lines: list[tuple[Key, float, str]]) -> Submission:
    """Lines `name = number` as typed."""
    typed = []
    for n, (key, value, text) in enumerate(lines, 1):
        part = Part(text, NUMBER, number(value, text), numeral(text))
        typed.append(Line(n, f"{neutral(key)} = {text}", neutral(key), key, (part,)))
    return Submission(tuple(typed), "mazur")


def wrong(submission: Submission, network: Network) -> list[str]:
    """The lines that are called wrong."""
    return [one.line.text for one in check(submission, network).lines if one.verdict == WRONG]


@settings(max_examples=40)
@given(places, st.randoms(use_true_random=False), st.sampled_from(("delta", "chain", "paths", "gates")))
def test_right_work_is_right_in_any_order(place: int, draw: Random, view: str) -> None:
    network = NETWORKS[place]
    lines = list(hand_in(network, Student(4, view=view), Random(place)).lines)
    draw.shuffle(lines)
    assert wrong(Submission(tuple(lines), "mazur"), network) == []


@settings(max_examples=40)
@given(places, st.data())
def test_more_digits_make_no_right_line_wrong(place: int, data: st.DataObject) -> None:
    network = NETWORKS[place]
    typed = []
    for key, entry in calculated(network, Student(12, carries=True)).items():
        student = Student(data.draw(st.integers(3, 12)))
        paper = student.written(entry.used)
        typed.append((key, paper, student.shown(paper)))
    assert wrong(written(network, typed), network) == []


@settings(max_examples=40)
@given(places, st.floats(-1e6, 1e6), st.randoms(use_true_random=False))
def test_a_wrong_number_harms_nothing_that_it_is_not_in(place: int, value: float, draw: Random) -> None:
    network = NETWORKS[place]
    entries = calculated(network, Student(4))
    key = draw.choice(list(entries))
    lines = lines_of(network, Student())
    report = check(hand_in(network, Student(4), Random(1), {key: value}, [key]), network)
    for one in report.lines:
        assert one.line.key is not None
        if one.line.key != key and not rests_on(one.line.key, key, lines.function):
            assert one.verdict in ("right", "rounded_early"), one


def rests_on(key: Key, below: Key, function: object) -> bool:
    """Whether a quantity is worked out from another one."""
    made = function(key)  # type: ignore[operator]
    return made is not None and any(k == below or rests_on(k, below, function) for k in made.keys)


@settings(max_examples=40)
@example(0, [(0, 1e15), (0, 4.724692670413071e16)])
@given(places, st.lists(st.tuples(st.integers(0, 200), st.floats(allow_nan=False, allow_infinity=False)), max_size=12))
def test_whatever_is_written_is_judged(place: int, numbers: list[tuple[int, float]]) -> None:
    network = NETWORKS[place]
    keys = [*calculated(network, Student(4)), *given_numbers(network)]
    typed = [(keys[n % len(keys)], x, repr(x)) for n, x in numbers]
    report = check(written(network, typed), network)
    assert all(one.verdict in VERDICTS for one in report.lines) and 0 <= report.score <= 1
