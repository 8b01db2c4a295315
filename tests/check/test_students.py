"""Simulated students, and the checker held to account by them: honest work is never wrong, whatever way it is done."""

from __future__ import annotations

from random import Random

import pytest

import backtrace as bt
from backtrace.check.checking import check
from backtrace.check.records import WRONG
from backtrace.check.students.drawn import networks
from backtrace.check.students.student import Student, hand_in
from backtrace.check.submission.reading import read_submission
from backtrace.notation.loading import load_profile

NETWORKS = networks(10)
HONEST = [
    Student(4),
    Student(4, skips=0.7),
    Student(5, carries=True, skips=0.3),
    Student(4, view="chain", skips=0.3),
    Student(4, view="paths", shuffled=True),
    Student(5, view="gates", carries=True, skips=0.3),
    Student(4, steps=2, skips=0.3),
    Student(4, sign=-1),
    Student(4, formulas=True, view="chain", skips=0.3),
    Student(4, carries=True, formulas=True, sign=-1),
]


@pytest.mark.parametrize("student", HONEST, ids=str)
def test_honest_work_is_never_wrong(student: Student) -> None:
    for n, network in enumerate(NETWORKS):
        report = check(hand_in(network, student, Random(n)), network)
        assert [one.line.text for one in report.lines if one.verdict == WRONG] == []


def test_what_a_student_hands_in_can_be_typed() -> None:
    network = bt.load("mazur").network
    for student in (Student(formulas=True), Student(view="gates", formulas=True), Student(steps=2, after=True)):
        handed_in = hand_in(network, student, Random(1))
        text = "\n".join(line.text for line in handed_in.lines)
        read = read_submission(text, network, load_profile("mazur"))
        assert all(line.key is not None for line in read.lines)
        assert [[p.text for p in line.parts] for line in read.lines] == [
            [p.text for p in line.parts] for line in handed_in.lines
        ]
