"""How good the checker is, on ten networks; `benchmarks/checking.py` counts the same on two hundred. A worse checker is
seen to fail."""

from __future__ import annotations

import pytest

from backtrace.check.figures import Figures
from backtrace.check.own_numbers import OwnNumbers
from backtrace.check.students.drawn import networks
from backtrace.check.students.student import Student
from backtrace.check.students.trials import by_chance, honest, one_mistake, two_mistakes

NETWORKS = networks(10)


def test_a_planted_mistake_is_found_and_named() -> None:
    students = [Student(4), Student(4, carries=True), Student(4, view="chain", skips=0.3)]
    found, amiss = one_mistake(NETWORKS, students, 4)
    assert found["planted"] > 90 and found["later"] == 0, amiss
    assert found["first"] >= 0.99 * found["planted"], amiss
    assert found["cause"] >= 0.99 * found["planted"], amiss
    assert found["only"] >= 0.95 * found["separable"], amiss


def test_two_planted_mistakes_are_both_found() -> None:
    found = two_mistakes(NETWORKS, Student(4), 2)
    assert found["both"] >= 0.95 * found["planted"] and found["others"] == 0
    assert found["causes"] >= 0.95 * found["planted"]


def test_a_number_drawn_at_random_is_explained_by_nothing() -> None:
    found, causes = by_chance(NETWORKS, Student(4), 6)
    assert found["wrong"] > 50 and found["explained"] == 0, causes


def test_without_a_term_for_lines_left_out_honest_work_would_be_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    students = [Student(4, skips=0.7), Student(4, skips=0.5, view="chain")]
    assert honest(NETWORKS, students)[1] == []
    monkeypatch.setattr(Figures, "half_unit", lambda self, value: 0.0)
    assert honest(NETWORKS, students)[1] != []


def test_without_a_persons_own_numbers_causes_would_be_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OwnNumbers, "figures", lambda self, place: self.rounded)
    found = two_mistakes(NETWORKS[:4], Student(4), 2)
    assert found["causes"] < 0.95 * found["planted"]
